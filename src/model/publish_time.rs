//! A publish time, as precise as the page printed it and no more.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// A calendar date in the site's zone, with the clock time where the page shows one.
///
/// Shown as `YYYY-MM-DD[ HH:MM[:SS]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublishTime {
    /// The day.
    pub date: Date,
    /// The time of day, where shown.
    pub time: Option<ClockTime>,
}

/// A time of day; seconds only where shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClockTime {
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
    /// 0 to 59, where shown.
    pub second: Option<i8>,
}

/// Not a date and time that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read a publish time: no such date or time of day")]
pub struct PublishTimeError;

impl PublishTime {
    /// A day without a time. Impossible dates (2020-09-31) are refused.
    pub fn day(year: i16, month: i8, day: i8) -> Result<Self, PublishTimeError> {
        let date = Date::new(year, month, day).map_err(|_impossible| PublishTimeError)?;
        Ok(Self { date, time: None })
    }

    /// The same day at `hour:minute[:second]`.
    pub fn at(self, hour: i8, minute: i8, second: Option<i8>) -> Result<Self, PublishTimeError> {
        let plausible = (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && second.is_none_or(|second| (0..60).contains(&second));
        if !plausible {
            return Err(PublishTimeError);
        }
        Ok(Self {
            time: Some(ClockTime {
                hour,
                minute,
                second,
            }),
            ..self
        })
    }
}

impl fmt::Display for PublishTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.date)?;
        if let Some(ClockTime {
            hour,
            minute,
            second,
        }) = self.time
        {
            write!(formatter, " {hour:02}:{minute:02}")?;
            if let Some(second) = second {
                write!(formatter, ":{second:02}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for PublishTime {
    type Err = PublishTimeError;

    fn from_str(text: &str) -> Result<Self, PublishTimeError> {
        let (date, time) = text
            .split_once(' ')
            .map_or((text, None), |(d, t)| (d, Some(t)));
        let date: Date = date.parse().map_err(|_refused| PublishTimeError)?;
        let Some(time) = time else {
            return Ok(Self { date, time: None });
        };
        let mut parts = time.split(':').map(|part| part.parse::<i8>().ok());
        let (hour, minute, second) = (parts.next(), parts.next(), parts.next());
        match (hour.flatten(), minute.flatten(), second) {
            (Some(hour), Some(minute), None) => Self { date, time: None }.at(hour, minute, None),
            (Some(hour), Some(minute), Some(Some(second))) => {
                Self { date, time: None }.at(hour, minute, Some(second))
            }
            _ => Err(PublishTimeError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_precision_it_was_given() {
        for text in ["2020-09-16", "2020-09-16 10:30", "2020-09-16 10:30:05"] {
            let read: PublishTime = text.parse().expect(text);
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn refuses_what_no_calendar_or_clock_has() {
        for text in [
            "2020-09-31",
            "2020-09-16 24:00",
            "2020-09-16 10",
            "2020-09-16 10:61",
            "",
        ] {
            assert_eq!(text.parse::<PublishTime>(), Err(PublishTimeError), "{text}");
        }
    }
}
