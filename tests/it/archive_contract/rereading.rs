//! Pages read anew: what their looks saw after all, and what that leaves alone.

use std::sync::Arc;

use zhanwen::archive::{
    LookAgain, MadeVersion, PageId, PastLook, PastPage, Reading, RereadScope, Rereading,
};
use zhanwen::model::{Outcome, PageKind, SiteId};

use super::scene::{Scene, Seen, at, reading, url};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const PART: &str = "https://expo.example.cn/news/1_2.html";

async fn past(scene: &Scene) -> PastPage {
    let page = scene.find(PAGE).await;
    scene.library.past(page).await.unwrap().unwrap()
}

/// The page as it is, nothing read otherwise.
async fn unchanged(scene: &Scene) -> Rereading {
    let past = past(scene).await;
    Rereading {
        page: past.page,
        run: scene.run().await,
        until: past.looks.iter().map(|look| look.look).max(),
        versions: u32::try_from(past.versions.len()).unwrap(),
        looks: Vec::new(),
        made: Vec::new(),
        refreshed: Vec::new(),
        kind: past.kind,
    }
}

fn again(look: &PastLook, version_no: Option<u32>) -> LookAgain {
    LookAgain {
        look: look.look,
        version_no,
        views: look.views,
        views_note: look.views_note,
    }
}

/// `look` saw version `version_no`, which nobody had read before.
fn made(look: &PastLook, version_no: u32, title: &str) -> MadeVersion {
    MadeVersion {
        version_no,
        first: look.look,
        reading: Arc::new(reading(title, None)),
    }
}

async fn version_numbers(scene: &Scene) -> Vec<Option<u32>> {
    let page = scene.find(PAGE).await;
    let looks = scene.library.looks(page).await.unwrap();
    looks.iter().map(|look| look.version_no).collect()
}

pub(crate) async fn a_past_is_told_as_it_was_committed(scene: &Scene) {
    let headers = [("content-type", "text/html; charset=gbk"), ("x-a", "1")];
    let seen = Seen::article(Outcome::New, "标题甲", Some(10)).with_headers(&headers);
    scene.look(PAGE, 10, seen).await;
    scene.look(PAGE, 20, Seen::not_modified()).await;
    scene.look(PAGE, 30, Seen::failed()).await;
    let past = past(scene).await;
    assert_eq!(past.url, url(PAGE));
    assert_eq!((past.kind, past.current_no), (PageKind::Article, Some(1)));
    assert_eq!(past.versions.len(), 1);
    assert_eq!(past.versions[0].content, reading("标题甲", None).content);
    let told: Vec<_> = past
        .looks
        .iter()
        .map(|look| (look.fetched_at, look.status, look.outcome, look.version_no))
        .collect();
    assert_eq!(
        told,
        [
            (at(10), Some(200), Outcome::New, Some(1)),
            (at(20), Some(304), Outcome::NotModified, Some(1)),
            (at(30), None, Outcome::Failed, None),
        ]
    );
    let first = &past.looks[0];
    assert_eq!(first.headers.first("content-type"), Some(headers[0].1));
    assert_eq!(first.headers.first("x-a"), Some("1"));
    assert_eq!(first.views, Some(10));
    let body = scene.library.entity(first.entity.unwrap()).await.unwrap();
    assert!(body.unwrap().starts_with("<h1>标题甲".as_bytes()));
    assert!(past.looks.is_sorted_by_key(|look| look.look));
}

pub(crate) async fn pages_are_counted_and_listed_by_scope(scene: &Scene) {
    let other = "https://fair.example.com/1.html";
    scene
        .look(PAGE, 10, Seen::article(Outcome::New, "标题甲", None))
        .await;
    scene
        .look(other, 50, Seen::article(Outcome::New, "标题乙", None))
        .await;
    scene
        .plan(&[super::scene::planned(
            "https://expo.example.cn/never",
            zhanwen::archive::Due::At(at(0)),
        )])
        .await;
    let (page, other) = (scene.find(PAGE).await, scene.find(other).await);
    let listed = |scope: RereadScope| async move {
        let library = &scene.library;
        let pages = library.past_pages(&scope, PageId(0), 9).await.unwrap();
        let count = library.count_past(&scope).await.unwrap();
        assert_eq!(count, u64::try_from(pages.len()).unwrap(), "{scope:?}");
        pages
    };
    let all = RereadScope::default();
    assert_eq!(listed(all.clone()).await, [page, other]);
    let next = scene.library.past_pages(&all, page, 9).await.unwrap();
    assert_eq!(next, [other], "a batch begins after the last one");
    let first = scene.library.past_pages(&all, PageId(0), 1).await.unwrap();
    assert_eq!(first, [page]);
    let named = RereadScope {
        pages: vec![page],
        ..all.clone()
    };
    assert_eq!(listed(named).await, [page]);
    let since = RereadScope {
        since: Some(at(50)),
        ..all.clone()
    };
    assert_eq!(listed(since).await, [other]);
    let nowhere = RereadScope {
        sites: vec![SiteId::new("unknown")],
        ..all
    };
    assert_eq!(listed(nowhere).await, [] as [PageId; 0]);
}

pub(crate) async fn looks_are_moved_to_what_they_saw(scene: &Scene) {
    let page = scene
        .look(PAGE, 10, Seen::article(Outcome::New, "标题甲", Some(7)))
        .await
        .visit
        .page;
    scene
        .look(PAGE, 20, Seen::article(Outcome::Changed, "标题乙", None))
        .await;
    scene.look(PAGE, 30, Seen::not_modified()).await;
    let due = scene.due(5000).await;
    let past = past(scene).await;
    let rereading = Rereading {
        made: vec![made(&past.looks[0], 3, "标题丙")],
        looks: past.looks.iter().map(|look| again(look, Some(3))).collect(),
        ..unchanged(scene).await
    };
    let run = rereading.run;
    assert!(scene.archive.reread(rereading).await.unwrap());
    assert_eq!(version_numbers(scene).await, [Some(3); 3]);
    let kept = scene.library.article(page, None).await.unwrap().unwrap();
    assert_eq!((kept.version_no, kept.versions), (3, 3));
    assert_eq!(kept.reading.article.title.as_deref(), Some("标题丙"));
    assert_eq!(kept.observed_at, at(10), "it was there at the first look");
    assert_eq!(kept.reading.article.views, Some(7));
    let old = scene.library.article(page, Some(1)).await.unwrap();
    let title = old.unwrap().reading.article.title;
    assert_eq!(title.as_deref(), Some("标题甲"), "no version is lost");
    let versions = scene.library.versions(page).await.unwrap();
    let anew: Vec<_> = versions.iter().map(|one| one.reread_in).collect();
    assert_eq!(anew, [None, None, Some(run)]);
    // the second look changed nothing after all, so the last change was the first look
    let visit = scene.visit(PAGE, 5000).await;
    assert_eq!(visit.history.last_changed_at, Some(at(10)));
    assert_eq!(visit.kept.unwrap().version_no, 3);
    assert_eq!(visit.known.len(), 3);
    assert_eq!(scene.due(5000).await, due, "nothing becomes due");
}

pub(crate) async fn a_page_looked_at_meanwhile_is_refused(scene: &Scene) {
    scene
        .look(PAGE, 10, Seen::article(Outcome::New, "标题甲", None))
        .await;
    let past = past(scene).await;
    let stale = Rereading {
        made: vec![made(&past.looks[0], 2, "标题丙")],
        looks: vec![again(&past.looks[0], Some(2))],
        ..unchanged(scene).await
    };
    scene
        .look(PAGE, 20, Seen::article(Outcome::Changed, "标题乙", None))
        .await;
    assert!(!scene.archive.reread(stale.clone()).await.unwrap());
    assert_eq!(version_numbers(scene).await, [Some(1), Some(2)]);
    // nor is what another reading has made meanwhile made twice
    let fresh = Rereading {
        until: unchanged(scene).await.until,
        versions: 2,
        made: vec![made(&past.looks[0], 3, "标题丙")],
        looks: vec![again(&past.looks[0], Some(3))],
        ..stale
    };
    assert!(scene.archive.reread(fresh.clone()).await.unwrap());
    assert!(!scene.archive.reread(fresh).await.unwrap());
    assert_eq!(version_numbers(scene).await, [Some(3), Some(2)]);
}

pub(crate) async fn what_is_no_article_has_no_current_version(scene: &Scene) {
    let looked = scene
        .look(PAGE, 10, Seen::article(Outcome::New, "标题甲", Some(3)))
        .await;
    let past = past(scene).await;
    let rereading = Rereading {
        looks: vec![LookAgain {
            views: None,
            ..again(&past.looks[0], None)
        }],
        kind: PageKind::List,
        ..unchanged(scene).await
    };
    assert!(scene.archive.reread(rereading).await.unwrap());
    let page = looked.visit.page;
    assert!(scene.library.article(page, None).await.unwrap().is_none());
    assert_eq!(scene.library.versions(page).await.unwrap().len(), 1);
    assert_eq!(self::past(scene).await.kind, PageKind::List);
    let visit = scene.visit(PAGE, 5000).await;
    assert!(visit.kept.is_none());
    assert_eq!(visit.history.views_at, None);
}

pub(crate) async fn what_no_digest_covers_is_brought_up_to_date(scene: &Scene) {
    let looked = scene
        .look(PAGE, 10, Seen::article(Outcome::New, "标题甲", None))
        .await;
    let mut newer = reading("标题甲", None);
    newer.article.editor = Some("王编".to_owned());
    "zhanwen/9 site:expo".clone_into(&mut newer.parser);
    newer.warnings = vec!["odd: a thing".to_owned()];
    let rereading = Rereading {
        refreshed: vec![(1, Arc::new(newer.clone()))],
        ..unchanged(scene).await
    };
    assert!(scene.archive.reread(rereading).await.unwrap());
    let page = looked.visit.page;
    let kept = scene.library.article(page, None).await.unwrap().unwrap();
    assert_eq!((kept.version_no, kept.versions), (1, 1));
    assert_eq!(kept.reading, Reading { ..newer });
}

pub(crate) async fn a_part_is_found_by_the_visit_it_belongs_to(scene: &Scene) {
    let mut firsts = Vec::new();
    for visit in 0..2 {
        let run = scene.run().await;
        // a part is committed before its article, and sent after it
        let at = visit * 100;
        scene.look_in(run, PART, at + 5, Seen::part()).await;
        let seen = Seen::article(Outcome::New, "标题甲", None);
        scene.look_in(run, PAGE, at, seen).await;
        firsts.push(run);
    }
    let past = past(scene).await;
    for (first, run) in past.looks.iter().zip(firsts) {
        let found = scene.library.past_part(&url(PART), first).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.run, found.outcome), (run, Outcome::Part));
        assert!(found.look < first.look);
    }
    let nowhere = url("https://expo.example.cn/news/1_3.html");
    let found = scene.library.past_part(&nowhere, &past.looks[0]).await;
    assert!(found.unwrap().is_none());
}
