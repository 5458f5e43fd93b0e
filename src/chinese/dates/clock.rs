//! The time of day after a date: `10:30`, `16时27分`, `(周三) 下午 3:05`, `T10:30:00+08:00`.

use jiff::tz::{Offset, TimeZone};

use super::absolute::second_half;
use super::cursor::Cursor;
use crate::model::{ClockTime, PublishTime};

/// A day with the time of day printed after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocked<'a> {
    pub(super) time: PublishTime,
    /// The offset printed with the time.
    pub(super) offset: Option<Offset>,
    pub(super) rest: Cursor<'a>,
    /// Whether the time opens a range: `10:00-12:00`.
    pub(super) opens_range: bool,
}

/// `day` with the time of day at the cursor, if one is there. A time no clock shows (25:61) leaves
/// the day alone.
pub(super) fn after(day: PublishTime, start: Cursor<'_>) -> Clocked<'_> {
    let mut cursor = start;
    let weekday = weekday(&mut cursor);
    let bare = Clocked {
        time: day,
        offset: None,
        rest: if weekday { cursor } else { start },
        opens_range: false,
    };
    time_of_day(day, cursor).unwrap_or(bare)
}

/// The same instant as the site's clocks show it, where an offset was printed and the zone is known.
pub(super) fn in_zone(
    time: PublishTime,
    offset: Option<Offset>,
    zone: Option<&TimeZone>,
) -> Option<PublishTime> {
    let (Some(offset), Some(clock), Some(zone)) = (offset, time.time, zone) else {
        return Some(time);
    };
    let printed = time
        .date
        .at(clock.hour, clock.minute, clock.second.unwrap_or(0), 0);
    let local = zone.to_datetime(offset.to_timestamp(printed).ok()?);
    Some(PublishTime {
        date: local.date(),
        time: Some(ClockTime {
            hour: local.hour(),
            minute: local.minute(),
            second: clock.second.map(|_| local.second()),
        }),
    })
}

/// Takes 星期三, (周三) or Wed, with the blanks before it.
fn weekday(cursor: &mut Cursor<'_>) -> bool {
    let mut after = *cursor;
    after.blanks(8);
    after.eat(&[',']);
    after.blanks(2);
    after.eat(&['(', '[', '【']);
    let chinese = after
        .eat_word(&["星期", "礼拜", "禮拜", "周", "週"])
        .is_some()
        && after
            .eat(&[
                '一', '二', '三', '四', '五', '六', '日', '天', '末', '1', '2', '3', '4', '5', '6',
                '7',
            ])
            .is_some();
    let english = || {
        let mut word = after;
        word.eat_word(&[
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "mon",
            "tue",
            "wed",
            "thu",
            "fri",
            "sat",
            "sun",
        ])?;
        let cut = word.peek().is_some_and(|next| next.is_ascii_alphabetic());
        (!cut).then_some(word)
    };
    if !chinese {
        match english() {
            Some(word) => after = word,
            None => return false,
        }
    }
    after.eat(&[')', ']', '】']);
    *cursor = after;
    true
}

/// Half a day named before or after the hour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Noon,
    Afternoon,
}

fn half_before(cursor: &mut Cursor<'_>) -> Option<Half> {
    let word = cursor.eat_word(&[
        "上午", "早上", "早晨", "凌晨", "清晨", "中午", "下午", "晚上", "傍晚", "晚间", "夜间",
        "夜里", "am", "pm",
    ])?;
    Some(match word {
        "上午" | "早上" | "早晨" | "凌晨" | "清晨" | "am" => Half::Morning,
        "中午" => Half::Noon,
        _ => Half::Afternoon,
    })
}

fn half_after(cursor: &mut Cursor<'_>) -> Option<Half> {
    let mut after = *cursor;
    after.blanks(1);
    let word = after.eat_word(&["a.m.", "p.m.", "am", "pm"])?;
    if after.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
        return None;
    }
    *cursor = after;
    Some(if word.starts_with('a') {
        Half::Morning
    } else {
        Half::Afternoon
    })
}

/// The hour on a clock of 24, or `None` where the two halves of the day contradict it.
fn hour_of(hour: i8, half: Option<Half>) -> Option<i8> {
    match half {
        Some(Half::Morning) if hour == 12 => Some(0),
        Some(Half::Noon) if hour < 3 => hour.checked_add(12),
        Some(Half::Afternoon) if hour < 12 => hour.checked_add(12),
        Some(Half::Morning) if hour > 12 => None,
        _ => Some(hour),
    }
}

fn time_of_day(day: PublishTime, start: Cursor<'_>) -> Option<Clocked<'_>> {
    let mut cursor = start;
    let iso = cursor.eat(&['t']).is_some();
    if !iso {
        cursor.blanks(12);
        if cursor.eat(&[',', '|', '_', '时']).is_some() {
            cursor.blanks(4);
        }
        if cursor.eat_word(&["at "]).is_some() {
            cursor.blanks(2);
        }
    }
    let mut half = half_before(&mut cursor);
    cursor.blanks(2);
    let hour = cursor.digits(1, 2)?;
    cursor.blanks(1);
    let mark = cursor.eat(&[':', '∶', '时', '時', '点', '點'])?;
    let colon = matches!(mark, ':' | '∶');
    cursor.blanks(1);
    let minute = if colon {
        cursor.digits(2, 2)?
    } else {
        cursor.digits(1, 2)?
    };
    let second = seconds(&mut cursor, colon);
    if !colon && second.is_none() {
        cursor.eat(&['分']);
    }
    half = half_after(&mut cursor).or(half);
    let offset = offset(&mut cursor, iso);
    let hour = i8::try_from(hour.value).ok();
    let minute = i8::try_from(minute.value).ok()?;
    let timed = hour
        .and_then(|hour| hour_of(hour, half))
        .and_then(|hour| day.at(hour, minute, second).ok());
    Some(Clocked {
        time: timed.unwrap_or(day),
        offset: offset.filter(|_| timed.is_some()),
        rest: cursor,
        opens_range: second_half(cursor).is_some(),
    })
}

/// `:30`, `:30.123` or `分30秒`.
fn seconds(cursor: &mut Cursor<'_>, colon: bool) -> Option<i8> {
    let mut after = *cursor;
    if colon {
        after.eat(&[':', '∶'])?;
        let second = after.digits(2, 2)?;
        let mut fraction = after;
        if fraction.eat(&['.']).is_some() && fraction.digits(1, 9).is_some() {
            after = fraction;
        }
        *cursor = after;
        return i8::try_from(second.value).ok();
    }
    after.eat(&['分'])?;
    let second = after.digits(1, 2)?;
    after.eat(&['秒'])?;
    *cursor = after;
    i8::try_from(second.value).ok()
}

/// `Z`, `+08:00`, `+0800`, ` GMT`. A minus is an offset only in the ISO form and before four digits:
/// elsewhere `10:30-11:30` is a range.
fn offset(cursor: &mut Cursor<'_>, iso: bool) -> Option<Offset> {
    let mut after = *cursor;
    if iso && after.eat(&['z']).is_some() {
        *cursor = after;
        return Some(Offset::UTC);
    }
    after.blanks(1);
    let named = after.eat_word(&["gmt", "utc"]).is_some();
    let Some(sign) = after.eat(&['+', '-']) else {
        *cursor = if named { after } else { *cursor };
        return named.then_some(Offset::UTC);
    };
    // `10:30:00 -0500`, as in mail
    if sign == '-' && !iso && !named {
        let mut four = after;
        four.digits(4, 4)?;
    }
    let hours = i32::from(after.two_digits()?);
    after.eat(&[':']);
    let minutes = i32::from(after.two_digits().unwrap_or(0));
    let seconds = hours * 3600 + minutes * 60;
    let offset = Offset::from_seconds(if sign == '-' { -seconds } else { seconds }).ok()?;
    *cursor = after;
    Some(offset)
}

#[cfg(test)]
mod tests {
    use crate::chinese::dates::{DateContext, read};

    #[test]
    fn an_offset_keeps_its_clock_where_the_site_may_be_anywhere() {
        let anywhere = DateContext {
            now: "2026-11-23T06:11:05Z".parse().unwrap(),
            zone: None,
        };
        for (text, time) in [
            ("2015-03-17T16:27:40Z", "2015-03-17 16:27:40"),
            ("2015-03-17T16:27:40-05:00", "2015-03-17 16:27:40"),
            ("昨天", "2026-11-22"),
        ] {
            let reading = read(text, &anywhere).unwrap();
            assert_eq!(reading.time.unwrap().to_string(), time, "{text}");
        }
    }
}
