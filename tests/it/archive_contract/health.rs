//! The facts of a site by which its health is judged.

use zhanwen::archive::{Due, Planned};
use zhanwen::health::{ArticleFacts, LookFact, RestFacts, Share};
use zhanwen::model::{HostState, KeptRobots, Outcome, PageKind, SiteId};

use super::scene::{Scene, Seen, at, planned, site, url, wish};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const DAY: i64 = 86_400;

pub(crate) async fn looks_are_counted_by_site(scene: &Scene) {
    assert_eq!(scene.library.health(at(0)).await.unwrap(), []);
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    scene.look(PAGE, 3 * DAY, Seen::failed()).await;
    let other = "https://expo.example.cn/news/2.html";
    scene.look(other, 4 * DAY, Seen::refused()).await;
    scene.look(other, 5 * DAY, Seen::gone()).await;
    let elsewhere = Planned {
        site: SiteId::new("another-site"),
        ..planned("https://other.example.cn/", Due::IfNew(at(0)))
    };
    scene.plan(&[elsewhere]).await;

    let facts = scene.library.health(at(8 * DAY)).await.unwrap();
    assert_eq!(facts.len(), 2);
    assert_eq!(facts[0].site.as_str(), "another-site");
    assert_eq!((facts[0].last_look, facts[0].article_count), (None, 0));
    let facts = &facts[1];
    assert_eq!(facts.site, site());
    // the first look is older than a week; what robots.txt forbids did not fail
    let look = |second, failed| LookFact {
        at: at(second),
        failed,
    };
    let looks = [
        look(5 * DAY, false),
        look(4 * DAY, false),
        look(3 * DAY, true),
    ];
    assert_eq!(facts.looks, looks);
    assert_eq!(facts.week, Share { part: 1, whole: 3 });
    assert_eq!(facts.last_look, Some(at(5 * DAY)));
    assert_eq!(facts.last_success, Some(at(0)));
    assert_eq!((facts.article_count, facts.last_new), (1, Some(at(0))));

    // a look within the week that had its page, whatever came after
    scene.look(PAGE, 6 * DAY, Seen::not_modified()).await;
    scene.look(PAGE, 7 * DAY, Seen::failed()).await;
    let facts = scene.library.health(at(8 * DAY)).await.unwrap();
    assert_eq!(facts[1].last_success, Some(at(6 * DAY)));
}

pub(crate) async fn articles_tell_what_they_give(scene: &Scene) {
    for (second, (name, time, source, views)) in (0..).zip([
        ("a", Some("2026-11-20"), Some("示例网"), None),
        ("b", Some("2026-11-23 09:00"), None, Some(3)),
        ("c", None, None, None),
    ]) {
        let mut seen = Seen::article(Outcome::New, name, views);
        if let Some(reading) = &mut seen.reading {
            reading.article.publish_time = time.map(|time| time.parse().unwrap());
            reading.article.source = source.map(str::to_owned);
            reading.article.author = Some("张三".to_owned());
        }
        let page = format!("https://expo.example.cn/{name}");
        scene.look(&page, second, seen).await;
    }
    let facts = scene.library.health(at(9)).await.unwrap().remove(0);
    let article = |second, source, publish_time, views| ArticleFacts {
        first_seen: at(second),
        source,
        author: true,
        publish_time,
        views,
    };
    let articles = [
        article(2, false, false, false),
        article(1, false, true, true),
        article(0, true, true, false),
    ];
    assert_eq!(facts.articles, articles);
    let days: Vec<_> = facts.published.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-11-23", "2026-11-20"]);
    assert_eq!(facts.last_new, Some(at(2)));
}

pub(crate) async fn lists_that_wait_and_hosts_that_rest_are_told(scene: &Scene) {
    let list = Planned {
        kind: PageKind::List,
        ..planned("https://expo.example.cn/news/", Due::At(at(50)))
    };
    scene.plan(&[list, planned(PAGE, Due::At(at(10)))]).await;
    let facts = scene.library.health(at(60)).await.unwrap().remove(0);
    assert_eq!(facts.lists_due_since, Some(at(50)));
    assert!(!facts.watched);

    let lease = scene.archive.lease_hosts(wish(60)).await.unwrap();
    let token = lease.granted[0].token;
    let robots = KeptRobots {
        origin: "https://expo.example.cn".to_owned(),
        fetched_at: at(60),
        expires_at: at(9000),
        status: Some(503),
        body: bytes::Bytes::new(),
    };
    let rests = HostState {
        resting_until: Some(at(99)),
        resting_reason: Some("status 503".to_owned()),
        ..HostState::default()
    };
    let kept = scene.archive.keep_robots(token, robots, rests);
    kept.await.unwrap();
    let facts = scene.library.health(at(61)).await.unwrap().remove(0);
    // a list whose host rests waits for the host, not for a crawl
    assert_eq!(facts.lists_due_since, None);
    let rest = RestFacts {
        host: url(PAGE).host(),
        until: at(99),
        reason: "status 503".to_owned(),
    };
    assert_eq!(facts.resting, [rest]);
    assert_eq!(facts.robots_unreachable, ["https://expo.example.cn"]);
    let facts = scene.library.health(at(100)).await.unwrap().remove(0);
    assert_eq!(facts.resting, []);
    assert_eq!(facts.lists_due_since, Some(at(50)));
}
