//! Which events of a page are news of a search: plain functions that both stores use.

use std::cell::OnceCell;

use crate::alert::{EventKind, Happened, Stand, Watch, What};
use crate::archive::{KeptArticle, LookId, NewsEntry};
use crate::search::{Expression, Subject};

/// The kind of runs whose looks are captures of others.
pub(super) const IMPORT: &str = "import";

/// How long a telling may be lent; one that is lent for longer was under a clock that has been set
/// back since.
pub(super) const LONGEST_TELLING: std::time::Duration = std::time::Duration::from_hours(1);

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) search: &'a Expression,
    pub(super) watch: Watch,
}

impl Question<'_> {
    /// Whether any turn, disappearance or return is wanted.
    pub(super) fn wants_turns(&self) -> bool {
        let turns = [
            EventKind::New,
            EventKind::Edited,
            EventKind::Gone,
            EventKind::Back,
        ];
        turns.into_iter().any(|kind| self.watch.wants(kind))
    }

    /// What `happened` is to the search, where it is anything that is wanted. `version` reads a
    /// version of the page.
    pub(super) fn answer<E>(
        &self,
        happened: &Happened,
        mut version: impl FnMut(u32) -> Result<Option<KeptArticle>, E>,
    ) -> Result<Option<NewsEntry>, E> {
        if !self.may_want(happened.what) {
            return Ok(None);
        }
        let (number, previous_no, since) = match happened.what {
            What::Turned { from, to } => (to, from.map(|(from, _)| from), from.map(|(_, at)| at)),
            What::Gone { last, since } => (last, None, Some(since)),
            What::Back { to, gone_since, .. } => (to, None, Some(gone_since)),
            What::Jumped { version, since, .. } => (version, None, Some(since)),
        };
        let Some(kept) = version(number)? else {
            return Ok(None);
        };
        let previous = match previous_no {
            Some(number) => version(number)?,
            None => None,
        };
        // what another reader reads otherwise need not be an edit
        let by_another = |previous: &KeptArticle| previous.reading.parser != kept.reading.parser;
        if previous.as_ref().is_some_and(by_another) {
            return Ok(None);
        }
        let found = self.finds(&kept, happened.after);
        let was_found = match (&happened.what, &previous) {
            (What::Turned { .. }, Some(previous)) => self.finds(previous, happened.before),
            (What::Turned { .. }, None) => false,
            (What::Back { from, .. }, _) => match version(*from)? {
                Some(last) => self.finds(&last, happened.before),
                None => false,
            },
            _ => self.finds(&kept, happened.before),
        };
        let kind = match happened.what {
            What::Turned { .. } if was_found => EventKind::Edited,
            What::Turned { .. } => EventKind::New,
            What::Gone { .. } => EventKind::Gone,
            What::Back { .. } => EventKind::Back,
            What::Jumped { .. } => EventKind::Views,
        };
        let is_news = match kind {
            EventKind::New | EventKind::Views => found,
            _ => found || was_found,
        };
        let views = match happened.what {
            What::Jumped { from, to, .. } => Some((from, to)),
            _ => None,
        };
        Ok((is_news && self.watch.wants(kind)).then_some(NewsEntry {
            look: LookId(happened.look),
            kind,
            page: kept.page,
            url: kept.url,
            site: kept.site,
            observed_at: happened.at,
            version_no: kept.version_no,
            previous_no,
            since,
            found,
            views,
        }))
    }

    fn may_want(&self, what: What) -> bool {
        let kinds: &[EventKind] = match what {
            What::Turned { .. } => &[EventKind::New, EventKind::Edited],
            What::Gone { .. } => &[EventKind::Gone],
            What::Back { .. } => &[EventKind::Back],
            What::Jumped { .. } => &[EventKind::Views],
        };
        kinds.iter().any(|kind| self.watch.wants(*kind))
    }

    fn finds(&self, kept: &KeptArticle, stand: Stand) -> bool {
        let subject = Subject {
            site: kept.site.as_str(),
            article: &kept.reading.article,
            observed_at: kept.observed_at,
            views: stand.views,
            changed: stand.changed,
            gone: stand.gone,
            words: OnceCell::new(),
        };
        subject.is(self.search)
    }
}

/// Puts events into the order in which they were committed; those of one look in the order of kinds.
pub(super) fn in_order(mut entries: Vec<NewsEntry>) -> Vec<NewsEntry> {
    let rank = |kind| EventKind::ALL.iter().position(|one| *one == kind);
    entries.sort_by_key(|entry| (entry.look, rank(entry.kind)));
    entries
}
