//! Looks as they are handed on to other programs.

use zhanwen::archive::{Due, KeptLook, LookScope, Planned};
use zhanwen::model::{ContentHash, Outcome, PageKind, SiteId};

use super::scene::{Scene, Seen, at, fields, planned, url};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const OTHER: &str = "https://expo.example.cn/news/2.html";

/// All looks in scope, asked for one by one.
async fn looks(scene: &Scene, scope: &LookScope) -> Vec<KeptLook> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let next = scene.library.kept_looks(scope, after, 1).await.unwrap();
        let Some(look) = next.into_iter().next() else {
            break;
        };
        after = Some(look.place);
        found.push(look);
    }
    let at_once = scene.library.kept_looks(scope, None, 100).await.unwrap();
    assert_eq!(found, at_once);
    let count = scene.library.count_looks(scope).await.unwrap();
    assert_eq!(count, u64::try_from(found.len()).unwrap());
    found
}

async fn places(scene: &Scene, scope: &LookScope) -> Vec<(String, i64)> {
    let looks = looks(scene, scope).await;
    let place = |look: KeptLook| {
        let seconds = look.place.fetched_at.as_unix_millis() - at(0).as_unix_millis();
        (look.url.to_string(), seconds / 1000)
    };
    looks.into_iter().map(place).collect()
}

pub(crate) async fn looks_are_handed_on_page_by_page(scene: &Scene) {
    let headers = [("content-type", "text/html; charset=gbk"), ("x-a", "1")];
    let seen = Seen::article(Outcome::New, "标题甲", Some(10)).with_headers(&headers);
    scene.look(PAGE, 10, seen).await;
    scene.look(OTHER, 20, Seen::gone()).await;
    scene.look(PAGE, 30, Seen::not_modified()).await;
    scene.look(PAGE, 40, Seen::failed()).await;
    scene.look(PAGE, 50, Seen::refused()).await;
    let found = looks(scene, &LookScope::default()).await;
    let told: Vec<_> = found
        .iter()
        .map(|look| {
            let place = look.place.fetched_at.as_unix_millis() - at(0).as_unix_millis();
            (look.url.as_str(), place / 1000, look.status, look.outcome)
        })
        .collect();
    assert_eq!(
        told,
        [
            (PAGE, 10, Some(200), Outcome::New),
            (PAGE, 30, Some(304), Outcome::NotModified),
            (PAGE, 40, None, Outcome::Failed),
            (PAGE, 50, None, Outcome::Blocked),
            (OTHER, 20, Some(404), Outcome::Gone),
        ]
    );
    let body = "<h1>标题甲</h1><i>Some(10)</i>";
    assert_eq!(
        found[0],
        KeptLook {
            place: found[0].place,
            site: SiteId::new("expo-company"),
            kind: PageKind::Article,
            url: url(PAGE),
            status: Some(200),
            headers: fields(&headers),
            peer: Some("192.0.2.7".parse().unwrap()),
            entity: Some(ContentHash::of(body.as_bytes())),
            wire_length: body.len().try_into().unwrap(),
            outcome: Outcome::New,
            reason: None,
            error: None,
            version_no: Some(1),
            views: Some(10),
        }
    );
    assert_eq!((found[1].entity, found[1].version_no), (None, Some(1)));
    assert_eq!(found[2].error.as_deref(), Some("connect"));
    assert_eq!(found[3].reason.as_deref(), Some("robots.txt"));
}

pub(crate) async fn looks_are_chosen_by_site_page_and_time(scene: &Scene) {
    let elsewhere = "https://fair.example.com/a.html";
    let theirs = Planned {
        site: SiteId::new("fair"),
        ..planned(elsewhere, Due::At(at(0)))
    };
    let ids = scene.plan(&[theirs]).await;
    for (page, second) in [(PAGE, 10), (PAGE, 20), (OTHER, 20), (OTHER, 30)] {
        scene.look(page, second, Seen::gone()).await;
    }
    let check = async |scope: LookScope, expected: &[(&str, i64)]| {
        let found = places(scene, &scope).await;
        let found: Vec<_> = found.iter().map(|(url, at)| (url.as_str(), *at)).collect();
        assert_eq!(found, expected, "{scope:?}");
    };
    let all = LookScope::default;
    check(
        LookScope {
            since: Some(at(20)),
            until: Some(at(30)),
            ..all()
        },
        &[(PAGE, 20), (OTHER, 20)],
    )
    .await;
    check(
        LookScope {
            pages: vec![scene.find(OTHER).await],
            ..all()
        },
        &[(OTHER, 20), (OTHER, 30)],
    )
    .await;
    check(
        LookScope {
            sites: vec![SiteId::new("fair"), SiteId::new("nowhere")],
            ..all()
        },
        &[],
    )
    .await;
    check(
        LookScope {
            sites: vec![SiteId::new("expo-company")],
            pages: ids,
            ..all()
        },
        &[],
    )
    .await;
    assert_eq!(places(scene, &all()).await.len(), 4);
}

pub(crate) async fn what_a_304_speaks_for_is_found(scene: &Scene) {
    let article = |title| Seen::article(Outcome::New, title, None);
    let before = async |second| {
        let page = scene.find(PAGE).await;
        let look = scene.library.look_before(page, at(second)).await.unwrap();
        look.map(|look| (look.outcome, look.entity.is_some()))
    };
    scene.look(PAGE, 10, article("标题甲")).await;
    assert_eq!(before(10).await, None);
    assert_eq!(before(11).await, Some((Outcome::New, true)));
    scene.look(PAGE, 20, Seen::gone()).await;
    scene.look(PAGE, 30, Seen::not_modified()).await;
    assert_eq!(before(40).await, Some((Outcome::New, true)));
    scene
        .look(PAGE, 50, Seen::article(Outcome::Changed, "标题乙", None))
        .await;
    assert_eq!(before(60).await, Some((Outcome::Changed, true)));
}
