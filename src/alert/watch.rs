//! Which events somebody wants to hear of, as it is written.

use std::fmt;
use std::str::FromStr;

use super::growth::ViewJump;
use super::kind::EventKind;

/// Which events are wanted. Written `new,edited,gone,back,views:+1000/day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Watch {
    /// A bit for each of [`PLAIN`].
    plain: u8,
    /// View counts that jumped so.
    jump: Option<ViewJump>,
}

/// Kinds of which there is nothing to say but whether they are wanted.
const PLAIN: [EventKind; 4] = [
    EventKind::New,
    EventKind::Edited,
    EventKind::Gone,
    EventKind::Back,
];

/// A list of events that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// Nothing is listed.
    #[error("name at least one of new, edited, gone, back, views")]
    Nothing,
    /// There is no such event.
    #[error("there is no event `{0}`; there are new, edited, gone, back and views")]
    Unknown(String),
    /// No threshold is meant by this.
    #[error("`{0}` is no jump of views; write views:+1000/day or views:x3")]
    Jump(String),
}

impl Default for Watch {
    /// All but view counts.
    fn default() -> Self {
        Self {
            plain: 0b1111,
            jump: None,
        }
    }
}

impl Watch {
    /// Whether events of `kind` are wanted.
    pub fn wants(&self, kind: EventKind) -> bool {
        match kind {
            EventKind::Views => self.jump.is_some(),
            plain => self.plain & bit(plain) != 0,
        }
    }

    /// Which growth of a view count is wanted to be heard of.
    pub const fn jump(&self) -> Option<ViewJump> {
        self.jump
    }
}

fn bit(kind: EventKind) -> u8 {
    let place = PLAIN.iter().position(|plain| *plain == kind);
    place.map_or(0, |place| 1 << place)
}

impl FromStr for Watch {
    type Err = WatchError;

    fn from_str(text: &str) -> Result<Self, WatchError> {
        let mut watch = Self {
            plain: 0,
            jump: None,
        };
        let mut any = false;
        for word in text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            any = true;
            let (name, jump) = match word.split_once(':') {
                Some((name, jump)) => (name, Some(jump)),
                None => (word, None),
            };
            match (EventKind::from_name(name), jump) {
                (Some(EventKind::Views), None) => watch.jump = Some(ViewJump::default()),
                (Some(EventKind::Views), Some(jump)) => watch.jump = Some(jump_of(jump)?),
                (Some(plain), None) => watch.plain |= bit(plain),
                _ => return Err(WatchError::Unknown(word.to_owned())),
            }
        }
        if any {
            Ok(watch)
        } else {
            Err(WatchError::Nothing)
        }
    }
}

fn jump_of(text: &str) -> Result<ViewJump, WatchError> {
    let wrong = || WatchError::Jump(text.to_owned());
    if let Some(count) = text.strip_prefix('+') {
        let count = count.strip_suffix("/day").unwrap_or(count);
        let count: u64 = count
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(wrong)?;
        return Ok(ViewJump::PerDay(count));
    }
    let factor = text.strip_prefix(['x', '×']).ok_or_else(wrong)?;
    let (whole, part) = factor.split_once('.').unwrap_or((factor, ""));
    let digits = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    let thousandths = format!("{whole}{part:0<3}").parse().ok();
    let thousandths = thousandths
        .filter(|factor| *factor > 1000)
        .ok_or_else(wrong)?;
    Ok(ViewJump::Thousandths(thousandths))
}

impl fmt::Display for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<String> = PLAIN
            .into_iter()
            .filter(|kind| self.wants(*kind))
            .map(|kind| kind.name().to_owned())
            .collect();
        names.extend(self.jump.map(|jump| format!("views:{jump}")));
        formatter.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_read_and_written() {
        let check = |typed: &str, written: &str| {
            let watch: Watch = typed.parse().unwrap();
            assert_eq!(watch.to_string(), written);
            assert_eq!(written.parse(), Ok(watch));
        };
        check("new", "new");
        check("gone, new", "new,gone");
        check("edited,back,views", "edited,back,views:+1000/day");
        check("views:+20", "views:+20/day");
        check("views:x3", "views:x3");
        check("views:×1.25", "views:x1.25");
        assert_eq!(Watch::default().to_string(), "new,edited,gone,back");
    }

    #[test]
    fn what_is_not_meant_is_refused() {
        for typed in [
            "",
            ",",
            "news",
            "new:3",
            "views:",
            "views:+0",
            "views:x1",
            "views:x1.2345",
        ] {
            assert!(typed.parse::<Watch>().is_err(), "{typed}");
        }
    }
}
