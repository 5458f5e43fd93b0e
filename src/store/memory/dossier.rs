//! Everything that is kept of articles, out of memory.

use crate::archive::{Dossier, DossierScope, PageId};

use super::state::State;

impl State {
    /// Of `pages`, in their order; those without an article are left out.
    pub(super) fn dossiers(&self, pages: &[PageId], scope: DossierScope) -> Vec<Dossier> {
        let found = pages.iter().filter_map(|page| self.dossier(*page, scope));
        found.collect()
    }

    fn dossier(&self, id: PageId, scope: DossierScope) -> Option<Dossier> {
        let page = self.page(id)?;
        let current = self.article(id, None)?;
        let versions = if scope.all_versions {
            let numbers = page.versions.iter().map(|version| version.number);
            let versions = numbers.filter_map(|number| self.article(id, Some(number)));
            versions.collect()
        } else {
            Vec::new()
        };
        let history = &page.progress.history;
        Some(Dossier {
            page: id,
            current,
            versions,
            looks: if scope.looks {
                self.looks(id)
            } else {
                Vec::new()
            },
            first_seen_at: history.first_seen_at,
            last_fetched_at: history.last_fetched_at,
            last_changed_at: history.last_changed_at,
            views_at: page.counter.seen_at,
            edited: page.was_edited(),
        })
    }
}
