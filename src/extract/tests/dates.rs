//! Every spelling of a publish time that pages print, and every date that is none.

use super::*;

#[test]
fn every_spelling_of_a_date_is_read_with_a_label_and_without() {
    for (printed, expected) in [
        ("2020-09-16", "2020-09-16"),
        ("2014-11-13 21:54", "2014-11-13 21:54"),
        ("2020-03-08 02:44:19", "2020-03-08 02:44:19"),
        ("2021-1-29 13:18", "2021-01-29 13:18"),
        ("10-04-07 16:08", "2010-04-07 16:08"),
        ("2020/9/16", "2020-09-16"),
        ("2020.09.16", "2020-09-16"),
        ("2020年9月16日 10:30", "2020-09-16 10:30"),
        ("2019年10月31日 23:00", "2019-10-31 23:00"),
        ("2005年05月13日14:15", "2005-05-13 14:15"),
        ("2018年04月03日16时27分", "2018-04-03 16:27"),
        ("二〇二〇年九月十六日", "2020-09-16"),
        ("二○二○年九月十六日", "2020-09-16"),
        ("3天前", "2026-06-13"),
        ("昨天", "2026-06-15"),
        ("前天", "2026-06-14"),
        ("昨天 10:20", "2026-06-15 10:20"),
        ("1分钟前", "2026-06-16 09:59"),
        ("刚刚", "2026-06-16 10:00"),
        ("2020-09-16T10:30:00+08:00", "2020-09-16 10:30:00"),
        ("2020-09-16T02:30:00Z", "2020-09-16 10:30:00"),
        ("Sep 16, 2020", "2020-09-16"),
        ("1566333458", "2019-08-21 04:37:38"),
        ("2018-12-31&#32;09:42", "2018-12-31 09:42"),
        ("&nbsp;2020-09-16", "2020-09-16"),
    ] {
        for line in [
            format!("发布时间：{printed}"),
            format!("发布时间: {printed}"),
            format!("时间：{printed}&nbsp;&nbsp;来源：某某日报"),
            printed.to_owned(),
            format!("{printed}&nbsp;&nbsp;&nbsp;来源：某某日报"),
        ] {
            check(&described(&line), &[("time", Some(expected))]);
        }
    }
}

#[test]
fn a_counter_before_the_date_leaves_it_alone() {
    for line in [
        "点击：<script src=a.js></script>次 2020-09-16",
        "浏览次数：-- 2020-09-16",
        "浏览次数：<span id=h></span> 2020-09-16",
        "88 阅读 · 12 评论 · 2020-09-16",
        "<span>88阅读</span><span>12评论</span><span>2020-09-16</span>",
        "88 Views 2020-09-16",
    ] {
        check(&described(line), &[("time", Some("2020-09-16"))]);
    }
}

#[test]
fn the_day_on_which_a_law_was_passed_is_none_of_the_page() {
    for line in [
        "（2007年6月29日第某届某某委员会第二十八次会议通过）",
        "（2007年6月29日会议通过，2012年12月28日修正）",
    ] {
        check(&described(line), &[("time", None)]);
    }
}

#[test]
fn an_instant_keeps_its_clock_where_the_zone_is_unknown() {
    let page = |lang: &str, text: &str| {
        format!(
            "<html lang={lang}><head><title>Fair</title><meta property='article:published_time' \
             content='2015-03-17T16:27:40Z'></head><body><h1>Fair</h1><p>{text}</p>"
        )
    };
    let english = "The organisers of the fair said on Tuesday that more than four hundred \
                   exhibitors from twenty countries had booked their stands, and that the halls \
                   would open a day earlier than planned.";
    check(
        &page("en", english),
        &[("time", Some("2015-03-17 16:27:40"))],
    );
    check(&page("zh", TEXT), &[("time", Some("2015-03-18 00:27:40"))]);
}

#[test]
fn a_year_in_an_element_of_its_own_belongs_to_its_day() {
    for line in ["<b>09-16</b><i>2020</i>", "<b>2020</b><i>09-16</i>"] {
        check(&described(line), &[("time", Some("2020-09-16"))]);
    }
}

#[test]
fn no_year_and_no_such_day_give_no_date() {
    for (printed, raw) in [
        ("09-16", Some("09-16")),
        ("9月16日", Some("9月16日")),
        ("2020-09-31", None),
    ] {
        for line in [format!("发布时间：{printed}"), printed.to_owned()] {
            check(&described(&line), &[("time", None), ("raw", raw)]);
        }
    }
}

#[test]
fn dates_of_something_else_are_refused() {
    for line in [
        "举办时间：2026-10-16 10:00",
        "展会时间：2026年10月16日-18日",
        "2026年10月16日-18日",
        "报名截止日期：2020-09-10",
        "采集时间：2020-01-02 10:00",
        "注册时间：2015-01-02",
        "时间：2020-10-16&nbsp;&nbsp;举办地点：某市国际会展中心",
        "时间：2030-10-16",
        "今天是2026年6月16日 星期二",
    ] {
        check(&described(line), &[("time", None), ("raw", None)]);
    }
    for body in [
        "<p>时间：2020年10月16日</p><p>举办地点：某市国际会展中心</p>",
        "<p>参展报名截止日期：2020年9月10日</p>",
    ] {
        for html in [
            format!("<h1>展会在某市开幕</h1><div>{body}{TEXT}</div>"),
            format!("<h1>展会在某市开幕</h1><div>{TEXT}{body}</div>"),
        ] {
            check(&html, &[("time", None)]);
        }
    }
}

#[test]
fn what_the_text_says_of_the_event_does_not_speak_against_the_metadata_above() {
    check(
        &format!(
            "<h1>展会在某市开幕</h1><div>时间：2020-09-16</div>\
             <div><p>举办地点：某市国际会展中心</p>{TEXT}</div>"
        ),
        &[("time", Some("2020-09-16"))],
    );
}

#[test]
fn dates_of_comments_are_refused() {
    for comments in [
        "<div class=comments><div>李四 2020-01-02 10:00</div><p>很好的展会，期待下一届。</p></div>",
        "<div><h3>最新评论</h3><div>李四 发表于 2020-01-02 10:00</div><p>很好的展会。</p></div>",
        "<div><h3>网友评论</h3><div>李四 2020-01-02 10:00</div><p>很好的展会。</p></div>",
    ] {
        check(
            &format!("<h1>展会在某市开幕</h1><div>{TEXT}</div>{comments}"),
            &[("time", None)],
        );
    }
}

#[test]
fn scripts_are_asked_only_where_the_page_shows_no_date() {
    for (script, expected) in [
        ("var ct = \"1581517074\";", Some("2020-02-12 22:17:54")),
        ("ct=1581517074", Some("2020-02-12 22:17:54")),
        (
            "JSignDate=escape('2005-07-18 13:03:17')",
            Some("2005-07-18 13:03:17"),
        ),
        (
            "var a={\"publishTime\":\"2020-09-16 10:30:00\"}",
            Some("2020-09-16 10:30:00"),
        ),
        (
            "var a={\"ctime\":1581517074,\"b\":1}",
            Some("2020-02-12 22:17:54"),
        ),
        (
            "var a={\"ctime\":1581517074000}",
            Some("2020-02-12 22:17:54"),
        ),
        (
            "f('{\\\"pub_time\\\":\\\"2020-09-16 10:30\\\"}')",
            Some("2020-09-16 10:30"),
        ),
        ("var a={publishDate: '2020-09-16'}", Some("2020-09-16")),
        (
            "var a={\"published_at\":\"2020-09-16T02:30:00Z\"}",
            Some("2020-09-16 10:30:00"),
        ),
        // each of several: of other articles as likely as of this one
        (
            "var a={\"more\":[{\"t\":1,\"publishTime\":\"2019-01-01 10:00\"}]}",
            None,
        ),
        (
            "var a=[{\"id\":1},{\"publishTime\":\"2019-01-01 10:00\"}]",
            None,
        ),
        ("var a={\"startTime\":\"2020-09-16 10:30\"}", None),
        ("var x=a?publishTime:1581517074,b", None),
    ] {
        let script = format!("<script>{script}</script>");
        let page = |line: &str| described(line) + &script;
        check(&page(""), &[("time", expected)]);
        check(
            &page("发布时间：2019-05-05"),
            &[("time", Some("2019-05-05"))],
        );
        // data may know the year
        let raw = if expected.is_some() {
            None
        } else {
            Some("09-16")
        };
        let read = read(&page("09-16"));
        assert_eq!(field(&read, "time").as_deref(), expected, "{script}");
        if raw.is_some() {
            assert_eq!(field(&read, "raw").as_deref(), raw, "{script}");
        }
    }
}
