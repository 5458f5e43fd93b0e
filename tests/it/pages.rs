//! Walks `fixtures/pages/`: every case is a page as it was served and what a person reads in it.
//!
//! `fixtures/README.md` says how a case is made. Only the keys of `expected.json` are compared, and
//! a key nobody knows is a mistake, so that a typing error cannot pass for an agreement.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use scraper::{Html, Selector};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use similar::TextDiff;
use zhanwen::archive::{Capture, PageId, RunId, Visit};
use zhanwen::crawl::{DigestContext, Follow, Sighting, digest};
use zhanwen::decode::{Decoded, decode};
use zhanwen::discover::{Link, discover};
use zhanwen::extract::{Extraction, Page, Verdict, explain, extract};
use zhanwen::model::{
    Fetched, Field, Headers, PageHistory, PageKind, PageUrl, SiteId, Timestamp, ViewsNote,
};
use zhanwen::robots::RobotsRules;
use zhanwen::rules::RuleBook;

/// Set to `1` to write what the program reads over the keys that a case already has.
const UPDATE: &str = "ZHANWEN_UPDATE_FIXTURES";

/// The name robots rules are asked for.
const AGENT: &str = "zhanwen";

/// One folder of `fixtures/pages/<builder>/`.
struct Case {
    name: String,
    folder: PathBuf,
    response: Response,
    body: Vec<u8>,
    expected: Map<String, Value>,
}

/// `response.toml`: the answer the page came in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response {
    url: String,
    status: u16,
    fetched_at: String,
    headers: Vec<(String, String)>,
}

impl Response {
    fn header(&self, wanted: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.as_str())
    }
}

/// What the program makes of a case.
struct Read {
    decoded: Decoded,
    extraction: Extraction,
    articles: Vec<Link>,
    next: Vec<Link>,
    capture: Capture,
}

#[test]
fn every_page_is_read_as_a_person_reads_it() {
    let book = RuleBook::builtin();
    let update = std::env::var_os(UPDATE).is_some_and(|value| value == "1");
    let mut differences = Vec::new();
    for case in cases() {
        let read = read(&case, &book);
        let found: Vec<String> = case
            .expected
            .iter()
            .filter_map(|(key, expected)| difference(&case, &read, key, expected))
            .collect();
        if found.is_empty() {
            continue;
        }
        if update {
            rewrite(&case, &read);
        }
        differences.push(format!("== {}\n{}", case.name, found.join("\n")));
    }
    assert!(
        differences.is_empty(),
        "{} of the cases in fixtures/pages differ{}:\n\n{}",
        differences.len(),
        if update {
            "; their expectations were rewritten where a key was present. Judge each with \
             `git diff -- fixtures`, then run again without the variable"
        } else {
            ""
        },
        differences.join("\n\n")
    );
}

#[test]
fn html_and_text_of_a_body_hold_the_same() {
    let book = RuleBook::builtin();
    let letters = |text: &str| -> String {
        let is_seen =
            |letter: &char| !letter.is_whitespace() && !"\u{200b}\u{feff}".contains(*letter);
        text.chars().filter(is_seen).collect()
    };
    let mut differences = Vec::new();
    for case in cases() {
        let article = read(&case, &book).extraction.article;
        let html = article.body_html.unwrap_or_default();
        let document = Html::parse_fragment(&html);
        let shown = letters(&document.root_element().text().collect::<String>());
        let text = letters(article.body_text.as_deref().unwrap_or_default());
        if shown != text {
            let diff = TextDiff::from_chars(&text, &shown);
            differences.push(format!("== {}\n{}", case.name, diff.unified_diff()));
        }
        for element in document.tree.values().filter_map(scraper::Node::as_element) {
            for (name, value) in element.attrs() {
                let is_safe = match (element.name(), name) {
                    ("a", "href") | ("img", "src") => {
                        value.starts_with("https://") || value.starts_with("http://")
                    }
                    ("a", "rel") | ("img", "alt") => true,
                    ("td" | "th", "colspan" | "rowspan") => value.parse::<u8>().is_ok(),
                    _ => false,
                };
                let what = format!("== {}\n{} {name}={value}", case.name, element.name());
                differences.extend((!is_safe).then_some(what));
            }
        }
        let pictures = Selector::parse("img[src]").unwrap();
        let pictures: BTreeSet<&str> = document
            .select(&pictures)
            .filter_map(|picture| picture.attr("src"))
            .collect();
        let listed = article.images.iter().map(|image| image.url.as_str());
        if pictures != listed.collect() {
            differences.push(format!("== {}\nimages {pictures:?}", case.name));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn every_rules_file_has_a_case() {
    let book = RuleBook::builtin();
    let used: BTreeSet<String> = cases()
        .iter()
        .filter(|case| case.expected.contains_key("rules"))
        .map(|case| read(case, &book).extraction.rules)
        .collect();
    let builders = book.builders().iter().map(|rules| ("builder", rules));
    let sites = book.sites.iter().map(|rules| ("site", rules));
    let untested: Vec<String> = builders
        .chain(sites)
        .map(|(role, rules)| format!("{role}:{}", rules.id.as_str()))
        .filter(|name| !used.contains(name))
        .collect();
    assert!(
        untested.is_empty(),
        "no case in fixtures/pages is read with {untested:?}; see fixtures/README.md"
    );
}

#[test]
fn every_value_is_explained_by_the_rule_that_gave_it() {
    let book = RuleBook::builtin();
    for case in cases() {
        let url = PageUrl::parse(&case.response.url).unwrap();
        let decoded = decode(&case.body, case.response.header("content-type"));
        let now = case.response.fetched_at.parse().unwrap();
        let page = Page::parse(&decoded.text, Some(url), now, decoded.encoding);
        let (extraction, explanation) = explain(&page, &book);
        assert_eq!(extraction, extract(&page, &book), "{}", case.name);
        for (field, traces) in &explanation.fields {
            let taken: Vec<_> = traces
                .iter()
                .filter(|trace| trace.verdict == Verdict::Taken)
                .collect();
            let given = extraction.provenance.get(field);
            assert!(taken.len() <= 1, "{} {field}: {taken:?}", case.name);
            assert_eq!(
                taken.first().map(|trace| &trace.rule),
                given,
                "{} {field}",
                case.name
            );
            assert_eq!(
                taken.first().copied(),
                traces.first().filter(|_| given.is_some())
            );
            for trace in traces {
                let path = trace.at.path.as_deref().unwrap_or("html");
                let found = Selector::parse(path)
                    .is_ok_and(|selector| page.html.select(&selector).next().is_some());
                assert!(found, "{} {field}: `{path}` finds nothing", case.name);
            }
        }
        let article = &extraction.article;
        for (field, value) in [
            (Field::Title, &article.title),
            (Field::Source, &article.source),
            (Field::Author, &article.author),
            (Field::Editor, &article.editor),
        ] {
            let told = explanation.fields[&field].first();
            let told = told.filter(|trace| trace.verdict == Verdict::Taken);
            let told = told.and_then(|trace| trace.value.as_ref());
            assert_eq!(told, value.as_ref(), "{} {field}", case.name);
        }
        let lines = article
            .body_text
            .as_deref()
            .unwrap_or_default()
            .lines()
            .count();
        let is_list = extraction.kind == PageKind::List;
        assert!(is_list || explanation.body.lines == lines, "{}", case.name);
    }
}

/// All cases, in the order of their names.
fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pages");
    let mut found = Vec::new();
    for builder in folders(&root) {
        found.extend(folders(&builder).iter().map(|folder| load(&root, folder)));
    }
    assert!(!found.is_empty(), "no case in {}", root.display());
    found
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(parent)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn load(root: &Path, folder: &Path) -> Case {
    let name = folder.strip_prefix(root).unwrap().display().to_string();
    let text = |file: &str| {
        fs::read_to_string(folder.join(file))
            .map_err(|error| format!("{name}/{file}: {error}"))
            .unwrap()
    };
    let response = toml::from_str(&text("response.toml"))
        .map_err(|error| format!("{name}/response.toml: {error}"))
        .unwrap();
    let expected = serde_json::from_str(&text("expected.json"))
        .map_err(|error| format!("{name}/expected.json: {error}"))
        .unwrap();
    let body = fs::read(folder.join("page.html"))
        .map_err(|error| format!("{name}/page.html: {error}"))
        .unwrap();
    Case {
        folder: folder.to_owned(),
        name,
        response,
        body,
        expected,
    }
}

fn read(case: &Case, book: &RuleBook) -> Read {
    let url = PageUrl::parse(&case.response.url).unwrap();
    let fetched_at: Timestamp = case.response.fetched_at.parse().unwrap();
    let decoded = decode(&case.body, case.response.header("content-type"));
    let page = Page::parse(&decoded.text, Some(url), fetched_at, decoded.encoding);
    let extraction = extract(&page, book);
    let discovery = discover(&page, book);
    Read {
        decoded,
        extraction,
        articles: discovery.articles,
        next: discovery.next,
        capture: look(case, book),
    }
}

/// What the first look at the page comes to, for pages that are not what was asked for.
fn look(case: &Case, book: &RuleBook) -> Capture {
    let url = PageUrl::parse(&case.response.url).unwrap();
    let headers = case.response.headers.iter();
    let fetched = Fetched {
        url: url.clone(),
        status: case.response.status,
        headers: Headers::new(
            headers.map(|(name, value)| (name.clone(), Bytes::from(value.clone()))),
        ),
        body: Bytes::from(case.body.clone()),
        sent_at: case.response.fetched_at.parse().unwrap(),
        elapsed: Duration::from_millis(80),
        peer: None,
    };
    let visit = Visit {
        page: PageId(1),
        site: SiteId::new(url.host().as_str()),
        url,
        kind: PageKind::Other,
        depth: 1,
        referer: None,
        history: PageHistory::default(),
        spoken_for: false,
        kept: None,
        known: Vec::new(),
    };
    let context = DigestContext {
        run: RunId(1),
        rules: Arc::new(book.clone()),
        follow: Follow::Site,
        max_depth: 5,
        body_limit_bytes: 1 << 20,
        room_bytes: u64::MAX,
        trail: Vec::new(),
        crowded: Arc::default(),
        pictures: None,
    };
    digest(&visit, Sighting::Answered(fetched), &context)
}

/// What the program says of `key`; `None` for a key that has no such single answer.
fn actual(read: &Read, key: &str) -> Option<Value> {
    let article = &read.extraction.article;
    let urls = |links: &[Link]| {
        json!(
            links
                .iter()
                .map(|link| link.url.as_str())
                .collect::<Vec<_>>()
        )
    };
    Some(match key {
        "kind" => json!(read.extraction.kind.name()),
        "rules" => json!(read.extraction.rules),
        "title" => json!(article.title),
        "summary" => json!(article.summary),
        "source" => json!(article.source),
        "author" => json!(article.author),
        "editor" => json!(article.editor),
        "publish_time" => json!(article.publish_time.map(|time| time.to_string())),
        "publish_day" => json!(article.publish_time.map(|time| time.date.to_string())),
        "publish_time_raw" => json!(article.publish_time_raw),
        "views" => json!(article.views),
        "views_note" => json!(article.views_note.map(ViewsNote::name)),
        "body_text" => json!(
            article
                .body_text
                .as_deref()
                .map(|body| body.lines().collect::<Vec<_>>())
        ),
        "images" => json!(
            article
                .images
                .iter()
                .map(|image| image.url.as_str())
                .collect::<Vec<_>>()
        ),
        "lang" => json!(article.lang),
        "encoding" => json!({
            "name": read.decoded.encoding.name(),
            "evidence": read.decoded.evidence.name(),
            "had_errors": read.decoded.had_errors,
        }),
        "as_printed" => json!({
            "title": article.as_printed.as_ref().and_then(|printed| printed.title.clone()),
        }),
        "part" => json!(read.extraction.part.as_ref().map(|part| json!({
            "number": part.number,
            "of": part.of,
            "first": part.first.as_ref().map(PageUrl::as_str),
            "next": part.next.as_ref().map(PageUrl::as_str),
        }))),
        "articles" => urls(&read.articles),
        "next" => urls(&read.next),
        "outcome" => json!(read.capture.outcome.name()),
        "reason" => json!(read.capture.reason),
        "warnings" => json!(warnings(read)),
        _ => return None,
    })
}

/// The kinds of all warnings, of decoding and of reading.
fn warnings(read: &Read) -> BTreeSet<&'static str> {
    let decoding = read.decoded.warnings.iter();
    decoding
        .chain(&read.extraction.warnings)
        .map(|warning| warning.kind)
        .collect()
}

/// How the program's answer differs from what the case expects, ready to print.
fn difference(case: &Case, read: &Read, key: &str, expected: &Value) -> Option<String> {
    match key {
        // these name what must be among the warnings, and what must not
        "warnings" => {
            let missing = names(expected, |kind| !warnings(read).contains(kind));
            (!missing.is_empty()).then(|| {
                format!(
                    "  warnings lack {missing:?}; there are {:?}",
                    warnings(read)
                )
            })
        }
        "no_warnings" => {
            let wrong = names(expected, |kind| warnings(read).contains(kind));
            (!wrong.is_empty()).then(|| format!("  warnings hold {wrong:?} for no reason"))
        }
        "robots" => robots(case, expected),
        // an object asks only for the keys it has
        "encoding" | "as_printed" => {
            let mut found = actual(read, key)?;
            let wanted = expected.as_object()?;
            if let Some(fields) = found.as_object_mut() {
                fields.retain(|field, _| wanted.contains_key(field));
            }
            (found != *expected).then(|| show(key, expected, &found))
        }
        _ => match actual(read, key) {
            Some(found) => (found != *expected).then(|| show(key, expected, &found)),
            None => Some(format!("  `{key}` is no key of expected.json")),
        },
    }
}

/// The strings of a list that `keep` picks.
fn names(list: &Value, keep: impl Fn(&str) -> bool) -> Vec<&str> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(Value::as_str)
        .filter(|name| keep(name))
        .collect()
}

/// Which URLs `robots.txt`, lying beside the page, judges otherwise than expected.
fn robots(case: &Case, expected: &Value) -> Option<String> {
    let rules = RobotsRules::parse(&fs::read(case.folder.join("robots.txt")).unwrap());
    let allows = |url: &str| rules.allows(AGENT, &PageUrl::parse(url).unwrap());
    let mut wrong = Vec::new();
    let refused = names(&expected["allowed"], |url| !allows(url));
    wrong.extend(refused.iter().map(|url| format!("  robots refuse {url}")));
    let allowed = names(&expected["refused"], allows);
    wrong.extend(allowed.iter().map(|url| format!("  robots allow {url}")));
    let delay = rules.crawl_delay(AGENT).map(|delay| delay.as_secs());
    if json!(delay) != expected["crawl_delay"] {
        wrong.push(format!(
            "  robots ask for a crawl delay of {delay:?} s, not {}",
            expected["crawl_delay"]
        ));
    }
    (!wrong.is_empty()).then(|| wrong.join("\n"))
}

/// One line for short values, a line by line comparison for lists.
fn show(key: &str, expected: &Value, found: &Value) -> String {
    let lines = |list: &[Value]| {
        let lines: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        lines.join("\n") + "\n"
    };
    match (expected, found) {
        (Value::Array(expected), Value::Array(found)) => {
            let (expected, found) = (lines(expected), lines(found));
            let changes = TextDiff::from_lines(&expected, &found);
            format!(
                "  {key}: - expected, + read\n{}",
                changes.unified_diff().context_radius(0)
            )
        }
        _ => format!("  {key}: expected {expected}, read {found}"),
    }
}

/// Writes what the program read over the keys that the case already has, and only these.
fn rewrite(case: &Case, read: &Read) {
    let mut renewed = case.expected.clone();
    for (key, value) in &mut renewed {
        let Some(found) = actual(read, key) else {
            continue;
        };
        match (&mut *value, found) {
            (Value::Object(fields), Value::Object(found)) => {
                for (field, value) in fields {
                    if let Some(found) = found.get(field) {
                        *value = found.clone();
                    }
                }
            }
            (value, found) => *value = found,
        }
    }
    let mut text = serde_json::to_string_pretty(&renewed).unwrap();
    text.push('\n');
    fs::write(case.folder.join("expected.json"), text).unwrap();
}
