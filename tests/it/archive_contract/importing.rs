//! Looks that others made: they stand where their time is, and move nothing that later looks told.

use zhanwen::archive::{
    Due, ForeignLook, ForeignPage, Import, NewRun, PageId, PastLook, RunId, RunKind,
};
use zhanwen::model::{HostState, Outcome, PageHistory, PageKind};

use super::scene::{Scene, Seen, at, planned, reading, site, url};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const PART: &str = "https://expo.example.cn/news/1_2.html";

async fn run(scene: &Scene) -> RunId {
    let run = NewRun {
        kind: RunKind::Import,
        command_line: "zhanwen import a.warc".to_owned(),
        started_at: at(0),
        alone: false,
    };
    scene.archive.begin_run(run).await.unwrap()
}

async fn known(scene: &Scene, page: &str) -> PageId {
    let page = ForeignPage {
        url: url(page),
        site: site(),
        kind: PageKind::Other,
    };
    scene.archive.know(vec![page]).await.unwrap()[0]
}

/// Looks at `page`: when, what was seen, which version that is.
async fn import(scene: &Scene, page: &str, looks: &[(i64, Seen, Option<u32>)]) -> Import {
    let id = known(scene, page).await;
    let run = run(scene).await;
    let past = scene.library.past(id).await.unwrap().unwrap();
    let visit = zhanwen::archive::Visit {
        page: id,
        url: url(page),
        site: site(),
        kind: past.kind,
        depth: 0,
        referer: None,
        history: PageHistory::default(),
        spoken_for: false,
        kept: None,
        known: Vec::new(),
    };
    let looks = looks.iter().map(|(when, seen, version_no)| ForeignLook {
        capture: seen.clone().capture(&visit, run, *when),
        version_no: *version_no,
    });
    Import {
        page: id,
        run,
        at: at(5000),
        until: past.looks.iter().map(|look| look.look).max(),
        versions: u32::try_from(past.versions.len()).unwrap(),
        looks: looks.collect(),
        outcomes: Vec::new(),
        due: None,
    }
}

async fn bring(scene: &Scene, page: &str, looks: &[(i64, Seen, Option<u32>)]) {
    let import = import(scene, page, looks).await;
    assert!(scene.archive.import(import).await.unwrap());
}

/// When each look was and which version it saw.
async fn timeline(scene: &Scene, page: &str) -> Vec<(zhanwen::model::Timestamp, Option<u32>)> {
    let page = scene.find(page).await;
    let past = scene.library.past(page).await.unwrap().unwrap();
    let told = |look: &PastLook| (look.fetched_at, look.version_no);
    past.looks.iter().map(told).collect()
}

pub(crate) async fn looks_of_others_stand_where_their_time_is(scene: &Scene) {
    let seen = Seen::article(Outcome::New, "标题乙", Some(90));
    scene.look(PAGE, 100, seen).await;
    let before = scene.visit(PAGE, 150).await;
    bring(
        scene,
        PAGE,
        &[
            (10, Seen::article(Outcome::New, "标题甲", Some(10)), Some(2)),
            (
                50,
                Seen::article(Outcome::Changed, "标题乙", Some(50)),
                Some(1),
            ),
        ],
    )
    .await;
    let timeline = timeline(scene, PAGE).await;
    assert_eq!(
        timeline,
        [(at(10), Some(2)), (at(50), Some(1)), (at(100), Some(1))]
    );
    let page = scene.find(PAGE).await;
    let now = scene.library.article(page, None).await.unwrap().unwrap();
    assert_eq!(now.reading.article.title.as_deref(), Some("标题乙"));
    assert_eq!((now.version_no, now.versions), (1, 2));
    let versions = scene.library.versions(page).await.unwrap();
    assert_eq!(
        (versions[0].observed_at, versions[1].observed_at),
        (at(50), at(10))
    );
    assert!(versions.iter().all(|version| version.reread_in.is_none()));
    // what is known of the page's last look is what it was
    let after = scene.visit(PAGE, 150).await;
    assert_eq!(after.kind, before.kind);
    assert_eq!(after.history.first_seen_at, Some(at(10)));
    assert_eq!(after.history.last_fetched_at, Some(at(100)));
    assert_eq!(after.history.last_changed_at, Some(at(50)));
    assert_eq!(after.history.views_at, Some(at(100)));
    assert_eq!(after.history.validators, before.history.validators);
    assert_eq!(after.kept.map(|kept| kept.version_no), Some(1));
}

pub(crate) async fn a_later_look_of_others_moves_the_page(scene: &Scene) {
    scene.look(PAGE, 100, Seen::failed()).await;
    let headers = [("etag", "\"9\"")];
    let seen = Seen::article(Outcome::New, "标题甲", Some(7)).with_headers(&headers);
    bring(
        scene,
        PAGE,
        &[(200, seen, Some(1)), (300, Seen::failed(), None)],
    )
    .await;
    let visit = scene.visit(PAGE, 400).await;
    assert_eq!(visit.kind, PageKind::Article);
    let history = &visit.history;
    assert_eq!(history.last_fetched_at, Some(at(300)));
    assert_eq!(
        (history.first_seen_at, history.views_at),
        (Some(at(200)), Some(at(200)))
    );
    assert_eq!(history.failures_in_a_row, 1);
    assert_eq!(history.validators.etag.as_deref(), Some("\"9\""));
    assert_eq!(visit.kept.map(|kept| kept.version_no), Some(1));
    let body = timeline_body(scene).await;
    assert!(body.starts_with("<h1>标题甲"), "{body}");
}

async fn timeline_body(scene: &Scene) -> String {
    let page = scene.find(PAGE).await;
    let looks = scene.library.looks(page).await.unwrap();
    let hash = looks.iter().find_map(|look| look.entity_hash).unwrap();
    let body = scene.library.entity(hash).await.unwrap().unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

pub(crate) async fn a_page_of_others_is_not_due_until_somebody_wants_it(scene: &Scene) {
    bring(
        scene,
        PAGE,
        &[(10, Seen::article(Outcome::New, "标题甲", None), Some(1))],
    )
    .await;
    assert!(scene.due(9999).await.is_empty());
    // a crawl that finds it makes it due
    scene.plan(&[planned(PAGE, Due::IfNew(at(50)))]).await;
    assert_eq!(scene.due(9999).await, [PAGE]);

    let other = "https://expo.example.cn/news/2.html";
    let seen = Seen::article(Outcome::New, "标题乙", None);
    let wanted = Import {
        due: Some(at(60)),
        ..import(scene, other, &[(10, seen, Some(1))]).await
    };
    assert!(scene.archive.import(wanted).await.unwrap());
    assert_eq!(scene.due(59).await, [PAGE]);
    assert_eq!(scene.due(60).await, [PAGE, other]);
}

pub(crate) async fn a_page_known_twice_stays_as_it_is(scene: &Scene) {
    scene
        .look(PAGE, 10, Seen::article(Outcome::New, "标题甲", None))
        .await;
    let page = scene.find(PAGE).await;
    assert_eq!(known(scene, PAGE).await, page);
    assert_eq!(
        known(scene, "http://expo.example.cn/news/1.html").await,
        page
    );
    let past = scene.library.past(page).await.unwrap().unwrap();
    assert_eq!((past.kind, past.url.as_str()), (PageKind::Article, PAGE));
    // an address that leads elsewhere for good has its own past
    let seen = Seen::redirect("https://expo.example.cn/new", true);
    scene.look("https://expo.example.cn/old", 20, seen).await;
    let old = known(scene, "https://expo.example.cn/old").await;
    assert_ne!(scene.find("https://expo.example.cn/new").await, old);
}

pub(crate) async fn an_import_of_a_page_looked_at_meanwhile_is_refused(scene: &Scene) {
    let seen = Seen::article(Outcome::New, "标题甲", None);
    let stale = import(scene, PAGE, &[(10, seen.clone(), Some(1))]).await;
    scene.look(PAGE, 100, seen).await;
    assert!(!scene.archive.import(stale.clone()).await.unwrap());
    assert_eq!(timeline(scene, PAGE).await, [(at(100), Some(1))]);
    let nowhere = Import {
        page: PageId(99),
        ..stale
    };
    assert!(!scene.archive.import(nowhere).await.unwrap());
}

pub(crate) async fn an_import_stands_beside_who_holds_the_host(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(10).await;
    let seen = Seen::article(Outcome::New, "标题甲", Some(3));
    bring(scene, PAGE, &[(5, seen, Some(1))]).await;
    let visit = &lease.visits[0];
    let run = scene.run().await;
    let capture = Seen::article(Outcome::New, "标题乙", Some(4)).capture(visit, run, 20);
    scene.archive.commit(lease.token, capture).await.unwrap();
    scene
        .archive
        .release(lease.token, HostState::default())
        .await
        .unwrap();
    assert_eq!(
        timeline(scene, PAGE).await,
        [(at(5), Some(1)), (at(20), Some(2))]
    );
}

pub(crate) async fn a_page_is_gone_by_all_its_looks(scene: &Scene) {
    let missing = |scene: &Scene| {
        let library = std::sync::Arc::clone(&scene.library);
        async move { library.articles(None, 9).await.unwrap()[0].missing_since }
    };
    bring(scene, PAGE, &[(30, Seen::gone(), None)]).await;
    bring(
        scene,
        PAGE,
        &[(10, Seen::article(Outcome::New, "标题甲", None), Some(1))],
    )
    .await;
    assert_eq!(missing(scene).await, Some(at(30)));
    bring(
        scene,
        PAGE,
        &[(25, Seen::failed(), None), (20, Seen::gone(), None)],
    )
    .await;
    assert_eq!(missing(scene).await, Some(at(20)));
    let page = scene.find(PAGE).await;
    let past = scene.library.past(page).await.unwrap().unwrap();
    let outcomes: Vec<Outcome> = past.looks.iter().map(|look| look.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::New, Outcome::Gone, Outcome::Failed, Outcome::Gone]
    );
    bring(
        scene,
        PAGE,
        &[(
            40,
            Seen::article(Outcome::Unchanged, "标题甲", None),
            Some(1),
        )],
    )
    .await;
    assert_eq!(missing(scene).await, None);
}

pub(crate) async fn what_looks_came_to_is_told_anew(scene: &Scene) {
    bring(
        scene,
        PAGE,
        &[(20, Seen::article(Outcome::New, "标题甲", None), Some(1))],
    )
    .await;
    let seen = Seen::article(Outcome::New, "标题甲", None);
    let mut earlier = import(scene, PAGE, &[(10, seen, Some(1))]).await;
    earlier.outcomes = vec![(earlier.until.unwrap(), Outcome::Unchanged)];
    assert!(scene.archive.import(earlier).await.unwrap());
    let page = scene.find(PAGE).await;
    let looks = scene.library.looks(page).await.unwrap();
    let outcomes: Vec<Outcome> = looks.iter().map(|look| look.outcome).collect();
    assert_eq!(outcomes, [Outcome::New, Outcome::Unchanged]);
}

pub(crate) async fn parts_of_others_are_those_nearest_in_time(scene: &Scene) {
    let days = |days: i64| days * 86_400;
    let part = |text: &str| Seen::part().with_body(text);
    bring(
        scene,
        PART,
        &[(days(1), part("一"), None), (days(20), part("二"), None)],
    )
    .await;
    bring(scene, PART, &[(days(40), part("三"), None)]).await;
    let seen = Seen::article(Outcome::New, "标题甲", None);
    bring(scene, PAGE, &[(days(35), seen, Some(1))]).await;
    let page = scene.find(PAGE).await;
    let first = scene.library.past(page).await.unwrap().unwrap().looks[0].clone();
    let near = |day: i64| {
        let first = PastLook {
            fetched_at: at(days(day)),
            ..first.clone()
        };
        async move {
            let found = scene.library.past_part(&url(PART), &first).await.unwrap();
            found.map(|look| look.fetched_at)
        }
    };
    assert_eq!(near(35).await, Some(at(days(40))));
    assert_eq!(near(12).await, Some(at(days(20))));
    assert_eq!(near(2).await, Some(at(days(1))));
    assert_eq!(near(99).await, None);
}

pub(crate) async fn a_run_of_kind_import_is_told(scene: &Scene) {
    bring(
        scene,
        PAGE,
        &[(10, Seen::article(Outcome::New, "标题甲", None), Some(1))],
    )
    .await;
    let runs = scene.library.runs(at(60), 9).await.unwrap();
    assert_eq!(runs[0].kind, RunKind::Import);
    assert_eq!(runs[0].looks.looks(), 1);
    assert_eq!(
        scene
            .library
            .article(scene.find(PAGE).await, None)
            .await
            .unwrap()
            .unwrap()
            .reading
            .content,
        reading("标题甲", None).content
    );
}
