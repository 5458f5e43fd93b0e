//! Events in a page's past, read out of the looks at it.
//!
//! They are read in the order in which looks were committed, and each is decided by its look and those
//! committed before it. So what a look brought never changes by what is committed later, and a
//! clock that was set back moves nothing.

use crate::model::{Outcome, Timestamp};

use super::growth::{Count, ViewJump};

/// One look, as events are read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Its number in the archive, which counts up as looks are committed.
    pub look: i64,
    /// When it was made.
    pub at: Timestamp,
    /// What it came to.
    pub outcome: Outcome,
    /// The version it saw.
    pub version: Option<u32>,
    /// The view count it saw.
    pub views: Option<u64>,
    /// Whether it was made by this program at the page itself; a capture that was imported was not.
    pub live: bool,
}

/// How a page stood, as far as a search asks for that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// Whether looks had seen several versions.
    pub changed: bool,
    /// Whether it was gone.
    pub gone: bool,
    /// The last view count seen.
    pub views: Option<u64>,
}

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    /// The look that brought it.
    pub look: i64,
    /// When that was made.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
    /// How the page stood before.
    pub before: Stand,
    /// And after it.
    pub after: Stand,
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Another version was seen than before, or the first one.
    Turned {
        /// The version before, and when it was seen last.
        from: Option<(u32, Timestamp)>,
        /// The one that was seen.
        to: u32,
    },
    /// The page was found gone a second time in a row.
    Gone {
        /// The version that was there last.
        last: u32,
        /// The first look that found it gone.
        since: Timestamp,
    },
    /// It is there again.
    Back {
        /// The version that was there before it was gone.
        from: u32,
        /// The version that was seen.
        to: u32,
        /// Since when it had been gone.
        gone_since: Timestamp,
    },
    /// Its view count jumped.
    Jumped {
        /// The version that was there.
        version: u32,
        /// From so many.
        from: u64,
        /// Seen then.
        since: Timestamp,
        /// To so many.
        to: u64,
    },
}

/// The events that the looks numbered above `after` brought, first to last. `sights` are looks at
/// one page in the order of their numbers.
pub fn happenings(sights: &[Sight], after: i64, jump: Option<ViewJump>) -> Vec<Happened> {
    let mut page = Known::default();
    let mut found = Vec::new();
    for sight in sights {
        let events = page.see(*sight, jump);
        if sight.look > after {
            found.extend(events);
        }
    }
    found
}

/// What is known of a page after some looks.
#[derive(Debug, Default)]
struct Known {
    /// What the last look at the page itself saw that saw an article.
    live: Option<(u32, Timestamp)>,
    /// The latest of the captures imported so far.
    imported: Option<(u32, Timestamp)>,
    versions: Vec<u32>,
    gone_in_a_row: u32,
    gone_since: Option<Timestamp>,
    counts: Vec<Count>,
}

impl Known {
    fn stand(&self) -> Stand {
        Stand {
            changed: self.versions.len() > 1,
            gone: self.gone_in_a_row > 1,
            views: self.counts.last().map(|count| count.views),
        }
    }

    /// The version that was there last.
    fn last(&self) -> Option<(u32, Timestamp)> {
        match (self.live, self.imported) {
            (Some(live), Some(imported)) if imported.1 > live.1 => Some(imported),
            (live, imported) => live.or(imported),
        }
    }

    /// The events that a look brings.
    fn see(&mut self, sight: Sight, jump: Option<ViewJump>) -> Vec<Happened> {
        let (last, before) = (self.last(), self.stand());
        let gone_since = self.gone_since.filter(|_| before.gone);
        self.learn(sight);
        if !sight.live {
            return Vec::new();
        }
        let after = self.stand();
        let event = |what| Happened {
            look: sight.look,
            at: sight.at,
            what,
            before,
            after,
        };
        let mut found = Vec::new();
        if let (Some(to), Some((from, _)), Some(gone_since)) = (sight.version, last, gone_since) {
            found.push(event(What::Back {
                from,
                to,
                gone_since,
            }));
        }
        if let Some(to) = sight.version
            && brings_version(sight.outcome)
            && last.map(|(from, _)| from) != Some(to)
        {
            found.push(event(What::Turned { from: last, to }));
        }
        if let (Outcome::Gone, 2, Some((last, _)), Some(since)) =
            (sight.outcome, self.gone_in_a_row, last, self.gone_since)
        {
            found.push(event(What::Gone { last, since }));
        }
        if let (Some(to), Some(jump), Some((version, _))) = (sight.views, jump, self.last())
            && let Some(from) = jump.begun(&self.counts)
        {
            found.push(event(What::Jumped {
                version,
                from: from.views,
                since: from.at,
                to,
            }));
        }
        found
    }

    fn learn(&mut self, sight: Sight) {
        if let Some(version) = sight.version {
            if !self.versions.contains(&version) {
                self.versions.push(version);
            }
            if sight.live {
                self.live = Some((version, sight.at));
            } else if self.imported.is_none_or(|(_, at)| at < sight.at) {
                self.imported = Some((version, sight.at));
            }
        }
        if !sight.live {
            return;
        }
        match sight.outcome {
            Outcome::Gone => {
                self.gone_in_a_row = self.gone_in_a_row.saturating_add(1);
                self.gone_since = self.gone_since.or(Some(sight.at));
            }
            // what was not seen is not known
            Outcome::Failed | Outcome::Blocked => {}
            _ => (self.gone_in_a_row, self.gone_since) = (0, None),
        }
        if let Some(views) = sight.views {
            self.counts.push(Count {
                at: sight.at,
                views,
            });
        }
    }
}

/// Whether a look found another content than was current when it was committed. A version that it saw
/// otherwise came there when the page was read anew.
const fn brings_version(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::New | Outcome::Changed | Outcome::Reverted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_unix_millis(hour * 3_600_000)
    }

    /// Looks numbered from 1, one an hour: outcome and version.
    fn sights(looks: &[(Outcome, Option<u32>)]) -> Vec<Sight> {
        let looks = (1..).zip(looks);
        looks
            .map(|(look, (outcome, version))| Sight {
                look,
                at: at(look),
                outcome: *outcome,
                version: *version,
                views: None,
                live: true,
            })
            .collect()
    }

    fn told(sights: &[Sight]) -> Vec<(i64, What)> {
        let found = happenings(sights, 0, Some(ViewJump::PerDay(100)));
        found.iter().map(|one| (one.look, one.what)).collect()
    }

    const fn turned(from: Option<(u32, Timestamp)>, to: u32) -> What {
        What::Turned { from, to }
    }

    #[test]
    fn each_turn_of_a_page_is_an_event_and_taking_it_back_is_one() {
        let sights = sights(&[
            (Outcome::New, Some(1)),
            (Outcome::ViewsOnly, Some(1)),
            (Outcome::Failed, None),
            (Outcome::Changed, Some(2)),
            (Outcome::NotModified, Some(2)),
            (Outcome::Reverted, Some(1)),
        ]);
        assert_eq!(
            told(&sights),
            [
                (1, turned(None, 1)),
                (4, turned(Some((1, at(2))), 2)),
                (6, turned(Some((2, at(5))), 1)),
            ]
        );
        let later = happenings(&sights, 4, None);
        assert_eq!(later.len(), 1);
        assert!(later[0].before.changed && later[0].after.changed);
        assert!(!happenings(&sights, 0, None)[0].after.changed);
    }

    #[test]
    fn a_page_is_gone_at_its_second_look_and_back_when_its_article_is() {
        let sights = sights(&[
            (Outcome::New, Some(1)),
            (Outcome::Gone, None),
            (Outcome::Failed, None),
            (Outcome::Gone, None),
            (Outcome::Gone, None),
            (Outcome::Changed, Some(2)),
            (Outcome::Gone, None),
            (Outcome::Unchanged, Some(2)),
        ]);
        let gone = What::Gone {
            last: 1,
            since: at(2),
        };
        let back = What::Back {
            from: 1,
            to: 2,
            gone_since: at(2),
        };
        assert_eq!(
            told(&sights),
            [
                (1, turned(None, 1)),
                (4, gone),
                (6, back),
                (6, turned(Some((1, at(1))), 2)),
            ]
        );
        let found = happenings(&sights, 3, None);
        assert!(!found[0].before.gone && found[0].after.gone);
        assert!(found[1].before.gone && !found[1].after.gone);
    }

    #[test]
    fn what_never_was_an_article_does_not_vanish_or_come_back() {
        let sights = sights(&[
            (Outcome::Gone, None),
            (Outcome::Gone, None),
            (Outcome::New, Some(1)),
        ]);
        assert_eq!(told(&sights), [(3, turned(None, 1))]);
    }

    #[test]
    fn what_reading_anew_moved_is_no_event() {
        // the third look found nothing new when it was made
        let moved = [
            (Outcome::New, Some(1)),
            (Outcome::Changed, Some(1)),
            (Outcome::Unchanged, Some(3)),
        ];
        assert_eq!(told(&sights(&moved)), [(1, turned(None, 1))]);
    }

    #[test]
    fn imported_captures_tell_nothing_and_are_known() {
        let mut sights = sights(&[
            (Outcome::Changed, Some(1)),
            (Outcome::New, Some(2)),
            (Outcome::Changed, Some(3)),
            (Outcome::Unchanged, Some(2)),
            (Outcome::Changed, Some(4)),
        ]);
        for (place, hour) in [(0, -900), (2, -800), (3, -700)] {
            sights[place].live = false;
            sights[place].at = at(hour);
        }
        // an old capture was known before the page was first looked at; those that came later change nothing
        assert_eq!(
            told(&sights),
            [
                (2, turned(Some((1, at(-900))), 2)),
                (5, turned(Some((2, at(2))), 4)),
            ]
        );
        // one that is newer than the last look is what was there before the next
        sights[3].at = at(4);
        sights[3].version = Some(4);
        assert_eq!(told(&sights), [(2, turned(Some((1, at(-900))), 2))]);
    }

    #[test]
    fn a_clock_that_was_set_back_moves_nothing() {
        let mut sights = sights(&[
            (Outcome::New, Some(1)),
            (Outcome::Changed, Some(2)),
            (Outcome::Unchanged, Some(2)),
            (Outcome::Changed, Some(3)),
            (Outcome::Unchanged, Some(3)),
        ]);
        for sight in &mut sights[2..] {
            sight.at = at(sight.look - 90);
        }
        let turns: Vec<i64> = told(&sights).iter().map(|(look, _)| *look).collect();
        assert_eq!(turns, [1, 2, 4]);
    }

    #[test]
    fn a_jump_of_views_is_an_event_and_a_counter_is_no_edit() {
        let mut sights = sights(&[
            (Outcome::New, Some(1)),
            (Outcome::ViewsOnly, Some(1)),
            (Outcome::ViewsOnly, Some(1)),
        ]);
        for (sight, views) in sights.iter_mut().zip([5, 20, 130]) {
            sight.views = Some(views);
        }
        let jumped = What::Jumped {
            version: 1,
            from: 5,
            since: at(1),
            to: 130,
        };
        assert_eq!(told(&sights), [(1, turned(None, 1)), (3, jumped)]);
        assert_eq!(happenings(&sights, 0, None).len(), 1);
        assert_eq!(happenings(&sights, 2, Some(ViewJump::PerDay(1)))[..], []);
    }
}
