//! How well real pages are read that no rules file knows.
//!
//! The pages are third parties' and not part of the project: where `../shared` is absent the tests
//! say so and pass. `ZHANWEN_PREDICTIONS=file cargo test --test it scores` writes what was read, a
//! line of JSON per page, for a scorer.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a measurement reads the clock and the environment, and says what it found"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use zhanwen::extract::{Extraction, Page, extract};
use zhanwen::model::{PageKind, PageUrl, Timestamp, ViewsNote};
use zhanwen::rules::RuleBook;

/// A page with what a person read in it.
struct Sample {
    truth: Value,
    text: String,
}

impl Sample {
    fn field(&self, name: &str) -> Option<&str> {
        self.truth.get(name).and_then(Value::as_str)
    }

    fn is_chinese(&self) -> bool {
        self.field("lang")
            .is_some_and(|lang| lang.starts_with("zh"))
    }

    fn read(&self) -> Extraction {
        let url = self.field("url").and_then(|url| PageUrl::parse(url).ok());
        let now = Timestamp::from_unix_millis(1_750_000_000_000);
        let page = Page::parse(&self.text, url, now, encoding_rs::UTF_8);
        extract(&page, &RuleBook::default())
    }
}

fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages");
    let Ok(truth) = fs::read_to_string(folder.join("truth.jsonl")) else {
        eprintln!("skipped: {} is not here", folder.display());
        return Vec::new();
    };
    truth
        .lines()
        .map(|line| {
            let truth: Value = serde_json::from_str(line).unwrap();
            let bytes = fs::read(folder.join(truth["file"].as_str().unwrap())).unwrap();
            let text = match std::str::from_utf8(&bytes) {
                Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
                Err(_) if truth["enc"] == "utf-8" => String::from_utf8_lossy(&bytes).into_owned(),
                Err(_) => encoding_rs::GB18030.decode(&bytes).0.into_owned(),
            };
            Sample { truth, text }
        })
        .collect()
}

/// Letters and digits alone, in lower case.
fn bare(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let letters = text.nfkc().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn names(text: &str) -> BTreeSet<String> {
    let parts = text.split(|letter: char| ",，、;；/|".contains(letter) || letter.is_whitespace());
    parts.map(bare).filter(|part| !part.is_empty()).collect()
}

/// How many of the pages that have a field were read rightly.
#[derive(Default)]
struct Tally {
    right: u32,
    all: u32,
}

impl Tally {
    fn count(&mut self, is_right: bool) {
        self.all += 1;
        self.right += u32::from(is_right);
    }

    fn share(&self) -> f64 {
        f64::from(self.right) / f64::from(self.all.max(1))
    }
}

#[test]
fn real_pages_are_read_as_people_read_them() {
    let samples = samples();
    let [
        mut title,
        mut day,
        mut source,
        mut author,
        mut views,
        mut kind,
        mut body,
    ] = <[Tally; 7]>::default();
    let mut predictions = String::new();
    for sample in &samples {
        let read = sample.read();
        predictions += &prediction(sample, &read).to_string();
        predictions.push('\n');
        if !sample.is_chinese() {
            continue;
        }
        let article = &read.article;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        if let Some(expected) = sample.field("title") {
            let also = sample.truth.get("title_alt").and_then(Value::as_array);
            let also = also.into_iter().flatten().filter_map(Value::as_str);
            let own = bare(&text(&article.title));
            title.count(also.chain([expected]).any(|expected| bare(expected) == own));
        }
        if let Some(expected) = sample.field("publish_time") {
            let own = article.publish_time.map(|time| time.date.to_string());
            day.count(own.is_some_and(|own| expected.starts_with(&own)));
        }
        if let Some(expected) = sample.field("source") {
            source.count(bare(&text(&article.source)) == bare(expected));
        }
        if let Some(expected) = sample.field("author") {
            author.count(names(&text(&article.author)) == names(expected));
        }
        let expected = sample.truth.get("views");
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        if let Some(expected) = expected.and_then(number) {
            views.count(article.views == Some(expected));
        }
        if let Some(expected) = sample.field("body") {
            // lengths agree within a tenth; the scorer outside compares what they hold
            let (own, expected) = (bare(&text(&article.body_text)), bare(expected));
            let (own, expected) = (own.chars().count(), expected.chars().count());
            body.count(own.abs_diff(expected) * 10 <= expected + 100);
        }
        let is_list = sample.field("kind") == Some("list");
        kind.count((read.kind == PageKind::List) == is_list);
    }
    if let Ok(path) = std::env::var("ZHANWEN_PREDICTIONS") {
        fs::write(path, predictions).unwrap();
    }
    if samples.is_empty() {
        return;
    }
    for (name, tally, floor) in [
        ("title", title, 0.95),
        ("day", day, 0.98),
        ("source", source, 0.95),
        ("author", author, 0.88),
        ("views", views, 0.55),
        ("kind", kind, 0.98),
        ("body", body, 0.90),
    ] {
        let share = tally.share();
        eprintln!("{name}: {} of {} ({share:.3})", tally.right, tally.all);
        assert!(share >= floor, "{name} fell to {share:.3}, under {floor}");
    }
}

fn prediction(sample: &Sample, read: &Extraction) -> Value {
    let article = &read.article;
    json!({
        "file": sample.truth["file"],
        "kind": read.kind.name(),
        "title": article.title,
        "summary": article.summary,
        "source": article.source,
        "author": article.author,
        "editor": article.editor,
        "publish_time": article.publish_time.map(|time| time.to_string()),
        "raw": article.publish_time_raw,
        "views": article.views,
        "note": article.views_note.map(ViewsNote::name),
        "body": article.body_text,
        "html": article.body_html,
        "images": article.images.len(),
        "lang": article.lang,
        "provenance": format!("{:?}", read.provenance),
        "warnings": format!("{:?}", read.warnings),
    })
}

/// `cargo test --release --test it -- --ignored --nocapture pages_a_second`
#[test]
#[ignore = "a measurement, for release builds"]
fn pages_a_second() {
    let samples = samples();
    for (name, chinese) in [("Chinese", true), ("all", false)] {
        let chosen: Vec<_> = samples
            .iter()
            .filter(|sample| !chinese || sample.is_chinese())
            .collect();
        let bytes: usize = chosen.iter().map(|sample| sample.text.len()).sum();
        let mut best = f64::MAX;
        for _ in 0..5 {
            let begin = Instant::now();
            for sample in &chosen {
                std::hint::black_box(sample.read());
            }
            best = best.min(begin.elapsed().as_secs_f64());
        }
        #[expect(clippy::cast_precision_loss, reason = "a few dozen pages")]
        let (pages, kilobytes) = (chosen.len() as f64, bytes as f64 / 1000.0);
        eprintln!(
            "{name}: {:.0} pages a second, {:.0} KB each",
            pages / best,
            kilobytes / pages
        );
    }
}
