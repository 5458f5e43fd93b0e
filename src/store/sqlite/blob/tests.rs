//! Bodies in and out, damaged ones and those whose help is gone.

use super::*;
use crate::store::sqlite::connection::open_writing;

fn archive() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().expect("folder");
    let connection = open_writing(&folder.path().join("archive.db")).expect("open");
    connection
        .execute_batch(
            "INSERT INTO site (id, key) VALUES (1, 'expo');
             INSERT INTO host (id, name) VALUES (1, 'expo.example.cn');
             INSERT INTO page (id, site_id, host_id, urlkey, url, kind, depth)
             VALUES (1, 1, 1, 'cn,example,expo)/1', 'https://expo.example.cn/1', 'article', 0);",
        )
        .expect("page");
    (folder, connection)
}

const PAGE: PageId = PageId(1);

fn page(counter: u32) -> Vec<u8> {
    let list: Vec<String> = (0..400_u32)
        .map(|n| format!("<li><a href=\"/news/{}.html\">展会{n}</a></li>", n * 7919))
        .collect();
    let list = list.concat();
    format!("<html><ul>{list}</ul><p>浏览次数：{counter}</p></html>").into_bytes()
}

/// Keeps `body` as the page's, and as its base where it is whole.
fn keep_page(connection: &Connection, body: &[u8]) -> Kept {
    let packed = pack(connection, PAGE, body).expect("pack");
    let kept = keep(connection, &packed).expect("keep").expect("kept");
    if kept.whole {
        connection
            .execute("UPDATE page SET base_id = ?1", [kept.id])
            .expect("base");
    }
    kept
}

#[test]
fn every_body_comes_back_byte_for_byte_and_is_kept_once() {
    let (_folder, connection) = archive();
    let long = "展览公司新闻".repeat(5000).into_bytes();
    for body in [&b""[..], b"x", &[0xFF, 0x00, 0x81][..], &long] {
        let packed = pack_alone(body);
        let first = keep(&connection, &packed).expect("keep").expect("kept");
        let again = keep(&connection, &packed).expect("keep").expect("kept");
        assert_eq!((again.id, again.new), (first.id, None));
        let back = read(&connection, ContentHash::of(body)).expect("read");
        assert_eq!(back.as_deref(), Some(body));
    }
    let (_, kept_in) = (0, form(&long, &Means::default()).data.len());
    assert!(kept_in < long.len() / 10);
}

#[test]
fn what_differs_in_a_counter_is_kept_in_eighty_bytes_against_the_first() {
    let (_folder, connection) = archive();
    let first = keep_page(&connection, &page(1001));
    for counter in 1002..1010 {
        let kept = keep_page(&connection, &page(counter));
        let (_, bytes) = kept.new.expect("new");
        assert!(!kept.whole && bytes <= 80, "{bytes} bytes");
        let base: i64 = connection
            .query_row("SELECT base_id FROM blob WHERE id = ?1", [kept.id], |row| {
                row.get(0)
            })
            .expect("base");
        assert_eq!(base, first.id);
        let back = read(&connection, ContentHash::of(&page(counter))).expect("read");
        assert_eq!(back.as_deref(), Some(page(counter).as_slice()));
    }
}

#[test]
fn a_page_that_became_another_is_kept_whole() {
    let (_folder, connection) = archive();
    keep_page(&connection, &page(1));
    let other = "会议室预订须知，与此前的页面毫无相同之处。"
        .repeat(9)
        .into_bytes();
    assert!(keep_page(&connection, &other).whole);
}

#[test]
fn what_is_kept_already_is_not_packed_again() {
    let (_folder, connection) = archive();
    let first = keep_page(&connection, &page(1));
    let packed = pack(&connection, PAGE, &page(1)).expect("pack");
    assert!(packed.form.is_none() && !packed.stands_alone());
    let kept = keep(&connection, &packed).expect("keep").expect("kept");
    assert_eq!((kept.id, kept.new), (first.id, None));
}

#[test]
fn a_base_or_a_body_that_is_gone_meanwhile_is_told_and_nothing_written() {
    let (_folder, connection) = archive();
    keep_page(&connection, &page(1));
    let against = pack(&connection, PAGE, &page(2)).expect("pack");
    let known = pack(&connection, PAGE, &page(1)).expect("pack");
    // the number is given anew to other bytes
    connection
        .execute_batch("UPDATE page SET base_id = NULL; DELETE FROM blob;")
        .expect("prune");
    keep(&connection, &pack_alone(b"other")).expect("keep");
    assert!(!against.stands_alone());
    assert_eq!(keep(&connection, &against).expect("keep"), None);
    assert_eq!(keep(&connection, &known).expect("keep"), None);
    let blobs: i64 = connection
        .query_row("SELECT count(*) FROM blob", [], |row| row.get(0))
        .expect("count");
    assert_eq!(blobs, 1);
}

#[test]
fn damage_is_seen_whatever_was_damaged() {
    let body = "展览公司新闻".repeat(100).into_bytes();
    let hash = ContentHash::of(&body);
    for damage in [
        "UPDATE blob SET data = x'00'",
        "UPDATE blob SET data = substr(data, 1, length(data) - 5)",
        "UPDATE blob SET codec = 'raw'",
        "UPDATE blob SET raw_length = 3",
        "UPDATE blob SET raw_length = -1",
    ] {
        let (_folder, connection) = archive();
        keep(&connection, &pack_alone(&body)).expect("keep");
        connection.execute(damage, []).expect("damage");
        let found = read(&connection, hash);
        assert!(
            matches!(found, Err(Fault::Damaged(damaged)) if damaged == hash),
            "{damage}: {found:?}"
        );
    }
}

#[test]
fn a_damaged_base_is_named_and_no_page_is_kept_against_it() {
    let (_folder, connection) = archive();
    keep_page(&connection, &page(1));
    keep_page(&connection, &page(2));
    connection
        .execute("UPDATE blob SET data = x'00' WHERE base_id IS NULL", [])
        .expect("damage");
    let (asked, base) = (ContentHash::of(&page(2)), ContentHash::of(&page(1)));
    let found = read(&connection, asked);
    assert!(
        matches!(&found, Err(Fault::Helpless(hash, Helper::Damaged(helper)))
            if *hash == asked && *helper == format!("blob {base}")),
        "{found:?}"
    );
    assert!(keep_page(&connection, &page(3)).whole);
}

#[test]
fn an_unknown_codec_is_named() {
    let (_folder, connection) = archive();
    keep(&connection, &pack_alone(b"body")).expect("keep");
    connection
        .execute("UPDATE blob SET codec = 'brotli'", [])
        .expect("update");
    let found = read(&connection, ContentHash::of(b"body"));
    assert!(
        matches!(&found, Err(Fault::Unreadable(what)) if what.contains("brotli")),
        "{found:?}"
    );
}
