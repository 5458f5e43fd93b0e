//! Dates as pages print them, in every spelling met on Chinese news pages.
//!
//! `2020-09-16 10:30`, `2020年9月16日(周三) 上午10:30`, `二〇二〇年九月十六日`, `10-04-07 16:08`,
//! `Sep 16, 2020`, `2020-09-16T10:30:00+08:00`, `昨天 10:20`, `3小时前`, `1566333458`.
//!
//! A date is as precise as it was printed. Minutes and hours ago give a date and `HH:MM`; days,
//! weeks and months ago give the day. `09-16` has no year, and none is guessed. What only looks like
//! a date (`400-820-8820`, `1.2.3`, `2020-2021`, `2020-09-31`, the second half of a range) is none.
//! A text is read once, in time linear to its length.

mod absolute;
mod clock;
mod cursor;
mod english;
mod relative;
mod unix;

use jiff::tz::{Offset, TimeZone};

use crate::model::{PublishTime, Timestamp};
use clock::Clocked;
use cursor::Cursor;

/// What a date is read against.
#[derive(Clone, Debug)]
pub struct DateContext {
    /// When the page was received; 昨天 is the day before it.
    pub now: Timestamp,
    /// Where the site is. `None`: not known; an instant then keeps the clock of the offset it is
    /// printed with, and 昨天 is told in UTC.
    pub zone: Option<TimeZone>,
}

impl DateContext {
    /// What the site's clocks show at `moment`, as far as is known.
    fn local(&self, moment: jiff::Timestamp) -> jiff::civil::DateTime {
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        zone.to_datetime(moment)
    }

    /// The day on which the page was received.
    pub fn today(&self) -> jiff::civil::Date {
        self.local(self.now.as_jiff()).date()
    }
}

/// How a date was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateKind {
    /// With its year.
    Absolute,
    /// 昨天, 3小时前: resolved against [`DateContext::now`].
    Relative,
    /// Seconds or milliseconds since the epoch, shown by a template's mistake.
    UnixSeconds,
    /// `10-04-07`: 00 to 49 are read as 20xx, 50 to 99 as 19xx.
    TwoDigitYear,
    /// `09-16`, 9月16日: no time can be told.
    YearLess,
}

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateReading {
    /// The date in the site's zone; `None` only for [`DateKind::YearLess`].
    pub time: Option<PublishTime>,
    /// The characters it was read from.
    pub raw: String,
    /// How it was printed.
    pub kind: DateKind,
    /// Where it begins in the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether it opens a range (`9月16日-18日`, `10:00-12:00`): an event's dates, hardly a
    /// publication's.
    pub opens_range: bool,
}

/// The first date of a text that has its year, else the first without one.
pub fn read(text: &str, context: &DateContext) -> Option<DateReading> {
    let mut without_year = None;
    for reading in Readings::of(text, context) {
        if reading.time.is_some() {
            return Some(reading);
        }
        without_year.get_or_insert(reading);
    }
    without_year
}

/// Every date of a text, in order and without overlaps.
pub fn read_all(text: &str, context: &DateContext) -> Vec<DateReading> {
    Readings::of(text, context).collect()
}

/// What a reader of one spelling gives back.
struct Hit<'a> {
    time: Option<PublishTime>,
    offset: Option<Offset>,
    kind: DateKind,
    rest: Cursor<'a>,
    opens_range: bool,
}

impl<'a> Hit<'a> {
    const fn from_clock(clocked: Clocked<'a>, kind: DateKind) -> Self {
        Self {
            time: Some(clocked.time),
            offset: clocked.offset,
            kind,
            rest: clocked.rest,
            opens_range: clocked.opens_range,
        }
    }

    const fn day(day: PublishTime, rest: Cursor<'a>) -> Self {
        Self {
            time: Some(day),
            offset: None,
            kind: DateKind::Absolute,
            rest,
            opens_range: false,
        }
    }
}

struct Readings<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    context: &'a DateContext,
}

impl<'a> Readings<'a> {
    const fn of(text: &'a str, context: &'a DateContext) -> Self {
        Self {
            text,
            cursor: Cursor::new(text),
            context,
        }
    }
}

impl Iterator for Readings<'_> {
    type Item = DateReading;

    fn next(&mut self) -> Option<DateReading> {
        if self.cursor.at() == 0
            && let Some(time) = unix::whole(self.text, self.context)
        {
            self.cursor.skip_all();
            let trimmed = self.text.trim();
            let start = self.text.len() - self.text.trim_start().len();
            return Some(DateReading {
                time: Some(time),
                raw: trimmed.to_owned(),
                kind: DateKind::UnixSeconds,
                start,
                end: start + trimmed.len(),
                opens_range: false,
            });
        }
        while let Some(character) = self.cursor.peek() {
            let here = self.cursor;
            let hit = match character {
                '0'..='9' => absolute::numeric(here)
                    .or_else(|| english::day_first(here))
                    .or_else(|| relative::read(here, self.context)),
                'a'..='z' => english::month_first(here),
                _ if relative::begins(character) => {
                    absolute::numerals(here).or_else(|| relative::read(here, self.context))
                }
                _ => None,
            };
            let Some(hit) = hit else {
                self.cursor.skip_token();
                continue;
            };
            let time = hit
                .time
                .and_then(|time| clock::in_zone(time, hit.offset, self.context.zone.as_ref()));
            let (start, end) = (here.at(), hit.rest.at());
            self.cursor = hit.rest;
            let second_half = absolute::second_half(hit.rest);
            self.cursor = second_half.unwrap_or(hit.rest);
            return Some(DateReading {
                time,
                raw: self.text.get(start..end).unwrap_or_default().to_owned(),
                kind: hit.kind,
                start,
                end,
                opens_range: hit.opens_range || second_half.is_some(),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests;
