//! Every spelling of a view count, and every number that is none.

use super::*;

#[test]
fn every_spelling_of_a_count_is_read() {
    for (printed, views, note) in [
        ("浏览：186", Some("186"), None),
        ("浏览：186次", Some("186"), None),
        ("186次浏览", Some("186"), None),
        ("<b>5476</b> 次浏览", Some("5476"), None),
        ("已有186人浏览", Some("186"), None),
        ("阅读10544次", Some("10544"), None),
        ("阅读(736)", Some("736"), None),
        ("阅读 （736）", Some("736"), None),
        ("1,234 次浏览", Some("1234"), None),
        ("浏览：1，234", Some("1234"), None),
        ("浏览：１２３", Some("123"), None),
        ("１,２３４次浏览", Some("1234"), None),
        ("点击数:(<font><font>0</font></font>)", Some("0"), None),
        ("人气：[186]", Some("186"), None),
        ("<span>88阅读</span><span>12评论</span>", Some("88"), None),
        ("<span>12评论</span><span>88阅读</span>", Some("88"), None),
        ("<i>赞5</i><i>阅读88</i><i>评论3</i>", Some("88"), None),
        // what a counter shows before its script has run
        (
            "点击：<span id=hits>0</span><script src='/hits.php'></script>",
            None,
            Some("script-counter"),
        ),
        ("浏览：1.2万", Some("12000"), Some("rounded")),
        ("浏览：1.2万+", Some("12000"), Some("rounded")),
        ("阅读 10万+", Some("100000"), Some("rounded")),
        ("10w+阅读", Some("100000"), Some("rounded")),
        ("今日浏览：12　总浏览：186", Some("186"), None),
        ("<i class='fa fa-eye'></i> 1,088", Some("1088"), None),
        ("<span class=views>186</span>", Some("186"), None),
        (
            "<span class='pv'>186</span> <span class=like>9</span>",
            Some("186"),
            None,
        ),
        ("<em title=浏览次数>186</em>", Some("186"), None),
        // a saved copy holds what the script printed
        (
            "浏览：<script src='/count.php'></script>539",
            Some("539"),
            None,
        ),
        (
            "浏览：<script src='/count.php?id=1'></script>",
            None,
            Some("script-counter"),
        ),
        (
            "浏览：<script>show(1)</script>次",
            None,
            Some("script-counter"),
        ),
        ("浏览：<span id=hits></span>", None, Some("script-counter")),
        (
            "点击：<span id=hits>loading</span>",
            None,
            Some("script-counter"),
        ),
        (
            "点击：<em class=num>加载中...</em>次",
            None,
            Some("script-counter"),
        ),
    ] {
        let line = format!("发布时间：2020-09-16　{printed}");
        check(&described(&line), &[("views", views), ("note", note)]);
    }
}

#[test]
fn numbers_of_something_else_are_no_count() {
    for printed in [
        "点赞：7　评论：12",
        "赞(88)",
        "下载次数：88",
        "今日浏览：12",
        "本站总访问量：1234567",
        "阅读 2020-09-16",
        "阅读：约3分钟",
        "字数：1200　阅读时长：3分钟",
        "第186次浏览",
        "浏览：--",
        "浏览：",
        "<i class='fa fa-thumbs-up'></i> 88",
        "<span class=likes>88</span>",
        "<span class=views>88 人</span>",
    ] {
        let line = format!("发布时间：2020-09-16　{printed}");
        check(&described(&line), &[("views", None), ("note", None)]);
    }
}

#[test]
fn counts_of_the_site_and_of_other_articles_are_refused() {
    let other = "<a href=/2>展会观众组织的七个细节一览</a>";
    for (above, below) in [
        (
            format!("<ul><li>{other}<em>浏览：9981</em></li></ul>"),
            String::new(),
        ),
        (
            "<div><div>日志:279</div><div>访问:121369</div><div>留言:31</div></div>".to_owned(),
            String::new(),
        ),
        (
            String::new(),
            format!("<div class=x>{other}<p>摘要一句。</p><span>阅读(736)</span></div>"),
        ),
        (
            String::new(),
            format!("<div class=x>{other}<p>摘要一句。</p><a href=/2>阅读全文(736)</a></div>"),
        ),
        (
            String::new(),
            "<div class=bottom>版权所有 某某会展 访问量：1234567</div>".to_owned(),
        ),
    ] {
        let page = described("发布时间：2020-09-16");
        check(&format!("{above}{page}{below}"), &[("views", None)]);
    }
}

#[test]
fn a_count_below_the_text_is_the_articles_where_it_says_so() {
    for (title, below) in [
        (
            "展会在某市开幕",
            "<div>分类：展会 | 阅读(736) | 评论(2)</div>",
        ),
        (
            "<a href=more.asp?id=7>展会在某市开幕</a>",
            "<div><a href=more.asp?id=7>阅读全文(736)</a> | <a href=r.asp?id=7>回复(0)</a></div>",
        ),
    ] {
        let page = format!("<h1>{title}</h1><div>2020-09-16</div><div>{TEXT}</div>{below}");
        check(&page, &[("views", Some("736"))]);
    }
}
