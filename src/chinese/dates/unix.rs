//! Seconds since 1970 printed by a template that forgot to format them.

use super::DateContext;
use super::cursor::Cursor;
use crate::model::{PublishTime, Timestamp};

const YEAR_2000: i64 = 946_684_800;
const DAY: i64 = 86_400;

/// Reads a text that is ten digits (seconds) or thirteen (milliseconds) and nothing else. Between
/// 2000 and the day after the fetch: what lies outside is a telephone or an order number.
pub(super) fn whole(text: &str, context: &DateContext) -> Option<PublishTime> {
    let text = text.trim();
    // The longest spelling is thirteen full-width digits of three bytes each.
    if text.len() > 39 {
        return None;
    }
    let mut cursor = Cursor::new(text);
    let mut digits = String::new();
    while let Some(digit) = cursor.peek().filter(char::is_ascii_digit) {
        digits.push(digit);
        cursor.bump();
    }
    let value: i64 = digits.parse().ok()?;
    let seconds = match (digits.len(), cursor.is_at_end()) {
        (10, true) => value,
        (13, true) => value / 1_000,
        _ => return None,
    };
    let latest = context.now.as_unix_millis() / 1_000 + DAY;
    if !(YEAR_2000..=latest).contains(&seconds) {
        return None;
    }
    let moment = Timestamp::from_unix_millis(seconds * 1_000).as_jiff();
    let local = context.local(moment);
    let day = PublishTime {
        date: local.date(),
        time: None,
    };
    day.at(local.hour(), local.minute(), Some(local.second()))
        .ok()
}
