//! Workbooks and Parquet: what has types.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use zip::ZipArchive;

use super::{HOSTILE, archived, beside, done};
use crate::cli::said;

fn part(book: &Path, name: &str) -> String {
    let mut parts = ZipArchive::new(File::open(book).unwrap()).unwrap();
    let mut text = String::new();
    parts
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn a_workbook_holds_rows_links_dates_and_what_was_asked_for() {
    let (desk, site) = archived();
    done(&desk.run(&["export", "xlsx", "展会 OR 参展商", "-o", "book.xlsx"]));
    let book = desk.path("book.xlsx");
    let sheet = part(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<row ").count(), 4, "{sheet}");
    // 2026-06-08, as a day
    assert!(sheet.contains("<v>46181</v>"), "{sheet}");
    let text = HOSTILE
        .replace('\u{1b}', "")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let text = text.replace('"', "&quot;");
    assert!(sheet.contains(&format!(">{text}</t>")), "{sheet}");
    assert!(!sheet.contains("<f>"));
    let cut = format!("of {} characters]", HOSTILE.chars().count() + 40_001);
    assert!(sheet.contains(&cut), "{cut}");
    let links = part(&book, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(links.contains(&format!("Target=\"{}\"", site.url("/news/15.html"))));
    let query = part(&book, "xl/worksheets/sheet2.xml");
    assert!(
        query.contains("展会 OR 参展商") && query.contains(">3</t>"),
        "{query}"
    );
    assert!(
        query.contains("1 texts beyond what a cell holds"),
        "{query}"
    );
    for name in [
        "xl/workbook.xml",
        "xl/styles.xml",
        "docProps/core.xml",
        "[Content_Types].xml",
    ] {
        let xml = part(&book, name);
        let mut reader = quick_xml::Reader::from_str(&xml);
        while !matches!(
            reader.read_event().expect(name),
            quick_xml::events::Event::Eof
        ) {}
    }
    assert_eq!(beside(&desk), ["book.xlsx"]);
}

fn rows(file: &Path) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
    reader
        .get_row_iter(None)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn field<'a>(row: &'a Row, name: &str) -> &'a Field {
    let mut fields = row.get_column_iter();
    fields.find(|(own, _)| *own == name).unwrap().1
}

fn said_of(file: &Path, name: &str) -> Option<String> {
    let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
    let entries = reader
        .metadata()
        .file_metadata()
        .key_value_metadata()?
        .clone();
    entries.into_iter().find(|entry| entry.key == name)?.value
}

#[test]
fn one_parquet_file_holds_typed_columns_and_says_what_it_is() {
    let (desk, _site) = archived();
    done(&desk.run(&["export", "parquet", "--single", "-o", "all.parquet"]));
    let file = desk.path("all.parquet");
    let rows = rows(&file);
    assert_eq!(rows.len(), 3);
    let edited = rows
        .iter()
        .find(|row| *field(row, "title") == Field::Str("参展商名录公布".to_owned()))
        .unwrap();
    assert_eq!(*field(edited, "views"), Field::Long(40));
    assert_eq!(*field(edited, "edited"), Field::Bool(true));
    assert_eq!(*field(edited, "gone_at"), Field::Null);
    assert_eq!(
        *field(edited, "publish_time"),
        Field::Str("2026-06-08".to_owned())
    );
    // days since 1970
    assert_eq!(*field(edited, "publish_date"), Field::Date(20_612));
    assert!(matches!(
        field(edited, "observed_at"),
        Field::TimestampMicros(_)
    ));
    assert!(
        rows.iter()
            .any(|row| *field(row, "title") == Field::Str(HOSTILE.to_owned()))
    );
    assert_eq!(said_of(&file, "zhanwen.rows").as_deref(), Some("3"));
    assert_eq!(said_of(&file, "zhanwen.search").as_deref(), Some(""));
    assert_eq!(beside(&desk), ["all.parquet"]);
}

#[test]
fn a_parquet_folder_is_laid_out_by_site_and_month() {
    let (desk, _site) = archived();
    done(&desk.run(&["export", "parquet", "名录", "--all-versions", "-o", "all"]));
    let files = files_in(&desk.path("all"));
    let [file] = &files[..] else {
        panic!("{files:?}")
    };
    let name = file
        .strip_prefix(desk.path("all"))
        .unwrap()
        .to_str()
        .unwrap();
    assert!(name.starts_with("site=127.0.0.1%3A"), "{name}");
    assert!(name.ends_with("/month=2026-06/part-0.parquet"), "{name}");
    assert_eq!(rows(file).len(), 4);
    assert!(
        rows(file)[0]
            .get_column_iter()
            .all(|(name, _)| name != "site")
    );
    assert_eq!(said_of(file, "zhanwen.search").as_deref(), Some("名录"));
    let about = fs::read_to_string(desk.path("all/_export.json")).unwrap();
    assert!(about.contains("\"rows\": 4"), "{about}");

    // what an export made may be replaced, and nothing else
    assert_eq!(
        desk.run(&["export", "parquet", "-o", "all"]).status.code(),
        Some(1)
    );
    done(&desk.run(&[
        "export", "parquet", "--what", "views", "-o", "all", "--force",
    ]));
    assert_eq!(rows(&files_in(&desk.path("all"))[0]).len(), 5);
    fs::create_dir(desk.path("mine")).unwrap();
    done(&desk.run(&["export", "parquet", "-o", "mine"]));
    fs::remove_file(desk.path("mine/_export.json")).unwrap();
    let refused = desk.run(&["export", "parquet", "-o", "mine", "--force"]);
    assert!(
        said(&refused).contains("no export made"),
        "{}",
        said(&refused)
    );
    assert_eq!(beside(&desk), ["all", "mine"]);
}

/// The files of a format in a folder and those below it.
pub(super) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_in(&path));
        } else if path.file_name().unwrap() != "_export.json" {
            found.push(path);
        }
    }
    found.sort();
    found
}
