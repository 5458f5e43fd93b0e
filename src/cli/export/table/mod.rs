//! What is exported as a table: typed columns and rows, whatever format they are written in.

mod changes;
mod columns;
mod rows;

use std::borrow::Cow;

use jiff::civil::Date;

use crate::archive::DossierScope;
use crate::cli::args::What;
use crate::model::{PublishTime, Timestamp};

pub(super) use changes::{Edit, edits};
pub(super) use columns::columns;
pub(super) use rows::{images, rows};

/// A column: its name, what its values are, and what they mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) about: &'static str,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A few words.
    Text,
    /// Paragraphs.
    Paragraphs,
    /// An address.
    Url,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Real,
    /// Yes or no.
    Boolean,
    /// An instant in UTC.
    Instant,
    /// A day of the calendar.
    Day,
    /// A day, or a day and a time of day in the site's zone, as precise as printed.
    PublishTime,
    /// A list or object in JSON.
    Json,
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Integer(i64),
    Real(f64),
    Boolean(bool),
    Instant(Timestamp),
    Day(Date),
    PublishTime(PublishTime),
}

/// What rows of `what` are made of.
pub(super) const fn scope(what: What) -> DossierScope {
    let (all_versions, looks) = match what {
        What::Articles => (false, false),
        What::Versions => (true, false),
        What::Views | What::Looks => (false, true),
        What::Changes => (true, true),
    };
    DossierScope {
        all_versions,
        looks,
    }
}

impl<'a> Value<'a> {
    fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    fn optional_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    fn count(count: u64) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn instant(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Null, Self::Instant)
    }

    /// The day of an instant, in UTC.
    fn day(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Null, |at| {
            let zoned = at.as_jiff().to_zoned(jiff::tz::TimeZone::UTC);
            Self::Day(zoned.date())
        })
    }
}
