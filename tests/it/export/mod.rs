//! `zhanwen export` as a user drives it: what each format holds, and that it is there whole or not at all.

#![expect(clippy::indexing_slicing, reason = "a missing row is a failed test")]

mod documents;
mod places;
mod tables;
mod typed;
mod web;

use std::fs;
use std::process::Output;

use rusqlite::{Connection, params};
use zhanwen::archive::Library as _;
use zhanwen::model::PageUrl;
use zhanwen::store::sqlite::SqliteLibrary;
use zhanwen::version::content_hash;

use crate::cli::{Desk, EDITED, MIDDLE, article, said};
use crate::site::{Page, Site};

/// What nobody may be harmed by: a formula, an escape of terminals, markup, quotes, a line end.
pub(super) const HOSTILE: &str =
    "=cmd|' /C calc'!A0\u{1b}[2J</script><img src=x onerror=alert(1)>\",\"\n'行二";

/// An archive of one site: an article that was edited, one that is gone, one that means ill.
pub(super) fn archived() -> (Desk, Site) {
    let (desk, site) = (Desk::new(), Site::start());
    for (views, middle) in [(120, MIDDLE), (150, EDITED), (40, EDITED)] {
        site.put("/news/15.html", article("参展商名录公布", views, middle));
        desk.scrape(&site.url("/news/15.html"));
    }
    site.put("/news/16.html", article("展会延期公告发布", 9, MIDDLE));
    desk.scrape(&site.url("/news/16.html"));
    site.put("/news/16.html", Page::status(404));
    for _ in 0..2 {
        desk.on_loopback(&["scrape", &site.url("/news/16.html")]);
    }
    site.put("/news/17.html", article("恶意标题的公告", 7, MIDDLE));
    desk.scrape(&site.url("/news/17.html"));
    make_hostile(&desk, &site.url("/news/17.html"));
    (desk, site)
}

/// Writes into the archive what reading a page would clean, and what an archive of another hand may hold.
fn make_hostile(desk: &Desk, url: &str) {
    let path = desk.path("archive.db");
    let library = SqliteLibrary::open(&path).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let kept = runtime.block_on(async {
        let page = library.find(&PageUrl::parse(url).unwrap()).await.unwrap();
        library.article(page.unwrap(), None).await.unwrap().unwrap()
    });
    let mut article = kept.reading.article;
    let body = format!("{HOSTILE}\n{}", "长".repeat(40_000));
    (article.title, article.author) = (Some(HOSTILE.to_owned()), Some("+甲".to_owned()));
    article.body_text = Some(body);
    let changed = Connection::open(path).unwrap().execute(
        "UPDATE version SET title = ?1, author = ?2, body_text = ?3, content_sha256 = ?4
         WHERE title = '恶意标题的公告'",
        params![
            article.title,
            article.author,
            article.body_text,
            content_hash(&article).as_bytes()
        ],
    );
    assert_eq!(changed.unwrap(), 1);
}

/// Exports, and answers what was written.
pub(super) fn exported(desk: &Desk, args: &[&str], file: &str) -> String {
    done(&desk.run(&[&["export"], args, &["-o", file]].concat()));
    fs::read_to_string(desk.path(file)).unwrap()
}

pub(super) fn done(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

/// What is in the folder beside the archive.
pub(super) fn beside(desk: &Desk) -> Vec<String> {
    let names = fs::read_dir(desk.folder.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| !name.starts_with("archive.db"))
        .collect();
    names.sort();
    names
}
