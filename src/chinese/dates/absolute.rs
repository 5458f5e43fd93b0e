//! Dates with digits or numerals: `2020-09-16`, 2020年9月16日, 二〇二〇年九月十六日, `10-04-07`, `09-16`.

use super::cursor::Cursor;
use super::{DateKind, Hit, clock};
use crate::model::PublishTime;

const DASH: [char; 4] = ['-', '–', '‐', '‑'];
const RANGE: [char; 7] = ['-', '–', '—', '~', '至', '到', '〜'];

/// A date that begins with the digits at the cursor.
pub(super) fn numeric(start: Cursor<'_>) -> Option<Hit<'_>> {
    let mut cursor = start;
    let first = cursor.digits(1, 4)?;
    let mut beyond = cursor;
    beyond.blanks(2);
    match (first.length, beyond.peek()?) {
        (4, '年') if plausible(first.value) => chinese(beyond, first.value, DateKind::Absolute),
        (2, '年') => chinese(beyond, century(first.value), DateKind::TwoDigitYear),
        (1 | 2, '月') => without_year_chinese(start, beyond, i8::try_from(first.value).ok()?),
        (3, '年') if says_republic(start) => {
            chinese(beyond, republic(first.value), DateKind::Absolute)
        }
        (3, _) if begins_a_value(start) => republic_year(cursor, first.value),
        (4, _) if plausible(first.value) => {
            separated(start, cursor, first.value).or_else(|| year_apart(start, cursor, first.value))
        }
        (2, _) => two_digit_year(start, cursor, first.value)
            .or_else(|| without_year(start, cursor, i8::try_from(first.value).ok()?)),
        _ => None,
    }
}

/// A date that begins with Chinese numerals: 二〇二〇年九月十六日, 九月十六日.
pub(super) fn numerals(start: Cursor<'_>) -> Option<Hit<'_>> {
    let mut cursor = start;
    if let Some(year) = numeral_year(&mut cursor) {
        return chinese(cursor, year, DateKind::Absolute);
    }
    let mut cursor = start;
    let month = small_number(&mut cursor)?;
    (cursor.peek() == Some('月'))
        .then(|| without_year_chinese(start, cursor, month))
        .flatten()
}

/// Moves past the second half of a range whose first half ends at the cursor; `None` if none does.
pub(super) fn second_half(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut cursor = cursor;
    let apart = cursor.blanks(2);
    cursor.eat(&RANGE)?;
    cursor.eat(&RANGE);
    let apart = cursor.blanks(2) || apart;
    let whole = whole_day(cursor);
    whole.or_else(|| {
        let day = cursor.digits(1, 2)?;
        if cursor.eat(&['日', '号', '號']).is_some() {
            return Some(cursor);
        }
        // 2020.9.16-18, while `2020-09-16 - 12 评论` counts something
        let ends = cursor
            .peek()
            .is_none_or(|next| !next.is_alphanumeric() && !"-./:%".contains(next));
        if !apart && ends && (1..=31).contains(&day.value) {
            return Some(cursor);
        }
        let separator = cursor.eat(&['-', '.', '/', '月', ':', '时', '時'])?;
        let last = cursor.digits(1, 2)?;
        cursor.eat(&['日', '号', '號', '分']);
        (separator != ':' || last.length == 2).then_some(cursor)
    })
}

/// Moves past a year, month and day. It looks at nothing beyond, so that a chain of ranges is not
/// read again from each of its links.
fn whole_day(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut cursor = cursor;
    cursor.digits(4, 4)?;
    let mark = cursor.eat(&['年', '-', '/', '.'])?;
    cursor.digits(1, 2)?;
    cursor.eat(&[if mark == '年' { '月' } else { mark }])?;
    cursor.digits(1, 2)?;
    cursor.eat(&['日', '号', '號']);
    Some(cursor)
}

const fn plausible(year: i16) -> bool {
    matches!(year, 1900..=2100)
}

const fn century(year: i16) -> i16 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

/// The year of the Republic of China, as Taiwan counts: 113 is 2024.
const fn republic(year: i16) -> i16 {
    1911 + year
}

/// Whether 民國 stands before a year.
fn says_republic(start: Cursor<'_>) -> bool {
    let mut before = start.backwards().filter(|one| *one != ' ');
    matches!(before.next(), Some('國' | '国')) && before.next() == Some('民')
}

/// Whether nothing or a colon stands before: three digits elsewhere are of a telephone number.
fn begins_a_value(start: Cursor<'_>) -> bool {
    start
        .backwards()
        .find(|one| *one != ' ')
        .is_none_or(|one| matches!(one, ':' | '：'))
}

/// `113-03-05` after its year; only with two digits each, and when nothing goes on after them.
fn republic_year(after_year: Cursor<'_>, year: i16) -> Option<Hit<'_>> {
    let mut cursor = after_year;
    let mark = cursor.eat(&['-', '/', '.'])?;
    let month = cursor.digits(2, 2)?;
    cursor.eat(&[mark])?;
    let day = cursor.digits(2, 2)?;
    let ends = cursor
        .peek()
        .is_none_or(|next| !next.is_alphanumeric() && !"-/.%".contains(next));
    let month = i8::try_from(month.value).ok()?;
    let date = PublishTime::day(republic(year), month, i8::try_from(day.value).ok()?).ok()?;
    (ends && matches!(year, 80..=150)).then(|| hit(date, DateKind::TwoDigitYear, cursor))
}

/// `2023 03/22 16:03:35`: the year in a box of its own, when nothing else is there.
fn year_apart<'a>(start: Cursor<'a>, after_year: Cursor<'a>, year: i16) -> Option<Hit<'a>> {
    let mut cursor = after_year;
    if !start.is_at_start() || !cursor.blanks(4) {
        return None;
    }
    let month = cursor.digits(2, 2)?;
    cursor.eat(&['/', '-', '.'])?;
    let day = cursor.digits(2, 2)?;
    let month = i8::try_from(month.value).ok()?;
    let date = PublishTime::day(year, month, i8::try_from(day.value).ok()?).ok()?;
    let found = hit(date, DateKind::Absolute, cursor);
    found.rest.is_at_end().then_some(found)
}

/// A day, the time of day after it, and the range it may open.
fn hit(day: PublishTime, kind: DateKind, rest: Cursor<'_>) -> Hit<'_> {
    Hit::from_clock(clock::after(day, rest), kind)
}

/// `年9月16日` at the cursor.
fn chinese(cursor: Cursor<'_>, year: i16, kind: DateKind) -> Option<Hit<'_>> {
    let mut cursor = cursor;
    cursor.eat(&['年'])?;
    cursor.blanks(2);
    let (month, day) = month_and_day(&mut cursor)?;
    let day = PublishTime::day(year, month, day).ok()?;
    Some(hit(day, kind, cursor))
}

/// `9月16日`, in digits or numerals, up to and with 日 or 号.
fn month_and_day(cursor: &mut Cursor<'_>) -> Option<(i8, i8)> {
    let month = small_number(cursor)?;
    cursor.blanks(2);
    cursor.eat(&['月'])?;
    cursor.blanks(2);
    let day = small_number(cursor)?;
    cursor.blanks(2);
    cursor.eat(&['日', '号', '號'])?;
    Some((month, day))
}

/// 9月16日 after its month, unless a year stands before it and was refused.
fn without_year_chinese<'a>(start: Cursor<'a>, at_month: Cursor<'a>, month: i8) -> Option<Hit<'a>> {
    if start.backwards().find(|one| *one != ' ') == Some('年') {
        return None;
    }
    let mut cursor = at_month;
    cursor.eat(&['月'])?;
    cursor.blanks(2);
    let day = small_number(&mut cursor)?;
    cursor.eat(&['日', '号', '號'])?;
    year_less(month, day, cursor)
}

/// A day of a leap year, to be kept as it is written.
fn year_less(month: i8, day: i8, cursor: Cursor<'_>) -> Option<Hit<'_>> {
    let any_year = PublishTime::day(2000, month, day).ok()?;
    Some(Hit {
        time: None,
        ..Hit::from_clock(clock::after(any_year, cursor), DateKind::YearLess)
    })
}

/// The separator at the cursor, blanks around it aside.
fn separator(cursor: &mut Cursor<'_>) -> Option<char> {
    cursor.blanks(1);
    let mark = cursor
        .eat(&DASH)
        .map(|_| '-')
        .or_else(|| cursor.eat(&['/', '.']))?;
    cursor.blanks(1);
    Some(mark)
}

/// Whether the digits at `start` continue something longer: `400-820`, `/news/2020/`, `1.2`.
fn continues(start: Cursor<'_>, mark: char) -> bool {
    let mut before = start.backwards();
    let (last, beyond) = (before.next(), before.next());
    let joined = last.is_some_and(|one| one == mark || DASH.contains(&one) || one == '.');
    let path = mark == '/' && last == Some('/');
    (joined && beyond.is_some_and(|one| one.is_ascii_alphanumeric())) || path
}

/// `-09-16` after a year.
fn separated<'a>(start: Cursor<'a>, after_year: Cursor<'a>, year: i16) -> Option<Hit<'a>> {
    let mut cursor = after_year;
    let mark = separator(&mut cursor)?;
    let month = cursor.digits(1, 2)?;
    if separator(&mut cursor)? != mark || continues(start, mark) {
        return None;
    }
    let day = day_of_month(&mut cursor)?;
    let mut beyond = cursor;
    let goes_on =
        beyond.eat(&[mark]).is_some() && beyond.peek().is_some_and(|one| one.is_ascii_digit());
    if goes_on && second_half(cursor).is_none() {
        return None;
    }
    let day = PublishTime::day(year, i8::try_from(month.value).ok()?, day).ok()?;
    Some(hit(day, DateKind::Absolute, cursor))
}

/// One or two digits, or two that are glued to a time: `1610:30`.
fn day_of_month(cursor: &mut Cursor<'_>) -> Option<i8> {
    if let Some(day) = cursor.digits(1, 2) {
        return i8::try_from(day.value).ok();
    }
    let day = cursor.two_digits()?;
    let mut time = *cursor;
    time.two_digits()?;
    time.eat(&[':'])?;
    time.two_digits().map(|_| day)
}

/// `10-04-07 16:08` after its first part. Without a time it needs two digits everywhere.
fn two_digit_year<'a>(start: Cursor<'a>, after_year: Cursor<'a>, year: i16) -> Option<Hit<'a>> {
    let joined = start
        .backwards()
        .next()
        .is_some_and(|one| one.is_alphanumeric() || "-/.:+￥¥$".contains(one));
    let mut cursor = after_year;
    let mark = cursor.eat(&['-', '/', '.']).filter(|_| !joined)?;
    let month = cursor.digits(1, 2)?;
    cursor.eat(&[mark])?;
    let day = cursor.digits(1, 2)?;
    let time_of_day = PublishTime::day(
        century(year),
        i8::try_from(month.value).ok()?,
        i8::try_from(day.value).ok()?,
    )
    .ok()?;
    let found = hit(time_of_day, DateKind::TwoDigitYear, cursor);
    let timed = found.time.is_some_and(|time| time.time.is_some());
    let padded = month.length == 2 && day.length == 2 && mark != '.';
    let ends = cursor
        .peek()
        .is_none_or(|next| !next.is_alphanumeric() && !"-/.:%".contains(next));
    (timed || (padded && ends)).then_some(found)
}

/// `09-16`, alone or between marks; `09-16 / 2020` when nothing else is there.
fn without_year<'a>(start: Cursor<'a>, after_month: Cursor<'a>, month: i8) -> Option<Hit<'a>> {
    let mut cursor = after_month;
    if let Some(split) = day_then_year_and_month(start, after_month, month) {
        return Some(split);
    }
    let mark = cursor.eat(&['-', '/', '.'])?;
    let day = i8::try_from(cursor.digits(2, 2)?.value).ok()?;
    if start.is_at_start() {
        let mut year_part = cursor;
        year_part.blanks(4);
        year_part.eat(&['/', '|', '-']);
        year_part.blanks(4);
        let year = year_part.digits(4, 4).filter(|_| year_part.is_at_end());
        if let Some(year) = year.filter(|year| plausible(year.value)) {
            let day = PublishTime::day(year.value, month, day).ok()?;
            return Some(Hit::day(day, year_part));
        }
    }
    let open = start
        .backwards()
        .next()
        .is_none_or(|one| " :|[(【>·,;".contains(one));
    let closed = cursor.peek().is_none_or(|one| " |])】<·,;".contains(one));
    let alone = start.is_at_start() && cursor.is_at_end();
    ((mark == '-' && open && closed) || alone)
        .then(|| year_less(month, day, cursor))
        .flatten()
}

/// `16 2020-09`: the day in large print above its month, when nothing else is there.
fn day_then_year_and_month<'a>(
    start: Cursor<'a>,
    after_day: Cursor<'a>,
    day: i8,
) -> Option<Hit<'a>> {
    let mut cursor = after_day;
    if !start.is_at_start() {
        return None;
    }
    let parted = cursor.blanks(4);
    let marked = cursor.eat(&['/', '|']).is_some();
    cursor.blanks(4);
    let year = cursor.digits(4, 4).filter(|_| parted || marked)?;
    cursor.eat(&['-', '/', '.', '年'])?;
    let month = cursor.digits(1, 2)?;
    cursor.eat(&['月']);
    let date = PublishTime::day(year.value, i8::try_from(month.value).ok()?, day).ok()?;
    (plausible(year.value) && cursor.is_at_end()).then(|| Hit::day(date, cursor))
}

/// Four numerals read digit by digit: 二〇二〇, with every zero typists use.
fn numeral_year(cursor: &mut Cursor<'_>) -> Option<i16> {
    let mut after = *cursor;
    let mut year = 0_i16;
    for _ in 0..4 {
        let digit = match after.peek()? {
            '〇' | '○' | '零' | 'o' | '0' | '◯' => 0,
            numeral => numeral_value(numeral)?,
        };
        year = year * 10 + i16::from(digit);
        after.bump();
    }
    if after.peek() != Some('年') || !plausible(year) {
        return None;
    }
    *cursor = after;
    Some(year)
}

/// 1 to 99 in digits or numerals: 9, 09, 九, 十六, 二十, 廿三.
pub(super) fn small_number(cursor: &mut Cursor<'_>) -> Option<i8> {
    if let Some(digits) = cursor.digits(1, 2) {
        return i8::try_from(digits.value).ok();
    }
    let mut after = *cursor;
    let (mut tens, mut units, mut any) = (0_i8, 0_i8, false);
    for _ in 0..3 {
        match after.peek() {
            Some('十') if tens == 0 => (tens, units) = (units.max(1), 0),
            Some('廿') if !any => tens = 2,
            Some('卅') if !any => tens = 3,
            Some(numeral) if units == 0 => match numeral_value(numeral) {
                Some(value) => units = value,
                None => break,
            },
            _ => break,
        }
        any = true;
        after.bump();
    }
    *cursor = after;
    any.then(|| tens * 10 + units)
}

const fn numeral_value(numeral: char) -> Option<i8> {
    Some(match numeral {
        '一' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}
