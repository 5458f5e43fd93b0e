//! What becomes of the pages that a look leads to: one rule for every store.

use crate::archive::{Due, News, PageId, Planned};

use super::progress::{Discovered, Walk};

/// What a store does with one page that a look leads to.
pub(super) trait Planner {
    /// Why it could not.
    type Fault;

    /// The number of the page that became known last.
    fn latest(&self) -> Result<i64, Self::Fault>;

    /// Whether the page is known, whatever stands for it.
    fn knows(&self, planned: &Planned) -> Result<bool, Self::Fault>;

    /// Plans the page; answers with its number and whether it had not been known.
    fn plan_one(&mut self, planned: &Planned) -> Result<(PageId, bool), Self::Fault>;

    /// Has a walk that began after page number `began_after` go on at `page`; of two that meet
    /// there, the longer one.
    fn walk_on(&mut self, page: PageId, began_after: i64) -> Result<(), Self::Fault>;
}

/// Plans the pages that a capture leads to, at most `new_at_most` of those not known before;
/// `walk` tells which of them are news.
pub(super) fn plan_all<P: Planner>(
    planner: &mut P,
    found: &[Planned],
    new_at_most: Option<u64>,
    walk: Walk,
) -> Result<Discovered, P::Fault> {
    let latest = planner.latest()?;
    let news_after = walk.news_after(latest);
    let (mut done, mut news) = (Discovered::default(), News::default());
    let most = new_at_most.unwrap_or(u64::MAX);
    let waits = |planned: &&Planned| matches!(planned.due, Due::WithNews(_));
    for planned in found.iter().filter(|planned| !waits(planned)) {
        if done.new_pages >= most && !planner.knows(planned)? {
            done.left_some = true;
            continue;
        }
        let (page, new) = planner.plan_one(planned)?;
        done.new_pages += u64::from(new);
        if !planned.kind.leads_on() {
            news.see(new, page.0 > news_after);
        }
    }
    for planned in found.iter().filter(waits) {
        if let Some(due) = planned.due.decided(news) {
            let planned = Planned {
                due,
                ..planned.clone()
            };
            let (page, new) = planner.plan_one(&planned)?;
            done.new_pages += u64::from(new);
            planner.walk_on(page, walk.began_after(latest))?;
        }
    }
    Ok(done)
}
