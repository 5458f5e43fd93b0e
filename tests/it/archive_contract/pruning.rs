//! Bodies given up in SQLite: which of them go, and that the others are read back byte for byte.

use std::path::PathBuf;

use bytes::Bytes;
use rusqlite::Connection;
use zhanwen::archive::{ArchiveError, RunId, RunKind, RunState};
use zhanwen::clock::SystemClock;
use zhanwen::model::{ContentHash, Outcome, SiteId};
use zhanwen::store::sqlite::upkeep::{Depth, Keep, Pruned, Pruning, prune, verify, would_prune};

use super::scene::{Scene, Seen, at, site};
use super::small::{number, page, wait_for_attempts};

const PAGE: &str = "https://expo.example.cn/1";

fn path(scene: &Scene) -> PathBuf {
    scene.folder.as_ref().unwrap().path().join("archive.db")
}

fn pruning(before: i64, keep: Keep) -> Pruning {
    Pruning {
        before: at(before),
        keep,
        sites: Vec::new(),
        command_line: "zhanwen prune".to_owned(),
    }
}

/// Prunes, and finds the archive whole after it.
fn pruned(scene: &Scene, pruning: &Pruning) -> Pruned {
    let would = would_prune(&path(scene), pruning).unwrap().pruned;
    let done = prune(&path(scene), pruning, &SystemClock, &|| false, &mut |_| {}).unwrap();
    assert!(done.complete);
    assert_eq!(
        (would.bodies, would.freed > 0),
        (done.pruned.bodies, done.pruned.freed > 0)
    );
    let found = verify(&path(scene), Depth::Full, &mut |_| {}).unwrap();
    assert!(found.is_whole(), "{found:?}");
    done.pruned
}

fn body(counter: u64) -> String {
    page(1, counter)
}

/// `looks` at one page whose counter moves, at one second after the other.
async fn looked_at(looks: u64) -> Scene {
    let scene = Scene::in_sqlite();
    let run = scene.run().await;
    for n in 0..looks {
        let outcome = if n == 0 {
            Outcome::New
        } else {
            Outcome::ViewsOnly
        };
        let seen = Seen::article(outcome, "甲", Some(n)).with_body(&body(n));
        scene
            .look_in(run, PAGE, i64::try_from(n).unwrap(), seen)
            .await;
    }
    scene
}

async fn read(scene: &Scene, body: &str) -> Result<Option<Bytes>, ArchiveError> {
    scene.library.entity(ContentHash::of(body.as_bytes())).await
}

async fn is_pruned(scene: &Scene, body: &str) -> bool {
    let found = read(scene, body).await;
    if let Ok(Some(back)) = &found {
        assert_eq!(back, body.as_bytes());
        return false;
    }
    assert!(
        matches!(found, Err(ArchiveError::Pruned { .. })),
        "{found:?}"
    );
    true
}

async fn left(scene: &Scene, looks: u64) -> Vec<u64> {
    let mut left = Vec::new();
    for n in 0..looks {
        if !is_pruned(scene, &body(n)).await {
            left.push(n);
        }
    }
    left
}

#[tokio::test]
async fn a_base_that_goes_leaves_what_was_kept_against_it() {
    let scene = looked_at(300).await;
    let against = "SELECT count(*) FROM blob WHERE codec = 'zstd+base'";
    assert_eq!(number(&path(&scene), against), 299);
    let came_to = pruned(&scene, &pruning(150, Keep::default()));
    assert_eq!((came_to.bodies, came_to.rebased), (150, 150));
    let expected: Vec<u64> = (150..300).collect();
    assert_eq!(left(&scene, 300).await, expected);
    // one deep, against one that is whole, and no larger than before
    let deep = "SELECT count(*) FROM blob d JOIN blob b ON b.id = d.base_id
                WHERE d.codec = 'zstd+base' AND b.codec IN ('zstd', 'zstd+dict', 'raw')
                  AND length(d.data) <= 80";
    assert_eq!(number(&path(&scene), deep), 149);
    // the next look is kept against the new base
    let seen = Seen::article(Outcome::ViewsOnly, "甲", Some(301)).with_body(&body(301));
    scene.look(PAGE, 301, seen).await;
    assert_eq!(number(&path(&scene), against), 150);
    assert!(!is_pruned(&scene, &body(301)).await);
    // digests and lengths stay
    let rows = "SELECT count(*) FROM blob WHERE length(sha256) = 32 AND raw_length > 1000";
    assert_eq!(number(&path(&scene), rows), 301);
}

#[tokio::test]
async fn each_rule_keeps_what_it_says() {
    let keep = |which: &str| Keep {
        first: which.contains('f'),
        last: which.contains('l'),
        versions: which.contains('v'),
    };
    // of four looks, the second and the fourth saw versions that were not seen before
    let cases: [(&str, i64, &[u64]); 7] = [
        ("", 9, &[]),
        ("f", 9, &[0]),
        ("l", 9, &[4]),
        ("v", 9, &[0, 1, 3]),
        ("flv", 9, &[0, 1, 3, 4]),
        ("fl", 3, &[0, 3, 4]),
        ("", 0, &[0, 1, 2, 3, 4]),
    ];
    for (which, before, expected) in cases {
        let scene = Scene::in_sqlite();
        let titles = ["甲", "乙", "乙", "丙", "丙"];
        for (n, title) in (0..).zip(titles) {
            let outcome = match n {
                0 => Outcome::New,
                1 | 3 => Outcome::Changed,
                _ => Outcome::ViewsOnly,
            };
            let seen = Seen::article(outcome, title, Some(n)).with_body(&body(n));
            scene.look(PAGE, i64::try_from(n).unwrap(), seen).await;
        }
        pruned(&scene, &pruning(before, keep(which)));
        assert_eq!(left(&scene, 5).await, expected, "{which} {before}");
        let versions = scene.library.versions(scene.find(PAGE).await).await;
        assert_eq!(versions.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_body_that_another_page_received_lately_stays() {
    let scene = Scene::in_sqlite();
    let seen = || Seen::article(Outcome::New, "甲", None).with_body(&body(0));
    scene.look(PAGE, 0, seen()).await;
    scene.look("https://expo.example.cn/2", 100, seen()).await;
    let came_to = pruned(&scene, &pruning(50, Keep::default()));
    assert_eq!(came_to.bodies, 0);
    let of_another_site = Pruning {
        sites: vec![SiteId::new("another")],
        ..pruning(200, Keep::default())
    };
    assert_eq!(pruned(&scene, &of_another_site).bodies, 0);
    let of_this_site = Pruning {
        sites: vec![site()],
        ..of_another_site
    };
    assert_eq!(pruned(&scene, &of_this_site).bodies, 1);
}

#[tokio::test]
async fn bytes_that_come_again_are_kept_again() {
    let scene = looked_at(3).await;
    pruned(&scene, &pruning(9, Keep::default()));
    assert!(is_pruned(&scene, &body(1)).await);
    let seen = Seen::article(Outcome::ViewsOnly, "甲", Some(1)).with_body(&body(1));
    scene.look(PAGE, 10, seen).await;
    assert!(!is_pruned(&scene, &body(1)).await);
    assert!(is_pruned(&scene, &body(2)).await);
    let rows = "SELECT count(*) FROM blob WHERE (codec = 'pruned') <> (pruned_in IS NOT NULL)";
    assert_eq!(number(&path(&scene), rows), 0);
    // and it is what the next ones are kept against
    let seen = Seen::article(Outcome::ViewsOnly, "甲", Some(7)).with_body(&body(7));
    scene.look(PAGE, 11, seen).await;
    let against = "SELECT count(*) FROM blob WHERE codec = 'zstd+base'";
    assert_eq!(number(&path(&scene), against), 1);
    let found = verify(&path(&scene), Depth::Full, &mut |_| {}).unwrap();
    assert_eq!((found.is_whole(), found.pruned), (true, 2));
}

#[tokio::test]
async fn a_page_without_a_body_can_be_unchanged() {
    let scene = Scene::in_sqlite();
    let seen = Seen::article(Outcome::New, "甲", Some(1));
    let tagged = seen.with_body(&body(1)).with_headers(&[("etag", "\"1\"")]);
    scene.look(PAGE, 0, tagged).await;
    pruned(&scene, &pruning(9, Keep::default()));
    let looked = scene.look(PAGE, 10, Seen::not_modified()).await;
    let etag = looked.visit.history.validators.etag;
    assert_eq!(etag.as_deref(), Some("\"1\""), "the server is asked so");
    assert_eq!(looked.committed.version_no, Some(1));
    let page = scene.find(PAGE).await;
    let kept = scene.library.article(page, None).await.unwrap().unwrap();
    assert_eq!(kept.reading.article.title.as_deref(), Some("甲"));
}

#[tokio::test]
async fn a_dictionary_that_nothing_needs_goes() {
    let scene = Scene::in_sqlite();
    let run = scene.run().await;
    for n in 0..60 {
        let url = format!("https://expo.example.cn/{n}");
        let seen = Seen::article(Outcome::New, "甲", None).with_body(&page(n, 1));
        scene
            .look_in(run, &url, i64::try_from(n).unwrap(), seen)
            .await;
    }
    wait_for_attempts(&path(&scene), 1);
    let path = path(&scene);
    assert!(number(&path, "SELECT count(*) FROM blob WHERE dict_id = 1") > 40);
    // in use by the site: it stays, though no body needs it
    pruned(&scene, &pruning(99, Keep::default()));
    assert_eq!(number(&path, "SELECT count(data) FROM dict"), 1);
    let seen = Seen::article(Outcome::New, "乙", None).with_body(&page(99, 1));
    scene.look("https://expo.example.cn/99", 100, seen).await;
    // replaced, it stays for the one body that needs it, and goes with that
    let connection = Connection::open(&path).unwrap();
    connection
        .execute("UPDATE site SET dict_id = NULL", [])
        .unwrap();
    let mut came_to = pruned(&scene, &pruning(99, Keep::default()));
    assert_eq!((came_to.bodies, came_to.dictionaries), (0, 0));
    assert!(!is_pruned(&scene, &page(99, 1)).await);
    came_to = pruned(&scene, &pruning(999, Keep::default()));
    assert_eq!((came_to.bodies, came_to.dictionaries), (1, 1));
    assert_eq!(number(&path, "SELECT count(data) FROM dict"), 0);
}

#[tokio::test]
async fn what_cannot_be_read_keeps_what_it_is_kept_against() {
    let scene = looked_at(4).await;
    let connection = Connection::open(path(&scene)).unwrap();
    connection
        .execute("UPDATE blob SET data = x'00' WHERE id = 3", [])
        .unwrap();
    let asked = pruning(2, Keep::default());
    let done = prune(&path(&scene), &asked, &SystemClock, &|| false, &mut |_| {}).unwrap();
    assert_eq!((done.pruned.bodies, done.pruned.spared), (1, 1));
    assert!(!is_pruned(&scene, &body(0)).await);
    assert!(!is_pruned(&scene, &body(3)).await);
}

#[tokio::test]
async fn the_run_tells_what_went_and_where_it_was_stopped() {
    let scene = looked_at(300).await;
    let asked = std::cell::Cell::new(0);
    let stopped = || asked.replace(asked.get() + 1) >= 1;
    let all = pruning(300, Keep::default());
    let done = prune(&path(&scene), &all, &SystemClock, &stopped, &mut |_| {}).unwrap();
    assert!(!done.complete);
    assert_eq!(done.pruned.bodies, 127, "one portion but for the base");
    let record = scene.library.run(done.run.unwrap(), at(999)).await;
    let record = record.unwrap().unwrap();
    assert_eq!(record.entry.kind, RunKind::Prune);
    assert_eq!(record.entry.state.name(), "interrupted");
    assert_eq!(record.report.counts["bodies_pruned"], 127);
    assert_eq!(record.report.counts["bytes_freed"], done.pruned.freed);
    // the next one goes on
    let rest = pruned(&scene, &all);
    assert_eq!(rest.bodies, 300 - 127);
    let told = "SELECT count(*) FROM v_fetches WHERE entity_pruned_in IS NOT NULL
                AND length(entity_sha256) = 64 AND entity_length > 1000";
    assert_eq!(number(&path(&scene), told), 300);
    let last = scene.library.run(RunId(3), at(999)).await.unwrap().unwrap();
    assert!(matches!(last.entry.state, RunState::Ended(_)));
}

#[test]
fn whatever_names_a_body_is_known_to_prune() {
    let scene = Scene::in_sqlite();
    let connection = Connection::open(path(&scene)).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT t.name || '.' || k.\"from\"
             FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) k
             WHERE t.type = 'table' AND k.\"table\" = 'blob' ORDER BY 1",
        )
        .unwrap();
    let named = statement.query_map([], |row| row.get(0)).unwrap();
    let named: Vec<String> = named.collect::<Result<_, _>>().unwrap();
    // prune asks each of these before a body goes: a new one must be added to it, and here
    assert_eq!(
        named,
        [
            "blob.base_id",
            "fetch.blob_id",
            "page.base_id",
            "version.blob_id"
        ]
    );
}
