//! Reading: pages, versions, bodies, sites and lists as the library gives them.

use zhanwen::archive::{ArchiveError, Due, PageId, Planned};
use zhanwen::model::{ContentHash, Notice, NoticeKind, Outcome, SiteId};

use super::scene::{Scene, Seen, at, planned, site, url};

const PAGE: &str = "https://expo.example.cn/news/1.html";

pub(crate) async fn an_unknown_page_is_nothing(scene: &Scene) {
    let nobody = PageId(4711);
    assert_eq!(scene.library.find(&url(PAGE)).await.unwrap(), None);
    assert_eq!(scene.library.article(nobody, None).await.unwrap(), None);
    assert_eq!(scene.library.versions(nobody).await.unwrap(), []);
    assert_eq!(scene.library.looks(nobody).await.unwrap(), []);
    let hash = ContentHash::of(b"never kept");
    assert_eq!(scene.library.entity(hash).await.unwrap(), None);
    assert_eq!(scene.library.sites().await.unwrap(), []);
    assert_eq!(scene.library.articles(None, 10).await.unwrap(), []);
    let unknown = SiteId::new("unknown");
    assert_eq!(
        scene.library.articles(Some(&unknown), 10).await.unwrap(),
        []
    );
}

pub(crate) async fn old_versions_are_read_by_number(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", Some(5)))
        .await;
    scene
        .look(PAGE, 10, Seen::article(Outcome::Changed, "乙乙", Some(9)))
        .await;
    let page = scene.find(PAGE).await;
    let first = scene.library.article(page, Some(1)).await.unwrap().unwrap();
    assert_eq!(first.reading.article.title.as_deref(), Some("甲"));
    assert_eq!((first.version_no, first.versions), (1, 2));
    assert_eq!(first.observed_at, at(0));
    assert_eq!(scene.library.article(page, Some(3)).await.unwrap(), None);
    let versions = scene.library.versions(page).await.unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1].version_no, 2);
    assert_eq!(versions[1].observed_at, at(10));
    assert_eq!(versions[1].title.as_deref(), Some("乙乙"));
    assert_eq!(versions[1].body_chars, 16);
}

pub(crate) async fn bodies_are_read_by_hash(scene: &Scene) {
    let seen = Seen::article(Outcome::New, "甲", Some(5));
    scene.look(PAGE, 0, seen).await;
    let page = scene.find(PAGE).await;
    let look = scene.library.looks(page).await.unwrap().pop().unwrap();
    let body = scene.library.entity(look.entity_hash.unwrap()).await;
    let expected = "<h1>甲</h1><i>Some(5)</i>".as_bytes();
    assert_eq!(body.unwrap().as_deref(), Some(expected));
    assert_eq!(look.entity_hash, Some(ContentHash::of(expected)));
}

pub(crate) async fn sites_are_summed_up(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    scene
        .look(PAGE, 10, Seen::article(Outcome::Changed, "乙", None))
        .await;
    scene.look(PAGE, 20, Seen::failed()).await;
    let list = "https://expo.example.cn/news/";
    scene.look(list, 30, Seen::list(&[])).await;
    let elsewhere = Planned {
        site: SiteId::new("another-site"),
        ..planned("https://other.example.cn/", Due::IfNew(at(0)))
    };
    scene.plan(&[elsewhere]).await;
    let sites = scene.library.sites().await.unwrap();
    assert_eq!(sites.len(), 2);
    assert_eq!(sites[0].site.as_str(), "another-site");
    assert_eq!((sites[0].articles, sites[0].fetches), (0, 0));
    assert_eq!(sites[0].last_fetched_at, None);
    assert_eq!(sites[1].site, site());
    assert_eq!((sites[1].articles, sites[1].versions), (1, 2));
    assert_eq!(sites[1].fetches, 4);
    assert_eq!(sites[1].last_fetched_at, Some(at(30)));
}

pub(crate) async fn articles_come_newest_first(scene: &Scene) {
    let times = [
        ("a", Some("2026-11-20")),
        ("b", Some("2026-11-23 09:00")),
        ("c", None),
        ("d", Some("2026-11-23")),
    ];
    for (second, (name, time)) in (0..).zip(times) {
        let mut seen = Seen::article(Outcome::New, name, Some(3));
        if let Some(reading) = &mut seen.reading {
            reading.article.publish_time = time.map(|time| time.parse().unwrap());
        }
        let page = format!("https://expo.example.cn/{name}");
        scene.look(&page, second, seen).await;
    }
    let titles = async |site: Option<&SiteId>, limit| -> Vec<String> {
        let lines = scene.library.articles(site, limit).await.unwrap();
        lines.into_iter().filter_map(|line| line.title).collect()
    };
    assert_eq!(titles(None, 10).await, ["b", "d", "a", "c"]);
    assert_eq!(titles(Some(&site()), 2).await, ["b", "d"]);
    let other = SiteId::new("another-site");
    assert!(titles(Some(&other), 10).await.is_empty());
    let line = scene.library.articles(None, 1).await.unwrap().remove(0);
    assert_eq!(line.publish_time.as_deref(), Some("2026-11-23 09:00"));
    assert_eq!(line.source.as_deref(), Some("优创会展"));
    assert_eq!((line.views, line.versions), (Some(3), 1));
}

fn notice(kind: NoticeKind, page: &str, message: &str) -> Notice {
    Notice {
        kind,
        url: url(page),
        message: message.to_owned(),
    }
}

pub(crate) async fn notices_are_kept_once_and_the_latest_first(scene: &Scene) {
    let feed = "https://expo.example.cn/feed.xml";
    let seen = |notices: &[Notice]| Seen {
        notices: notices.to_vec(),
        ..Seen::list(&[])
    };
    let list = "https://expo.example.cn/news/";
    let offered = notice(NoticeKind::Feed, feed, "offers a feed");
    let other = notice(NoticeKind::Sitemap, feed, "offers a sitemap");
    scene.look(list, 0, seen(&[offered.clone(), other])).await;
    let again = Notice {
        message: "still offers a feed".to_owned(),
        ..offered
    };
    let run = scene.run().await;
    scene
        .look_in(run, list, 10, seen(std::slice::from_ref(&again)))
        .await;
    let kept = scene.library.notices().await.unwrap();
    let told: Vec<_> = kept
        .iter()
        .map(|kept| (kept.notice.kind, kept.notice.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (NoticeKind::Feed, "still offers a feed"),
            (NoticeKind::Sitemap, "offers a sitemap")
        ]
    );
    assert_eq!(kept[0].site, site());
    assert_eq!((kept[0].run, kept[0].noticed_at), (run, at(10)));
    assert_eq!(kept[1].noticed_at, at(0));
}

pub(crate) async fn a_lost_commit_leaves_no_notice(scene: &Scene) {
    let list = "https://expo.example.cn/news/";
    scene.plan(&[planned(list, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let clock = lease.state.clone();
    scene.archive.release(lease.token, clock).await.unwrap();
    let seen = Seen {
        notices: vec![notice(NoticeKind::Trap, list, "leads on and on")],
        ..Seen::list(&[])
    };
    let capture = seen.capture(&lease.visits[0], scene.run().await, 1);
    let late = scene.archive.commit(lease.token, capture).await;
    assert!(
        matches!(late, Err(ArchiveError::LeaseLost { .. })),
        "{late:?}"
    );
    assert_eq!(scene.library.notices().await.unwrap(), []);
}
