//! English dates in both orders: `Sep 16, 2020 10:30 AM`, `Wed, 16 September 2020`.

use super::cursor::Cursor;
use super::{DateKind, Hit, clock};
use crate::model::PublishTime;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `Sep 16, 2020` at the cursor.
pub(super) fn month_first(start: Cursor<'_>) -> Option<Hit<'_>> {
    let mut cursor = start;
    let month = month(&mut cursor)?;
    cursor.eat(&['.']);
    cursor.blanks(2);
    let day = i8::try_from(cursor.digits(1, 2)?.value).ok()?;
    ordinal(&mut cursor);
    let comma = cursor.eat(&[',']).is_some();
    let blank = cursor.blanks(2);
    if !comma && !blank {
        return None;
    }
    year(cursor, month, day).or_else(|| year_last(cursor, month, day))
}

/// `10:30:00 CST 2020` after `Wed Sep 16`, as the command `date` and many programs print it. CST is
/// China's time as well as Chicago's; the site's own is taken.
fn year_last(start: Cursor<'_>, month: i8, day: i8) -> Option<Hit<'_>> {
    let mut cursor = start;
    cursor.two_digits()?;
    cursor.eat(&[':'])?;
    cursor.two_digits()?;
    if cursor.eat(&[':']).is_some() {
        cursor.two_digits()?;
    }
    cursor.blanks(2);
    for _ in 0..5 {
        if cursor.peek().is_none_or(|next| !next.is_ascii_alphabetic()) {
            break;
        }
        cursor.bump();
    }
    cursor.blanks(2);
    let year = cursor.digits(4, 4)?.value;
    let day = PublishTime::day(year, month, day)
        .ok()
        .filter(|_| (1900..=2100).contains(&year))?;
    let mut hit = Hit::from_clock(clock::after(day, start), DateKind::Absolute);
    hit.rest = cursor;
    Some(hit)
}

/// `16 Sep 2020` or `16-Sep-2020` at the cursor.
pub(super) fn day_first(start: Cursor<'_>) -> Option<Hit<'_>> {
    let mut cursor = start;
    let day = i8::try_from(cursor.digits(1, 2)?.value).ok()?;
    ordinal(&mut cursor);
    let parted = cursor.blanks(2) || cursor.eat(&['-']).is_some();
    let month = month(&mut cursor).filter(|_| parted)?;
    cursor.eat(&['.']);
    cursor.eat(&[',', '-']);
    cursor.blanks(2);
    let mut hit = year(cursor, month, day)?;
    // 16-18 September 2020
    let mut before = start.backwards().skip_while(|one| *one == ' ');
    let dash = before.next().is_some_and(|one| "-–—".contains(one));
    hit.opens_range |= dash
        && before
            .find(|one| *one != ' ')
            .is_some_and(|one| one.is_ascii_digit());
    Some(hit)
}

fn year(cursor: Cursor<'_>, month: i8, day: i8) -> Option<Hit<'_>> {
    let mut cursor = cursor;
    let year = cursor.digits(4, 4)?.value;
    let day = PublishTime::day(year, month, day)
        .ok()
        .filter(|_| (1900..=2100).contains(&year))?;
    Some(Hit::from_clock(
        clock::after(day, cursor),
        DateKind::Absolute,
    ))
}

fn ordinal(cursor: &mut Cursor<'_>) {
    cursor.eat_word(&["st", "nd", "rd", "th"]);
}

/// A month's name, whole or as its first three or four letters.
fn month(cursor: &mut Cursor<'_>) -> Option<i8> {
    let mut after = *cursor;
    let mut word = String::new();
    while let Some(letter) = after.peek().filter(char::is_ascii_alphabetic) {
        word.push(letter);
        after.bump();
        if word.len() > 9 {
            return None;
        }
    }
    let short = word.len() == 3 || word == "sept";
    let place = MONTHS
        .iter()
        .position(|name| *name == word || (short && name.starts_with(&word)))?;
    *cursor = after;
    i8::try_from(place + 1).ok()
}
