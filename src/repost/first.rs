//! Which page of a cluster was first, and what the others are to it.
//!
//! 1. A page whose own 来源 names another site that has a page in the cluster is not the first: it
//!    says so itself, whatever the times say. (Where every page says so, none is believed.)
//! 2. Of the rest those may be first whose earliest possible instant is not after the latest possible
//!    one of any other. A printed publish time counts as precise as it is printed: a day is all of
//!    that day. It is believed unless it is in the future of the look that first saw the page (a
//!    template that prints today's date) or before 1995; else the first look counts.
//! 3. Among these: the one whose site most others name as their 来源, then the earliest possible
//!    instant, then the earliest look, then the lowest number.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::chinese::bigrams::folded;
use crate::model::{ClockTime, PublishTime, SiteId, Timestamp};

/// How far a site's clock may be ahead of ours.
const AHEAD: Duration = Duration::from_hours(1);
const FIRST_YEAR: i16 = 1995;
/// Letters of a name that may be a part of what a page gives as its 来源.
const LEAST_OF_NAME: usize = 4;

/// What is known of a site beside its pages.
#[derive(Clone, Debug)]
pub struct Outlet {
    /// The site.
    pub site: SiteId,
    /// What it is called.
    pub names: Vec<String>,
    /// Its hosts.
    pub hosts: Vec<String>,
    /// The zone of the times it prints.
    pub zone: TimeZone,
}

/// A page of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its number.
    pub page: i64,
    /// Whose it is.
    pub site: SiteId,
    /// What it gives as its source.
    pub source: Option<String>,
    /// When it says it was published.
    pub published: Option<PublishTime>,
    /// When it was first seen.
    pub first_seen: Timestamp,
}

/// What a page is to the first of its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It is the first.
    First,
    /// Its site has the text from elsewhere.
    Repost,
    /// Its site has the text under another address, too, which was there before.
    Duplicate,
}

impl Relation {
    const ALL: [Self; 3] = [Self::First, Self::Repost, Self::Duplicate];

    /// Its name in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Repost => "repost",
            Self::Duplicate => "duplicate",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// How precisely an instant is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// As the page prints it, with a time of day.
    Time,
    /// As the page prints it, the day alone: the instant is its beginning.
    Day,
    /// The page prints none that is to be believed: when it was first seen.
    Seen,
}

impl Precision {
    const ALL: [Self; 3] = [Self::Time, Self::Day, Self::Seen];

    /// Its name in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Day => "day",
            Self::Seen => "seen",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Why the first is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FirstBy {
    /// By its publish time.
    Time,
    /// By what pages give as their source.
    Source,
    /// It was seen first.
    Seen,
}

impl FirstBy {
    const ALL: [Self; 3] = [Self::Time, Self::Source, Self::Seen];

    /// Its name in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Source => "source",
            Self::Seen => "seen",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// A page's place in its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number.
    pub page: i64,
    /// What it is.
    pub relation: Relation,
    /// When it was there.
    pub at: Timestamp,
    /// How precisely that is known.
    pub precision: Precision,
    /// Minutes after the first; whole days where either is known by its day alone. Not known where the
    /// times contradict.
    pub lag_minutes: Option<i64>,
    /// The site of the cluster that it names as its source.
    pub named: Option<SiteId>,
    /// Of the first: why.
    pub first_by: Option<FirstBy>,
}

struct When {
    earliest: Timestamp,
    latest: Timestamp,
    precision: Precision,
    day: jiff::civil::Date,
}

/// The places of a cluster's pages, the first first and the others in their order of time.
pub fn judge(members: &[Member], outlets: &[Outlet]) -> Vec<Place> {
    let sites: HashSet<&SiteId> = members.iter().map(|member| &member.site).collect();
    let zone = |site: &SiteId| {
        let known = outlets.iter().find(|outlet| outlet.site == *site);
        known.map_or_else(china, |outlet| outlet.zone.clone())
    };
    let read: Vec<(&Member, When, Option<SiteId>)> = members
        .iter()
        .map(|member| {
            let named = named(member, &sites, outlets);
            (member, when(member, &zone(&member.site)), named)
        })
        .collect();
    let Some((first, by)) = first(&read) else {
        return Vec::new();
    };
    let mut order: Vec<_> = read.iter().collect();
    order.sort_by_key(|(member, when, _)| {
        let is_first = member.page == first;
        (!is_first, when.earliest, member.first_seen, member.page)
    });
    let mut had: HashSet<&SiteId> = HashSet::new();
    let origin = order.first().map(|(_, when, _)| when);
    order
        .iter()
        .map(|(member, when, named)| {
            let is_first = member.page == first;
            let relation = match (is_first, had.insert(&member.site)) {
                (true, _) => Relation::First,
                (false, true) => Relation::Repost,
                (false, false) => Relation::Duplicate,
            };
            Place {
                page: member.page,
                relation,
                at: when.earliest,
                precision: when.precision,
                lag_minutes: origin.filter(|_| !is_first).and_then(|o| lag(o, when)),
                named: named.clone(),
                first_by: is_first.then_some(by),
            }
        })
        .collect()
}

/// The first page's number, and why it is.
fn first(read: &[(&Member, When, Option<SiteId>)]) -> Option<(i64, FirstBy)> {
    let all: Vec<_> = read.iter().collect();
    let own: Vec<_> = read
        .iter()
        .filter(|(_, _, named)| named.is_none())
        .collect();
    let pool = if own.is_empty() { &all } else { &own };
    let bound = |among: &[&(&Member, When, Option<SiteId>)]| {
        among.iter().map(|(_, when, _)| when.latest).min()
    };
    let mut namings: HashMap<&SiteId, usize> = HashMap::new();
    for site in read.iter().filter_map(|(_, _, named)| named.as_ref()) {
        *namings.entry(site).or_default() += 1;
    }
    let within = bound(pool)?;
    let contenders = pool.iter().filter(|(_, when, _)| when.earliest <= within);
    let by_time = |member: &Member, when: &When| (when.earliest, member.first_seen, member.page);
    let (member, when, _) = contenders.min_by_key(|(member, when, _)| {
        let namings = namings.get(&member.site).copied().unwrap_or(0);
        (Reverse(namings), by_time(member, when))
    })?;
    // would it be the first without what pages say of each other?
    let earlier = all
        .iter()
        .min_by_key(|(other, when, _)| by_time(other, when));
    let is_earliest = earlier.is_some_and(|(other, _, _)| other.page == member.page);
    let by = match when.precision {
        _ if !is_earliest && namings.contains_key(&member.site) => FirstBy::Source,
        Precision::Seen => FirstBy::Seen,
        Precision::Time | Precision::Day => FirstBy::Time,
    };
    Some((member.page, by))
}

fn when(member: &Member, zone: &TimeZone) -> When {
    let seen_day = member.first_seen.as_jiff().to_zoned(zone.clone()).date();
    let seen = When {
        earliest: member.first_seen,
        latest: member.first_seen,
        precision: Precision::Seen,
        day: seen_day,
    };
    let Some(published) = member.published else {
        return seen;
    };
    let clock = published.time.unwrap_or(ClockTime {
        hour: 0,
        minute: 0,
        second: None,
    });
    let second = clock.second.unwrap_or(0);
    let Ok(time) = Time::new(clock.hour, clock.minute, second, 0) else {
        return seen;
    };
    let Ok(instant) = published.date.to_datetime(time).to_zoned(zone.clone()) else {
        return seen;
    };
    let earliest = Timestamp::from_unix_millis(instant.timestamp().as_millisecond());
    if earliest > member.first_seen.plus(AHEAD) || published.date.year() < FIRST_YEAR {
        return seen;
    }
    let (precision, span) = match published.time {
        Some(time) if time.second.is_some() => (Precision::Time, 0),
        Some(_) => (Precision::Time, 59),
        None => (Precision::Day, 86_399),
    };
    When {
        earliest,
        latest: earliest
            .plus(Duration::from_secs(span))
            .min(member.first_seen.max(earliest)),
        precision,
        day: published.date,
    }
}

fn lag(first: &When, other: &When) -> Option<i64> {
    let by_day = [first.precision, other.precision].contains(&Precision::Day);
    let minutes = if by_day {
        let days = first.day.until(other.day).ok()?.get_days();
        i64::from(days) * 24 * 60
    } else {
        (other.earliest.as_unix_millis() - first.earliest.as_unix_millis()).div_euclid(60_000)
    };
    (minutes >= 0).then_some(minutes)
}

/// The other site of the cluster that a page gives as its source.
fn named(member: &Member, sites: &HashSet<&SiteId>, outlets: &[Outlet]) -> Option<SiteId> {
    let source = member.source.as_deref()?;
    let words = key(source);
    let lower = source.to_lowercase();
    let says = |site: &SiteId| {
        let outlet = outlets.iter().find(|outlet| outlet.site == *site);
        let names = outlet.into_iter().flat_map(|outlet| &outlet.names);
        let mut names = names.map(|name| key(name)).filter(|name| !name.is_empty());
        let by_name = names.any(|name| {
            words == name || (name.chars().count() >= LEAST_OF_NAME && words.contains(&name))
        });
        let hosts = outlet.into_iter().flat_map(|outlet| &outlet.hosts);
        let mut hosts = hosts.map(String::as_str).chain([site.as_str()]);
        by_name
            || hosts.any(|host| {
                let host = host.trim_start_matches("*.").trim_start_matches("www.");
                host.contains('.') && lower.contains(host)
            })
    };
    if says(&member.site) {
        return None;
    }
    let mut found: Vec<&&SiteId> = sites.iter().filter(|site| says(site)).collect();
    found.sort();
    found.first().map(|site| SiteId::clone(site))
}

/// A name without what spelling changes.
fn key(name: &str) -> String {
    folded(name).flatten().collect()
}

fn china() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: i64 = 1_790_000_000_000; // 2026-09-21T13:33:20Z, 21:33 in China

    fn member(page: i64, site: &str, published: Option<&str>, source: Option<&str>) -> Member {
        Member {
            page,
            site: SiteId::new(site),
            source: source.map(str::to_owned),
            published: published.map(|time| time.parse().expect("time")),
            first_seen: Timestamp::from_unix_millis(SEEN + page * 60_000),
        }
    }

    fn outlet(site: &str, name: &str) -> Outlet {
        Outlet {
            site: SiteId::new(site),
            names: vec![name.to_owned()],
            hosts: vec![format!("www.{site}.example.cn")],
            zone: china(),
        }
    }

    fn told(members: &[Member]) -> Vec<(i64, Relation, Option<i64>)> {
        let outlets = [outlet("one", "示例网"), outlet("two", "样板会展网")];
        let places = judge(members, &outlets).into_iter();
        places
            .map(|place| (place.page, place.relation, place.lag_minutes))
            .collect()
    }

    #[test]
    fn the_earliest_publish_time_is_first() {
        use Relation::{First, Repost};
        let members = [
            member(1, "two", Some("2026-09-20 12:30"), None),
            member(2, "one", Some("2026-09-20 10:00"), None),
        ];
        assert_eq!(told(&members), [(2, First, None), (1, Repost, Some(150))]);
        let places = judge(&members, &[]);
        assert_eq!(
            places.first().map(|p| p.first_by),
            Some(Some(FirstBy::Time))
        );
        let at = places.first().map(|place| place.at.to_string());
        assert_eq!(at.as_deref(), Some("2026-09-20T02:00:00.000Z"));
    }

    #[test]
    fn a_time_that_cannot_be_is_not_believed() {
        use Relation::{First, Repost};
        // one prints the day after it was seen, another a date of no year; both were seen instead
        let members = [
            member(1, "one", Some("2026-09-23"), None),
            member(2, "two", Some("1970-01-01"), None),
        ];
        assert_eq!(told(&members), [(1, First, None), (2, Repost, Some(1))]);
        let by = judge(&members, &[])
            .first()
            .and_then(|place| place.first_by);
        assert_eq!(by, Some(FirstBy::Seen));
    }

    #[test]
    fn who_names_another_site_follows_it() {
        use Relation::{First, Repost};
        for source in ["样板会展网", "轉自樣板會展網", "www.two.example.cn"] {
            let members = [
                member(1, "one", Some("2026-09-20 08:00"), Some(source)),
                member(2, "two", Some("2026-09-20 09:00"), None),
            ];
            // before its own source, by its own clock: how long after is not known
            assert_eq!(
                told(&members),
                [(2, First, None), (1, Repost, None)],
                "{source}"
            );
        }
        let outlets = [outlet("one", "示例网"), outlet("two", "样板会展网")];
        let each_other = [
            member(1, "one", Some("2026-09-20 08:00"), Some("样板会展网")),
            member(2, "two", Some("2026-09-20 09:00"), Some("示例网")),
        ];
        let first = judge(&each_other, &outlets);
        assert_eq!(first.first().map(|place| place.page), Some(1));
    }

    #[test]
    fn a_day_is_all_of_that_day() {
        use Relation::{First, Repost};
        // by the day alone either may be first; the one that others name is
        let members = [
            member(1, "one", Some("2026-09-20"), None),
            member(2, "two", Some("2026-09-20 09:00"), None),
            member(3, "three", Some("2026-09-21 09:00"), Some("样板会展网")),
        ];
        let expected = [
            (2, First, None),
            (1, Repost, Some(0)),
            (3, Repost, Some(24 * 60)),
        ];
        assert_eq!(told(&members), expected);
    }

    #[test]
    fn pages_of_one_site_are_duplicates() {
        use Relation::{Duplicate, First, Repost};
        let members = [
            member(1, "one", Some("2026-09-20 08:00"), None),
            member(2, "one", Some("2026-09-20 09:00"), None),
            member(3, "two", Some("2026-09-20 10:00"), None),
            member(4, "two", Some("2026-09-20 11:00"), None),
        ];
        let relations: Vec<_> = told(&members).into_iter().map(|place| place.1).collect();
        assert_eq!(relations, [First, Duplicate, Repost, Duplicate]);
    }
}
