//! Where a result was left off, to go on behind it.

use std::fmt;
use std::str::FromStr;

use crate::model::ContentHash;
use crate::search::Expression;

use super::search::{Place, Rank, SearchOrder, Versions};

/// The place of something told, so that what comes behind it can be asked for another time: whatever
/// was kept meanwhile, nothing is told twice and nothing left out.
///
/// What was there may itself move: an edit makes it another version, a count moves it by views or growth, and
/// texts kept meanwhile weigh words anew, so that two answers that are nearly as good as each other may change
/// places. By publish time nothing moves.
///
/// It is shown as text that says nothing to anybody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// What was asked, in few bytes.
    question: u32,
    pub(crate) place: Place,
    /// The last version that had a score then: the others stay behind those.
    pub(crate) scored: i64,
}

/// The text is no cursor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a place is what an earlier page of the same result told")]
pub struct CursorError;

/// The form of the text.
const FORM: &str = "1";

impl Cursor {
    pub(crate) fn new(
        search: &Expression,
        order: SearchOrder,
        versions: Versions,
        place: Place,
        scored: i64,
    ) -> Self {
        Self {
            question: question(search, order, versions),
            place,
            scored,
        }
    }

    /// Whether it was told for this search in this order.
    pub fn is_of(&self, search: &Expression, order: SearchOrder, versions: Versions) -> bool {
        self.question == question(search, order, versions)
    }
}

fn question(search: &Expression, order: SearchOrder, versions: Versions) -> u32 {
    let asked = format!("{order:?} {versions:?} {search}");
    let digest = ContentHash::of(asked.as_bytes());
    let digest = digest.as_bytes().first_chunk().copied();
    u32::from_be_bytes(digest.unwrap_or_default())
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            first,
            publish_time,
            serial,
        } = &self.place;
        let first = match first {
            // so many digits that it is read as the same number
            Rank::Number(number) => format!("n{number:?}"),
            Rank::Text(text) => format!("t{text}"),
        };
        let plain = format!(
            "{FORM}|{:08x}|{first}|{publish_time}|{serial}|{}",
            self.question, self.scored
        );
        plain
            .bytes()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        read(text).ok_or(CursorError)
    }
}

fn read(text: &str) -> Option<Cursor> {
    let (pairs, rest) = text.trim().as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let plain: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
    let plain = String::from_utf8(plain).ok().filter(|_| rest.is_empty())?;
    let fields: Vec<&str> = plain.split('|').collect();
    let &[FORM, question, first, publish_time, serial, scored] = fields.as_slice() else {
        return None;
    };
    let first = match first.split_at_checked(1)? {
        ("n", number) => Rank::Number(number.parse().ok()?),
        ("t", text) => Rank::Text(text.to_owned()),
        _ => return None,
    };
    Some(Cursor {
        question: u32::from_str_radix(question, 16).ok()?,
        place: Place {
            first,
            publish_time: publish_time.to_owned(),
            serial: serial.parse().ok()?,
        },
        scored: scored.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::parse;

    fn cursor(first: Rank, publish_time: &str) -> Cursor {
        let search = parse("会展 after:2026").expect("a search");
        let place = Place {
            first,
            publish_time: publish_time.to_owned(),
            serial: 77,
        };
        Cursor::new(&search, SearchOrder::Views, Versions::All, place, 99)
    }

    #[test]
    fn a_cursor_is_read_as_it_was_told() {
        for told in [
            cursor(Rank::Number(0.1 + 0.2), "2026-11-23 06:11"),
            cursor(Rank::Number(-1.0), ""),
            cursor(Rank::Number(12_000.0), "2026-11-23"),
            cursor(Rank::Text("2026-11-23T06:11:00.000Z".to_owned()), ""),
            cursor(Rank::Text(String::new()), ""),
        ] {
            let text = told.to_string();
            assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
            assert_eq!(text.parse(), Ok(told));
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let whole = cursor(Rank::Number(1.0), "").to_string();
        let cut = whole.get(..whole.len() - 1).expect("ASCII");
        for wrong in ["", "x", "0", "zz", "会展", "ff", cut] {
            assert_eq!(wrong.parse::<Cursor>(), Err(CursorError), "{wrong}");
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_search_and_order() {
        let told = cursor(Rank::Number(1.0), "");
        let own = parse("会展 after:2026").expect("a search");
        let other = parse("会展").expect("a search");
        let (views, all) = (SearchOrder::Views, Versions::All);
        assert!(told.is_of(&own, views, all));
        assert!(!told.is_of(&other, views, all));
        assert!(!told.is_of(&own, SearchOrder::Growth, all));
        assert!(!told.is_of(&own, views, Versions::Current));
    }
}
