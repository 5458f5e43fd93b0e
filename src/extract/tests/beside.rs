//! What stands below a short article and says more than it: comments, teasers.

use super::*;
use crate::model::PageKind;

/// Sentences of others; together they outweigh the article.
const SAID: [&str; 8] = [
    "这个消息真不错，早就应该这样做了，大家盼了好多年，总算等到了这一天，一定要支持一下。",
    "说得轻巧，具体怎么落实还没有看到，希望不要又是雷声大雨点小，我们都拭目以待吧。",
    "我就在附近上班，天天路过那里，路况确实很差，修好以后出行肯定会方便很多很多。",
    "专家的话听听就好，别太当真，前几年也是这么说的，结果呢，价格照样涨上天去了。",
    "楼上的不懂不要乱讲，人家数据写得清清楚楚，先把文章看完再来发言好不好呢。",
    "转发了，希望更多的人看到，这样的好事应该多多宣传，给记者和编辑都点个赞吧。",
    "看标题我还以为是什么大事，点进来一看原来是这个，小编你又调皮了，下次别这样。",
    "作为一名从业十多年的老员工，我想说几句实在话，行业的问题不是一两天形成的。",
];

fn page_with(block: &str) -> String {
    format!(
        "<h1>展会在某市开幕</h1><div class=info>2016-08-19 17:00 来源：某某日报</div>\
         <div class=text>{TEXT}</div><div class=x>{block}</div>"
    )
}

fn items(item: impl Fn(usize, &str) -> String) -> String {
    let all = SAID.iter().enumerate();
    all.map(|(index, said)| item(index, said)).collect()
}

#[test]
fn comments_and_teasers_never_outweigh_a_short_article() {
    let comments = items(|index, said| {
        format!(
            "<div class=item><a href=/u/{index}>网友{index}</a><span>2021-01-04 10:0{index}</span><p>{said}</p></div>"
        )
    });
    let teasers = items(|index, said| {
        let headline: String = said.chars().take(14).collect();
        format!("<li><h4><a href=/n/{index}.html>{headline}</a></h4><p>{said}</p></li>")
    });
    for heading in ["", "<h3>评论</h3>", "<h3>评论(8)</h3>", "<h3>相关新闻</h3>"] {
        for block in [&comments, &format!("<ul>{teasers}</ul>")] {
            let read = read(&page_with(&format!("{heading}{block}")));
            let text = read.article.body_text.clone().unwrap_or_default();
            assert!(text.contains("三百家企业参展"), "{heading}{block}\n{text}");
            assert!(!text.contains("这个消息真不错"), "{heading}{block}\n{text}");
            let time = field(&read, "time");
            assert_eq!(
                time.as_deref(),
                Some("2016-08-19 17:00"),
                "{heading}{block}"
            );
            assert_eq!(field(&read, "source").as_deref(), Some("某某日报"));
        }
    }
}

#[test]
fn sections_of_the_text_itself_stay() {
    let chronicle =
        items(|index, said| format!("<div class=item><h4>201{index}年</h4><p>{said}</p></div>"));
    let collected = items(|index, said| {
        format!(
            "<div class=item><h4><a href=https://www.shop{index}.example/>第{index}种产品</a></h4><p>{said}</p></div>"
        )
    });
    for sections in [chronicle, collected] {
        let page = page_with("").replace(TEXT, &format!("{TEXT}{sections}"));
        let text = read(&page).article.body_text.unwrap_or_default();
        for said in SAID {
            assert!(text.contains(said), "{said}\n{text}");
        }
    }
}

#[test]
fn a_page_of_teasers_alone_is_a_list() {
    let teasers = items(|index, said| {
        let headline: String = said.chars().take(14).collect();
        format!(
            "<li><h4><a href=/n/{index}.html>{headline}</a></h4><span>2021-01-0{index}</span><p>{said}</p></li>"
        )
    });
    let read = read(&format!("<h1>新闻中心</h1><ul>{teasers}</ul>"));
    assert_eq!(read.kind, PageKind::List);
}

#[test]
fn an_article_made_of_linked_headings_is_none_the_less_one() {
    let page = |head: &str| {
        let sections = items(|index, said| {
            format!(
                "<h3><a href=/{index}.html>第{index}种值得一看的新型展示设备</a></h3><p>{said}</p>"
            )
        });
        format!(
            "<head><title>八种新型展示设备</title>{head}</head><body><h1>八种新型展示设备</h1>\
             <div class=c>{sections}</div>"
        )
    };
    let plain = read(&page(""));
    assert_eq!(plain.kind, PageKind::List);
    for head in [
        "<meta property='og:type' content='article'>",
        "<script type='application/ld+json'>{\"@type\":\"NewsArticle\"}</script>",
    ] {
        let read = read(&page(head));
        assert_eq!(read.kind, PageKind::Article, "{head}");
        let text = read.article.body_text.unwrap_or_default();
        assert!(SAID.iter().all(|said| text.contains(said)), "{text}");
    }
    let listed = read(&page("<meta property='og:type' content='website'>"));
    assert_eq!(listed.kind, PageKind::List);
}

#[test]
fn a_comment_is_no_article_though_a_template_calls_articles_so() {
    let page = format!(
        "<head><meta name=generator content='WordPress 6.1'><title>展会在某市开幕</title></head><body>\
         <article class=post><h1>展会在某市开幕</h1><div>{}</div></article>\
         <article class=remark><div class=entry-content><p>{}</p></div></article>",
        TEXT.repeat(8),
        SAID[0]
    );
    let url = PageUrl::parse("http://blog.example.org/archives/1").expect("url");
    let now: Timestamp = "2026-06-16T02:00:00Z".parse().expect("instant");
    let page = Page::parse(&page, Some(url), now, encoding_rs::UTF_8);
    let read = extract(&page, &RuleBook::builtin());
    assert_eq!(read.rules, "builder:wordpress");
    let text = read.article.body_text.unwrap_or_default();
    assert!(text.starts_with("某展会今日"), "{text}");
}

#[test]
fn a_text_hidden_until_a_script_shows_it_is_read() {
    for (id, kept) in [
        ("articleBody", true),
        ("news-content", true),
        ("more", false),
    ] {
        let page = format!(
            "<h1>展会在某市开幕</h1><p>2026-06-01</p><div id={id} style='display: none'>{TEXT}</div>"
        );
        let text = read(&page).article.body_text.unwrap_or_default();
        assert_eq!(text.starts_with("某展会今日"), kept, "{id}: {text}");
    }
}
