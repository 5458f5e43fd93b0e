//! Whether the sitemaps of a host are to be believed when they say that a page changed.
//!
//! Many are not: some claim the time of their own making for every page, some never move a date.
//! So each look at a page with a claim is a test of it, and a host's claims count once enough of
//! them came true. What is counted is what could have gone either way: a new claim, or a change. That
//! a page without a new claim stayed the same proves nothing, since most pages do.

use crate::model::{Outcome, Timestamp};

/// Judged claims below which nobody knows.
const ENOUGH: u32 = 5;
/// So many of a hundred must have come true.
const TRUE_OF_A_HUNDRED: u32 = 90;
/// Beyond so many judged claims the old ones count half: a site that changes its ways is found out.
const MEMORY: u32 = 100;

/// How often the claims of a host came true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Claims that came true.
    pub kept: u32,
    /// Claims that did not, and changes that were not claimed.
    pub broken: u32,
}

impl Trust {
    /// Whether the host's claims are to be believed.
    pub const fn holds(self) -> bool {
        let judged = self.kept.saturating_add(self.broken);
        judged >= ENOUGH
            && self.kept.saturating_mul(100) >= judged.saturating_mul(TRUE_OF_A_HUNDRED)
    }

    /// After one more claim that came true or did not.
    #[must_use]
    pub const fn after(self, came_true: bool) -> Self {
        let judged = self.kept.saturating_add(self.broken);
        let half = if judged >= MEMORY { 2 } else { 1 };
        let (kept, broken) = (self.kept / half, self.broken / half);
        if came_true {
            Self {
                kept: kept.saturating_add(1),
                broken,
            }
        } else {
            Self {
                kept,
                broken: broken.saturating_add(1),
            }
        }
    }
}

/// Whether a look that came to `outcome` found true that the page last changed at `claim`, where the
/// look before was at `before`. `None`: it proves nothing.
pub fn judged(claim: Timestamp, before: Timestamp, outcome: Outcome) -> Option<bool> {
    let changed = match outcome {
        Outcome::Changed | Outcome::Reverted => true,
        Outcome::Unchanged | Outcome::ViewsOnly | Outcome::NotModified => false,
        _ => return None,
    };
    let claimed = claim > before;
    (claimed || changed).then_some(claimed == changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_earned_and_lost() {
        let check = |kept, broken, expected| {
            assert_eq!(Trust { kept, broken }.holds(), expected, "{kept} {broken}");
        };
        check(0, 0, false);
        check(4, 0, false);
        check(5, 0, true);
        check(8, 1, false);
        check(9, 1, true);
        check(90, 10, true);
        check(89, 11, false);
        check(u32::MAX, 0, true);
        check(0, u32::MAX, false);
    }

    #[test]
    fn a_site_that_changes_its_ways_is_found_out() {
        let mut trust = Trust {
            kept: 100_000,
            broken: 0,
        };
        let mut lies = 0;
        while trust.holds() {
            trust = trust.after(false);
            lies += 1;
            assert!(lies < 40, "{trust:?}");
        }
        let mut truths = 0;
        while !trust.holds() {
            trust = trust.after(true);
            truths += 1;
            assert!(truths < 400, "{trust:?}");
        }
    }

    #[test]
    fn only_what_could_go_either_way_is_judged() {
        let before = Timestamp::from_unix_millis(1_000_000);
        let (older, newer) = (
            Timestamp::from_unix_millis(999_999),
            Timestamp::from_unix_millis(1_000_001),
        );
        let check = |claim, outcome, expected| {
            assert_eq!(
                judged(claim, before, outcome),
                expected,
                "{claim} {outcome:?}"
            );
        };
        for changed in [Outcome::Changed, Outcome::Reverted] {
            check(newer, changed, Some(true));
            check(older, changed, Some(false));
            check(before, changed, Some(false));
        }
        for same in [Outcome::Unchanged, Outcome::ViewsOnly, Outcome::NotModified] {
            check(newer, same, Some(false));
            check(older, same, None);
        }
        for other in [
            Outcome::New,
            Outcome::Failed,
            Outcome::Gone,
            Outcome::Listed,
            Outcome::Blocked,
        ] {
            check(newer, other, None);
        }
    }
}
