//! Whom a page names, with a label and without, and whom it does not.

use super::*;

#[test]
fn values_end_where_the_next_thing_begins() {
    for (line, source, author) in [
        ("来源：某某日报（北京）　2020-09-16", Some("某某日报"), None),
        (
            "来源：某某网 2020-09-16 作者：张三",
            Some("某某网"),
            Some("张三"),
        ),
        ("作者：张三 2020-09-16 10:30", None, Some("张三")),
        (
            "来&nbsp;&nbsp;源：《某某日报》 作 者：张三",
            Some("某某日报"),
            Some("张三"),
        ),
        (
            "来源：某某会展 | 作者：张三 | 分享到：",
            Some("某某会展"),
            Some("张三"),
        ),
        ("来源：&nbsp;&nbsp;作者：&nbsp;&nbsp;2020-09-16", None, None),
        ("来源：未知　作者：admin", Some("未知"), Some("admin")),
        ("2020-09-16&nbsp;&nbsp;图片来源：某某网", None, None),
        (
            "2020-09-16&nbsp;&nbsp;责任编辑：张三&nbsp;&nbsp;审核：李四",
            None,
            None,
        ),
        ("2020-09-16&nbsp;&nbsp;摄影：李四", None, None),
    ] {
        check(&described(line), &[("source", source), ("author", author)]);
    }
}

#[test]
fn names_without_a_label_stand_beside_a_date_or_an_icon() {
    for (line, source, author) in [
        (
            "<span>2020-09-16</span><span>某某会展有限公司</span><span><i class=eye></i>88</span>",
            Some("某某会展有限公司"),
            None,
        ),
        (
            "<span><i class='fa fa-user'></i>某某会展</span><span>2020-09-16</span>",
            None,
            Some("某某会展"),
        ),
        ("<span>2020-09-16</span><span>行业动态</span>", None, None),
    ] {
        check(&described(line), &[("source", source), ("author", author)]);
    }
}

#[test]
fn a_badge_is_no_part_of_a_name() {
    for line in [
        "<div class=author><div>展小闻</div><span>企鹅号</span></div>",
        "<a class=author><b>展小闻</b><i class=badge>实名</i></a>",
        "<span class=author-name>展小闻</span><span>官方账号</span>",
    ] {
        check(&described(line), &[("author", Some("展小闻"))]);
    }
    check(
        &described("<div class=author><b>张三</b>、<b>李四</b></div>"),
        &[("author", Some("张三、李四"))],
    );
}

#[test]
fn what_nobody_sees_is_not_read() {
    let line = "来源：某某网 作者：张三 2020-09-16 浏览：88";
    for hidden in [
        format!("<!-- {line} -->"),
        format!("<script>document.write('{line}')</script>"),
        format!("<noscript>{line}</noscript>"),
        format!("<div style='display:none'>{line}</div>"),
        format!("<template>{line}</template>"),
    ] {
        let nothing = [
            ("source", None),
            ("author", None),
            ("time", None),
            ("views", None),
        ];
        check(&described(&hidden), &nothing);
    }
}

#[test]
fn metadata_is_read_wherever_it_stands() {
    let line = "发布时间：2020-09-16　来源：某某网　作者：张三　浏览：88次";
    for page in [
        described(line),
        format!("<h1>展会在某市开幕<br><small>{line}</small></h1><div>{TEXT}</div>"),
        format!("<h1>展会在某市开幕</h1><div><p>{line}</p>{TEXT}</div>"),
        format!("<h1>展会在某市开幕</h1><div>{TEXT}</div><div class=bottom>{line}</div>"),
        format!(
            "<h1>展会在某市开幕</h1><div>{TEXT}</div><ul><li>{}</li></ul>",
            line.replace('　', "</li><li>")
        ),
    ] {
        check(
            &page,
            &[
                ("title", Some("展会在某市开幕")),
                ("time", Some("2020-09-16")),
                ("source", Some("某某网")),
                ("author", Some("张三")),
                ("views", Some("88")),
            ],
        );
    }
}
