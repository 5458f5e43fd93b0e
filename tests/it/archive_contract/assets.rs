//! Pictures of articles: when they are due, to whom they are lent, what is kept of them.

use std::sync::Arc;

use bytes::Bytes;
use zhanwen::archive::{
    Answer, ArchiveError, AssetCapture, AssetEntry, AssetLease, AssetLeases, AssetOutcome,
    AssetRequest, AssetState, MadeVersion, Rereading, RunId, Scope, WantedAssets,
};
use zhanwen::asset::{Kind, Picture, ReferrerPolicy};
use zhanwen::model::{ContentHash, HostState, Image, Outcome, PageKind, SiteId};
use zhanwen::version::content_hash;

use super::importing::bring;
use super::scene::{Scene, Seen, answer, at, reading, site, url};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const OTHER: &str = "https://expo.example.cn/news/2.html";
const OWN: &str = "https://expo.example.cn/p/1.png";
const CDN: &str = "https://img.example.net/2.png";

const WANTED: WantedAssets = WantedAssets {
    at_most: 50,
    referrer_policy: ReferrerPolicy::Usual,
};

const PICTURE: Picture = Picture {
    kind: Kind::Png,
    size: Some((640, 480)),
};

fn with_pictures(reading: &mut zhanwen::archive::Reading, pictures: &[&str]) {
    let images = pictures.iter().enumerate().map(|(place, picture)| Image {
        url: url(picture),
        alt: (place == 0).then(|| "展台".to_owned()),
    });
    reading.article.images = images.collect();
    reading.content = content_hash(&reading.article);
}

fn article(outcome: Outcome, title: &str, pictures: &[&str], wanted: bool) -> Seen {
    let mut seen = Seen::article(outcome, title, None);
    with_pictures(seen.reading.as_mut().unwrap(), pictures);
    seen.assets = wanted.then_some(WANTED);
    seen
}

fn wish(now: i64) -> AssetRequest {
    AssetRequest {
        scope: Scope::Sites(vec![site()]),
        now: at(now),
        until: at(now + 60),
        hosts: 100,
        pictures_per_host: 100,
        without: Vec::new(),
        busy: Vec::new(),
    }
}

async fn lease(scene: &Scene, request: AssetRequest) -> AssetLeases {
    scene.archive.lease_assets(request).await.unwrap()
}

async fn give_back(scene: &Scene, leases: AssetLeases) {
    for AssetLease { lease, .. } in leases.granted {
        scene
            .archive
            .release(lease.token, lease.state)
            .await
            .unwrap();
    }
}

/// The pictures that are due, in the order they are lent in.
async fn due(scene: &Scene, now: i64) -> Vec<String> {
    let leases = lease(scene, wish(now)).await;
    let pictures = leases.granted.iter().flat_map(|granted| &granted.pictures);
    let found = pictures.map(|picture| picture.url.to_string()).collect();
    give_back(scene, leases).await;
    found
}

/// Asks for the one picture due at `url` and keeps what that comes to.
async fn ask(scene: &Scene, run: RunId, picture: &str, now: i64, outcome: AssetOutcome) {
    let leases = lease(scene, wish(now)).await;
    let granted = leases
        .granted
        .iter()
        .find(|granted| granted.lease.host == url(picture).host())
        .unwrap();
    let visits = granted.pictures.iter();
    let visit = visits.clone().find(|visit| visit.url == url(picture));
    let capture = AssetCapture {
        asset: visit.unwrap().asset,
        run,
        url: url(picture),
        sent_at: at(now),
        answer: Some(Answer {
            entity: Some(Bytes::from_static(b"\x89PNG a picture")),
            ..answer(200, None, &[("content-type", "image/png")])
        }),
        outcome,
        host_state: HostState::default(),
    };
    let token = granted.lease.token;
    scene.archive.commit_asset(token, capture).await.unwrap();
    give_back(scene, leases).await;
}

async fn shown(scene: &Scene, page: &str, version_no: Option<u32>) -> Vec<AssetEntry> {
    let page = scene.find(page).await;
    scene.library.assets(page, version_no).await.unwrap()
}

pub(crate) async fn pictures_are_due_where_they_are_wanted(scene: &Scene) {
    let seen = article(Outcome::New, "开幕", &[OWN, CDN], false);
    scene.look(PAGE, 0, seen).await;
    assert_eq!(due(scene, 1).await, [] as [&str; 0]);
    assert_eq!(shown(scene, PAGE, None).await, []);
    // and of an article that is known, with the next look at it, even one that saw no change
    let seen = Seen {
        assets: Some(WANTED),
        ..Seen::not_modified()
    };
    scene.look(PAGE, 10, seen).await;
    assert_eq!(due(scene, 9).await, [] as [&str; 0]);
    assert_eq!(due(scene, 10).await, [OWN, CDN]);
    let kept = shown(scene, PAGE, None).await;
    assert_eq!(kept.len(), 2);
    assert_eq!((kept[0].position, kept[0].url.as_str()), (1, OWN));
    assert_eq!(kept[0].alt.as_deref(), Some("展台"));
    assert_eq!(kept[1].alt, None);
    assert!(kept.iter().all(|one| one.state == AssetState::Wanted));
    assert_eq!(kept[0].due_at, Some(at(10)));
    assert_eq!(shown(scene, PAGE, Some(7)).await, []);
    // they are no pages: no crawl is lent them, and no list of articles has them
    assert_eq!(scene.due(20).await, [] as [&str; 0]);
    assert_eq!(scene.library.find(&url(OWN)).await.unwrap(), None);
}

pub(crate) async fn a_picture_is_lent_with_all_that_asking_for_it_needs(scene: &Scene) {
    let mut seen = article(Outcome::New, "开幕", &[OWN, CDN], true);
    seen.assets = Some(WantedAssets {
        referrer_policy: ReferrerPolicy::Nothing,
        ..WANTED
    });
    let looked = scene.look(PAGE, 0, seen).await;
    let leases = lease(scene, wish(1)).await;
    assert_eq!(leases.granted.len(), 2);
    let first = &leases.granted[0].pictures[0];
    assert_eq!(first.url, url(OWN));
    assert_eq!(first.shown_at, url(OWN));
    assert_eq!(first.site, site());
    assert_eq!(
        (first.page, &first.page_url),
        (looked.visit.page, &url(PAGE))
    );
    assert_eq!(first.referrer_policy, ReferrerPolicy::Nothing);
    assert_eq!((first.hops, first.tries, first.article_bytes), (0, 0, 0));
    // one holder at a time, whatever it asks for
    assert_eq!(lease(scene, wish(2)).await.granted, []);
    give_back(scene, leases).await;
    let run = scene.run().await;
    ask(scene, run, OWN, 3, AssetOutcome::Kept(PICTURE)).await;
    let leases = lease(scene, wish(4)).await;
    assert_eq!(leases.granted.len(), 1);
    assert_eq!(leases.granted[0].pictures[0].article_bytes, 14);
}

pub(crate) async fn pictures_are_lent_by_scope(scene: &Scene) {
    let looked = scene
        .look(PAGE, 0, article(Outcome::New, "开幕", &[OWN], true))
        .await;
    scene
        .look(OTHER, 1, article(Outcome::New, "闭幕", &[CDN], true))
        .await;
    let urls = |leases: &AssetLeases| -> Vec<String> {
        let pictures = leases.granted.iter().flat_map(|granted| &granted.pictures);
        pictures.map(|picture| picture.url.to_string()).collect()
    };
    let of_page = AssetRequest {
        scope: Scope::Pages(vec![looked.visit.page]),
        ..wish(2)
    };
    let leases = lease(scene, of_page.clone()).await;
    assert_eq!(urls(&leases), [OWN]);
    give_back(scene, leases).await;
    for none in [
        AssetRequest {
            scope: Scope::Sites(vec![SiteId::new("another")]),
            ..wish(2)
        },
        AssetRequest {
            without: vec![site()],
            ..wish(2)
        },
        AssetRequest {
            without: vec![site()],
            ..of_page
        },
        AssetRequest {
            hosts: 0,
            ..wish(2)
        },
    ] {
        assert_eq!(lease(scene, none.clone()).await.granted, [], "{none:?}");
    }
    let busy = AssetRequest {
        busy: vec![url(OWN).host()],
        ..wish(2)
    };
    let leases = lease(scene, busy).await;
    assert_eq!(urls(&leases), [CDN]);
    give_back(scene, leases).await;
    // the longest due first, and so many
    let third = "https://expo.example.cn/p/3.png";
    let seen = article(Outcome::Changed, "闭幕了", &[third, CDN], true);
    scene.look(OTHER, 5, seen).await;
    let few = AssetRequest {
        pictures_per_host: 1,
        ..wish(9)
    };
    let leases = lease(scene, few).await;
    assert_eq!(urls(&leases), [OWN, CDN]);
}

pub(crate) async fn a_picture_is_kept_once_whoever_shows_it(scene: &Scene) {
    let run = scene.run().await;
    scene
        .look(PAGE, 0, article(Outcome::New, "开幕", &[OWN, CDN], true))
        .await;
    scene
        .look(OTHER, 1, article(Outcome::New, "闭幕", &[OWN], true))
        .await;
    assert_eq!(due(scene, 2).await, [OWN, CDN]);
    ask(scene, run, OWN, 3, AssetOutcome::Kept(PICTURE)).await;
    ask(scene, run, CDN, 4, AssetOutcome::Kept(PICTURE)).await;
    assert_eq!(due(scene, 9_000_000).await, [] as [&str; 0]);
    let (one, other) = (
        shown(scene, PAGE, None).await,
        shown(scene, OTHER, None).await,
    );
    assert_eq!(one[0].asset, other[0].asset);
    assert_eq!(one[0].state, AssetState::Kept);
    assert_eq!(one[0].kind, Some(Kind::Png));
    assert_eq!(one[0].size, Some((640, 480)));
    assert_eq!(one[0].bytes, Some(14));
    assert_eq!(one[0].status, Some(200));
    assert_eq!(one[0].fetched_at, Some(at(3)));
    assert_eq!(one[0].headers.first("content-type"), Some("image/png"));
    // two addresses, one body
    let hash = ContentHash::of(b"\x89PNG a picture");
    assert_eq!([one[0].entity, one[1].entity], [Some(hash), Some(hash)]);
    let body = scene.library.entity(hash).await.unwrap();
    assert_eq!(body.as_deref(), Some(b"\x89PNG a picture".as_slice()));
    // an edit that leaves it alone does not ask for it again
    let seen = article(Outcome::Changed, "开幕了", &[OWN], true);
    scene.look(PAGE, 10, seen).await;
    assert_eq!(due(scene, 11).await, [] as [&str; 0]);
    assert_eq!(shown(scene, PAGE, Some(2)).await[0].entity, Some(hash));
    assert_eq!(shown(scene, PAGE, Some(1)).await.len(), 2);
    let sums = scene.library.asset_sums(at(11)).await.unwrap();
    assert_eq!(sums.len(), 1);
    assert_eq!((sums[0].kept, sums[0].bytes, sums[0].due), (2, 28, 0));
}

pub(crate) async fn what_failed_is_due_again_until_it_is_given_up(scene: &Scene) {
    let run = scene.run().await;
    scene
        .look(PAGE, 0, article(Outcome::New, "开幕", &[OWN], true))
        .await;
    let failed = |again_at: Option<i64>| AssetOutcome::Failed {
        reason: "status 403".to_owned(),
        again_at: again_at.map(at),
    };
    ask(scene, run, OWN, 1, failed(Some(100))).await;
    assert_eq!(due(scene, 99).await, [] as [&str; 0]);
    let leases = lease(scene, wish(100)).await;
    assert_eq!(leases.granted[0].pictures[0].tries, 1);
    give_back(scene, leases).await;
    let kept = shown(scene, PAGE, None).await;
    assert_eq!(kept[0].state, AssetState::Failed);
    assert_eq!(kept[0].reason.as_deref(), Some("status 403"));
    assert_eq!((kept[0].entity, kept[0].due_at), (None, Some(at(100))));
    ask(scene, run, OWN, 101, failed(None)).await;
    assert_eq!(due(scene, 9_000_000).await, [] as [&str; 0]);
    let sums = scene.library.asset_sums(at(200)).await.unwrap();
    assert_eq!((sums[0].given_up, sums[0].later, sums[0].kept), (1, 0, 0));
    // the same version again is no reason, another one is
    let same = article(Outcome::Unchanged, "开幕", &[OWN], true);
    scene.look(PAGE, 300, same).await;
    assert_eq!(due(scene, 301).await, [] as [&str; 0]);
    let edited = article(Outcome::Changed, "开幕了", &[OWN], true);
    scene.look(PAGE, 400, edited).await;
    let leases = lease(scene, wish(400)).await;
    assert_eq!(leases.granted[0].pictures[0].tries, 0);
    give_back(scene, leases).await;
    // what may not be asked for and what is not kept is told, too
    ask(
        scene,
        run,
        OWN,
        401,
        AssetOutcome::PassedOver("small (1×1)".to_owned()),
    )
    .await;
    let kept = shown(scene, PAGE, None).await;
    assert_eq!(kept[0].state, AssetState::PassedOver);
    assert_eq!(kept[0].entity, None);
    let sums = scene.library.asset_sums(at(402)).await.unwrap();
    assert_eq!((sums[0].given_up, sums[0].not_kept), (0, 1));
}

pub(crate) async fn a_redirect_is_followed_under_the_host_it_leads_to(scene: &Scene) {
    let run = scene.run().await;
    scene
        .look(PAGE, 0, article(Outcome::New, "开幕", &[OWN], true))
        .await;
    ask(scene, run, OWN, 1, AssetOutcome::Moved(url(CDN))).await;
    let leases = lease(scene, wish(1)).await;
    assert_eq!(leases.granted.len(), 1);
    assert_eq!(leases.granted[0].lease.host, url(CDN).host());
    let visit = &leases.granted[0].pictures[0];
    assert_eq!(
        (visit.url.clone(), visit.shown_at.clone()),
        (url(CDN), url(OWN))
    );
    assert_eq!(visit.hops, 1);
    give_back(scene, leases).await;
    // the next try begins where the article says
    let failed = AssetOutcome::Failed {
        reason: "status 500".to_owned(),
        again_at: Some(at(10)),
    };
    ask(scene, run, CDN, 2, failed).await;
    let leases = lease(scene, wish(10)).await;
    let visit = &leases.granted[0].pictures[0];
    assert_eq!((visit.url.clone(), visit.hops), (url(OWN), 0));
    give_back(scene, leases).await;
    ask(scene, run, OWN, 11, AssetOutcome::Moved(url(CDN))).await;
    ask(scene, run, CDN, 12, AssetOutcome::Kept(PICTURE)).await;
    let kept = shown(scene, PAGE, None).await;
    assert_eq!(kept[0].url, url(OWN));
    assert_eq!(kept[0].url_requested, url(CDN));
    assert_eq!(kept[0].state, AssetState::Kept);
}

pub(crate) async fn of_many_pictures_the_first_are_wanted(scene: &Scene) {
    let few = |at_most| {
        let mut seen = article(Outcome::New, "开幕", &[OWN, CDN], true);
        seen.assets = Some(WantedAssets { at_most, ..WANTED });
        seen
    };
    scene.look(PAGE, 0, few(1)).await;
    assert_eq!(due(scene, 1).await, [OWN]);
    let kept = shown(scene, PAGE, None).await;
    assert_eq!(kept[1].state, AssetState::LeftOut);
    // a higher limit has the rest asked for with the next look
    let mut again = few(2);
    again.outcome = Outcome::Unchanged;
    scene.look(PAGE, 10, again).await;
    assert_eq!(due(scene, 11).await, [OWN, CDN]);
}

pub(crate) async fn a_host_that_rests_or_is_waited_for_keeps_its_pictures(scene: &Scene) {
    let run = scene.run().await;
    let seen = article(Outcome::New, "开幕", &[CDN], true);
    scene.look(PAGE, 0, seen).await;
    let leases = lease(scene, wish(1)).await;
    let granted = &leases.granted[0];
    let capture = AssetCapture {
        asset: granted.pictures[0].asset,
        run,
        url: url(CDN),
        sent_at: at(1),
        answer: Some(answer(429, None, &[])),
        outcome: AssetOutcome::Failed {
            reason: "status 429".to_owned(),
            again_at: Some(at(2)),
        },
        host_state: HostState {
            resting_until: Some(at(50)),
            ..HostState::default()
        },
    };
    let token = granted.lease.token;
    scene
        .archive
        .commit_asset(token, capture.clone())
        .await
        .unwrap();
    let resting = capture.host_state.clone();
    scene.archive.release(token, resting).await.unwrap();
    let leases = lease(scene, wish(3)).await;
    assert_eq!(leases.granted, []);
    assert_eq!(leases.again_at, Some(at(50)));
    // a token that was given back is good for nothing
    let refused = scene.archive.commit_asset(token, capture).await;
    assert!(
        matches!(&refused, Err(ArchiveError::LeaseLost { host }) if *host == url(CDN).host()),
        "{refused:?}"
    );
    // somebody waits for the host
    let held = lease(scene, wish(60)).await;
    assert_eq!(held.granted.len(), 1);
    let host = url(CDN).host();
    let wished = scene.other.lease_host(host, at(61), at(90)).await.unwrap();
    assert!(matches!(wished, zhanwen::archive::Loan::Withheld(_)));
    give_back(scene, held).await;
    assert_eq!(lease(scene, wish(62)).await, AssetLeases::default());
    assert_eq!(lease(scene, wish(600)).await.granted.len(), 1);
}

pub(crate) async fn what_is_read_anew_shows_the_pictures_that_are_known(scene: &Scene) {
    let run = scene.run().await;
    scene
        .look(PAGE, 0, article(Outcome::New, "开幕", &[CDN], true))
        .await;
    ask(scene, run, CDN, 1, AssetOutcome::Kept(PICTURE)).await;
    let page = scene.find(PAGE).await;
    let past = scene.library.past(page).await.unwrap().unwrap();
    let mut better = reading("开幕了", None);
    with_pictures(&mut better, &[OWN, CDN]);
    let rereading = Rereading {
        page,
        run,
        until: Some(past.looks[0].look),
        versions: 1,
        looks: Vec::new(),
        made: vec![MadeVersion {
            version_no: 2,
            first: past.looks[0].look,
            reading: Arc::new(better),
        }],
        refreshed: Vec::new(),
        kind: PageKind::Article,
    };
    assert!(scene.archive.reread(rereading).await.unwrap());
    let kept = shown(scene, PAGE, Some(2)).await;
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].position, kept[0].state), (2, AssetState::Kept));
    assert_eq!(shown(scene, PAGE, Some(1)).await.len(), 1);
    // nobody is asked for what is offline
    assert_eq!(due(scene, 100).await, [] as [&str; 0]);
}

pub(crate) async fn what_is_brought_in_shows_the_pictures_that_are_known(scene: &Scene) {
    let run = scene.run().await;
    scene
        .look(PAGE, 100, article(Outcome::New, "开幕", &[CDN], true))
        .await;
    ask(scene, run, CDN, 101, AssetOutcome::Kept(PICTURE)).await;
    let earlier = article(Outcome::New, "将开幕", &[OWN, CDN], false);
    bring(scene, PAGE, &[(10, earlier, Some(2))]).await;
    let kept = shown(scene, PAGE, Some(2)).await;
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].position, kept[0].state), (2, AssetState::Kept));
    assert_eq!(due(scene, 200).await, [] as [&str; 0]);
}
