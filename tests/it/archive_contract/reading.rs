//! Reading: pages, versions, bodies, sites and lists as the library gives them.

use zhanwen::archive::{PageId, Planned};
use zhanwen::model::{ContentHash, Outcome, SiteId};

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
        ..planned(
            "https://other.example.cn/",
            zhanwen::archive::Due::IfNew(at(0)),
        )
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
