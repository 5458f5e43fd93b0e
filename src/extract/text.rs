//! The text and its headline, each found by the other.

use super::asides;
use super::beside;
use super::body::{self, Body};
use super::candidate::{self, Choice};
use super::core;
use super::following;
use super::head::Head;
use super::outline::Outline;
use super::preceding;
use super::stream;
use super::title::{self, Title};
use super::worth::Worth;

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
        let titled = |body: &Body| {
            let first = body
                .headline
                .and_then(|line| stream::headline(outline, line));
            let all = first
                .into_iter()
                .chain(title::candidates(outline, head, body));
            candidate::choose(all, wanted)
        };
        let worth = Worth::weigh(outline);
        let mut body = given.map_or_else(
            || body::find(outline, &worth),
            |element| body::within(outline, &worth, element),
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
            preceding::reach(outline, &mut body);
            following::cut(outline, &worth, title.value(), &mut body);
            core::cut(outline, &worth, &mut body);
        }
        asides::cut(outline, title.value(), &mut body);
        body::trim_end(outline, &mut body);
        Self {
            body,
            title,
            strangers,
        }
    }
}
