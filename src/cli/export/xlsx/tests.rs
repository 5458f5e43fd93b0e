//! Workbooks read back part by part.

use std::io::{Cursor, Read as _, Write as _};

use super::cell::{cell, escaped, place};
use super::*;
use crate::cli::export::table::Kind;
use crate::model::Timestamp;

const COLUMNS: [Column; 3] = [
    column("title", Kind::Text),
    column("url", Kind::Url),
    column("at", Kind::Instant),
];

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        about: "",
    }
}

fn about() -> About {
    About {
        what: "articles",
        search: "会展 <b>".to_owned(),
        order: "published",
        rows: 3,
        articles: 3,
        archive: "archive.db".to_owned(),
        exported_at: Timestamp::from_unix_millis(0),
        tool: "zhanwen".to_owned(),
    }
}

fn row(title: &str, url: &str) -> Vec<Value<'static>> {
    vec![
        Value::Text(title.to_owned().into()),
        Value::Text(url.to_owned().into()),
        Value::Instant(Timestamp::from_unix_millis(1_780_272_000_000)),
    ]
}

fn part(book: &[u8], name: &str) -> String {
    let mut parts = zip::ZipArchive::new(Cursor::new(book)).expect("a container");
    let mut text = String::new();
    let mut part = parts.by_name(name).expect(name);
    part.read_to_string(&mut text).expect("text");
    text
}

fn book(limits: Limits, rows: &[Vec<Value<'_>>]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let mut book = Book::begin("articles", COLUMNS.to_vec(), limits, &mut out).expect("memory");
    for row in rows {
        book.row(row).expect("memory");
    }
    book.finish(&about()).expect("memory");
    out.into_inner()
}

#[test]
fn rows_beyond_a_sheet_go_on_on_the_next_and_links_end_where_excel_ends_them() {
    let rows: Vec<_> = (1..=5)
        .map(|number| {
            row(
                &format!("题{number}"),
                &format!("https://a.example/?a=1&b={number}"),
            )
        })
        .collect();
    let limits = Limits {
        rows: 4,
        links: 2,
        ..LIMITS
    };
    let book = book(limits, &rows);
    let workbook = part(&book, "xl/workbook.xml");
    let names: Vec<_> = workbook.split("<sheet name=\"").skip(1).collect();
    assert_eq!(names.len(), 3, "{workbook}");
    assert!(workbook.contains("'articles 2'!$A$1:$C$3"), "{workbook}");
    let first = part(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(first.matches("<row ").count(), 4);
    assert_eq!(first.matches("<hyperlink ").count(), 2);
    assert_eq!(
        first.matches("a=1&amp;b=").count(),
        3,
        "the address stands there all the same"
    );
    let links = part(&book, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(
        links.contains("Target=\"https://a.example/?a=1&amp;b=2\""),
        "{links}"
    );
    assert!(part(&book, "xl/worksheets/sheet2.xml").contains("题5"));
    assert!(part(&book, "xl/worksheets/sheet3.xml").contains("会展 &lt;b&gt;"));
}

#[test]
fn what_fails_is_told_once() {
    #[derive(Debug)]
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut out = package::Failing::new(Full);
    assert!(out.write_all(b"a row").is_err());
    assert!(
        out.write_all(b"what is written while all is dropped")
            .is_ok()
    );
}

#[test]
fn a_text_beyond_a_cell_is_cut_and_says_so() {
    let long = "展\u{1f600}".repeat(20_000);
    let cell = cell("A1", &Value::Text(long.into()), Kind::Text, false).expect("a cell");
    assert!(cell.cut);
    let said = cell
        .xml
        .split("preserve\">")
        .nth(1)
        .and_then(|rest| rest.split("</t>").next());
    let said = said.expect("text");
    assert!(said.encode_utf16().count() <= 32_767);
    assert!(said.ends_with("of 40000 characters]"), "{}", said.len());
    let fits = "展".repeat(32_767);
    assert!(!cell::text("A1", &fits, 0).cut);
}

#[test]
fn what_xml_has_no_place_for_is_left_out_and_escapes_are_none() {
    assert_eq!(
        escaped("a\0b\u{1b}c\u{9b}\r\n\t<&>\""),
        "abc\n\t&lt;&amp;&gt;&quot;"
    );
    assert_eq!(escaped("_x0041_ _x00_ _x"), "_x005F_x0041_ _x00_ _x");
    assert_eq!(escaped("_x展会展会_"), "_x展会展会_");
}

#[test]
fn times_are_days_since_the_calendar_begins() {
    let cell = |value: Value<'_>| {
        cell("A1", &value, Kind::Instant, false)
            .expect("a cell")
            .xml
    };
    let noon = Timestamp::from_unix_millis(1_780_272_000_000 + 43_200_000);
    assert!(cell(Value::Instant(noon)).contains("<v>46174.50000000000</v>"));
    let time = |text: &str| Value::PublishTime(text.parse().expect(text));
    assert!(cell(time("2026-06-01")).contains("s=\"4\"><v>46174</v>"));
    assert!(cell(time("2026-06-01 06:00")).contains("s=\"5\"><v>46174.25000000000</v>"));
    assert!(cell(time("1899-06-01")).contains(">1899-06-01</t>"));
}

#[test]
fn places_are_named_as_spreadsheets_do() {
    let names = [
        (0, "A1"),
        (25, "Z1"),
        (26, "AA1"),
        (701, "ZZ1"),
        (702, "AAA1"),
    ];
    for (column, name) in names {
        assert_eq!(place(column, 1), name);
    }
}
