//! What an alert tells: events with the article and what differs.

use crate::model::{PageUrl, PublishTime, SiteId, Timestamp};
use crate::version::{Diff, SentenceKind, Span};

use super::kind::EventKind;

/// Events of one search, to be told together.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Digits that no other search has.
    pub key: String,
    /// What the search is called.
    pub name: String,
    /// Its words.
    pub query: String,
    /// When it was saved.
    pub created_at: Timestamp,
    /// When the alert is made.
    pub made_at: Timestamp,
    /// The events, in the order in which they happened.
    pub items: Vec<Item>,
}

/// One event.
#[derive(Clone, Debug)]
pub struct Item {
    /// The look that brought it; with the kind it is what the event is known by.
    pub look: i64,
    /// What happened.
    pub kind: EventKind,
    /// Where the page is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// When it was seen.
    pub observed_at: Timestamp,
    /// Since when, or what before: as the kind has it.
    pub since: Option<Timestamp>,
    /// Whether the search finds the article after the event.
    pub found: bool,
    /// The version that is there.
    pub version_no: u32,
    /// The version before, where another one was seen.
    pub previous_no: Option<u32>,
    /// Of views, the count before and the one seen.
    pub views: Option<(u64, u64)>,
    /// The article's title.
    pub title: Option<String>,
    /// Its source.
    pub source: Option<String>,
    /// Its author.
    pub author: Option<String>,
    /// When it says it was published.
    pub publish_time: Option<PublishTime>,
    /// Its text, or the beginning of it.
    pub text: Option<String>,
    /// What differs from the version before; nothing where there is none.
    pub diff: Diff,
}

/// What became of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Same,
    Removed,
    Added,
}

/// A line of a difference.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The field it is about; none for the text.
    pub(super) field: Option<&'static str>,
    pub(super) pieces: Vec<(Mark, String)>,
}

/// Characters of text that stayed, shown beside what changed.
const BESIDE: usize = 16;

impl Item {
    /// The first `most` lines of what differs, each piece at most `longest` characters long, and how many
    /// lines are left.
    pub(super) fn difference(&self, most: usize, longest: usize) -> (Vec<Line>, usize) {
        let fields = self.diff.fields.iter().map(|change| Line {
            field: Some(change.field),
            pieces: [
                (Mark::Removed, change.before.clone()),
                (Mark::Added, change.after.clone()),
            ]
            .into_iter()
            .filter_map(|(mark, text)| Some((mark, cut(&text?, longest))))
            .collect(),
        });
        let changed = self.diff.body.iter();
        let changed = changed.filter(|sentence| sentence.kind() != SentenceKind::Kept);
        let body = changed.map(|sentence| {
            let last = sentence.spans.len().saturating_sub(1);
            let spans = sentence.spans.iter().enumerate();
            let pieces = spans.map(|(place, span)| match span {
                Span::Equal(text) => (Mark::Same, nearby(text, place > 0, place < last)),
                Span::Removed(text) => (Mark::Removed, cut(text, longest)),
                Span::Added(text) => (Mark::Added, cut(text, longest)),
            });
            let mut pieces: Vec<_> = pieces.collect();
            pieces.truncate(24);
            Line {
                field: None,
                pieces,
            }
        });
        let all: Vec<Line> = fields.chain(body).collect();
        let left = all.len().saturating_sub(most);
        (all.into_iter().take(most).collect(), left)
    }

    /// What is shown of its text where nothing differs: `most` characters.
    pub(super) fn beginning(&self, most: usize) -> Option<String> {
        let is_shown = matches!(self.kind, EventKind::New | EventKind::Back);
        let text = self.text.as_deref().filter(|_| is_shown)?.trim();
        (!text.is_empty()).then(|| cut(text, most))
    }
}

/// `text` at most so many characters long.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Of text that stayed, what stands beside a change before or behind it.
fn nearby(text: &str, change_before: bool, change_behind: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let room = if change_before && change_behind {
        BESIDE * 2
    } else {
        BESIDE
    };
    if letters.len() <= room {
        return text.to_owned();
    }
    let head: String = letters.iter().take(BESIDE).collect();
    let tail: String = letters.iter().skip(letters.len() - BESIDE).collect();
    match (change_before, change_behind) {
        (true, true) => format!("{head}…{tail}"),
        (true, false) => format!("{head}…"),
        _ => format!("…{tail}"),
    }
}
