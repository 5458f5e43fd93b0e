//! How well pages are read, with a floor under each number, and whether the numbers are right.
//!
//! The real pages are third parties' and not part of the project: where `../shared` is absent these
//! tests say so and pass. The project's own fixtures are scored everywhere.
#![expect(
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on should say where, and one that is left out says so"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::cli::{Desk, said};

/// A little under what the pages come to.
const FLOORS: [&str; 10] = [
    "ALL-zh:body_f1=0.988",
    "ALL-zh-news:body_f1=0.988",
    "ALL-zh:title=0.98",
    "ALL-zh:publish_time=0.985",
    "ALL-zh:minute=0.97",
    "ALL-zh:source=0.97",
    "ALL-zh:author=0.90",
    "ALL-zh:views=0.95",
    "ALL-zh:kind=0.98",
    "ALL-en:body_f1=0.970",
];

/// What is given where a page has none. The truth of pages in other languages names no author.
const CEILINGS: [&str; 3] = [
    "ALL-zh:author_noise=0.126",
    "ALL-zh:source_noise=0.061",
    "ALL-zh:views_noise=0.014",
];

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here", path.display());
    None
}

#[test]
fn real_pages_are_read_as_people_read_them() {
    let Some(pages) = shared("data/pages") else {
        return;
    };
    let desk = Desk::new();
    let mut args = vec!["eval", pages.to_str().unwrap(), "--worst", "30"];
    args.extend(FLOORS.iter().flat_map(|floor| ["--floor", floor]));
    args.extend(CEILINGS.iter().flat_map(|ceiling| ["--ceiling", ceiling]));
    let output = desk.run(&args);
    assert!(output.status.success(), "{}", said(&output));
    // `--nocapture` shows today's numbers
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
}

/// `fixtures/pages/` as a folder with a truth: what `expected.json` says of each article.
fn fixtures_as_a_folder(desk: &Desk) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pages");
    let mut truth = String::new();
    let mut pages = 0;
    for builder in folders(&root) {
        for case in folders(&builder) {
            let expected = fs::read_to_string(case.join("expected.json")).unwrap();
            let expected: Map<String, Value> = serde_json::from_str(&expected).unwrap();
            // answers that are no page are not read
            if expected.contains_key("outcome") {
                continue;
            }
            let response = fs::read_to_string(case.join("response.toml")).unwrap();
            let response: toml::Value = toml::from_str(&response).unwrap();
            let name = case.strip_prefix(&root).unwrap().to_str().unwrap();
            let file = format!("{}.html", name.replace('/', "-"));
            fs::copy(case.join("page.html"), desk.path(&file)).unwrap();
            let set = builder.file_name().unwrap().to_str().unwrap();
            truth += &truth_of(&file, set, &expected, &response).to_string();
            truth.push('\n');
            pages += 1;
        }
    }
    fs::write(desk.path("truth.jsonl"), truth).unwrap();
    pages
}

fn truth_of(file: &str, set: &str, expected: &Map<String, Value>, response: &toml::Value) -> Value {
    let header = |wanted: &str| {
        let headers = response["headers"].as_array().unwrap();
        let found = headers.iter().find(|header| {
            let name = header[0].as_str().unwrap();
            name.eq_ignore_ascii_case(wanted)
        });
        found.map(|header| header[1].as_str().unwrap())
    };
    let mut line = json!({
        "file": file,
        "set": set,
        "lang": expected.get("lang").cloned().unwrap_or(json!("zh")),
        "url": response["url"].as_str(),
        "fetched_at": response["fetched_at"].as_str(),
        "content_type": header("content-type"),
    });
    for key in ["title", "publish_time", "author", "source", "views", "kind"] {
        if let Some(value) = expected.get(key) {
            line[key] = value.clone();
        }
    }
    if let Some(day) = expected.get("publish_day") {
        line["publish_time"] = day.clone();
    }
    if let Some(body) = expected.get("body_text").and_then(Value::as_array) {
        let lines: Vec<&str> = body.iter().filter_map(Value::as_str).collect();
        line["body"] = json!(lines.join("\n"));
    }
    line
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

/// Each case is compared exactly elsewhere: here, all of it must come to full marks.
#[test]
fn the_fixtures_score_fully() {
    let desk = Desk::new();
    let pages = fixtures_as_a_folder(&desk);
    let mut args = vec!["eval", ".", "--json"];
    for metric in [
        "body_f1=1",
        "title=1",
        "publish_time=1",
        "minute=1",
        "author=1",
        "source=1",
        "views=1",
        "kind=1",
    ] {
        args.extend(["--floor", metric]);
    }
    let output = desk.run(&args);
    assert!(output.status.success(), "{}", said(&output));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["pages"].as_array().unwrap().len(), pages);
    let all = &result["groups"]["ALL-zh"];
    for (metric, least) in [("body_n", 10), ("author_n", 10), ("views_n", 10)] {
        assert!(all[metric].as_u64().unwrap() >= least, "{metric}: {all}");
    }
}

/// The groups as `score.py` computes them; none where it or Python is absent.
fn in_python(truth: &Path, predictions: &Path) -> Option<Value> {
    let script = shared("data/score.py")?;
    let mut python = Command::new("python3");
    python.arg(script).args([truth, predictions]).arg("--json");
    let Ok(output) = python.output() else {
        eprintln!("skipped: python3 is not here");
        return None;
    };
    assert!(output.status.success(), "{}", said(&output));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Every number that `score.py` prints, and no group that it does not.
fn agree(own: &Value, python: &Value) {
    let (own, python) = (own.as_object().unwrap(), python.as_object().unwrap());
    let mut compared = 0;
    for (group, numbers) in python {
        for (name, number) in numbers.as_object().unwrap() {
            let (expected, found) = (number.as_f64().unwrap(), own[group][name].as_f64());
            assert!(
                found.is_some_and(|found| (found - expected).abs() < 1e-9),
                "{group} {name}: {found:?}, in Python {expected}"
            );
            compared += 1;
        }
    }
    assert!(compared > 0);
    let names = |groups: &Map<String, Value>| {
        let mut names: Vec<String> = groups.keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(own), names(python));
}

#[test]
fn real_pages_score_as_in_python() {
    let Some(pages) = shared("data/pages") else {
        return;
    };
    let desk = Desk::new();
    let output = desk.run(&[
        "eval",
        pages.to_str().unwrap(),
        "--json",
        "--write-predictions",
        "read.jsonl",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let own: Value = serde_json::from_slice(&output.stdout).unwrap();
    if let Some(python) = in_python(&pages.join("truth.jsonl"), &desk.path("read.jsonl")) {
        agree(&own["groups"], &python);
    }
}

/// Pairs of what a page says and what a tool read, chosen where scorers part ways.
fn hard_cases() -> Vec<(Value, Value)> {
    let field = |name: &str, pairs: &[(Value, Value)]| -> Vec<(Value, Value)> {
        pairs
            .iter()
            .map(|(truth, read)| (json!({name: truth}), json!({name: read})))
            .collect()
    };
    let mut cases = field(
        "title",
        &[
            (json!("第９届“展会”_开幕"), json!("第9届展会开幕！")),
            (json!("Straße ẞ ﬁn"), json!("STRASSE SS fin")),
            (json!("σίσυφος"), json!("ΣΊΣΥΦΟΣ")),
            (json!("ı"), json!("I")),
            (json!("①Ⅳ"), json!("1iv")),
            (json!(null), json!("——")),
            (json!("展会"), json!(null)),
        ],
    );
    cases.extend(field(
        "publish_time",
        &[
            (json!("2026-06-08 09:05:33"), json!("2026年6月8日 9时05分")),
            (json!("２０２６／６／８"), json!("2026.06.8")),
            (json!("2026-06-08"), json!("2026-06-08 10:00")),
            (json!("2026-06-08 10:00"), json!("2026-06-08")),
            (json!("2026-06-08 10:00"), json!("2026-06-08T10 : 00Z")),
            (json!("June 8"), json!("soon")),
            (json!(20_260_608), json!("2026-06-08")),
            (json!("2026-06-08 1:2"), json!("2026-06-08")),
        ],
    ));
    cases.extend(field(
        "author",
        &[
            (json!(["张三", "李四"]), json!("李四、张三")),
            (json!("Ann Li and Bo"), json!(["Bo", "Ann", "Li"])),
            (json!("Anderson"), json!("and Anderson")),
            (json!("A&and&B"), json!("a b")),
            (json!("张三／李四"), json!("张三 李四")),
            (json!("张三\u{1c}李四"), json!("李四;张三；")),
            (json!("张三"), json!(["张三", null, 3])),
            (json!(null), json!(null)),
            (json!(null), json!("张三")),
            (json!("张三"), json!([])),
        ],
    ));
    cases.extend(field(
        "source",
        &[
            (json!("示例 日报"), json!("示例日报")),
            (json!("示例日报"), json!(0)),
            (json!(""), json!(null)),
        ],
    ));
    cases.extend(field(
        "views",
        &[
            (json!("1,204"), json!(1204)),
            (json!("007"), json!("7 次")),
            (json!("1.2万"), json!(1)),
            (json!(0), json!(0)),
            (json!(0), json!(null)),
            (json!(12.0), json!("12")),
            (json!("无"), json!(null)),
        ],
    ));
    for (name, read) in [
        ("author", json!("")),
        ("author", json!([])),
        ("author", json!("admin")),
        ("views", json!(0)),
        ("views", json!("0")),
        ("views", json!(false)),
        ("source", json!({})),
        ("source", json!("本站")),
    ] {
        // the page has none
        cases.push((json!({}), json!({name: read})));
    }
    for (says, read, lang) in [
        ("展会今天开幕", "展会今天", "zh"),
        ("展会今天开幕", "", "zh"),
        ("展会今天开幕", "无关的内容", "zh-Hant"),
        ("展会", "展会今天", "zh"),
        ("天天天天天天", "天天天天", "zh"),
        ("——", "", "zh"),
        ("——", "展会今天", "zh"),
        ("２０２６年_展会①", "2026年_展会1", "zh"),
        (
            "\u{915}\u{93f} cafe\u{301} one two",
            "\u{915}\u{93f} café one two",
            "zh",
        ),
        ("one two three four five", "One two, three four five", "en"),
        ("one two", "one two three", "en"),
        (
            "cafe\u{301} don't ﬁn snake_case",
            "café don't fin snake_case",
            "fr",
        ),
        (
            "\u{915}\u{93f} ½ ⓐb x\u{200d}y",
            "\u{915}\u{93f} 1/2 ab xy",
            "hi",
        ),
        ("", "one", "en"),
    ] {
        let truth = json!({"body": says, "lang": lang});
        cases.push((truth, json!({"body": read})));
    }
    cases
}

#[test]
fn hard_cases_score_as_in_python() {
    let desk = Desk::new();
    let (mut truth, mut read) = (String::new(), String::new());
    for (number, (says, found)) in hard_cases().into_iter().enumerate() {
        // a set of its own, so that two mistakes cannot make up for each other
        let mut line = json!({"file": number.to_string(), "set": format!("case {number}"), "lang": "zh", "enc": "gbk"});
        let mut answer = json!({"file": number.to_string()});
        for (into, from) in [(&mut line, says), (&mut answer, found)] {
            for (key, value) in from.as_object().unwrap() {
                into[key] = value.clone();
            }
        }
        truth += &line.to_string();
        truth.push('\n');
        // every tenth page has no prediction at all
        if number % 10 != 9 {
            read += &answer.to_string();
            read.push('\n');
        }
    }
    fs::write(desk.path("truth.jsonl"), truth).unwrap();
    fs::write(desk.path("read.jsonl"), read).unwrap();
    let output = desk.run(&["eval", ".", "--json", "--predictions", "read.jsonl"]);
    assert!(output.status.success(), "{}", said(&output));
    let own: Value = serde_json::from_slice(&output.stdout).unwrap();
    if let Some(python) = in_python(&desk.path("truth.jsonl"), &desk.path("read.jsonl")) {
        agree(&own["groups"], &python);
    }
}
