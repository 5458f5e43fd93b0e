//! Real pages against their truth.
use std::fs;
use std::path::Path;
use zhanwen::extract::{Page, extract};
use zhanwen::model::{PageUrl, Timestamp};
use zhanwen::rules::RuleBook;

#[test]
fn scores() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages");
    let truth = fs::read_to_string(folder.join("truth.jsonl")).unwrap();
    let mut out = String::new();
    for line in truth.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = value["file"].as_str().unwrap();
        let bytes = fs::read(folder.join(file)).unwrap();
        let text = if value["enc"] == "utf-8" {
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            encoding_rs::GB18030.decode(&bytes).0.into_owned()
        };
        let url = value["url"]
            .as_str()
            .and_then(|url| PageUrl::parse(url).ok());
        let page = Page::parse(
            &text,
            url,
            Timestamp::from_unix_millis(1_750_000_000_000),
            encoding_rs::UTF_8,
        );
        if std::env::var("DBG").is_ok_and(|d| file.starts_with(&d)) {
            zhanwen::extract::debug(&page);
        }
        let read = extract(&page, &RuleBook::default());
        let article = &read.article;
        out += &serde_json::json!({"file": file, "title": article.title, "body": article.body_text,
            "source": article.source, "author": article.author, "editor": article.editor,
            "publish_time": article.publish_time.map(|time| time.to_string()), "views": article.views,
            "note": article.views_note.map(|note| note.name()), "kind": read.kind.name(), "summary": article.summary,
            "html": article.body_html, "images": article.images.len(), "lang": article.lang,
            "provenance": format!("{:?}", read.provenance), "raw": article.publish_time_raw,
            "warnings": format!("{:?}", read.warnings)}).to_string();
        out.push('\n');
    }
    if let Ok(path) = std::env::var("ZHANWEN_PREDICTIONS") {
        fs::write(path, out).unwrap();
    }
}
