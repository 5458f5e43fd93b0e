//! What the rule of revisits costs and what it catches, over invented histories of edits: against a
//! daily look, and against the rule of Nutch, whose interval grows by two fifths where nothing
//! changed and shrinks by a fifth where something did. `cargo test --test it schedule:: -- --nocapture`
//! prints the table that `docs/decisions/0013-revisits.md` shows.

use std::time::Duration;

use zhanwen::model::{Outcome, PageHistory, PageKind, Timestamp};
use zhanwen::rules::Revisit;
use zhanwen::schedule::{Sight, next_visit};

const HOUR: f64 = 1.0;
const DAY: f64 = 24.0;
const YEAR: f64 = 365.0 * DAY;
/// A crawl begins every two hours.
const ROUND: f64 = 2.0;

/// When the pages of one kind are edited, in hours after they were published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Put right within hours of appearing, up to three times.
    News,
    /// A notice that is corrected about once a month.
    Notice,
    /// Edited once, at any time of the year.
    Late,
    /// A page that says something new every day.
    Daily,
    Never,
}

impl Kind {
    fn edits(self, chance: &mut fastrand::Rng) -> Vec<f64> {
        let after = |mean: f64, chance: &mut fastrand::Rng| -mean * (1.0 - chance.f64()).ln();
        let mut edits = match self {
            Self::News => {
                let count = chance.usize(0..4);
                (0..count).map(|_| after(6.0 * HOUR, chance)).collect()
            }
            Self::Notice => {
                let mut edits = vec![after(30.0 * DAY, chance)];
                while let Some(last) = edits.last().copied().filter(|last| *last < YEAR) {
                    edits.push(last + after(30.0 * DAY, chance));
                }
                edits
            }
            Self::Late => vec![chance.f64() * YEAR],
            Self::Daily => (1..365)
                .map(|day| f64::from(day) * DAY + chance.f64())
                .collect(),
            Self::Never => Vec::new(),
        };
        edits.retain(|edit| *edit < YEAR);
        edits.sort_by(f64::total_cmp);
        edits
    }
}

/// A rule: from whether a look found a change to the wait until the next, in hours.
trait Rule {
    fn look(&mut self, at: f64, changed: bool) -> f64;
}

/// The rule of this program.
#[derive(Default)]
struct Ours {
    history: PageHistory,
    versions: usize,
}

fn instant(hours: f64) -> Timestamp {
    let published: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    published.plus(Duration::from_secs_f64(hours * 3600.0))
}

impl Rule for Ours {
    fn look(&mut self, at: f64, changed: bool) -> f64 {
        let at = instant(at);
        let outcome = match (self.versions, changed) {
            (0, _) => Outcome::New,
            (_, true) => Outcome::Changed,
            (_, false) => Outcome::Unchanged,
        };
        let due = next_visit(&Sight {
            at,
            outcome,
            kind: PageKind::Article,
            depth: 1,
            history: &self.history,
            published: None,
            newest: None,
            status: Some(200),
            backoff: None,
            revisit: Revisit::default(),
            versions: self.versions,
            samples: &[],
            page: 0,
            spoken_for: false,
        });
        self.history.first_seen_at.get_or_insert(at);
        if outcome != Outcome::Unchanged {
            self.versions += 1;
            self.history.last_changed_at = Some(at);
        }
        due.since(at).as_secs_f64() / 3600.0
    }
}

/// The rule of Nutch, begun at an hour and held within the same bounds.
struct Nutch(f64);

impl Rule for Nutch {
    fn look(&mut self, _at: f64, changed: bool) -> f64 {
        let factor = if changed { 0.8 } else { 1.4 };
        self.0 = (self.0 * factor).clamp(HOUR, 30.0 * DAY);
        self.0
    }
}

struct EveryDay;

impl Rule for EveryDay {
    fn look(&mut self, _at: f64, _changed: bool) -> f64 {
        DAY
    }
}

/// What a year under a rule comes to.
#[derive(Clone, Copy, Debug, Default)]
struct Year {
    looks: f64,
    edits: f64,
    /// Hours from an edit to the look that saw it, all together.
    late: f64,
    /// Edits that another had replaced before a look.
    missed: f64,
}

impl Year {
    fn looks_a_page(self, pages: u32) -> f64 {
        self.looks / f64::from(pages)
    }

    fn hours_late(self) -> f64 {
        self.late / (self.edits - self.missed).max(1.0)
    }
}

fn year<R: Rule>(kind: Kind, pages: u32, rule: impl Fn() -> R) -> Year {
    let mut chance = fastrand::Rng::with_seed(7);
    let mut year = Year::default();
    for _ in 0..pages {
        let edits = kind.edits(&mut chance);
        let mut rule = rule();
        let mut unseen = edits.iter().peekable();
        let (mut at, mut due) = (chance.f64() * ROUND, 0.0);
        while at < YEAR {
            if at >= due {
                let mut seen = Vec::new();
                while let Some(edit) = unseen.next_if(|edit| **edit <= at) {
                    seen.push(*edit);
                }
                if let Some((last, replaced)) = seen.split_last() {
                    year.late += at - last;
                    year.missed += f64::from(u32::try_from(replaced.len()).unwrap());
                    year.edits += f64::from(u32::try_from(seen.len()).unwrap());
                }
                year.looks += 1.0;
                due = at + rule.look(at, !seen.is_empty());
            }
            at += ROUND;
        }
    }
    year
}

#[test]
fn a_quarter_of_the_quiet_time_catches_more_than_it_costs() {
    println!(
        "{:<8}{:<10}{:>14}{:>12}{:>10}",
        "pages", "rule", "looks a page", "hours late", "missed"
    );
    let mut table = Vec::new();
    for (kind, pages) in [
        (Kind::News, 200),
        (Kind::Notice, 40),
        (Kind::Late, 100),
        (Kind::Daily, 4),
        (Kind::Never, 20),
    ] {
        let rules = [
            ("ours", year(kind, pages, Ours::default)),
            ("Nutch", year(kind, pages, || Nutch(HOUR))),
            ("daily", year(kind, pages, || EveryDay)),
        ];
        for (name, year) in rules {
            let (looks, late) = (year.looks_a_page(pages), year.hours_late());
            println!(
                "{:<8}{name:<10}{looks:>14.1}{late:>12.1}{:>6}/{}",
                format!("{kind:?}"),
                year.missed,
                year.edits
            );
        }
        let [(_, ours), (_, nutch), (_, daily)] = rules;
        table.push((kind, pages, ours, nutch, daily));
    }
    for (kind, pages, ours, nutch, daily) in table {
        let looks = ours.looks_a_page(pages);
        match kind {
            Kind::News => {
                assert!(ours.hours_late() < 2.0, "{ours:?}");
                assert!(ours.missed <= nutch.missed && ours.missed < daily.missed / 2.0);
                assert!(looks < daily.looks_a_page(pages) / 6.0, "{ours:?}");
            }
            // remembering how often it was edited costs few looks and sees what Nutch misses
            Kind::Notice => {
                assert!(
                    ours.hours_late() < nutch.hours_late() * 0.7,
                    "{ours:?} {nutch:?}"
                );
                assert!(ours.missed < nutch.missed * 0.7, "{ours:?} {nutch:?}");
                assert!(looks < daily.looks_a_page(pages) / 2.5, "{ours:?}");
            }
            Kind::Daily => assert!(ours.missed <= 1.0 && ours.hours_late() < 6.0, "{ours:?}"),
            Kind::Late => assert!(looks < daily.looks_a_page(pages) / 5.0, "{ours:?}"),
            Kind::Never => assert!(looks < 45.0, "{ours:?}"),
        }
    }
}
