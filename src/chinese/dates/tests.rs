//! Every spelling met, and what must not be taken for a date.

use super::*;

/// Monday 2026-11-23 14:11:05 in Shanghai.
fn context() -> DateContext {
    DateContext {
        now: "2026-11-23T06:11:05Z".parse().unwrap(),
        zone: Some(TimeZone::get("Asia/Shanghai").unwrap()),
    }
}

fn check(text: &str, time: &str, kind: DateKind) {
    let reading = read(text, &context()).unwrap_or_else(|| panic!("no date in {text}"));
    let shown = reading
        .time
        .map(|time| time.to_string())
        .unwrap_or_default();
    assert_eq!((shown.as_str(), reading.kind), (time, kind), "{text}");
    assert_eq!(&reading.raw, text.get(reading.start..reading.end).unwrap());
}

fn absolute(text: &str, time: &str) {
    check(text, time, DateKind::Absolute);
}

/// Every format met on real pages or in the templates of CMSs, in the order of the list that was
/// made of them.
#[test]
fn reads_every_format_that_was_met() {
    use DateKind::{Absolute, Relative, TwoDigitYear, UnixSeconds, YearLess};
    for (text, time, kind) in [
        ("2020-09-16", "2020-09-16", Absolute),
        ("2014-11-13 21:54", "2014-11-13 21:54", Absolute),
        ("2020-03-08 02:44:19", "2020-03-08 02:44:19", Absolute),
        ("2021-1-29 13:18", "2021-01-29 13:18", Absolute),
        ("10-04-07 16:08", "2010-04-07 16:08", TwoDigitYear),
        ("2020/9/16", "2020-09-16", Absolute),
        ("2020.09.16", "2020-09-16", Absolute),
        ("2020年9月16日 10:30", "2020-09-16 10:30", Absolute),
        ("2019年10月31日 23:00", "2019-10-31 23:00", Absolute),
        ("2005年05月13日14:15", "2005-05-13 14:15", Absolute),
        ("2018年04月03日16时27分", "2018-04-03 16:27", Absolute),
        ("2019年06月03日 10:32", "2019-06-03 10:32", Absolute),
        ("二〇二〇年九月十六日", "2020-09-16", Absolute),
        ("09-16", "", YearLess),
        ("09-16 / 2020", "2020-09-16", Absolute),
        ("3天前", "2026-11-20", Relative),
        ("昨天", "2026-11-22", Relative),
        ("前天", "2026-11-21", Relative),
        ("昨天 10:20", "2026-11-22 10:20", Relative),
        ("1分钟前", "2026-11-23 14:10", Relative),
        ("刚刚", "2026-11-23 14:11", Relative),
        ("2020-09-16T10:30:00+08:00", "2020-09-16 10:30:00", Absolute),
        ("Sep 16, 2020", "2020-09-16", Absolute),
        ("1581517074", "2020-02-12 22:17:54", UnixSeconds),
        ("1566333458", "2019-08-21 04:37:38", UnixSeconds),
        (
            "JSignDate=escape('2005-07-18 13:03:17')",
            "2005-07-18 13:03:17",
            Absolute,
        ),
        // a numeric entity between date and time is a blank once the page is parsed
        ("2018-12-31 09:42", "2018-12-31 09:42", Absolute),
        ("发布时间: 2020-09-16", "2020-09-16", Absolute),
    ] {
        check(text, time, kind);
    }
    assert_eq!(read("2020-09-31", &context()), None);
}

#[test]
fn reads_the_same_however_it_is_typed() {
    use DateKind::{Absolute, Relative, TwoDigitYear, UnixSeconds};
    for (text, time, kind) in [
        ("2015年04月08日10:05", "2015-04-08 10:05", Absolute),
        ("2015年4月8日10：05", "2015-04-08 10:05", Absolute),
        (
            "２０１５年０４月０８日１０：０５",
            "2015-04-08 10:05",
            Absolute,
        ),
        ("２０１５－０４－０８", "2015-04-08", Absolute),
        ("2015-04-08&#32;10:05", "2015-04-08 10:05", Absolute),
        (
            "2015-04-08&nbsp;&nbsp;10:05:07",
            "2015-04-08 10:05:07",
            Absolute,
        ),
        ("2015/04/08　10:05", "2015-04-08 10:05", Absolute),
        ("18-03-08", "2018-03-08", TwoDigitYear),
        ("18-03-08 9:05", "2018-03-08 09:05", TwoDigitYear),
        ("二○二○年九月十六日", "2020-09-16", Absolute),
        ("二零二零年九月十六日 上午十时", "2020-09-16", Absolute),
        ("二〇二〇年九月廿六日", "2020-09-26", Absolute),
        ("2020年9月16日 上午9:05", "2020-09-16 09:05", Absolute),
        ("2020年9月16日 下午9:05", "2020-09-16 21:05", Absolute),
        ("2020-09-16 下午 12:05", "2020-09-16 12:05", Absolute),
        ("2020-09-16 上午 12:05", "2020-09-16 00:05", Absolute),
        ("2020-09-16 9:05 PM", "2020-09-16 21:05", Absolute),
        ("今天 10:05", "2026-11-23 10:05", Relative),
        ("今天10:05", "2026-11-23 10:05", Relative),
        ("昨天 10:05", "2026-11-22 10:05", Relative),
        ("前天 10:05", "2026-11-21 10:05", Relative),
        ("昨天 下午3:05", "2026-11-22 15:05", Relative),
        ("3小时前", "2026-11-23 11:11", Relative),
        ("3 小時前", "2026-11-23 11:11", Relative),
        ("３小时前", "2026-11-23 11:11", Relative),
        ("剛剛", "2026-11-23 14:11", Relative),
        (
            "Wed, 16 Sep 2020 10:30:00 +0800",
            "2020-09-16 10:30:00",
            Absolute,
        ),
        (
            "Wed, 16 Sep 2020 10:30:00 -0500",
            "2020-09-16 23:30:00",
            Absolute,
        ),
        (
            "Wed, 16 Sep 2020 02:30:00 GMT",
            "2020-09-16 10:30:00",
            Absolute,
        ),
        (
            "Wed Sep 16 2020 10:30:00 GMT+0800",
            "2020-09-16 10:30:00",
            Absolute,
        ),
        (
            "Wed Sep 16 10:30:00 CST 2020",
            "2020-09-16 10:30:00",
            Absolute,
        ),
        ("2020-09-16T02:30:00Z", "2020-09-16 10:30:00", Absolute),
        ("2020-09-16T10:30+08:00", "2020-09-16 10:30", Absolute),
        ("2020-09-16T02:30:00.000Z", "2020-09-16 10:30:00", Absolute),
        ("1600223400", "2020-09-16 10:30:00", UnixSeconds),
        ("1600223400000", "2020-09-16 10:30:00", UnixSeconds),
        ("September 16, 2020", "2020-09-16", Absolute),
        ("16 September 2020, 10:30", "2020-09-16 10:30", Absolute),
        ("Sept. 16, 2020 9:05 pm", "2020-09-16 21:05", Absolute),
        ("SEP 16 2020", "2020-09-16", Absolute),
    ] {
        check(text, time, kind);
    }
}

#[test]
fn refuses_days_and_times_that_no_calendar_or_clock_has() {
    for text in [
        "2020-02-30",
        "2021-02-29",
        "2020-00-10",
        "2020-13-01",
        "2020-09-00",
        "2020-09-32",
        "2020年13月1日",
        "2020年9月31日",
        "二〇二〇年十三月一日",
        "二〇二〇年九月三十一日",
        "Sep 31, 2020",
        "Feb 29, 2021",
        "18-13-08",
        "18-02-30",
        "20200931T103000",
    ] {
        assert_eq!(
            read(text, &context()).and_then(|one| one.time),
            None,
            "{text}"
        );
    }
    for text in [
        "2020-09-16 24:30",
        "2020-09-16 10:60",
        "2020-09-16 上午 15:00",
        "2020年9月16日 25时10分",
    ] {
        absolute(text, "2020-09-16");
    }
}

#[test]
fn a_range_is_never_taken_for_one_day() {
    for text in [
        "9月16日至18日",
        "2020年9月16日至18日",
        "2020年9月16-18日",
        "2020年9月16日-10月2日",
        "2020.9.16-18",
        "2020-09-16~18",
        "2020/9/16-9/18",
        "2020年09月16日—2020年09月18日",
        "2020年9月16日（周三）至18日（周五）",
        "Sep 16-18, 2020",
        "16-18 September 2020",
        "2020年9月16日 9:00—17:00",
        "2020.09.16 – 2020.09.18",
    ] {
        for reading in read_all(text, &context()) {
            assert!(
                reading.opens_range || reading.time.is_none(),
                "{text}: {reading:?}"
            );
        }
    }
}

#[test]
fn reads_digits_with_any_separator() {
    absolute("2020-09-16", "2020-09-16");
    absolute("2014-11-13 21:54", "2014-11-13 21:54");
    absolute("2020-03-08 02:44:19", "2020-03-08 02:44:19");
    absolute("2021-1-29 13:18", "2021-01-29 13:18");
    absolute("2020/9/16", "2020-09-16");
    absolute("2020.09.16", "2020-09-16");
    absolute("2020. 09. 16", "2020-09-16");
    absolute("２０２０－０９－１６　１０：３０", "2020-09-16 10:30");
    absolute("2018-12-31\u{a0}\u{a0}09:42", "2018-12-31 09:42");
    absolute("2020-09-1610:30:00", "2020-09-16 10:30:00");
    absolute("发布时间: 2020-09-16", "2020-09-16");
    absolute("admin2020-09-16浏览", "2020-09-16");
    absolute("escape('2005-07-18 13:03:17')", "2005-07-18 13:03:17");
    absolute("2020-09-16 | 10:30", "2020-09-16 10:30");
    absolute("2020-09-16\n10:30", "2020-09-16 10:30");
    absolute("2020-09-16 12 次浏览", "2020-09-16");
    absolute("2020-09-16 9:05", "2020-09-16 09:05");
}

#[test]
fn reads_chinese_dates() {
    absolute("2020年9月16日 10:30", "2020-09-16 10:30");
    absolute("2005年05月13日14:15", "2005-05-13 14:15");
    absolute("2018年04月03日16时27分", "2018-04-03 16:27");
    absolute("2018年04月03日16时27分30秒", "2018-04-03 16:27:30");
    absolute("2018年04月03日16時27分", "2018-04-03 16:27");
    absolute("2018年04月03日16时", "2018-04-03");
    absolute("2020 年 9 月 16 日", "2020-09-16");
    absolute("2020年9月16号", "2020-09-16");
    absolute("2020年9月16日 星期三 10:30", "2020-09-16 10:30");
    absolute("2020-09-16（周三）", "2020-09-16");
    absolute("2020-09-16 (周三) 10:30", "2020-09-16 10:30");
    absolute("2020年9月16日 上午10:30", "2020-09-16 10:30");
    absolute("2020年9月16日下午 3:05", "2020-09-16 15:05");
    absolute("2020年9月16日 晚上 8点30分", "2020-09-16 20:30");
    absolute("2020年9月16日 中午12:10", "2020-09-16 12:10");
    absolute("2020年9月16日 凌晨12:10", "2020-09-16 00:10");
}

#[test]
fn reads_numerals() {
    for zero in ["〇", "○", "零", "O", "o", "0", "Ｏ"] {
        absolute(&format!("二{zero}二{zero}年九月十六日"), "2020-09-16");
    }
    absolute("二〇二一年十二月三十一日", "2021-12-31");
    absolute("一九九九年十月一日", "1999-10-01");
    absolute("二〇二〇年二月廿九日", "2020-02-29");
    absolute("二〇二〇年十月二十日", "2020-10-20");
    absolute("二〇二〇年9月16日", "2020-09-16");
}

#[test]
fn brings_offsets_into_the_sites_zone() {
    absolute("2020-09-16T10:30:00+08:00", "2020-09-16 10:30:00");
    absolute("2020-09-16T10:30:00Z", "2020-09-16 18:30:00");
    absolute("2020-09-16T20:30Z", "2020-09-17 04:30");
    absolute("2020-09-16T10:30:00.123+0000", "2020-09-16 18:30:00");
    absolute("2020-09-16T10:30:00-05:00", "2020-09-16 23:30:00");
    absolute("2020-09-16 10:30:00 +0800", "2020-09-16 10:30:00");
    absolute("2020-09-16T10:30:00", "2020-09-16 10:30:00");
    absolute("Wed, 16 Sep 2020 02:30:00 GMT", "2020-09-16 10:30:00");
}

#[test]
fn reads_english_months_in_both_orders() {
    absolute("Sep 16, 2020", "2020-09-16");
    absolute("September 16th, 2020 at 10:30 AM", "2020-09-16 10:30");
    absolute("Sept. 16 2020", "2020-09-16");
    absolute("16 Sep 2020", "2020-09-16");
    absolute("16-Sep-2020", "2020-09-16");
    absolute("1st May, 2021 3:05 pm", "2021-05-01 15:05");
}

#[test]
fn reads_two_digit_years_as_such() {
    check("10-04-07 16:08", "2010-04-07 16:08", DateKind::TwoDigitYear);
    check("99-04-07 16:08", "1999-04-07 16:08", DateKind::TwoDigitYear);
    check("10-04-07", "2010-04-07", DateKind::TwoDigitYear);
    check("20年9月16日", "2020-09-16", DateKind::TwoDigitYear);
    check("20/9/16 8:00", "2020-09-16 08:00", DateKind::TwoDigitYear);
}

#[test]
fn reads_years_of_the_republic() {
    absolute("中華民國113年3月5日", "2024-03-05");
    absolute("民國 113 年 3 月 5 日", "2024-03-05");
    check("113-03-05", "2024-03-05", DateKind::TwoDigitYear);
    check("發布日期：113/03/05", "2024-03-05", DateKind::TwoDigitYear);
    for text in ["电话 113-03-05", "113-03-0512", "第113年", "010-12-25"] {
        assert_eq!(read(text, &context()), None, "{text}");
    }
}

#[test]
fn reads_a_year_in_a_box_of_its_own() {
    absolute("2023 03/22 16:03:35", "2023-03-22 16:03:35");
    absolute("2023 03/22", "2023-03-22");
    assert_eq!(read("2023 03/22 届展会", &context()), None);
}

#[test]
fn keeps_dates_without_a_year_apart() {
    for text in [
        "09-16",
        "9月16日",
        "[09-16]",
        "09-16 10:30",
        "九月十六日",
        "09/16",
        "展会 9月16号",
    ] {
        check(text, "", DateKind::YearLess);
    }
    absolute("09-16 / 2020", "2020-09-16");
    absolute("16 2020-09", "2020-09-16");
    absolute("16 / 2020.09", "2020-09-16");
    absolute("9月16日开幕，发布于 2020-09-20", "2020-09-20");
}

#[test]
fn resolves_relative_dates_no_more_precisely_than_they_are() {
    for (text, time) in [
        ("刚刚", "2026-11-23 14:11"),
        ("1分钟前", "2026-11-23 14:10"),
        ("30 秒前", "2026-11-23 14:10"),
        ("半小时前", "2026-11-23 13:41"),
        ("3小时前", "2026-11-23 11:11"),
        ("15個小時前", "2026-11-22 23:11"),
        ("3天前", "2026-11-20"),
        ("三天前", "2026-11-20"),
        ("3天前发布", "2026-11-20"),
        ("2周前", "2026-11-09"),
        ("1个月前", "2026-10-23"),
        ("昨天", "2026-11-22"),
        ("昨天 10:20", "2026-11-22 10:20"),
        ("昨日10:20", "2026-11-22 10:20"),
        ("前天", "2026-11-21"),
        ("今天 09:05", "2026-11-23 09:05"),
        ("来源：新华网 昨天", "2026-11-22"),
    ] {
        check(text, time, DateKind::Relative);
    }
}

#[test]
fn reads_unix_seconds_only_when_they_are_the_whole_text() {
    check("1566333458", "2019-08-21 04:37:38", DateKind::UnixSeconds);
    check(" 1581517074 ", "2020-02-12 22:17:54", DateKind::UnixSeconds);
    check(
        "1566333458000",
        "2019-08-21 04:37:38",
        DateKind::UnixSeconds,
    );
}

#[test]
fn is_not_fooled() {
    for text in [
        "",
        "2020-09-31",
        "2021年2月29日",
        "2020-13-01",
        "2020-2021",
        "2020年",
        "2020年9月",
        "400-820-8820",
        "010-12345678",
        "023-6310-1234",
        "13812345678",
        "1.2.3",
        "1.12.03",
        "v10.04.07",
        "192.168.10.12",
        "￥20.10",
        "10-20元",
        "12:30",
        "4008208820",
        "ID:1566333458",
        "9999999999",
        "/news/2020/09/16/1.html",
        "400-2020-09-16",
        "2020-09-16-123",
        "GB/T 2020.09.16.1",
        "今日头条",
        "今天，展会开幕",
        "昨天的展会",
        "3天前的今天",
        "May the force",
        "march 2020",
        "1/2",
        "98-99%",
        "周三",
    ] {
        assert_eq!(read(text, &context()), None, "{text}");
    }
}

#[test]
fn a_range_is_one_date_marked_as_such() {
    for (text, first) in [
        ("2020年9月16日-18日", "2020-09-16"),
        ("2020-09-16至2020-09-18", "2020-09-16"),
        ("2020.09.16-2020.09.18", "2020-09-16"),
        ("2020-09-16-2020-09-18", "2020-09-16"),
        ("2020.09.16-09.18", "2020-09-16"),
        ("2020年9月16日—9月18日", "2020-09-16"),
        ("2020-09-16 ~ 2020-09-18", "2020-09-16"),
        ("2020-09-16 10:00-12:00", "2020-09-16 10:00"),
    ] {
        let readings = read_all(text, &context());
        assert_eq!(readings.len(), 1, "{text}: {readings:?}");
        assert_eq!(readings[0].time.unwrap().to_string(), first);
        assert!(readings[0].opens_range, "{text}");
    }
    let plain = read("2020-09-16 - 12 评论", &context()).unwrap();
    assert!(!plain.opens_range);
}

#[test]
fn finds_every_date_with_its_place() {
    let text = "更新：2020-09-16 10:30 发布：2020年9月15日 会期 9月20日";
    let found: Vec<_> = read_all(text, &context())
        .into_iter()
        .map(|reading| (reading.raw, reading.kind))
        .collect();
    assert_eq!(
        found,
        [
            ("2020-09-16 10:30".to_owned(), DateKind::Absolute),
            ("2020年9月15日".to_owned(), DateKind::Absolute),
            ("9月20日".to_owned(), DateKind::YearLess),
        ]
    );
}

#[test]
fn an_impossible_time_leaves_the_day() {
    absolute("2020-09-16 25:61", "2020-09-16");
    absolute("2020-09-16 10:300", "2020-09-16");
}

#[test]
fn hostile_text_takes_one_pass() {
    for text in [
        "9".repeat(200_000),
        "2020-".repeat(20_000),
        "10-".repeat(30_000),
        "十".repeat(30_000),
        "二〇".repeat(30_000),
        "a".repeat(200_000),
        "2020-09-16-".repeat(5_000),
        "2020.09.16至".repeat(5_000),
        "2020-09-16 10:00-".repeat(5_000),
        format!("2020{}", " ".repeat(100_000)),
        format!("2020-09-16{}", " ".repeat(100_000)),
    ] {
        let found = read_all(&text, &context());
        assert!(found.len() <= 50_000);
    }
}

proptest::proptest! {
    #[test]
    fn reads_back_whatever_day_was_printed(days in 0_i32..40_000, mark in "[-/.]") {
        let date = jiff::civil::date(1990, 1, 1)
            .checked_add(jiff::Span::new().days(i64::from(days)))
            .unwrap();
        let text = format!("时间：{}{mark}{}{mark}{} 来源", date.year(), date.month(), date.day());
        let reading = read(&text, &context()).unwrap();
        proptest::prop_assert_eq!(reading.time.unwrap().date, date);
    }

    #[test]
    fn never_panics(text in "[0-9年月日前天时分:./ 〇二十T+-]{0,40}") {
        for reading in read_all(&text, &context()) {
            proptest::prop_assert!(text.get(reading.start..reading.end) == Some(reading.raw.as_str()));
        }
    }
}
