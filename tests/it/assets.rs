//! Pictures of articles by the real binary: real files of each kind from a loopback site, kept, shown,
//! written out, counted and verified.

use std::fs;

use base64::Engine as _;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::cli::{Desk, EDITED, MIDDLE, article, said};
use crate::site::{Page, Site};

const PATH: &str = "/news/15.html";
const SVG: &str =
    "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

/// Plain blue rectangles.
const JPEG: &str = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAAwAEADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCKiiitCAooooAKKKKACiiigAooooAKKKKACiiigAooooAKKKKACiiigAooooAKKKKAP//Z";
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAGAAAABACAIAAABqVuVZAAAAnElEQVR4nO3QQRHAIADAMEDNNKEOqVOw65M9EgW9zmefwbd1O+DvDAoGBYOCQcGgYFAwKBgUDAoGBYOCQcGgYFAwKBgUDAoGBYOCQcGgYFAwKBgUDAoGBYOCQcGgYFAwKBgUDAoGBYOCQcGgYFAwKBgUDAoGBYOCQcGgYFAwKBgUDAoGBYOCQcGgYFB4ATPgAaJxzDDSAAAAAElFTkSuQmCC";
const GIF: &str = "R0lGODdhMgAoAIEAAChaoAAAAAAAAAAAACwAAAAAMgAoAEAISgABCBxIsKDBgwgTKlzIsKHDhxAjSpxIsaLFixgzatzIsaPHjyBDihxJsqTJkyhTqlzJsqXLlzBjypxJs6bNmzhz6tzJs6fPlwEBADs=";
const WEBP: &str = "UklGRkoAAABXRUJQVlA4ID4AAAAQBACdASpQADwAP3G412S0ryunIagCkC4JaQAW30BtnvFUwSy7hLcuQAD+3hJ/ujn82J/vWi5wHpPmAz4EAA==";
const AVIF: &str = "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAKQAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAMW1kYXQSAAoJGBV//aICGg0IMhoex4eFWd///+LAAADPyinHlbSTmMU5r5MOQw==";

fn bytes(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

/// What old servers call every picture.
fn picture(body: Vec<u8>) -> Page {
    Page {
        headers: vec![("content-type", "application/octet-stream".to_owned())],
        ..Page::html(body)
    }
}

fn illustrated(middle: &str) -> Page {
    let mut page = article("参展商名录公布", 120, middle);
    let pictures = "<p><img src=/s.gif data-src=/p/a.jpg alt=展台></p><p><img src=/p/b.png></p>\
        <p><img src=/p/c.gif></p>\
        <p><img srcset='/p/small.webp 100w, /p/d.webp 800w'></p><p><img src=/p/e.svg></p>\
        <p><img src=/p/f.avif></p><p><img src=/p/g.jpg></p><p><img src=/p/a.jpg></p>\
        <p><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></p>";
    let body = String::from_utf8(page.body).unwrap();
    page.body = body
        .replace("<p>第二批", &format!("{pictures}<p>第二批"))
        .into_bytes();
    page
}

fn scene() -> (Desk, Site) {
    let (desk, site) = (Desk::new(), Site::start());
    site.put(PATH, illustrated(MIDDLE));
    for (path, body) in [
        ("/p/a.jpg", bytes(JPEG)),
        ("/p/b.png", bytes(PNG)),
        ("/p/c.gif", bytes(GIF)),
        ("/p/d.webp", bytes(WEBP)),
        ("/p/e.svg", SVG.into()),
        ("/p/f.avif", bytes(AVIF)),
    ] {
        site.put(path, picture(body));
    }
    (desk, site)
}

fn show(desk: &Desk, url: &str) -> Value {
    let output = desk.run(&["show", "--json", url]);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn pictures_of_every_kind_are_kept_and_shown() {
    let (desk, site) = scene();
    let url = site.url(PATH);
    let output = desk.on_loopback(&["scrape", "--assets", &url]);
    assert!(output.status.success(), "{}", said(&output));
    let paths = site.asked_paths();
    assert_eq!(
        paths,
        [
            "/robots.txt",
            PATH,
            "/p/a.jpg",
            "/p/b.png",
            "/p/c.gif",
            "/p/d.webp",
            "/p/e.svg",
            "/p/f.avif",
            "/p/g.jpg"
        ]
    );
    let asked = site.asked();
    let headers = &asked[2].headers;
    assert_eq!(headers["referer"], url.as_str());
    let accept = headers["accept"].to_str().unwrap();
    assert!(accept.starts_with("image/avif,image/webp"), "{accept}");

    let found = show(&desk, &url);
    let told: Vec<_> = found["assets"].as_array().unwrap().iter().collect();
    let told = told.iter().map(|one| {
        json!([
            one["state"],
            one["reason"],
            one["media_type"],
            one["width"],
            one["height"]
        ])
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            json!(["kept", null, "image/jpeg", 64, 48]),
            json!(["kept", null, "image/png", 96, 64]),
            json!(["kept", null, "image/gif", 50, 40]),
            json!(["kept", null, "image/webp", 80, 60]),
            json!(["kept", null, "image/svg+xml", null, null]),
            json!(["kept", null, "image/avif", 64, 64]),
            json!(["failed", "status 404", null, null, null]),
        ]
    );
    assert_eq!(found["assets"][0]["alt"], "展台");
    assert_eq!(found["assets"][4]["is_active"], true);
    assert_eq!(found["assets"][0]["is_active"], false);

    let output = desk.run(&["show", &url, "--assets", "pictures"]);
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    for part in [
        "failed",
        "status 404",
        "64×48",
        "may hold scripts",
        "/p/g.jpg",
    ] {
        assert!(told.contains(part), "{part}: {}", said(&output));
    }
    let mut written: Vec<_> = fs::read_dir(desk.path("pictures"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    assert_eq!(written.len(), 6, "{written:?}");
    for (name, place, kind) in [(&written[0], "01-", "jpeg"), (&written[4], "05-", "svg")] {
        assert!(name.starts_with(place), "{name}");
        assert_eq!(name.split_once('.').unwrap().1, kind);
    }
    let first = fs::read(desk.path("pictures").join(&written[0])).unwrap();
    assert_eq!(first, bytes(JPEG));

    // a folder of pages shows what is kept and names what is not
    let output = desk.run(&["export", "html", "-o", "pages"]);
    assert!(output.status.success(), "{}", said(&output));
    let folder = desk.path("pages");
    assert_eq!(fs::read_dir(folder.join("pictures")).unwrap().count(), 6);
    let article = pages_below(&folder)
        .into_iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .find(|page| page.contains("<figure>"))
        .unwrap();
    assert_eq!(article.matches("<img ").count(), 6, "{article}");
    assert!(article.contains("width=\"64\" height=\"48\""), "{article}");
    for part in article.split("src=\"").skip(1) {
        let address = part.split('"').next().unwrap();
        let file = address.strip_prefix("../../").unwrap();
        assert!(folder.join(file).is_file(), "{address}");
    }
}

#[test]
fn pictures_go_into_web_archives_once() {
    let (desk, site) = scene();
    let url = site.url(PATH);
    let crawl = ["scrape", "--assets", &url];
    assert!(desk.on_loopback(&crawl).status.success());
    // another version that shows the same pictures
    site.put(PATH, illustrated(EDITED));
    assert!(desk.on_loopback(&crawl).status.success());
    let output = desk.run(&["export", "warc", "-o", "all.warc.gz"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("and 6 pictures"),
        "{}",
        said(&output)
    );
    let packed = fs::File::open(desk.path("all.warc.gz")).unwrap();
    let mut records = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(packed), &mut records)
        .unwrap();
    let picture = bytes(JPEG);
    let times = records
        .windows(picture.len())
        .filter(|part| *part == picture);
    assert_eq!(times.count(), 1);
}

fn pages_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let mut pages: Vec<_> = folders
        .iter()
        .flat_map(|folder| pages_below(folder))
        .collect();
    pages.extend(
        files
            .into_iter()
            .filter(|file| file.extension().is_some_and(|name| name == "html")),
    );
    pages
}

#[test]
fn an_edit_asks_for_what_is_new_and_the_archive_stays_whole() {
    let (desk, site) = scene();
    let url = site.url(PATH);
    desk.on_loopback(&["scrape", "--assets", &url]);
    let before = site.asked_paths().len();
    let mut edited = illustrated(EDITED);
    let body = String::from_utf8(edited.body).unwrap();
    edited.body = body.replace("/p/b.png", "/p/new.png").into_bytes();
    site.put(PATH, edited);
    site.put("/p/new.png", picture(bytes(PNG)));
    desk.on_loopback(&["scrape", "--assets", &url]);
    let after = site.asked_paths().split_off(before);
    // what is kept is not asked for again, nor before its time what failed
    assert_eq!(after, [PATH, "/p/new.png"]);

    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let number = |sql: &str| -> i64 { archive.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(number("SELECT count(*) FROM asset"), 8);
    assert_eq!(
        number("SELECT count(*) FROM v_assets WHERE version_no = 1"),
        7
    );
    assert_eq!(number("SELECT count(*) FROM v_assets WHERE is_current"), 7);
    // one body for two addresses
    let bodies = "SELECT count(DISTINCT entity_sha256) FROM v_assets";
    assert_eq!(number(bodies), 6);
    // pictures are no pages
    assert_eq!(number("SELECT count(*) FROM page"), 1);
    assert_eq!(number("SELECT count(*) FROM v_fetches"), 2);
    drop(archive);

    let output = desk.run(&["verify", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["whole"], true, "{found}");
    assert_eq!(found["bodies"], 8);
    let output = desk.run(&["stats", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["pictures"]["kept"], 7, "{found}");
    assert_eq!(found["pictures"]["later"], 1);
    let output = desk.run(&["runs", "show", "1", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["report"]["counts"]["pictures_kept"], 6, "{found}");
    assert_eq!(found["report"]["counts"]["picture_requests"], 7);

    let archive = Connection::open(desk.path("archive.db")).unwrap();
    archive
        .execute_batch(
            "UPDATE asset SET blob_id = NULL WHERE url LIKE '%a.jpg';
             UPDATE blob SET data = zeroblob(length(data))
             WHERE id = (SELECT blob_id FROM asset WHERE url LIKE '%c.gif');",
        )
        .unwrap();
    drop(archive);
    let output = desk.run(&["verify", "--json"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        told.contains("/p/a.jpg: is a picture that is said to be kept and has no body"),
        "{told}"
    );
    assert!(told.contains("/p/c.gif: body"), "{told}");
}

#[test]
fn a_crawl_tells_what_it_would_ask_for_and_keeps_it() {
    let (desk, site) = scene();
    let list = "/news/";
    let links = "<html><head><meta charset=utf-8><title>新闻</title></head><body><ul>\
        <li><a href=/news/15.html>参展商名录公布的新闻一则</a></ul></body></html>";
    site.put(list, Page::html(links));
    fs::create_dir(desk.path("selectors")).unwrap();
    let rules = format!(
        "name = '示例'\nhosts = ['127.0.0.1']\nstart = ['{}']\n\
         [article]\nurls = ['^/news/\\d+\\.html$']\n[assets]\narticle-pictures = 3\n",
        site.url(list)
    );
    fs::write(desk.path("selectors/expo.toml"), rules).unwrap();
    let output = desk.on_loopback(&["crawl", "--assets", "--json", "--max-pages", "2"]);
    assert!(output.status.success(), "{}", said(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["counts"]["pictures_kept"], 3, "{report}");
    assert_eq!(report["looks"], 2);
    // more are wanted now, and nobody was asked yet
    let rules = fs::read_to_string(desk.path("selectors/expo.toml")).unwrap();
    let rules = rules.replace(
        "article-pictures = 3",
        "article-pictures = 5\nrun-pictures = 1",
    );
    fs::write(desk.path("selectors/expo.toml"), rules).unwrap();
    desk.on_loopback(&["crawl", "--assets", "--recheck"]);
    let output = desk.on_loopback(&["crawl", "--assets", "--dry-run", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["pictures"], 1, "{told}");
    let output = desk.on_loopback(&["crawl", "--dry-run", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["pictures"], 0, "{told}");
}
