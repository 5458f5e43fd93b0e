//! Documents keep their limits and their shape, whatever pages say.

use proptest::prelude::*;
use serde_json::Value;

use crate::model::{Article, PageUrl, SiteId, Timestamp};
use crate::version::diff;

use super::*;

const DINGTALK_SIGN: &str = "hXZTWifRGHclNuZSKxoXc//sh51SWfVfRIhcdeKs63I=";
const FEISHU_SIGN: &str = "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw=";
const JSON_SIGN: &str = "4e6de552f6905f1103f3739002201cc493a553cb577aaa01119a06e9e84cb705";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + seconds * 1000)
}

fn article(title: &str, body: &str) -> Article {
    Article {
        title: Some(title.to_owned()),
        source: Some("示例会展".to_owned()),
        body_text: Some(body.to_owned()),
        ..Article::default()
    }
}

fn item(look: i64, kind: EventKind, title: &str, before: &str, body: &str) -> Item {
    let edited = kind == EventKind::Edited;
    let after = article(title, body);
    let difference = diff(&article("旧标题", before), &after);
    Item {
        look,
        kind,
        url: PageUrl::parse("https://www.example.cn/news/1_(2).html?a=1&b=2").unwrap(),
        site: SiteId::new("example-company"),
        observed_at: at(look),
        since: Some(at(0)),
        found: true,
        version_no: 2,
        previous_no: edited.then_some(1),
        views: (kind == EventKind::Views).then_some((10, 5000)),
        title: after.title,
        source: after.source,
        author: None,
        publish_time: None,
        text: after.body_text,
        diff: if edited {
            difference
        } else {
            crate::version::Diff::default()
        },
    }
}

fn alert(items: Vec<Item>) -> Alert {
    Alert {
        key: "00112233445566778899aabbccddeeff".to_owned(),
        name: "会展 <动态>".to_owned(),
        query: "title:会展 -\"取消\"".to_owned(),
        created_at: at(0),
        made_at: at(9000),
        items,
    }
}

const FORGED: &str =
    "<b>[点](https://evil.example)</b> @all <at user_id=\"all\"> ]]> \u{1b}[2J\u{202e}";

fn some() -> Alert {
    alert(vec![
        item(1, EventKind::New, "示例展会开幕", "", "展会今天开幕。"),
        item(
            2,
            EventKind::Edited,
            FORGED,
            "二号馆全部用于定制。",
            "三号馆全部用于定制。",
        ),
        item(3, EventKind::Gone, "停办公告", "", "停办。"),
        item(4, EventKind::Views, "名录", "", "名录。"),
    ])
}

#[test]
fn a_feed_is_read_by_a_reader() {
    let written = atom(&some());
    let feed = feed_rs::parser::parse(written.as_bytes()).unwrap();
    assert_eq!(feed.title.unwrap().content, "会展 <动态>");
    let ids: Vec<&str> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
    let tag = "tag:00112233445566778899aabbccddeeff.zhanwen.invalid,2026-09-21:";
    assert_eq!(
        ids,
        ["4/views", "3/gone", "2/edited", "1/new"].map(|id| format!("{tag}{id}"))
    );
    let edited = &feed.entries[2];
    assert_eq!(
        edited.links[0].href,
        "https://www.example.cn/news/1_(2).html?a=1&b=2"
    );
    let title = &edited.title.as_ref().unwrap().content;
    assert!(
        title.contains("<b>[点](https://evil.example)</b>"),
        "{title}"
    );
    let content = edited.content.as_ref().unwrap().body.as_deref().unwrap();
    assert!(
        content.contains("<del>二</del><ins>三</ins>号馆"),
        "{content}"
    );
    assert!(!content.contains("<b>"), "{content}");
    assert_eq!(
        feed.updated.unwrap().timestamp_millis(),
        at(4).as_unix_millis()
    );
    let nothing = atom(&alert(Vec::new()));
    let nothing = feed_rs::parser::parse(nothing.as_bytes()).unwrap();
    assert_eq!(nothing.entries.len(), 0);
}

fn content_of(message: &Value) -> String {
    let content = &message["markdown"]["content"];
    let text = content.as_str().or(message["markdown"]["text"].as_str());
    text.unwrap().to_owned()
}

#[test]
fn messages_say_what_happened() {
    let told = content_of(&wecom(&some()));
    for expected in [
        "**「会展 ＜动态＞」有 4 条新动态**",
        "**新文章** [示例展会开幕](https://www.example.cn/news/1_%282%29.html?a=1&b=2)",
        "〔-二〕〔+三〕号馆",
        "> 标题：〔-旧标题〕",
        "**已消失** [停办公告]",
        "10 → 5000",
        "2026-09-21 22:13（北京时间）",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let message = dingtalk(&some());
    assert_eq!(
        message["markdown"]["title"],
        "「会展 ＜动态＞」有 4 条新动态"
    );
    assert_eq!(message["at"]["isAtAll"], false);
    let message = feishu(&some());
    let post = &message["content"]["post"]["zh_cn"];
    assert_eq!(post["content"][0][1]["tag"], "a");
    assert_eq!(post["content"][0][1]["text"], "示例展会开幕");
    let document = markdown(&some());
    assert!(
        document.contains("<del>二</del><ins>三</ins>号馆"),
        "{document}"
    );
    assert!(document.starts_with("## 会展 \\<动态\\>\n"), "{document}");
}

#[test]
fn what_a_page_says_acts_nowhere() {
    let all = some();
    let messages = [wecom(&all), dingtalk(&all), feishu(&all)];
    for message in &messages {
        let text = message.to_string();
        for forged in [
            "](https://evil",
            "<at",
            "<b>",
            "@all",
            "\\u001b",
            "\u{202e}",
            "https://evil",
        ] {
            assert!(!text.contains(forged), "{forged}: {text}");
        }
    }
    let document = markdown(&all);
    assert!(
        !document.contains("https://evil") && !document.contains("<b>"),
        "{document}"
    );
}

#[test]
fn signatures_are_those_the_services_compute() {
    // by the services' own examples in Python, run with this secret and time
    let now = Timestamp::from_unix_millis(1_599_360_473_000);
    let mut body = serde_json::json!({"msgtype": "markdown"});
    let signed = Service::Dingtalk.sign("this is secret", now, &mut body);
    assert_eq!(signed.query[0], ("timestamp", "1599360473000".to_owned()));
    assert_eq!(signed.query[1], ("sign", DINGTALK_SIGN.to_owned()));
    let unsigned = Service::Feishu.sign("this is secret", now, &mut body);
    assert_eq!(unsigned, Signature::default());
    assert_eq!(body["timestamp"], "1599360473");
    assert_eq!(body["sign"], FEISHU_SIGN);
    let mut body = serde_json::json!({"a": 1});
    let signed = Service::Json.sign("this is secret", now, &mut body);
    assert_eq!(
        signed.header,
        Some(("X-Zhanwen-Signature", format!("sha256={JSON_SIGN}")))
    );
}

#[test]
fn an_answer_says_whether_a_message_was_taken() {
    let check = |service: Service, answer: &str, expected: Result<(), i64>| {
        let told = service.accepted(answer).map_err(|refusal| match refusal {
            Refusal::Code { code, .. } => code,
            Refusal::Strange => -1,
        });
        assert_eq!(told, expected, "{answer}");
    };
    check(Service::Wecom, r#"{"errcode":0,"errmsg":"ok"}"#, Ok(()));
    check(
        Service::Wecom,
        r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#,
        Err(93000),
    );
    check(
        Service::Dingtalk,
        r#"{"errcode":310000,"errmsg":"sign not match"}"#,
        Err(310_000),
    );
    check(Service::Dingtalk, "<html>", Err(-1));
    check(
        Service::Feishu,
        r#"{"code":0,"msg":"success","data":{}}"#,
        Ok(()),
    );
    check(
        Service::Feishu,
        r#"{"StatusCode":0,"StatusMessage":"success"}"#,
        Ok(()),
    );
    check(
        Service::Feishu,
        r#"{"code":19021,"msg":"sign match fail"}"#,
        Err(19021),
    );
    check(Service::Feishu, "{}", Err(-1));
    check(Service::Json, "anything", Ok(()));
}

fn kind() -> impl Strategy<Value = EventKind> {
    proptest::sample::select(EventKind::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn limits_hold_whatever_is_told(
        items in proptest::collection::vec(
            (kind(), "\\PC{0,90}|[会展\"\\\\\u{1}<@]{0,200}", "[会展a。\"\\n]{0,300}", "[会览b。\"\\n]{0,300}"),
            1..120,
        ),
    ) {
        let items: Vec<Item> = (1..)
            .zip(&items)
            .map(|(look, (kind, title, before, body))| item(look, *kind, title, before, body))
            .collect();
        let count = items.len();
        let all = alert(items);
        let told = |shown: usize, text: &str| {
            prop_assert!(shown > 0);
            let left = count - shown;
            prop_assert_eq!(text.contains("条未列出"), left > 0);
            if left > 0 {
                let more = format!("另有 {left} 条未列出");
                prop_assert!(text.contains(&more));
            }
            Ok(())
        };
        let message = wecom(&all);
        let text = content_of(&message);
        prop_assert!(text.len() <= WECOM_BYTES, "{}", text.len());
        told(text.matches("](https://www.example.cn/").count(), &text)?;
        let message = dingtalk(&all);
        prop_assert!(message.to_string().len() <= DINGTALK_BYTES);
        let text = content_of(&message);
        told(text.matches("](https://www.example.cn/").count(), &text)?;
        let mut message = feishu(&all);
        Service::Feishu.sign("secret", at(0), &mut message);
        let text = message.to_string();
        prop_assert!(text.len() <= FEISHU_BYTES, "{}", text.len());
        told(text.matches("\"https://www.example.cn/").count(), &text)?;
        let written = atom(&all);
        let feed = feed_rs::parser::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(feed.entries.len(), count);
    }
}
