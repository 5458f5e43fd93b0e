//! Reads a list of saved pages with `dom_smoothie` and prints one prediction a line.
//!
//! `peer-dom-smoothie LIST`; `../README.md` says what the list holds and how fields are mapped.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_smoothie::{Article, Config, Readability, TextMode};
use encoding_rs::{Encoding, UTF_8};
use serde::Deserialize;
use serde_json::{Value, json};

/// One page of the list; the other peers use more of it.
#[derive(Deserialize)]
struct Listed {
    name: String,
    path: String,
    url: Option<String>,
    encoding: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let list = std::env::args().nth(1).ok_or("which list?")?;
    // a page that makes it panic is counted as failed
    std::panic::set_hook(Box::new(|_| {}));
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in BufReader::new(File::open(list)?).lines() {
        let page: Listed = serde_json::from_str(&line?)?;
        writeln!(out, "{}", prediction(&page))?;
    }
    out.flush()?;
    Ok(())
}

fn prediction(page: &Listed) -> Value {
    let article = catch_unwind(AssertUnwindSafe(|| read(page)))
        .unwrap_or_else(|_| Err("it panicked".to_owned()));
    match article {
        Ok(article) => json!({
            "file": page.name,
            "title": article.title,
            "author": article.byline,
            "source": article.site_name,
            "publish_time": article.published_time,
            "body": article.text_content.to_string(),
        }),
        Err(error) => json!({ "file": page.name, "error": error }),
    }
}

fn read(page: &Listed) -> Result<Article, String> {
    let bytes = std::fs::read(&page.path).map_err(|error| error.to_string())?;
    let encoding = Encoding::for_label(page.encoding.as_bytes()).unwrap_or(UTF_8);
    let (text, ..) = encoding.decode(&bytes);
    let config = Config {
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    Readability::new(text.into_owned(), page.url.as_deref(), Some(config))
        .and_then(|mut reader| reader.parse())
        .map_err(|error| error.to_string())
}
