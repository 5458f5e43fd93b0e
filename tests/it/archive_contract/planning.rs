//! Planning: one page for one URL, its schedule, its site.

use zhanwen::archive::{Due, LeaseRequest, Planned, RunId, Scope};
use zhanwen::model::{Outcome, PageKind, SiteId};

use super::scene::{Scene, Seen, at, planned, site, url, wish};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const PART: &str = "https://expo.example.cn/news/1_2.html";

pub(crate) async fn the_same_url_is_the_same_page(scene: &Scene) {
    let first = scene.plan(&[planned(PAGE, Due::IfNew(at(0)))]).await;
    let again = scene.other.plan(vec![planned(PAGE, Due::IfNew(at(5)))]);
    assert_eq!(again.await.unwrap(), first);
    assert_eq!(scene.find(PAGE).await, first[0]);
}

pub(crate) async fn every_spelling_is_the_same_page(scene: &Scene) {
    let spellings = [
        "http://expo.example.cn/news/show.php?id=1",
        "https://expo.example.cn/news/show.php?id=1",
        "http://expo.example.cn:80/news/show.php?id=1&utm_source=mail",
    ];
    let first = planned(spellings[0], Due::IfNew(at(0)));
    let ids = scene.plan(&[first]).await;
    for spelling in spellings {
        let again = scene.plan(&[planned(spelling, Due::IfNew(at(0)))]).await;
        assert_eq!(again, ids, "{spelling}");
        assert_eq!(scene.find(spelling).await, ids[0], "{spelling}");
    }
    assert_eq!(scene.due(0).await, spellings[..1]);
}

pub(crate) async fn numbers_come_in_the_order_asked(scene: &Scene) {
    let page = |n| planned(&format!("https://expo.example.cn/{n}"), Due::IfNew(at(0)));
    let first = scene.plan(&[page(1), page(2)]).await;
    let mixed = scene.plan(&[page(2), page(3), page(1), page(3)]).await;
    assert_eq!(mixed[0], first[1]);
    assert_eq!(mixed[2], first[0]);
    assert_eq!(mixed[1], mixed[3]);
}

pub(crate) async fn a_known_page_keeps_its_schedule(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::IfNew(at(100)))]).await;
    scene.plan(&[planned(PAGE, Due::IfNew(at(0)))]).await;
    assert!(scene.due(99).await.is_empty());
    assert_eq!(scene.due(100).await, [PAGE]);
}

pub(crate) async fn an_explicit_plan_hastens_and_never_delays(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::IfNew(at(100)))]).await;
    scene.plan(&[planned(PAGE, Due::At(at(10)))]).await;
    assert_eq!(scene.due(10).await, [PAGE]);
    scene.plan(&[planned(PAGE, Due::At(at(5000)))]).await;
    assert_eq!(scene.due(10).await, [PAGE]);
}

pub(crate) async fn a_known_page_is_found_under_the_nearest_depth(scene: &Scene) {
    let from = |depth, referer: &str| Planned {
        depth,
        referer: Some(url(referer)),
        ..planned(PAGE, Due::IfNew(at(0)))
    };
    let known = async || {
        let lease = scene.only_lease(1).await;
        scene
            .archive
            .release(lease.token, lease.state)
            .await
            .unwrap();
        let visit = lease.visits.into_iter().next().unwrap();
        (visit.depth, visit.referer)
    };
    let far = Some(url("https://expo.example.cn/far"));
    scene.plan(&[from(3, "https://expo.example.cn/far")]).await;
    assert_eq!(known().await, (3, far.clone()));
    scene
        .plan(&[from(5, "https://expo.example.cn/farther")])
        .await;
    assert_eq!(known().await, (3, far.clone()));
    scene.plan(&[from(2, "https://expo.example.cn/near")]).await;
    assert_eq!(known().await, (2, far));
}

pub(crate) async fn an_unknown_kind_gives_way(scene: &Scene) {
    let of_kind = |kind| Planned {
        kind,
        ..planned(PAGE, Due::At(at(0)))
    };
    scene.plan(&[of_kind(PageKind::Other)]).await;
    scene.plan(&[of_kind(PageKind::List)]).await;
    scene.plan(&[of_kind(PageKind::Article)]).await;
    assert_eq!(scene.only_lease(1).await.visits[0].kind, PageKind::List);
}

pub(crate) async fn a_site_takes_over_pages_that_were_asked_ad_hoc(scene: &Scene) {
    let of_site = |name: &str, due| Planned {
        site: SiteId::new(name),
        ..planned(PAGE, due)
    };
    let owner = async || {
        let lease = scene
            .archive
            .lease_hosts(LeaseRequest {
                scope: Scope::Pages(vec![scene.find(PAGE).await]),
                ..wish(10)
            })
            .await
            .unwrap();
        let lease = lease.granted.into_iter().next().unwrap();
        scene
            .archive
            .release(lease.token, lease.state)
            .await
            .unwrap();
        lease.visits[0].site.clone()
    };
    let now = at(0);
    scene
        .plan(&[of_site("expo.example.cn", Due::IfNew(now))])
        .await;
    assert_eq!(owner().await.as_str(), "expo.example.cn");
    scene.plan(&[of_site("named", Due::IfNew(now))]).await;
    assert_eq!(owner().await.as_str(), "named");
    scene.plan(&[of_site("neighbour", Due::IfNew(now))]).await;
    assert_eq!(owner().await.as_str(), "named");
    scene.plan(&[of_site("asked-for", Due::At(now))]).await;
    assert_eq!(owner().await.as_str(), "asked-for");
}

pub(crate) async fn recheck_makes_a_site_due(scene: &Scene) {
    let elsewhere = Planned {
        site: SiteId::new("another-site"),
        ..planned("https://other.example.cn/", Due::IfNew(at(900)))
    };
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "标题", None))
        .await;
    scene
        .plan(&[
            elsewhere,
            planned("https://expo.example.cn/soon", Due::IfNew(at(20))),
        ])
        .await;
    assert!(scene.due(19).await.is_empty());
    let made_due = scene.archive.recheck(vec![site()], at(30)).await.unwrap();
    assert_eq!(made_due, 2);
    // the earlier one is not delayed
    assert_eq!(scene.due(20).await, ["https://expo.example.cn/soon"]);
    assert_eq!(scene.due(30).await.len(), 2);
    let none = scene
        .archive
        .recheck(vec![SiteId::new("no-such-site")], at(30));
    assert_eq!(none.await.unwrap(), 0);
}

fn part(due: Due) -> Planned {
    Planned {
        kind: PageKind::Part,
        referer: Some(url(PAGE)),
        ..planned(PART, due)
    }
}

pub(crate) async fn a_later_part_is_due_only_by_name(scene: &Scene) {
    scene.plan(&[part(Due::IfNew(at(0)))]).await;
    scene.plan(&[planned(PART, Due::IfNew(at(0)))]).await;
    assert!(scene.due(10).await.is_empty());
    // a look makes it no more than it was
    let looked = scene.look(PART, 20, Seen::part()).await;
    assert_eq!(looked.visit.kind, PageKind::Part);
    assert_eq!(looked.visit.referer, Some(url(PAGE)));
    assert!(scene.due(900_000).await.is_empty());
    let sites = vec![site()];
    assert_eq!(scene.archive.recheck(sites, at(900_000)).await.unwrap(), 0);
    scene.plan(&[planned(PART, Due::At(at(30)))]).await;
    assert_eq!(scene.due(30).await, [PART]);
    // led to its article, it plans an article there
    let led = Seen {
        kind: PageKind::Part,
        ..Seen::redirect(PAGE, false)
    };
    scene.look(PART, 40, led).await;
    assert_eq!(scene.due(40).await, [PAGE]);
    assert_eq!(scene.visit(PAGE, 50).await.kind, PageKind::Article);
    assert_eq!(scene.visit(PART, 50).await.kind, PageKind::Part);
}

pub(crate) async fn a_list_becomes_no_part(scene: &Scene) {
    let list = Planned {
        kind: PageKind::List,
        ..planned(PART, Due::At(at(0)))
    };
    scene.plan(&[list]).await;
    scene.plan(&[part(Due::IfNew(at(0)))]).await;
    let looked = scene.look(PART, 10, Seen::part()).await;
    assert_eq!(looked.visit.kind, PageKind::List);
    assert_eq!(scene.due(900_000).await, [PART]);
}

pub(crate) async fn a_page_is_a_part_whatever_stood_for_it(scene: &Scene) {
    let home = "https://expo.example.cn/";
    scene.look(PART, 0, Seen::redirect(home, true)).await;
    let target = scene.plan(&[planned(PART, Due::At(at(1)))]).await;
    assert_eq!(target, [scene.find(home).await]);
    let ids = scene.plan(&[part(Due::IfNew(at(2)))]).await;
    assert_ne!(ids, target);
    assert_eq!(scene.visit(home, 3).await.kind, PageKind::Article);
}

/// The next page of a list is planned with the news that make it worth a look, or not at all: were
/// it planned later, a kill in between would end the walk there for good.
pub(crate) async fn a_list_is_walked_on_while_there_are_news(scene: &Scene) {
    let run = scene.run().await;
    let next = |due| Planned {
        kind: PageKind::List,
        ..planned("https://expo.example.cn/list-2", due)
    };
    let leads_to = |articles: &[&str], list: &str| {
        let mut seen = Seen::list(articles);
        seen.discovered.push(next(Due::WithNews(at(10))));
        seen.discovered.push(Planned {
            kind: PageKind::List,
            ..planned(list, Due::IfNew(at(5000)))
        });
        seen
    };
    let unknown = || async {
        let page = url("https://expo.example.cn/list-2");
        scene.library.find(&page).await.unwrap().is_none()
    };
    let nothing = leads_to(&[], "https://expo.example.cn/column-1");
    scene.look_in(run, PAGE, 1, nothing).await;
    assert!(unknown().await, "a new column is no news");
    let article = ["https://expo.example.cn/a"];
    let news = leads_to(&article, "https://expo.example.cn/column-1");
    scene.look_in(run, PAGE, 3, news).await;
    assert_eq!(
        scene.due(20).await,
        [
            "https://expo.example.cn/list-2",
            "https://expo.example.cn/a"
        ]
    );
    // known, and due later: news bring it forward, their absence does not
    scene
        .look_in(run, "https://expo.example.cn/list-2", 20, Seen::list(&[]))
        .await;
    scene
        .look_in(run, "https://expo.example.cn/a", 20, Seen::gone())
        .await;
    let old = leads_to(&article, "https://expo.example.cn/column-1");
    scene.look_in(run, PAGE, 22, old).await;
    assert_eq!(scene.due(30).await, [""; 0]);
    let news = leads_to(
        &["https://expo.example.cn/b"],
        "https://expo.example.cn/column-1",
    );
    scene.look_in(run, PAGE, 24, news).await;
    assert_eq!(
        scene.due(30).await,
        [
            "https://expo.example.cn/list-2",
            "https://expo.example.cn/b"
        ]
    );
}

const ROOT: &str = "https://expo.example.cn";

/// A look at a list that shows `articles` and goes on at `next`, by their paths.
fn shown(articles: &[&str], next: &str, now: i64) -> Seen {
    let urls: Vec<_> = articles
        .iter()
        .map(|path| format!("{ROOT}{path}"))
        .collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    let mut seen = Seen::list(&urls);
    seen.discovered.push(Planned {
        kind: PageKind::List,
        ..planned(&format!("{ROOT}{next}"), Due::WithNews(at(now)))
    });
    seen
}

async fn is_known(scene: &Scene, path: &str) -> bool {
    let page = url(&format!("{ROOT}{path}"));
    scene.library.find(&page).await.unwrap().is_some()
}

async fn look(scene: &Scene, run: RunId, list: &str, now: i64, seen: Seen) {
    let list = format!("{ROOT}{list}");
    scene.look_in(run, &list, now, seen).await;
}

/// While a list is walked it grows: the next page then shows what the last one did, and what it
/// showed before stands one page further.
pub(crate) async fn a_walk_does_not_end_at_what_it_found_itself(scene: &Scene) {
    let run = scene.run().await;
    let look = async |list: &str, now, seen| look(scene, run, list, now, seen).await;
    look("/list", 0, shown(&["/a"], "/list-2", 0)).await;
    look("/list-2", 1, Seen::list(&[])).await;
    look("/list", 10, shown(&["/e", "/d"], "/list-2", 10)).await;
    look("/list-2", 11, shown(&["/e", "/d"], "/list-3", 11)).await;
    assert!(is_known(scene, "/list-3").await, "c and b are there");
    look("/list-3", 12, shown(&["/c", "/b"], "/list-4", 12)).await;
    look("/list-4", 13, shown(&["/a"], "/list-5", 13)).await;
    assert!(!is_known(scene, "/list-5").await, "a was known before");
    // nothing is left of the walk: who shows what the last one found has nothing new
    look("/list-4", 14, shown(&["/c", "/b"], "/list-6", 14)).await;
    assert!(!is_known(scene, "/list-6").await);
}

pub(crate) async fn a_walk_that_another_run_takes_up_does_not_end_early(scene: &Scene) {
    let look = async |list: &str, now, seen| look(scene, scene.run().await, list, now, seen).await;
    look("/list", 0, shown(&["/a"], "/list-2", 0)).await;
    look("/list-2", 1, Seen::list(&[])).await;
    look("/list", 10, shown(&["/e", "/d"], "/list-2", 10)).await;
    // the next run begins before the walk goes on, and finds a little more
    look("/list", 20, shown(&["/f", "/e"], "/list-2", 20)).await;
    look("/list-2", 21, shown(&["/e", "/d"], "/list-3", 21)).await;
    assert!(is_known(scene, "/list-3").await, "c and b are there");
}

pub(crate) async fn a_walk_ends_where_an_older_article_is_known(scene: &Scene) {
    let run = scene.run().await;
    let look = async |list: &str, now, seen| look(scene, run, list, now, seen).await;
    look("/list", 0, shown(&["/a"], "/list-2", 0)).await;
    look("/list-2", 1, Seen::list(&[])).await;
    look("/list", 10, shown(&["/b", "/a"], "/list-2", 10)).await;
    // a column beside the list shows the latest on every page
    look("/list-2", 11, shown(&["/a", "/b"], "/list-3", 11)).await;
    assert!(!is_known(scene, "/list-3").await);
    // what a feed found first leaves no hole
    let found = ["/d", "/e"].map(|path| planned(&format!("{ROOT}{path}"), Due::IfNew(at(15))));
    scene.plan(&found).await;
    look("/list", 20, shown(&["/e", "/d"], "/list-4", 20)).await;
    assert!(is_known(scene, "/list-4").await, "c may be there");
    look("/list", 30, shown(&["/e", "/d"], "/list-7", 30)).await;
    assert!(!is_known(scene, "/list-7").await);
}
