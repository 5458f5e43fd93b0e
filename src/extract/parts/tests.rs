//! Page bars as content management systems print them, and articles put together from their parts.

use super::*;
use crate::model::{Image, PageKind, Provenance, Timestamp};
use crate::rules::{RuleBook, parse};

const OWN: &str = "http://www.example.cn/news/123.html";

/// Number, count, first and next part that the bar `bar` of the page at `url` tells.
type Told = (
    Option<u32>,
    Option<u32>,
    Option<&'static str>,
    Option<&'static str>,
);

fn read(url: &str, selector: &str, bar: &str) -> Option<Part> {
    let now: Timestamp = "2026-06-16T02:00:00Z".parse().expect("instant");
    let url = PageUrl::parse(url).expect("url");
    let html = format!("<body><h1>题</h1><p>正文。</p>{bar}<a href='9.html'>下一篇</a>");
    let page = Page::parse(&html, Some(url), now, encoding_rs::UTF_8);
    of(&page, &[Selector::parse(selector).expect("selector")])
}

fn check(url: &str, bar: &str, expected: Option<Told>) {
    let bar = format!("<div class=bar>{bar}</div>");
    let found = read(url, ".bar", &bar);
    let whole = |url: &str| PageUrl::parse(url).expect("url");
    let expected = expected.map(|(number, of, first, next)| Part {
        number,
        of,
        first: first.map(whole),
        next: next.map(whole),
    });
    assert_eq!(found, expected, "{url} {bar}");
    // a rule for the links says the same as one for what holds them
    assert_eq!(read(url, ".bar a", &bar), found, "{url} {bar}");
}

#[test]
fn page_bars_tell_where_the_article_goes_on() {
    const SECOND: &str = "http://www.example.cn/news/123_2.html";
    const THIRD: &str = "http://www.example.cn/news/123_3.html";
    let dede = "共3页: <a href='#'>上一页</a><a href='#'>1</a><a href='123_2.html'>2</a>\
                <a href='123_3.html'>3</a><a href='123_2.html'>下一页</a>";
    check(OWN, dede, Some((Some(1), Some(3), None, Some(SECOND))));
    let middle = "<a href='123.html'>1</a> <b>2</b> <a href='123_3.html'>3</a>\
                  <a href='123_3.html'>下一页</a>";
    check(
        SECOND,
        middle,
        Some((Some(2), Some(3), Some(OWN), Some(THIRD))),
    );
    // the last part's 下一页 leads nowhere, or to itself
    let last = "<a href='123.html'>1</a><a href='123_2.html'>2</a><a href='#'>3</a>";
    let told = Some((Some(3), Some(3), Some(OWN), None));
    check(THIRD, &format!("{last}<a href='#'>下一页</a>"), told);
    check(
        THIRD,
        &format!("{last}<a href='123_3.html'>下一页</a>"),
        told,
    );
    check(THIRD, last, told);
    // numbers alone, in brackets, the own one linked or not
    let brackets = "<a href='123.html'>【1】</a><a href='123_2.html'>【2】</a>";
    check(OWN, brackets, Some((Some(1), Some(2), None, Some(SECOND))));
    check(
        OWN,
        "【1】<a href='123_2.html'>【2】</a>",
        Some((Some(1), Some(2), None, Some(SECOND))),
    );
    check(SECOND, brackets, Some((Some(2), Some(2), Some(OWN), None)));
    // no numbers
    for bar in [
        "<a href='123_2.html'>下一页</a>",
        "<a href='123_2.html'>余下全文&gt;&gt;</a>",
        "<a href='/'>上一页</a><a rel=next href='123_2.html'>→</a>",
    ] {
        check(OWN, bar, Some((None, None, None, Some(SECOND))));
    }
}

#[test]
fn what_is_no_page_bar_tells_nothing() {
    for bar in [
        "",
        "共1页",
        "<a href='#'>1</a>",
        "<a href='123.html'>1</a><a href='javascript:void(0)'>下一页</a>",
        "<a href='122.html'>上一页</a>",
        "<a href='/'>返回首页</a>",
        "<a href='7.html'>甲</a><a href='8.html'>乙</a>",
    ] {
        check(OWN, bar, None);
    }
}

#[test]
fn the_first_part_under_another_address_is_still_the_first() {
    // its own bar calls it 1 under an address with a page number
    let bar = "<a href='show.php?id=5&page=1'>1</a><a href='show.php?id=5&page=2'>2</a>\
               <a href='show.php?id=5&page=2'>下一页</a>";
    let next = "http://www.example.cn/show.php?id=5&page=2";
    check(
        "http://www.example.cn/show.php?id=5",
        bar,
        Some((Some(1), Some(2), None, Some(next))),
    );
}

#[test]
fn a_bar_of_a_few_numbers_of_many_counts_nothing() {
    let bar = "<a href='123.html'>1</a><b>2</b>…<a href='123_8.html'>8</a>";
    let found = read(OWN, ".bar", &format!("<p class=bar>{bar}</p>"));
    assert_eq!(found, None);
    let named = format!("<p class=bar>{bar}<a href='123_8.html'>下一页</a></p>");
    let found = read("http://www.example.cn/news/123_7.html", ".bar", &named).expect("a part");
    assert_eq!(found.number, Some(7));
    assert!(found.first.is_some_and(|first| first.as_str() == OWN));
}

#[test]
fn the_number_left_out_is_the_page_s_own() {
    for (numbers, expected) in [
        (vec![], None),
        (vec![2, 3], Some(1)),
        (vec![2, 3, 9], Some(1)),
        (vec![1, 3], Some(2)),
        (vec![1, 2], Some(3)),
        (vec![1, 5, 6, 8, 9], Some(7)),
        (vec![5, 6, 8, 9], Some(7)),
        (vec![1, 3, 5], None),
        (vec![1, 2, 9], None),
    ] {
        let found = left_out(&numbers.iter().copied().collect());
        assert_eq!(found, expected, "{numbers:?}");
    }
}

#[test]
fn an_arrow_beside_numbers_may_lead_to_the_end() {
    let bar = "<p class=bar><a href='123.html'>1</a><b>2</b><a href='123_3.html'>3</a>\
               <a href='123_5.html'>&gt;&gt;</a></p>";
    let found = read("http://www.example.cn/news/123_2.html", ".bar", bar);
    let next = found.and_then(|part| part.next).expect("next");
    assert_eq!(next.as_str(), "http://www.example.cn/news/123_3.html");
}

#[test]
fn the_page_bar_is_no_part_of_the_text_and_a_list_has_no_parts() {
    let rules = "name = '示例'\nhosts = ['www.example.cn']\n[article]\nnext-part = '.bar'\n\
                 [fields]\nbody = '.text'";
    let rules = parse("example.toml", rules).expect("rules");
    let book = RuleBook::default().with_files(vec![rules]);
    let now: Timestamp = "2026-06-16T02:00:00Z".parse().expect("instant");
    let bar = "<p class=bar>本文共2页 1 <a href='123_2.html'>2</a></p>";
    let text = "展会今日在某市国际会展中心开幕，三百家企业参展，展出面积两万平方米。\n\
                主办方预计三天内接待观众五万人次，同期举办十五场论坛和对接活动。\n\
                展会首次设立专业买家区，为参展企业和专业观众提供交流合作的平台。";
    let paragraphs = text.replace('\n', "</p><p>");
    let html = format!(
        "<h1>展会在某市开幕</h1><p>来源：示例网 时间：2026-05-01</p>\
         <div class=text><p>{paragraphs}</p>{bar}</div>"
    );
    let url = PageUrl::parse(OWN).expect("url");
    let page = Page::parse(&html, Some(url.clone()), now, encoding_rs::UTF_8);
    let read = super::super::extract(&page, &book);
    assert_eq!(read.article.body_text.as_deref(), Some(text));
    assert_eq!(
        read.part.and_then(|part| part.next).expect("next").as_str(),
        "http://www.example.cn/news/123_2.html"
    );
    let items = (1..20)
        .map(|n| format!("<li><a href='/news/{n}.html'>第{n}届展会在某市开幕</a> 2026-05-01</li>"));
    let html = format!(
        "<div class=text><ul>{}</ul>{bar}</div>",
        items.collect::<String>()
    );
    let page = Page::parse(&html, Some(url), now, encoding_rs::UTF_8);
    let read = super::super::extract(&page, &book);
    assert_eq!((read.kind, read.part), (PageKind::List, None));
}

fn part(text: &str) -> Extraction {
    let lines = text.lines().map(|line| format!("<p>{line}</p>"));
    Extraction {
        article: Article {
            title: Some("展会观察".to_owned()),
            body_text: Some(text.to_owned()),
            body_html: Some(lines.collect()),
            ..Article::default()
        },
        kind: PageKind::Article,
        warnings: Vec::new(),
        provenance: Provenance::from([(Field::Body, "builder:x body[0]".to_owned())]),
        rules: "builder:x".to_owned(),
        part: Some(Part {
            number: None,
            of: None,
            first: None,
            next: PageUrl::parse(OWN).ok(),
        }),
    }
}

fn image(name: &str) -> Image {
    Image {
        url: PageUrl::parse(&format!("http://www.example.cn/{name}")).expect("url"),
        alt: None,
    }
}

#[test]
fn parts_are_joined_in_their_order() {
    let mut first = part("甲。");
    first.article.images = vec![image("1.jpg")];
    let mut second = part("乙。\n丙。");
    second.article.images = vec![image("1.jpg"), image("2.jpg")];
    let mut third = part("丁。");
    third.part = None;
    let joined = join(first, [second, third]);
    assert_eq!(
        joined.article.body_text.as_deref(),
        Some("甲。\n乙。\n丙。\n丁。")
    );
    assert_eq!(
        joined.article.body_html.as_deref(),
        Some("<p>甲。</p><p>乙。</p><p>丙。</p><p>丁。</p>")
    );
    assert_eq!(joined.article.images, [image("1.jpg"), image("2.jpg")]);
    assert_eq!(joined.article.title.as_deref(), Some("展会观察"));
    assert_eq!(
        joined.provenance[&Field::Body],
        "builder:x body[0], 3 parts"
    );
    assert_eq!(joined.part.expect("a first part").next, None);
    // an article of one part stays what it is
    assert_eq!(join(part("甲。"), []), part("甲。"));
}

#[test]
fn a_later_part_without_text_adds_its_pictures() {
    let mut second = part("");
    second.article.body_text = None;
    second.article.body_html = Some("<img src=\"http://www.example.cn/2.jpg\">".to_owned());
    second.article.images = vec![image("2.jpg")];
    let joined = join(part("甲。"), [second]).article;
    assert_eq!(joined.body_text.as_deref(), Some("甲。"));
    assert_eq!(joined.images, [image("2.jpg")]);
    assert!(
        joined
            .body_html
            .is_some_and(|html| html.ends_with("2.jpg\">"))
    );
}

#[test]
fn headings_that_each_part_repeats_are_kept_once() {
    let check = |summary: Option<&str>, text: &str, title: &str, expected: &str, html: &str| {
        let mut first = part("甲。");
        first.article.summary = summary.map(str::to_owned);
        let mut second = part(text);
        second.article.title = Some(title.to_owned());
        let joined = join(first, [second]).article;
        assert_eq!(joined.body_text.as_deref(), Some(expected), "{text}");
        assert_eq!(joined.body_html.as_deref(), Some(html), "{text}");
    };
    let plain = "<p>甲。</p><p>乙。</p>";
    check(None, "展会观察\n乙。", "展会观察", "甲。\n乙。", plain);
    check(
        None,
        "展会观察(2)\n乙。",
        "展会观察(2)",
        "甲。\n乙。",
        plain,
    );
    check(
        Some("三馆见闻"),
        "展会观察\n三馆见闻\n乙。",
        "展会观察",
        "甲。\n乙。",
        plain,
    );
    // further down the same words are the author's
    check(
        None,
        "乙。\n展会观察",
        "展会观察",
        "甲。\n乙。\n展会观察",
        "<p>甲。</p><p>乙。</p><p>展会观察</p>",
    );
}

#[test]
fn html_loses_no_more_than_the_repeated_headings() {
    for (html, expected) in [
        ("<h2>题</h2><p>乙&amp;丙</p>", "<p>乙&amp;丙</p>"),
        ("<p>乙</p><h2>题</h2>", "<p>乙</p><h2>题</h2>"),
        ("a &lt; b<h2>题</h2>", "a &lt; b<h2>题</h2>"),
        ("<h2> 题 </h2>", ""),
    ] {
        assert_eq!(without_first(html, &["题".to_owned()]), expected);
    }
}

#[test]
fn what_the_last_part_credits_fills_what_the_first_lacks() {
    let mut first = part("甲。");
    first.article.source = Some("示例网".to_owned());
    let mut last = part("乙。");
    last.article.source = Some("别处".to_owned());
    last.article.editor = Some("admin".to_owned());
    last.article.views = Some(3);
    last.provenance.insert(Field::Editor, "credit".to_owned());
    last.warnings = vec![
        Warning::new("placeholder", "source `未知` is what a CMS prints"),
        Warning::new("placeholder", "editor `admin` is what a CMS prints"),
        Warning::new("annotated-text", "3 annotations"),
    ];
    let joined = join(first, [last]);
    assert_eq!(joined.article.source.as_deref(), Some("示例网"));
    assert_eq!(joined.article.editor.as_deref(), Some("admin"));
    assert_eq!(joined.article.views, None);
    assert_eq!(joined.provenance[&Field::Editor], "credit, part 2");
    let told: Vec<String> = joined.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "placeholder: part 2: editor `admin` is what a CMS prints",
            "annotated-text: part 2: 3 annotations"
        ]
    );
}

#[test]
fn what_one_part_printed_otherwise_is_kept_for_all() {
    let mut second = part("展馆。");
    second.article.as_printed = Some(AsPrinted {
        title: Some("展(zhǎn)会观察".to_owned()),
        body_text: Some("展(zhǎn)馆。".to_owned()),
    });
    let printed = join(part("甲。"), [second]).article.as_printed;
    let printed = printed.expect("as printed");
    assert_eq!(printed.title.as_deref(), Some("展会观察"));
    assert_eq!(printed.body_text.as_deref(), Some("甲。\n展(zhǎn)馆。"));
}
