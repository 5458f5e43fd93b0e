//! Tables as CSV and JSON lines.

use serde_json::Value;

use super::{HOSTILE, archived, beside, done, exported};
use crate::cli::{Desk, said};

fn csv(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        row.iter().map(str::to_owned).collect()
    });
    rows.collect()
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let place = rows[0].iter().position(|head| head == name).unwrap();
    rows[1..].iter().map(|row| row[place].clone()).collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn json(desk: &Desk, file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(desk.path(file)).unwrap()).unwrap()
}

#[test]
fn csv_holds_every_article_and_says_beside_it_what_it_is() {
    let (desk, _site) = archived();
    let text = exported(&desk, &["csv"], "all.csv");
    assert!(text.starts_with("\u{feff}site,url,title,"), "{text}");
    let rows = csv(&text);
    assert_eq!(rows.len(), 4);
    let titles = column(&rows, "title");
    assert!(titles.contains(&format!("'{HOSTILE}")), "{titles:?}");
    assert!(column(&rows, "author").contains(&"'+甲".to_owned()));
    assert_eq!(column(&rows, "publish_date"), ["2026-06-08"; 3]);
    let mut edited = column(&rows, "edited");
    edited.sort();
    assert_eq!(edited, ["0", "0", "1"]);

    let about = json(&desk, "all.csv-metadata.json");
    assert_eq!(about["url"], "all.csv");
    assert_eq!(about["zhanwen:export"]["rows"], 3);
    assert_eq!(about["zhanwen:export"]["search"], "");
    let names: Vec<_> = about["tableSchema"]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, rows[0]);
    assert_eq!(beside(&desk), ["all.csv", "all.csv-metadata.json"]);
}

#[test]
fn csv_for_programs_has_neither_mark_nor_guard() {
    let (desk, _site) = archived();
    let text = exported(&desk, &["csv", "--no-bom", "--no-guard"], "all.csv");
    assert!(text.starts_with("site,url,"), "{text}");
    assert!(column(&csv(&text), "title").contains(&HOSTILE.to_owned()));
}

#[test]
fn a_search_chooses_what_is_exported_and_is_told_so_that_it_can_be_typed_again() {
    let (desk, _site) = archived();
    let text = exported(&desk, &["csv", "名录", "is:changed"], "some.csv");
    assert_eq!(column(&csv(&text), "title"), ["参展商名录公布"]);
    let about = json(&desk, "some.csv-metadata.json");
    let search = about["zhanwen:export"]["search"]
        .as_str()
        .unwrap()
        .to_owned();
    let again = exported(&desk, &["csv", &search], "again.csv");
    assert_eq!(text, again);
    let none = exported(&desk, &["csv", "没有的词"], "none.csv");
    assert_eq!(csv(&none).len(), 1);
    let wrong = desk.run(&["export", "csv", "(名录", "-o", "wrong.csv"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
}

#[test]
fn each_kind_of_row_is_a_table_of_its_own() {
    let (desk, _site) = archived();
    let table = |what: &str| {
        csv(&exported(
            &desk,
            &["csv", "--what", what],
            &format!("{what}.csv"),
        ))
    };
    let views = table("views");
    assert_eq!(column(&views, "views").len(), 5);
    let deltas = column(&views, "delta");
    assert!(deltas.contains(&"30".to_owned()) && deltas.contains(&"-110".to_owned()));
    let changes = table("changes");
    assert_eq!(column(&changes, "happening").len(), 2);
    let edited = column(&changes, "happening")
        .iter()
        .position(|happening| happening == "edited")
        .unwrap();
    assert!(column(&changes, "removed")[edited].contains("二号馆"));
    assert!(column(&changes, "added")[edited].contains("三号馆"));
    assert_eq!(column(&changes, "fields")[edited], "body");
    assert_eq!(column(&table("looks"), "outcome").len(), 7);
    assert_eq!(column(&table("versions"), "version_no").len(), 4);
}

#[test]
fn json_lines_hold_an_object_each_with_sorted_names_and_the_views() {
    let (desk, _site) = archived();
    let text = exported(&desk, &["jsonl", "--all-versions"], "all.jsonl");
    assert!(!text.contains('\u{1b}'));
    let objects = lines(&text);
    assert_eq!(objects.len(), 4);
    for object in &objects {
        let names: Vec<_> = object.as_object().unwrap().keys().collect();
        assert!(names.is_sorted(), "{names:?}");
    }
    let of = |version: u64| {
        let mut objects = objects.iter();
        objects
            .find(|object| object["title"] == "参展商名录公布" && object["version_no"] == version)
            .unwrap()
    };
    let counts = |version: u64| -> Vec<_> {
        let history = of(version)["view_history"].as_array().unwrap().iter();
        history
            .map(|point| point["views"].as_u64().unwrap())
            .collect()
    };
    assert_eq!((counts(1), counts(2)), (vec![120], vec![150, 40]));
    assert!(objects.iter().any(|object| object["title"] == HOSTILE));
    let about = json(&desk, "all.jsonl-metadata.json");
    assert_eq!(
        (&about["what"], &about["rows"]),
        (&"versions".into(), &4.into())
    );
    assert!(about["exported_at"].as_str().unwrap().ends_with('Z'));

    let now = lines(&exported(
        &desk,
        &["jsonl", "名录", "is:changed"],
        "now.jsonl",
    ));
    assert_eq!(now[0]["view_history"].as_array().unwrap().len(), 3);
    assert_eq!(
        (&now[0]["views"], &now[0]["edited"]),
        (&40.into(), &true.into())
    );
}

#[test]
fn standard_output_takes_the_table_alone() {
    let (desk, _site) = archived();
    let output = desk.run(&["export", "jsonl", "--what", "looks", "-o", "-"]);
    done(&output);
    assert_eq!(lines(&String::from_utf8(output.stdout).unwrap()).len(), 7);
    assert!(beside(&desk).is_empty());
}
