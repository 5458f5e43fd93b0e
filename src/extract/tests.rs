//! Small pages in the shapes that content management systems print.

use super::*;
use crate::model::{PageUrl, Timestamp};
use crate::rules::RuleBook;

mod beside;
mod counts;
mod dates;
mod forms;
mod labels;
mod names;
mod notices;

/// A page with one line of metadata between headline and text.
fn described(metadata: &str) -> String {
    format!("<h1>展会在某市开幕</h1><div class=info>{metadata}</div><div>{TEXT}</div>")
}

/// Paragraphs long enough to be an article.
const TEXT: &str = "<p>某展会今日在某市国际会展中心开幕，来自全国各地的三百家企业参展，展出面积两万平方米。</p>\
    <p>主办方表示，本届展会首次设立专业买家区，预计三天内将接待观众五万人次，签约额超过往届。</p>\
    <p>展会期间还将举办十五场论坛和对接活动，为参展企业和专业观众提供交流合作的平台。</p>";

fn read(html: &str) -> Extraction {
    let url = PageUrl::parse("http://www.example.cn/news/show.html").expect("url");
    let now: Timestamp = "2026-06-16T02:00:00Z".parse().expect("instant");
    let page = Page::parse(html, Some(url), now, encoding_rs::UTF_8);
    extract(&page, &RuleBook::default())
}

/// One value of an article as text.
fn field(read: &Extraction, name: &str) -> Option<String> {
    let article = &read.article;
    match name {
        "title" => article.title.clone(),
        "summary" => article.summary.clone(),
        "source" => article.source.clone(),
        "author" => article.author.clone(),
        "editor" => article.editor.clone(),
        "time" => article.publish_time.map(|time| time.to_string()),
        "raw" => article.publish_time_raw.clone(),
        "views" => article.views.map(|views| views.to_string()),
        "note" => article.views_note.map(|note| note.name().to_owned()),
        _ => None,
    }
}

fn check(html: &str, expected: &[(&str, Option<&str>)]) {
    let read = read(html);
    for (name, value) in expected {
        assert_eq!(
            field(&read, name).as_deref(),
            *value,
            "{name} of {html}\n{read:?}"
        );
    }
}

#[test]
fn the_line_of_pipes_is_read() {
    check(
        &format!(
            "<title>峰会举行_某某会展</title><body><h1>峰会举行于某市</h1><div><span>来源：某某会展</span><i>|</i>\
             <span>作者：张三</span><i>|</i><span>发布时间： 2020-09-16</span><i>|</i>\
             <span><b>5476</b> 次浏览</span><i>|</i><span>分享到：</span></div><div>{TEXT}</div>"
        ),
        &[
            ("title", Some("峰会举行于某市")),
            ("source", Some("某某会展")),
            ("author", Some("张三")),
            ("time", Some("2020-09-16")),
            ("views", Some("5476")),
            ("note", None),
        ],
    );
}

#[test]
fn empty_labels_give_nothing() {
    check(
        &format!(
            "<table><tr><td><h1>展会开幕了</h1></td></tr><tr><td>时间：2020-03-08 02:44:19&nbsp;&nbsp;来源：&nbsp;&nbsp;作者：</td></tr>\
             </table><table><tr><td>{TEXT}</td></tr></table>"
        ),
        &[
            ("time", Some("2020-03-08 02:44:19")),
            ("source", None),
            ("author", None),
        ],
    );
}

#[test]
fn metadata_inside_the_heading_is_no_title() {
    check(
        &format!(
            "<div id=Article><h1>展会在某市开幕<br><span>2020-09-16 10:30:00&nbsp;&nbsp;&nbsp;来源：某某网&nbsp;&nbsp;&nbsp;\
             评论：<a>0</a> 点击：</span><span id=hits></span></h1><div class=content>{TEXT}</div></div>\
             <script src='/api.php?op=count&id=1'></script>"
        ),
        &[
            ("title", Some("展会在某市开幕")),
            ("time", Some("2020-09-16 10:30:00")),
            ("source", Some("某某网")),
            ("views", None),
            ("note", Some("script-counter")),
        ],
    );
}

#[test]
fn views_are_numbers_that_the_page_prints() {
    for (printed, views, note) in [
        ("浏览：186次", Some("186"), None),
        ("阅读10544次", Some("10544"), None),
        ("点击数:(<font><font>0</font></font>)", Some("0"), None),
        ("浏览：1.2万+", Some("12000"), Some("rounded")),
        (
            "点击：<script src='/plus/count.php?aid=1'></script>次",
            None,
            Some("script-counter"),
        ),
        ("下载次数：88 点赞：7 评论(12)", None, None),
    ] {
        let html = format!(
            "<h1>展会在某市开幕</h1><div>发布时间：2020-09-16 {printed}</div><div>{TEXT}</div>"
        );
        check(&html, &[("views", views), ("note", note)]);
    }
}

#[test]
fn dates_of_events_and_sidebars_are_decoys() {
    check(
        &format!(
            "<div><a href=/1>别的新闻一则</a> 2021-01-01</div><h1>展会在某市开幕</h1><div>发布日期：2020-09-16</div>\
             <div>{TEXT}<p>举办时间：2026年10月16日-18日</p></div><div>相关新闻</div><ul><li><a href=/2>旧闻</a> 2019-01-01</ul>"
        ),
        &[("time", Some("2020-09-16"))],
    );
    check(
        &format!("<h1>展会在某市开幕</h1><div>发布时间：10-08</div><div>{TEXT}</div>"),
        &[("time", None), ("raw", Some("10-08"))],
    );
    check(
        &format!(
            "<h1>展会在某市开幕</h1><em>昨天</em><div>{TEXT}</div><script>var ct = \"1581517074\";</script>"
        ),
        &[("time", Some("2020-02-12 22:17:54"))],
    );
}

#[test]
fn commented_out_lines_are_not_read() {
    check(
        &format!("<h1>展会在某市开幕</h1><!-- <p>来源：某某网 2020-09-16</p> --><div>{TEXT}</div>"),
        &[("source", None), ("time", None)],
    );
}

#[test]
fn titles_are_found_among_banners() {
    check(
        &format!(
            "<title>展会在某市开幕_我的网站</title><h1>查看内容</h1><h3>展会在某市开幕</h3><div>{TEXT}</div>"
        ),
        &[("title", Some("展会在某市开幕"))],
    );
    check(
        &format!(
            "<title>展会在某市开幕--- 某某广告传媒有限公司</title><h1></h1><h3>展会在某市开幕</h3><div>{TEXT}</div>"
        ),
        &[("title", Some("展会在某市开幕"))],
    );
    check(
        &format!(
            "<title>新闻动态--某某官网</title><div>首页 > 新闻动态</div><h5>展会在某市成功举行！</h5><div>发布时间：2019-05-18</div><div>{TEXT}</div>"
        ),
        &[("title", Some("展会在某市成功举行！"))],
    );
}

#[test]
fn the_sites_name_is_no_title() {
    check(
        &format!(
            "<title>某某会展有限公司</title><h1><a href=/>某某会展有限公司</a></h1><div class=bt>展会在某市成功举行</div>\
             <div>2019-05-18 公司新闻</div><div>{TEXT}</div>"
        ),
        &[("title", Some("展会在某市成功举行")), ("source", None)],
    );
}

#[test]
fn the_text_ends_where_the_page_goes_on() {
    let read = read(&format!(
        "<h1>展会在某市开幕</h1><div class=box>{TEXT}<p>（来源：某某财经）</p><p>（责任编辑：admin）</p>\
         <div class=share>分享到：微信 微博</div><p>上一篇：<a href=/1>没有了</a></p><p>相关新闻</p>\
         <ul><li><a href=/2>旧闻一则</a></li></ul><p>版权所有 © 某某公司</p></div>"
    ));
    let text = read.article.body_text.as_deref().expect("text");
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.ends_with("平台。"), "{text}");
    assert_eq!(read.article.source.as_deref(), Some("某某财经"));
    assert_eq!(read.article.editor.as_deref(), Some("admin"));
    assert!(
        read.warnings
            .iter()
            .any(|warning| warning.kind == "placeholder")
    );
    assert_eq!(read.kind, PageKind::Article);
}

#[test]
fn lines_are_made_by_breaks_divs_and_cells_alike() {
    let read = read(
        "<h1>展会在某市开幕</h1><div>某展会今日在某市国际会展中心开幕，三百家企业参展。<br><br>　　展出面积两万平方米，为历届最大。\
         <table><tr><td>日期</td><td>场次</td></tr><tr><td>首日</td><td>五</td></tr></table>\
         <div>主办方表示，预计三天内将接待观众五万人次。</div><ul><li>观众须提前登记，凭证件入场。</li></ul></div>",
    );
    assert_eq!(
        read.article.body_text.as_deref(),
        Some(
            "某展会今日在某市国际会展中心开幕，三百家企业参展。\n展出面积两万平方米，为历届最大。\n日期 场次\n首日 五\n\
             主办方表示，预计三天内将接待观众五万人次。\n观众须提前登记，凭证件入场。"
        )
    );
}

#[test]
fn html_is_safe_and_its_pictures_are_found() {
    let read = read(&format!(
        "<h1>展会在某市开幕</h1><div class=content>{TEXT}<p onclick=x()><img src=loading.gif data-src=/a.jpg alt=展台>\
         <a href='javascript:x()'>点</a><a href=/b.html style='color:red'>详细介绍在这里。</a></p><script>x()</script>\
         <iframe src=http://evil.example/></iframe></div>"
    ));
    let html = read.article.body_html.as_deref().expect("html");
    for wrong in ["script", "onclick", "style", "iframe", "evil"] {
        assert!(!html.contains(wrong), "{wrong} in {html}");
    }
    assert!(
        html.contains("href=\"http://www.example.cn/b.html\""),
        "{html}"
    );
    let images: Vec<_> = read
        .article
        .images
        .iter()
        .map(|image| image.url.as_str())
        .collect();
    assert_eq!(images, ["http://www.example.cn/a.jpg"]);
}

#[test]
fn hidden_interference_is_not_read() {
    let read = read(&format!(
        "<h1>展会在某市开幕</h1><div>{TEXT}<div class='pl_css_ganrao' style='display: none;'>这里是一段隐藏的垃圾文字，读者看不见。</div></div>"
    ));
    assert!(!read.article.body_text.expect("text").contains("垃圾"));
}

#[test]
fn a_repeated_opening_is_a_summary() {
    let opening =
        "某展会今日在某市国际会展中心开幕，来自全国各地的三百家企业参展，展出面积两万平方米。";
    let read = read(&format!(
        "<h1>展会在某市开幕</h1><div><p>{opening}</p>{TEXT}</div>"
    ));
    assert_eq!(read.article.summary.as_deref(), Some(opening));
    assert_eq!(
        read.article
            .body_text
            .expect("text")
            .matches(opening)
            .count(),
        1
    );
}

#[test]
fn an_annotated_page_is_read_recovered_and_kept_as_printed() {
    let read = read(
        "<title>某會(huì)展開(kāi)幕</title><h1>某會(huì)展開(kāi)幕</h1><p>來(lái)源：示例會(huì)展 發(fā)布時(shí)間：2020-09-16</p>\
         <div><p>某會(huì)展今日在某市國(guó)際會(huì)展中心開(kāi)幕，來(lái)自全國(guó)的三百家企業(yè)參展。</p>\
         <p>會(huì)展設(shè)三個(gè)專區(qū)，預(yù)計(jì)三天接待觀眾五萬人次，為企業(yè)搭建對(duì)接平臺(tái)。</p></div>",
    );
    let article = &read.article;
    assert_eq!(article.title.as_deref(), Some("某会展开幕"));
    assert_eq!(article.source.as_deref(), Some("示例会展"));
    assert!(
        article
            .body_text
            .as_deref()
            .is_some_and(|text| text.starts_with("某会展今日"))
    );
    assert_eq!(article.lang.as_deref(), Some("zh-Hans"));
    let printed = article.as_printed.as_ref().expect("as printed");
    assert_eq!(printed.title.as_deref(), Some("某會(huì)展開(kāi)幕"));
    assert_eq!(
        printed
            .body_text
            .as_deref()
            .map(|text| text.lines().count()),
        Some(2)
    );
    assert!(
        read.warnings
            .iter()
            .any(|warning| warning.kind == "annotated-text")
    );
}

#[test]
fn lists_are_told_from_articles() {
    let items: Vec<String> = (1..12)
        .map(|n| {
            format!(
                "<li><a href=/news/{n}.html>第{n}届某某产业博览会在某市开幕</a><span>2020-09-{n:02}</span>\
                 <p>某展会今日在某市国际会展中心开幕，来自全国各地的企业参展，展出面积两万平方米……</p></li>"
            )
        })
        .collect();
    let list = read(&format!(
        "<title>公司新闻_某某会展</title><h1>公司新闻</h1><ul>{}</ul><div>上一页 下一页 末页</div>",
        items.concat()
    ));
    assert_eq!(list.kind, PageKind::List, "{list:?}");
    assert_eq!(list.article.body_text, None);
    let plain: Vec<String> = (1..20)
        .map(|n| {
            format!(
                "<li><a href=/news/{n}.html>第{n}届某某产业博览会在某市开幕</a> 2020-09-{n:02}</li>"
            )
        })
        .collect();
    assert_eq!(
        read(&format!("<h1>公司新闻</h1><ul>{}</ul>", plain.concat())).kind,
        PageKind::List
    );
    // one picture and a metadata line are an article nevertheless
    let short = read(
        "<h1>公司承办的展会现场照片</h1><div>发布时间：2016-10-05 作者：admin 点击数：(3)</div><div><p><img src=/a.jpg></p></div>\
         <div>上一篇：没有了 下一篇：没有了</div>",
    );
    assert_eq!(short.kind, PageKind::Article);
    assert_eq!(short.article.images.len(), 1);
    assert_eq!(read("<p>空</p>").kind, PageKind::Other);
}

#[test]
fn hostile_pages_end() {
    let deep = "<div><font><span>".repeat(20_000) + TEXT;
    let rows = "<table><tr><td>".repeat(10_000) + TEXT;
    let labels = format!("<h1>题</h1><p>{}</p>", "来源：作者：".repeat(50_000));
    let digits = format!("<h1>题</h1><p>发布时间：{}</p>", "2020-".repeat(100_000));
    let brackets = format!("<p>{}</p>{TEXT}", "（来源：".repeat(50_000));
    for html in [
        deep,
        rows,
        labels,
        digits,
        brackets,
        String::new(),
        "<".repeat(100_000),
    ] {
        let _read = read(&html);
    }
}

#[test]
fn the_events_own_time_stays_in_the_text() {
    let read = read(&format!(
        "<h1>展会在某市开幕</h1><div>发布日期：2020-09-16</div><div><p>时间：2026年10月16日</p><p>地点：某市国际会展中心</p>{TEXT}</div>"
    ));
    assert!(
        read.article
            .body_text
            .expect("text")
            .starts_with("时间：2026年10月16日\n地点")
    );
    assert_eq!(
        read.article.publish_time.expect("time").to_string(),
        "2020-09-16"
    );
}

#[test]
fn labels_need_not_stand_beside_their_values() {
    let around = |metadata: &str| {
        format!(
            "<title>展会开幕于某市_某网</title><body><h1>展会开幕于某市</h1>{metadata}<div>{TEXT}</div>"
        )
    };
    let expected = [
        ("source", Some("某某日报")),
        ("author", Some("张三")),
        ("time", Some("2024-05-06")),
    ];
    check(
        &around(
            "<div><div><div>来源</div><div>某某日报</div></div><div><div>作者</div><div>张三</div></div>\
             <div><div>时间</div><div>2024-05-06</div></div></div>",
        ),
        &expected,
    );
    check(
        &around(
            "<dl><dt>来源：</dt><dd>某某日报</dd><dt>作者：</dt><dd>张三</dd><dt>时间：</dt><dd>2024-05-06</dd></dl>",
        ),
        &expected,
    );
    // an empty label above a sentence has no value
    check(
        &around("<div>来源：</div><p>展会今日开幕，三百家企业参展。</p>"),
        &[("source", None)],
    );
}

#[test]
fn icons_stand_for_labels() {
    check(
        &format!(
            "<title>展会开幕于某市_某网</title><h1>展会开幕于某市</h1><p><i class=\"fa fa-clock\"></i>2024/3/5 \
             <i class=\"fa fa-user\"></i> 张三 <i class=\"icon-eye\"></i> 1.2万</p><div>{TEXT}</div>"
        ),
        &[
            ("author", Some("张三")),
            ("views", Some("12000")),
            ("note", Some("rounded")),
            ("time", Some("2024-03-05")),
        ],
    );
}

#[test]
fn a_value_in_brackets_is_no_label() {
    check(
        &format!(
            "<title>展会开幕于某市</title><h1>展会开幕于某市</h1><p>来源：[本站原创] 点击数：[1023]</p>{TEXT}"
        ),
        &[("source", Some("本站原创")), ("views", Some("1023"))],
    );
}

#[test]
fn what_the_head_calls_the_author_may_be_the_site() {
    let page = |name: &str| {
        format!(
            "<title>展会开幕于某市 - 某某会展网</title><script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\
             \"author\":{{\"@type\":\"Person\",\"name\":\"{name}\"}}}}</script><h1>展会开幕于某市</h1>{TEXT}"
        )
    };
    check(&page("某某会展"), &[("author", None)]);
    check(&page("张三"), &[("author", Some("张三"))]);
}

#[test]
fn a_time_element_dates_what_words_do_not() {
    check(
        &format!(
            "<title>展会开幕于某市</title><h1>展会开幕于某市</h1><p><time datetime=\"2023-05-05\">发布：05 五月 2023</time></p>{TEXT}"
        ),
        &[("time", Some("2023-05-05"))],
    );
}

/// The lines of an article's text.
fn lines(html: &str) -> Vec<String> {
    let text = read(html).article.body_text.unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn what_follows_a_short_article_is_none_of_it() {
    const NOTE: &str = "近日，我公司在某市会展业年会上荣获优秀组展机构称号，这已是连续第五年。";
    let longer = TEXT.replace("<p>", "<div>").replace("</p>", "</div>");
    for following in [
        format!("<div>全部评论 3</div>{longer}"),
        format!("<h1>另一展会今日落幕</h1><p>2024-03-04</p>{longer}"),
        format!("<h4>公司简介</h4><div>{longer}</div>"),
    ] {
        let html = format!(
            "<title>公司荣获优秀称号_某网</title><body><div><h1>公司荣获优秀称号</h1><p>2024-03-05</p><div><p>{NOTE}</p></div></div><div>{following}</div>"
        );
        assert_eq!(lines(&html), [NOTE], "{following}");
    }
}
