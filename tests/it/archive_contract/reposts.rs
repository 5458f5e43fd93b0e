//! Reposts: what waits to be compared, what is alike, and places in clusters.

use zhanwen::archive::{AlikePair, Fingerprint, Fingerprinted, KeptPlace, PageId, RepostPage};
use zhanwen::model::Outcome;
use zhanwen::repost::{FirstBy, Place, Precision, Relation};

use super::scene::{Scene, Seen, at, site, url};

const RULE: u32 = 7;
const PAGES: [&str; 3] = [
    "https://expo.example.cn/1.html",
    "https://expo.example.cn/2.html",
    "https://expo.example.cn/3.html",
];

async fn filled(scene: &Scene) -> Vec<PageId> {
    let mut ids = Vec::new();
    for (second, page) in (0..).zip(PAGES) {
        let seen = Seen::article(Outcome::New, "展会开幕", None);
        scene.look(page, second, seen).await;
        ids.push(scene.find(page).await);
    }
    ids
}

fn fingerprint(page: PageId, version_no: u32) -> Fingerprint {
    Fingerprint {
        page,
        version_no,
        tokens: 50,
        keys: vec![1, u32::MAX, 3],
    }
}

fn alone(page: PageId, version_no: u32) -> Fingerprinted {
    Fingerprinted {
        fingerprint: fingerprint(page, version_no),
        alike: Vec::new(),
    }
}

async fn unread(scene: &Scene, rule: u32) -> Vec<(PageId, u32)> {
    let library = &scene.library;
    let texts = library.texts_without_fingerprint(rule, PageId(0), 10).await;
    let texts = texts.unwrap().into_iter();
    texts.map(|text| (text.page, text.version_no)).collect()
}

async fn keep(scene: &Scene, rule: u32, fingerprints: Vec<Fingerprinted>) {
    let kept = scene
        .archive
        .keep_fingerprints(rule, "in words", fingerprints);
    kept.await.unwrap();
}

pub(crate) async fn texts_wait_until_their_current_version_is_read(scene: &Scene) {
    assert_eq!(unread(scene, RULE).await, []);
    let ids = filled(scene).await;
    // a part of an article is no article
    let part = "https://expo.example.cn/1_2.html";
    scene.look(part, 5, Seen::part()).await;
    assert_eq!(
        unread(scene, RULE).await,
        [(ids[0], 1), (ids[1], 1), (ids[2], 1)]
    );
    let library = &scene.library;
    let next = library
        .texts_without_fingerprint(RULE, ids[0], 1)
        .await
        .unwrap();
    assert_eq!(next.len(), 1);
    assert_eq!(
        (next[0].page, next[0].title.as_deref()),
        (ids[1], Some("展会开幕"))
    );
    assert!(next[0].body.starts_with("展会开幕。正文第一段。"));

    keep(scene, RULE, vec![alone(ids[0], 1), alone(ids[1], 1)]).await;
    assert_eq!(unread(scene, RULE).await, [(ids[2], 1)]);
    let known = library.fingerprints(RULE).await.unwrap();
    assert_eq!(known, [fingerprint(ids[0], 1), fingerprint(ids[1], 1)]);

    let edited = Seen::article(Outcome::Changed, "展会闭幕", None);
    scene.look(PAGES[0], 9, edited).await;
    assert_eq!(unread(scene, RULE).await, [(ids[0], 2), (ids[2], 1)]);
    let texts = library.texts(vec![ids[0], PageId(99)]).await.unwrap();
    assert_eq!((texts.len(), texts[0].version_no), (1, 2));
}

pub(crate) async fn what_is_alike_is_kept_once_and_anew(scene: &Scene) {
    let ids = filled(scene).await;
    let pair = |page: usize, other: usize, similarity| AlikePair {
        page: ids[page],
        other: ids[other],
        similarity,
    };
    let with = |page: usize, alike: Vec<(PageId, f64)>| Fingerprinted {
        alike,
        ..alone(ids[page], 1)
    };
    // told from the later page; both of one call
    keep(
        scene,
        RULE,
        vec![alone(ids[0], 1), with(1, vec![(ids[0], 0.5)])],
    )
    .await;
    keep(
        scene,
        RULE,
        vec![with(2, vec![(ids[0], 0.75), (ids[1], 1.0)])],
    )
    .await;
    let all = scene.library.alike_pairs(RULE).await.unwrap();
    assert_eq!(all, [pair(0, 1, 0.5), pair(0, 2, 0.75), pair(1, 2, 1.0)]);
    // a new version is compared anew, and what the old one was like is forgotten
    keep(scene, RULE, vec![with(0, vec![(ids[2], 0.625)])]).await;
    let all = scene.library.alike_pairs(RULE).await.unwrap();
    assert_eq!(all, [pair(0, 2, 0.625), pair(1, 2, 1.0)]);
}

fn place(page: PageId, cluster: PageId, relation: Relation) -> KeptPlace {
    let is_first = relation == Relation::First;
    KeptPlace {
        cluster,
        place: Place {
            page: page.0,
            relation,
            at: at(30),
            precision: Precision::Day,
            lag_minutes: (!is_first).then_some(1440),
            named: (!is_first).then(site),
            first_by: is_first.then_some(FirstBy::Source),
        },
        similarity: 0.875,
    }
}

pub(crate) async fn places_are_kept_and_forgotten(scene: &Scene) {
    let ids = filled(scene).await;
    keep(
        scene,
        RULE,
        ids.iter().map(|page| alone(*page, 1)).collect(),
    )
    .await;
    let first = place(ids[1], ids[0], Relation::First);
    let repost = place(ids[0], ids[0], Relation::Repost);
    let both = vec![first.clone(), repost.clone()];
    scene
        .archive
        .keep_places(RULE, both, Vec::new())
        .await
        .unwrap();
    let kept = scene.library.places(RULE).await.unwrap();
    assert_eq!(kept, [repost.clone(), first]);

    let instead = place(ids[2], ids[0], Relation::First);
    let archive = &scene.archive;
    let kept = archive.keep_places(RULE, vec![instead.clone()], vec![ids[1]]);
    kept.await.unwrap();
    assert_eq!(scene.library.places(RULE).await.unwrap(), [repost, instead]);

    let told = scene
        .library
        .repost_pages(vec![ids[2], ids[0]])
        .await
        .unwrap();
    let expected = RepostPage {
        page: ids[2],
        site: site(),
        url: url(PAGES[2]),
        title: Some("展会开幕".to_owned()),
        source: Some("优创会展".to_owned()),
        published: Some("2026-11-23 10:20".parse().unwrap()),
        first_seen: at(2),
    };
    assert_eq!((told.len(), &told[0]), (2, &expected));
    assert_eq!(told[1].page, ids[0]);
}

pub(crate) async fn another_rule_forgets_the_one_before(scene: &Scene) {
    let ids = filled(scene).await;
    let pair = Fingerprinted {
        alike: vec![(ids[0], 1.0)],
        ..alone(ids[1], 1)
    };
    keep(scene, RULE, vec![alone(ids[0], 1), pair]).await;
    let first = place(ids[0], ids[0], Relation::First);
    let places = vec![first.clone()];
    scene
        .archive
        .keep_places(RULE, places, Vec::new())
        .await
        .unwrap();
    let library = &scene.library;
    assert_eq!(unread(scene, RULE + 1).await.len(), 3);
    assert_eq!(library.fingerprints(RULE + 1).await.unwrap(), []);
    assert_eq!(library.alike_pairs(RULE + 1).await.unwrap(), []);
    assert_eq!(library.places(RULE + 1).await.unwrap(), []);

    keep(scene, RULE + 1, vec![alone(ids[0], 1)]).await;
    assert_eq!(library.fingerprints(RULE).await.unwrap(), []);
    assert_eq!(library.alike_pairs(RULE).await.unwrap(), []);
    assert_eq!(library.places(RULE).await.unwrap(), []);
    assert_eq!(library.fingerprints(RULE + 1).await.unwrap().len(), 1);
    // who still works by the old rule comes too late
    let late = scene.archive.keep_places(RULE, vec![first], Vec::new());
    late.await.unwrap();
    assert_eq!(library.places(RULE).await.unwrap(), []);
}
