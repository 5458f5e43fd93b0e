//! Outlets, authors and headlines in the forms in which pages print them, each beside what only
//! looks like it.

use super::{TEXT, check};

type Names<'word> = (&'word str, Option<&'word str>, Option<&'word str>);

/// Source and author of pages with these lines between headline and text.
fn heads(cases: &[Names<'_>]) {
    for (head, source, author) in cases {
        let html = format!(
            "<title>展会在某市开幕_某某会展网</title><h1>展会在某市开幕</h1><div class=info>{head}</div>\
             <div class=content>{TEXT}</div>"
        );
        check(&html, &[("source", *source), ("author", *author)]);
    }
}

/// Source and author of pages with these paragraphs after their text.
fn ends(cases: &[Names<'_>]) {
    for (end, source, author) in cases {
        let html = format!(
            "<title>展会在某市开幕_某某会展网</title><h1>展会在某市开幕</h1><div>2020-01-03 10:00</div>\
             <div class=content>{TEXT}{end}</div>"
        );
        check(&html, &[("source", *source), ("author", *author)]);
    }
}

#[test]
fn values_end_before_dates() {
    heads(&[
        ("来源：某某网 2020-01-03 10:00", Some("某某网"), None),
        ("来源：某某网　2020-01-03", Some("某某网"), None),
        ("来源：某某日报2020-01-03 10:00", Some("某某日报"), None),
        ("来源：某某日报/2020-01-03", Some("某某日报"), None),
        (
            "来源：某某日报 2020年01月03日 第01版",
            Some("某某日报"),
            None,
        ),
        ("转载自：某某网 2020-01-03", Some("某某网"), None),
        ("发布单位：某市商务局 2020-01-03", Some("某市商务局"), None),
        (
            "来源：某某网 作者：张三 2020-01-03 10:00",
            Some("某某网"),
            Some("张三"),
        ),
        ("记者 张三 2020-01-03", None, Some("张三")),
        ("来源： 2020-01-03", None, None),
        ("来源：21世纪某某报 2020-01-03", Some("21世纪某某报"), None),
    ]);
}

#[test]
fn labels_take_bars_and_neighbours_for_colons() {
    heads(&[
        (
            "作者 | 张三 来源 | 某某日报 2020-01-03",
            Some("某某日报"),
            Some("张三"),
        ),
        (
            "文丨张三 来源丨某某日报 2020-01-03",
            Some("某某日报"),
            Some("张三"),
        ),
        (
            "<span>来源</span><span>某某日报</span><span>2020-01-03</span>",
            Some("某某日报"),
            None,
        ),
        (
            "2020-01-03 10:00| <span>3条评论</span>| 来源<span>某某网</span>| 作者<span>张三</span>",
            Some("某某网"),
            Some("张三"),
        ),
        ("来源 | 作者 | 2020-01-03", None, None),
        ("评论 | 收藏 | 2020-01-03", None, None),
    ]);
}

#[test]
fn english_labels_need_their_colon() {
    heads(&[
        (
            "Source: Example Daily | Author: Ann Example | 2020-01-03",
            Some("Example Daily"),
            Some("Ann Example"),
        ),
        ("2020-01-03 Open source has a big problem", None, None),
        (
            "2020-01-03 The opinions are those of the author only, and of nobody else",
            None,
            None,
        ),
    ]);
}

#[test]
fn outlets_stand_beside_dates_and_behind_badges() {
    heads(&[
        ("<p>某某社</p><p>2020-01-03 18:13</p>", Some("某某社"), None),
        ("<p>行业动态</p><p>2020-01-03 18:13</p>", None, None),
        (
            "<span>原创</span> <span>某某都市报</span> <span>2020-01-03 16:01:46</span>",
            Some("某某都市报"),
            None,
        ),
        (
            "<span>原创</span> <span>ExampleGame</span> <span>2020-01-03 16:01:46</span>",
            Some("ExampleGame"),
            None,
        ),
        (
            "<span>原创</span> <span>张三</span> <span>2020-01-03 16:01:46</span>",
            None,
            Some("张三"),
        ),
        (
            "<i class='fa fa-user'></i>某某传媒 2020-01-03",
            Some("某某传媒"),
            None,
        ),
        (
            "<i class='fa fa-user'></i>张三 2020-01-03",
            None,
            Some("张三"),
        ),
        ("<div class=author>某市发布</div> 2020-01-03", None, None),
        (
            "<div class=author>张三</div> 2020-01-03",
            None,
            Some("张三"),
        ),
        ("发布：某市商务局 2020-01-03", Some("某市商务局"), None),
        ("主办单位：某市商务局 2020-01-03", None, None),
        ("责任编辑：张三 2020-01-03", None, None),
    ]);
    ends(&[
        ("<p>来源：网络</p>", Some("网络"), None),
        ("<p>来源：某某日报</p>", Some("某某日报"), None),
    ]);
    check(
        &format!(
            "<h1>展会在某市开幕</h1><div><span>某某人文</span> <span>2020-01-03 18:14:21</span></div>\
             <div>{TEXT}<p>来源：网络</p></div>"
        ),
        &[("source", Some("某某人文"))],
    );
}

#[test]
fn all_of_several_names_are_kept_and_no_roles() {
    heads(&[
        (
            "记者：张三　通讯员：李四 2020-01-03",
            None,
            Some("张三、李四"),
        ),
        ("记者 张三 通讯员 李四 2020-01-03", None, Some("张三、李四")),
        ("作者：张三，李四 2020-01-03", None, Some("张三、李四")),
        ("作者：张三 发布人：admin 2020-01-03", None, Some("张三")),
        ("文/某某网专栏作者 王某某 2020-01-03", None, Some("王某某")),
    ]);
    ends(&[
        ("<p>采写：某都见习记者 林小明</p>", None, Some("林小明")),
        (
            "<p>（通讯员 张三 记者 李四 文/图）</p>",
            None,
            Some("张三、李四"),
        ),
        (
            "<p>记者李四、张三实习生王五</p>",
            None,
            Some("李四、张三、王五"),
        ),
    ]);
}

#[test]
fn signatures_end_the_text() {
    ends(&[
        (
            "<p>闭幕式将于明日举行，欢迎光临。（张三）</p>",
            None,
            Some("张三"),
        ),
        (
            "<p>闭幕式将于明日举行，欢迎光临。(李小明 张三)</p>",
            None,
            Some("李小明、张三"),
        ),
        ("<p>（本报记者张三）</p>", None, Some("张三")),
        ("<p>统筹：张三 采写：李四</p>", None, Some("李四")),
        ("<p>市场部 供稿</p>", Some("市场部"), None),
        ("<p>张三/文 李四/图</p>", None, Some("张三")),
        ("<p>文｜张三 图｜李四</p>", None, Some("张三")),
        ("<p>闭幕式将于明日举行，地点在某市（江苏）</p>", None, None),
        ("<p>闭幕式将于明日举行，欢迎光临。（高清）</p>", None, None),
        ("<p>闭幕式将于明日举行，欢迎光临。（完）</p>", None, None),
        ("<p>图/李四</p>", None, None),
        ("<p>摄影：李四</p>", None, None),
        ("<p>编译：李四</p>", None, None),
        ("<p>责任编辑：李四</p>", None, None),
        (
            "<p>记者在现场看到，观众络绎不绝，来源地遍布全国。</p>",
            None,
            None,
        ),
        ("<p>记者：您怎么看这次展会？</p>", None, None),
    ]);
}

#[test]
fn items_of_linked_lists_speak_of_other_articles() {
    let item = "<li><a href=/1.html>某某市召开重点项目建设推进会议</a>\
                <span>2021-01-04 阅读 121 来源：某某日报 作者：王某某</span></li>";
    let items = item.repeat(5);
    check(
        &format!(
            "<h1>展会在某市开幕</h1><div>2020-01-03 10:00</div><div class=content>{TEXT}</div><ul>{items}</ul>"
        ),
        &[("source", None), ("author", None), ("views", None)],
    );
    check(
        &format!(
            "<h1>展会在某市开幕</h1><ul><li>来源：<a href=/>某某日报</a></li><li>作者：<a href=/>张三</a></li>\
             <li>2020-01-03</li></ul><div class=content>{TEXT}</div>"
        ),
        &[("source", Some("某某日报")), ("author", Some("张三"))],
    );
}

#[test]
fn english_pages_are_signed() {
    const STORY: &str = "<p>The fair opened on Monday in the new halls, and three hundred companies showed what they had \
        built over the last two years, said the organisers.</p><p>Visitors came from forty countries, and the halls \
        were full until the evening, which nobody had expected after the last two editions.</p><p>The next fair will \
        be held in two years, and half of the stands have been booked already.</p>";
    for (byline, author) in [
        ("<a rel=author href=/a>Ann Example</a>", Some("Ann Example")),
        (
            "<span itemprop=author><span itemprop=name>Ann Example</span> —</span>",
            Some("Ann Example"),
        ),
        (
            "<div class='meta meta--author'>Ann Example</div>",
            Some("Ann Example"),
        ),
        (
            "By <a href=/x>Ann Example</a> Jan 2, 2020",
            Some("Ann Example"),
        ),
        (
            "By <span>Ann Example</span> and <span>Ben Sample</span>",
            Some("Ann Example、Ben Sample"),
        ),
        (
            "<div class=byline>By <a href=/a>Ann Example</a><a href=/b>@annexample</a></div>",
            Some("Ann Example"),
        ),
        (
            "<a href=/authors/ann-example>Ann Example</a>",
            Some("Ann Example"),
        ),
        (
            "<div class=comment><span class=author>Ben Sample</span></div>",
            None,
        ),
        ("<a href=/authors/>All our authors</a>", None),
        ("January 2, 2020", None),
    ] {
        let html = format!(
            "<html lang=en><title>A fair opens in the new halls</title><article><h1>A fair opens in the new halls</h1>\
             <div>{byline}</div>{STORY}</article></html>"
        );
        check(&html, &[("author", author)]);
    }
}

#[test]
fn headlines_are_found_below_poor_titles() {
    let page = |head: &str, heading: &str, text: &str| {
        format!("{head}{heading}<div>2020-01-03 10:00:05 字号：A- A A+</div><div>{text}</div>")
    };
    let site = "<title>某某集团有限公司官方网站</title>";
    for (head, heading, title) in [
        (site, "<h3>展会在某市开幕</h3>", "展会在某市开幕"),
        ("", "<h3>展会在某市开幕</h3>", "展会在某市开幕"),
        (
            site,
            "<h1>展会在某市国际会展中心开幕</h1><h2>预计四年内有三百家企业参展</h2>",
            "展会在某市国际会展中心开幕",
        ),
        (
            "<title>三百家企业参展...</title>",
            "<div>三百家企业参展，展出面积两万平方米</div>",
            "三百家企业参展，展出面积两万平方米",
        ),
        (
            "<title>某某预测--三百家企业参展...</title>",
            "<div>三百家企业参展，展出面积两万平方米</div>",
            "三百家企业参展，展出面积两万平方米",
        ),
        (
            "<title>展会在某市开幕_某某网</title>",
            "<h1><span>原创</span>展会在某市开幕</h1>",
            "展会在某市开幕",
        ),
        (
            "<title>原创展会在某市开幕_某某网</title>",
            "<h1>原创展会在某市开幕</h1>",
            "原创展会在某市开幕",
        ),
    ] {
        check(&page(head, heading, TEXT), &[("title", Some(title))]);
    }
}
