//! The text and its headline, each found by the other.

use super::beside;
use super::body::{self, Body, Worth};
use super::candidate::{self, Choice};
use super::following;
use super::head::Head;
use super::outline::Outline;
use super::preceding;
use super::title::{self, Title};

/// How many columns beside an article may hold more text than it.
const MOST_STRANGERS: usize = 3;

/// What was found of an article's text and headline.
pub(super) struct Text {
    /// The text.
    pub(super) body: Body,
    /// The headline, with what was considered where `wanted`.
    pub(super) title: Choice<Title>,
    /// Elements with more text than the article, and not the headline's.
    pub(super) strangers: Vec<usize>,
}

impl Text {
    /// Finds both; a site's rules may have `given` the element of the text.
    pub(super) fn find(
        outline: &Outline<'_>,
        head: &Head,
        given: Option<usize>,
        wanted: bool,
    ) -> Self {
        let titled =
            |body: &Body| candidate::choose(title::candidates(outline, head, body), wanted);
        let mut body = given.map_or_else(
            || body::find(outline),
            |element| body::within(outline, &Worth::weigh(outline), element),
        );
        let mut title = titled(&body);
        let mut strangers = Vec::new();
        while given.is_none()
            && strangers.len() < MOST_STRANGERS
            && let Some(stranger) = beside::stranger(outline, title.value(), &body)
        {
            strangers.push(stranger);
            body = body::find_outside(outline, &strangers);
            let nearer = titled(&body);
            if nearer.value().is_some() {
                title = nearer;
            }
        }
        preceding::cut(outline, title.value(), &mut body);
        if given.is_none() {
            following::cut(outline, title.value(), &mut body);
        }
        Self {
            body,
            title,
            strangers,
        }
    }
}
