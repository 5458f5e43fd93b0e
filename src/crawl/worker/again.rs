//! Start pages that brought something: looked at again soon.

use crate::archive::{ArchiveError, Due, Planned, Visit};
use crate::model::Timestamp;
use crate::rules::Revisit;
use crate::schedule;

use super::super::site::rules_of;
use super::Worker;

impl Worker<'_> {
    /// A start page that led somewhere new is looked at again as soon as its site's rules allow:
    /// what it brought is known only now.
    pub(super) async fn look_again_soon(
        &self,
        visit: &Visit,
        at: Timestamp,
    ) -> Result<(), ArchiveError> {
        if visit.depth > 0 {
            return Ok(());
        }
        let world = &self.shared.world;
        let rules = rules_of(&world.rules, &visit.site);
        let revisit = rules.map_or_else(Revisit::default, |rules| rules.revisit);
        let soon = Planned {
            url: visit.url.clone(),
            site: visit.site.clone(),
            kind: visit.kind,
            due: Due::At(at.plus(revisit.least.max(schedule::LEAST_OF_ALL))),
            depth: visit.depth,
            referer: visit.referer.clone(),
            claim: None,
        };
        world.archive.plan(vec![soon]).await?;
        Ok(())
    }
}
