//! What happened to articles after they were first kept.

use std::cmp::Reverse;

use crate::archive::{ChangeEntry, ChangeFilter, Happening};
use crate::model::{PageKind, Timestamp};

use super::state::{Page, State};

impl State {
    /// The changes that `filter` asks for, latest first.
    pub(super) fn changes(&self, filter: &ChangeFilter) -> Vec<ChangeEntry> {
        let in_time = |at: Timestamp| {
            filter.since.is_none_or(|since| at >= since)
                && filter.until.is_none_or(|until| at < until)
        };
        let mut found: Vec<ChangeEntry> = self
            .pages
            .iter()
            .filter(|page| page.kind != PageKind::Part)
            .filter(|page| filter.sites.is_empty() || filter.sites.contains(&page.site))
            .flat_map(Page::changes)
            .filter(|change| in_time(change.observed_at))
            .filter(|change| {
                let is_of_readers = matches!(
                    change.happening,
                    Happening::Edited {
                        other_reader: true,
                        ..
                    }
                );
                filter.other_readers || !is_of_readers
            })
            .collect();
        found.sort_by_key(|change| (Reverse(change.observed_at), change.page));
        found.truncate(filter.limit);
        found
    }
}

impl Page {
    fn changes(&self) -> Vec<ChangeEntry> {
        let entry = |observed_at, seen_before_at, happening| ChangeEntry {
            page: self.id,
            url: self.url.clone(),
            site: self.site.clone(),
            observed_at,
            seen_before_at,
            happening,
        };
        let parser = |number| {
            self.version(Some(number))
                .map(|version| &version.reading.parser)
        };
        let mut looks: Vec<(Timestamp, u32)> = self
            .looks
            .iter()
            .filter_map(|past| Some((past.look.fetched_at, past.look.version_no?)))
            .collect();
        looks.sort_by_key(|(at, _)| *at);
        let pairs = looks.iter().zip(looks.iter().skip(1));
        let edits = pairs.filter(|((_, before), (_, after))| before != after);
        let edits = edits.map(|((seen_before_at, before), (at, after))| {
            let happening = Happening::Edited {
                before: *before,
                after: *after,
                other_reader: parser(*before) != parser(*after),
            };
            entry(*at, Some(*seen_before_at), happening)
        });
        let vanished = self
            .progress
            .gone_at()
            .filter(|_| self.current_no.is_some());
        let vanished = vanished.map(|at| entry(at, None, Happening::Vanished));
        edits.chain(vanished).collect()
    }
}
