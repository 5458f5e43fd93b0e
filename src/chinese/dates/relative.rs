//! Dates told from the moment a page was made: 刚刚, 3小时前, 昨天 10:20, 2周前.

use jiff::Span;
use jiff::civil::DateTime;

use super::absolute::small_number;
use super::cursor::Cursor;
use super::{DateContext, DateKind, Hit, clock};
use crate::model::PublishTime;

/// Whether a relative date, or a number in numerals, can begin with `character`.
pub(super) const fn begins(character: char) -> bool {
    matches!(
        character,
        '刚' | '剛'
            | '昨'
            | '前'
            | '今'
            | '半'
            | '几'
            | '幾'
            | '一'
            | '二'
            | '两'
            | '兩'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
    )
}

/// The relative date at the cursor.
pub(super) fn read<'a>(start: Cursor<'a>, context: &DateContext) -> Option<Hit<'a>> {
    let now = context.local(context.now.as_jiff());
    named_day(start, now)
        .or_else(|| just_now(start, now))
        .or_else(|| ago(start, context, now))
}

fn relative(time: PublishTime, rest: Cursor<'_>) -> Hit<'_> {
    Hit {
        time: Some(time),
        offset: None,
        kind: DateKind::Relative,
        rest,
        opens_range: false,
    }
}

fn day_of(moment: DateTime) -> PublishTime {
    PublishTime {
        date: moment.date(),
        time: None,
    }
}

fn minute_of(moment: DateTime) -> Option<PublishTime> {
    day_of(moment).at(moment.hour(), moment.minute(), None).ok()
}

/// Whether the word at the cursor stands alone, as prose like 今天，展会开幕 does not.
fn stands_alone(before: Cursor<'_>, after: Cursor<'_>) -> bool {
    let open = before
        .backwards()
        .next()
        .is_none_or(|one| !one.is_alphanumeric());
    let closed = after.peek().is_none_or(|one| " |)]】·<-".contains(one));
    open && closed
}

/// 今天, 昨天, 前天, with or without a time.
fn named_day(start: Cursor<'_>, now: DateTime) -> Option<Hit<'_>> {
    let mut cursor = start;
    let days = match cursor.eat_word(&["今天", "今日", "昨天", "昨日", "前天", "前日"])?
    {
        "今天" | "今日" => 0,
        "昨天" | "昨日" => 1,
        _ => 2,
    };
    let date = now.date().checked_sub(Span::new().days(days)).ok()?;
    let clocked = clock::after(PublishTime { date, time: None }, cursor);
    let timed = clocked.time.time.is_some();
    let mut hit = Hit::from_clock(clocked, DateKind::Relative);
    if !timed {
        hit.rest = cursor;
    }
    let prose = start
        .backwards()
        .next()
        .is_some_and(|one| one.is_alphanumeric() && !one.is_ascii());
    ((timed && !prose) || stands_alone(start, cursor)).then_some(hit)
}

/// 刚刚, 几秒前, 半小时前.
fn just_now(start: Cursor<'_>, now: DateTime) -> Option<Hit<'_>> {
    let mut cursor = start;
    let minutes = match cursor.eat_word(&[
        "刚刚",
        "剛剛",
        "几秒前",
        "幾秒前",
        "半小时前",
        "半小時前",
        "半个小时前",
        "半個小時前",
    ])? {
        half if half.starts_with('半') => 30,
        _ => 0,
    };
    let moment = now.checked_sub(Span::new().minutes(minutes)).ok()?;
    let alone = stands_alone(start, cursor) || introduces(cursor);
    Some(relative(minute_of(moment)?, cursor)).filter(|_| alone)
}

/// 5分钟前, 3 小时前, 三天前, 2周前, 1个月前.
fn ago<'a>(start: Cursor<'a>, context: &DateContext, now: DateTime) -> Option<Hit<'a>> {
    let mut cursor = start;
    let number = cursor
        .digits(1, 4)
        .map(|digits| digits.value)
        .or_else(|| small_number(&mut cursor).map(i16::from))?;
    cursor.blanks(2);
    let unit = cursor.eat_word(&[
        "秒钟前",
        "秒鐘前",
        "秒前",
        "分钟前",
        "分鐘前",
        "分前",
        "小时前",
        "小時前",
        "个小时前",
        "個小時前",
        "天前",
        "日前",
        "周前",
        "週前",
        "星期前",
        "个星期前",
        "個星期前",
        "礼拜前",
        "个月前",
        "個月前",
    ])?;
    let number = i64::from(number);
    let span = Span::new();
    let (span, to_the_minute) = match unit.trim_start_matches(['个', '個']).chars().next()? {
        '秒' => (span.try_seconds(number), true),
        '分' => (span.try_minutes(number), true),
        '小' => (span.try_hours(number), true),
        '天' | '日' => (span.try_days(number), false),
        '周' | '週' | '星' | '礼' => (span.try_weeks(number), false),
        _ => (span.try_months(number), false),
    };
    let span = span.ok()?;
    let prose = cursor.peek().is_some_and(char::is_alphanumeric) && !introduces(cursor);
    if prose {
        return None;
    }
    if to_the_minute {
        // Hours are elapsed time: a clock set back at night must not make an hour out of two.
        let moment = context.now.as_jiff().checked_sub(span).ok()?;
        return Some(relative(minute_of(context.local(moment))?, cursor));
    }
    Some(relative(day_of(now.checked_sub(span).ok()?), cursor))
}

/// Whether a word of a metadata line follows: 3天前发布, 1小时前来自微博.
fn introduces(cursor: Cursor<'_>) -> bool {
    let mut after = cursor;
    after
        .eat_word(&[
            "发布", "發佈", "发表", "發表", "更新", "来自", "來自", "来源", "來源", "作者", "编辑",
            "編輯", "阅读", "閱讀", "浏览", "瀏覽", "评论", "評論", "分享", "回复", "回覆", "点击",
            "點擊",
        ])
        .is_some()
}
