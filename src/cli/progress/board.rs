//! What is to be seen of a run while it works: the whole, and the hosts with most to do.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::archive::Backlog;
use crate::cli::output::harmless;
use crate::cli::render::{bytes, duration, pad, shorten};
use crate::crawl::{Captured, Event};
use crate::model::{HostKey, Outcome, Timestamp};

/// A wait shorter than this is not worth a word.
const WORTH_A_WORD: Duration = Duration::from_millis(1500);

/// Looks that a host's pace is known from.
const ENOUGH: u64 = 3;

/// What happened so far, and what is known to be left.
#[derive(Debug)]
pub(super) struct Board {
    started: Timestamp,
    /// Between two requests to a host of which nothing is known yet.
    interval: Duration,
    /// Hosts worked on side by side.
    slots: usize,
    looks: u64,
    new: u64,
    changed: u64,
    views_only: u64,
    failed: u64,
    wire_bytes: u64,
    /// The last page looked at.
    last: Option<String>,
    hosts: BTreeMap<HostKey, Host>,
    /// Whether it was ever told what is due.
    is_told: bool,
}

#[derive(Debug, Default)]
struct Host {
    looks: u64,
    new: u64,
    failed: u64,
    due: u64,
    since: Option<Timestamp>,
    last: Option<Timestamp>,
    doing: Doing,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
enum Doing {
    #[default]
    Waiting,
    Asked,
    NextAt(Timestamp),
    Resting(Timestamp, String),
    Held(Timestamp),
}

impl Board {
    /// A run that begins at `started`.
    pub(super) const fn new(started: Timestamp, interval: Duration, slots: usize) -> Self {
        Self {
            started,
            interval,
            slots,
            looks: 0,
            new: 0,
            changed: 0,
            views_only: 0,
            failed: 0,
            wire_bytes: 0,
            last: None,
            hosts: BTreeMap::new(),
            is_told: false,
        }
    }

    /// Notes what happened at `now`.
    pub(super) fn note(&mut self, event: &Event, now: Timestamp) {
        match event {
            Event::HostLeased { host, visits } => {
                let host = self.host(host);
                host.doing = Doing::Asked;
                host.since.get_or_insert(now);
                host.due = host.due.max(u64::try_from(*visits).unwrap_or(0));
            }
            Event::HostWaits { host, until } => self.host(host).doing = Doing::NextAt(*until),
            Event::Captured(captured) => self.count(captured, now),
            Event::HostResting {
                host,
                until,
                reason,
            } => self.host(host).doing = Doing::Resting(*until, reason.clone()),
            Event::HostHeld { host, until } => self.host(host).doing = Doing::Held(*until),
            Event::LeaseLost { host } => self.host(host).doing = Doing::Waiting,
            _ => {}
        }
    }

    /// Notes what is due.
    pub(super) fn note_backlog(&mut self, backlog: &[Backlog], now: Timestamp) {
        self.is_told = true;
        for host in self.hosts.values_mut() {
            host.due = 0;
        }
        for due in backlog {
            let host = self.host(&due.host);
            host.due = due.pages;
            if let Some(until) = due.state.resting_until.filter(|until| *until > now) {
                let reason = due.state.resting_reason.clone().unwrap_or_default();
                host.doing = Doing::Resting(until, reason);
            }
        }
    }

    fn host(&mut self, host: &HostKey) -> &mut Host {
        self.hosts.entry(host.clone()).or_default()
    }

    fn count(&mut self, captured: &Captured, now: Timestamp) {
        let (new, failed) = match captured.outcome {
            Outcome::New => (1, 0),
            Outcome::Blocked | Outcome::Failed => (0, 1),
            _ => (0, 0),
        };
        self.looks += 1;
        self.new += new;
        self.failed += failed;
        match captured.outcome {
            Outcome::Changed | Outcome::Reverted => self.changed += 1,
            Outcome::ViewsOnly => self.views_only += 1,
            _ => {}
        }
        self.wire_bytes += captured.wire_length;
        let url = &captured.url;
        self.last = Some(format!("{}{}", url.host(), url.as_url().path()));
        let host = self.host(&url.host());
        host.looks += 1;
        host.new += new;
        host.failed += failed;
        host.due = host.due.saturating_sub(1);
        host.last = Some(now);
        host.doing = Doing::Asked;
    }

    /// Pages known to be due.
    pub(super) fn due(&self) -> u64 {
        self.hosts.values().map(|host| host.due).sum()
    }

    /// How long what is known to be due takes, hosts side by side; more may be found on the way.
    pub(super) fn known_part(&self) -> Duration {
        let of_hosts = self.hosts.values();
        let times: Vec<Duration> = of_hosts
            .filter(|host| !matches!(host.doing, Doing::Resting(..)))
            .map(|host| host.left(self.interval))
            .collect();
        let longest = times.iter().max().copied().unwrap_or_default();
        let all: Duration = times.iter().sum();
        let slots = u32::try_from(self.slots.max(1)).unwrap_or(u32::MAX);
        longest.max(all / slots)
    }

    /// What happened, in one line of at most `width` columns.
    pub(super) fn total(&self, now: Timestamp, width: usize) -> String {
        let mut parts = vec![format!("{} looks {}", self.looks, self.rate(now))];
        if self.is_told {
            let left = about(self.known_part());
            parts.push(format!("{} due, {left}", self.due()));
        }
        for (count, what) in [
            (self.new, "new"),
            (self.changed, "changed"),
            (self.failed, "failed"),
            (self.views_only, "views"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        parts.push(bytes(self.wire_bytes));
        if !self.is_told {
            parts.extend(self.last.clone());
        }
        // the first parts are those that a narrow terminal keeps
        shorten(&parts.join("  "), width)
    }

    /// The hosts with most to do, `count` of them, a line of at most `width` columns for each.
    pub(super) fn hosts(&self, now: Timestamp, width: usize, count: usize) -> Vec<String> {
        let mut busy: Vec<_> = self.hosts.iter().filter(|(_, host)| host.due > 0).collect();
        // who works before who waits
        busy.sort_by_key(|(_, host)| {
            let waits = !matches!(host.doing, Doing::Asked | Doing::NextAt(_));
            (waits, std::cmp::Reverse(host.due))
        });
        let more = busy.len().saturating_sub(count);
        let names = (width / 3).clamp(12, 36);
        let mut lines: Vec<String> = busy
            .iter()
            .take(count)
            .map(|(key, host)| {
                let name = pad(&shorten(key.as_str(), names), names);
                let line = format!("  {name}  {}", host.words(now));
                shorten(&line, width)
            })
            .collect();
        if more > 0 {
            lines.push(shorten(&format!("  … and {more} more hosts"), width));
        }
        lines
    }

    /// What happened, as a sentence of a log.
    pub(super) fn sentence(&self, now: Timestamp) -> String {
        let Self {
            looks,
            new,
            changed,
            failed,
            ..
        } = self;
        let mut sentence = format!(
            "{looks} looks in {} ({}, {}): {new} new, {changed} changed, {failed} failed",
            duration(now.since(self.started)),
            self.rate(now),
            bytes(self.wire_bytes)
        );
        if self.is_told {
            let hosts = self.hosts.values().filter(|host| host.due > 0).count();
            let left = format!(
                "; {} pages due on {hosts} hosts, {} for this known part",
                self.due(),
                about(self.known_part())
            );
            sentence.push_str(&left);
        }
        for (what, count) in [
            (
                "rest",
                self.doing(|doing| matches!(doing, Doing::Resting(until, _) if *until > now)),
            ),
            (
                "are held by another run",
                self.doing(|doing| matches!(doing, Doing::Held(_))),
            ),
        ] {
            if count > 0 {
                sentence.extend(["; ", &count.to_string(), " ", what]);
            }
        }
        sentence
    }

    /// Looks, new, changed and failed, for the fields of a log line.
    pub(super) const fn counts(&self) -> (u64, u64, u64, u64) {
        (self.looks, self.new, self.changed, self.failed)
    }

    fn doing(&self, is: impl Fn(&Doing) -> bool) -> usize {
        let hosts = self.hosts.values();
        hosts.filter(|host| host.due > 0 && is(&host.doing)).count()
    }

    fn rate(&self, now: Timestamp) -> String {
        let seconds = now.since(self.started).as_secs_f64().max(0.1);
        let rate = u32::try_from(self.looks).map_or(f64::INFINITY, f64::from) / seconds;
        if rate < 1.0 {
            format!("{:.0}/min", rate * 60.0)
        } else {
            format!("{rate:.1}/s")
        }
    }
}

impl Host {
    /// How long what is due on it takes, at the pace it has had.
    fn left(&self, interval: Duration) -> Duration {
        let due = u32::try_from(self.due).unwrap_or(u32::MAX);
        let pace = match (self.since, self.last, u32::try_from(self.looks)) {
            (Some(since), Some(last), Ok(looks)) if self.looks >= ENOUGH => {
                last.since(since) / looks
            }
            _ => interval,
        };
        pace.saturating_mul(due)
    }

    fn words(&self, now: Timestamp) -> String {
        let mut words = format!("{} of {}", self.looks, self.looks + self.due);
        for (count, what) in [(self.new, "new"), (self.failed, "failed")] {
            if count > 0 {
                words.extend([", ", &count.to_string(), " ", what]);
            }
        }
        let doing = match &self.doing {
            Doing::NextAt(instant) if instant.since(now) >= WORTH_A_WORD => {
                format!("next request in {} s", instant.since(now).as_secs())
            }
            Doing::Resting(until, reason) if *until > now => {
                let left = duration(until.since(now));
                format!("rests for {left}: {}", harmless(reason))
            }
            Doing::Held(_) => "held by another run".to_owned(),
            Doing::Waiting => "waits for its turn".to_owned(),
            Doing::Asked | Doing::NextAt(_) | Doing::Resting(..) => String::new(),
        };
        if !doing.is_empty() {
            words.push_str("  ");
            words.push_str(&doing);
        }
        words
    }
}

/// A span that is not known better.
fn about(span: Duration) -> String {
    match span.as_secs() {
        0..=59 => "under a minute".to_owned(),
        seconds @ 60..=5_399 => format!("about {} min", (seconds + 30) / 60),
        seconds => format!("about {} h", (seconds + 1_800) / 3_600),
    }
}

#[cfg(test)]
mod tests;
