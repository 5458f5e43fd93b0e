//! Rules files as people meet them: the guide's examples, and the shipped rules on real pages.

use std::fs;
use std::path::Path;

use encoding_rs::UTF_8;
use zhanwen::discover::discover;
use zhanwen::extract::Page;
use zhanwen::model::{PageUrl, Timestamp};
use zhanwen::rules::{RuleBook, parse};

/// Real pages that are not part of the project; what builder made them stands beside.
const PAGES: &str = "../shared/data/pages";

#[test]
fn every_example_of_the_guide_is_a_sound_file() {
    let guide = include_str!("../../docs/rules.md");
    let examples: Vec<&str> = guide
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(examples.len() > 5);
    for example in examples {
        let whole = if example.contains("hosts =") || example.contains("[[fingerprint]]") {
            example.to_owned()
        } else {
            format!("name = \"示例\"\nhosts = [\"www.example.cn\"]\n{example}")
        };
        let whole = if whole.contains("name =") {
            whole
        } else {
            format!("name = \"示例\"\n{whole}")
        };
        if let Err(error) = parse("example.toml", &whole) {
            panic!("{error}\n{whole}");
        }
    }
}

#[test]
fn every_key_stands_in_the_guide() {
    let guide = include_str!("../../docs/rules.md");
    for key in [
        "name",
        "enabled",
        "hosts",
        "start",
        "interval",
        "time-zone",
        "noise",
        "revisit",
        "schedule",
        "least",
        "most",
        "items",
        "next",
        "urls",
        "next-part",
        "address",
        "read-only",
        "answer",
        "values",
        "select",
        "label",
        "attribute",
        "regex",
        "own-text",
        "selector",
        "generator",
        "source",
        "url",
    ] {
        assert!(guide.contains(&format!("`{key}`")), "{key}");
    }
}

/// A page's own builder is recognised or none is: rules of a wrong builder would read it wrongly.
#[test]
fn real_pages_get_the_rules_of_their_own_builder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGES);
    let Ok(truth) = fs::read_to_string(folder.join("truth.jsonl")) else {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    };
    let book = RuleBook::builtin();
    let (mut recognised, mut wrong) = (0, Vec::new());
    for line in truth.lines() {
        let fact: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = fact["file"].as_str().unwrap();
        let bytes = fs::read(folder.join(file)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let page = Page::parse(&text, None, Timestamp::from_unix_millis(0), UTF_8);
        let Some(found) = book.builder_for(&page) else {
            continue;
        };
        let found = found.id.as_str().to_owned();
        // what the facts name, and which builder a page shows by itself where they name none
        let made_with = fact["builder"]
            .as_str()
            .map_or_else(|| text.to_lowercase(), str::to_lowercase);
        let mark = match found.as_str() {
            "wordpress" => "wp-content",
            "empirecms" if fact["builder"].is_null() => "/d/file/",
            "wechat" => "js_content",
            other => other,
        };
        if made_with.contains(mark) {
            recognised += 1;
        } else {
            wrong.push(format!("{file}: {found}"));
        }
    }
    eprintln!("recognised {recognised}, wrong {}", wrong.len());
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(recognised >= 15, "{recognised}");
}

/// A real list page: one item, linked three times, and no further page.
#[test]
fn a_real_list_page_leads_to_its_item() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGES);
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    };
    let file = entries
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("cms_06")
        })
        .unwrap();
    let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    let url = PageUrl::parse("http://www.example.com/a/column/list_24_1.html").unwrap();
    for book in [RuleBook::builtin(), RuleBook::default()] {
        let page = Page::parse(
            &text,
            Some(url.clone()),
            Timestamp::from_unix_millis(0),
            UTF_8,
        );
        let found = discover(&page, &book);
        assert_eq!(found.articles.len(), 1, "{:?}", found.articles);
        assert!(found.articles[0].url.as_str().ends_with("/123.html"));
        assert!(found.articles[0].text.chars().count() > 10);
        assert_eq!(found.next, []);
        assert!(found.lists.len() <= 3, "{:?}", found.lists);
    }
}
