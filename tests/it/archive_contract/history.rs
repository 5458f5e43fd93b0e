//! What past looks add up to: the counters that the schedule reads.

use zhanwen::model::{Conditional, Outcome, PageHistory, PageKind, ViewsNote};

use super::scene::{Scene, Seen, at};

const PAGE: &str = "https://expo.example.cn/news/1.html";

async fn history(scene: &Scene) -> PageHistory {
    scene.visit(PAGE, 100_000).await.history
}

pub(crate) async fn counts_what_stayed_the_same(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", Some(1)))
        .await;
    scene
        .look(PAGE, 10, Seen::article(Outcome::ViewsOnly, "甲", Some(2)))
        .await;
    scene.look(PAGE, 20, Seen::not_modified()).await;
    scene
        .look(PAGE, 30, Seen::article(Outcome::Unchanged, "甲", Some(2)))
        .await;
    let after = history(scene).await;
    assert_eq!(after.first_seen_at, Some(at(0)));
    assert_eq!(after.last_fetched_at, Some(at(30)));
    assert_eq!(after.last_changed_at, Some(at(0)));
    assert_eq!(after.unchanged_in_a_row, 3);

    scene
        .look(PAGE, 40, Seen::article(Outcome::Changed, "乙", None))
        .await;
    let after = history(scene).await;
    assert_eq!(after.last_changed_at, Some(at(40)));
    assert_eq!(after.unchanged_in_a_row, 0);
}

pub(crate) async fn counts_failures_until_an_answer(scene: &Scene) {
    scene.look(PAGE, 0, Seen::failed()).await;
    scene.look(PAGE, 10, Seen::refused()).await;
    let after = history(scene).await;
    assert_eq!(after.failures_in_a_row, 2);
    assert_eq!(after.first_seen_at, None);
    assert_eq!(after.last_fetched_at, Some(at(10)));
    scene
        .look(PAGE, 20, Seen::article(Outcome::New, "甲", None))
        .await;
    let after = history(scene).await;
    assert_eq!(after.failures_in_a_row, 0);
    assert_eq!(after.first_seen_at, Some(at(20)));
}

async fn gone_at(scene: &Scene) -> Option<zhanwen::model::Timestamp> {
    let page = scene.find(PAGE).await;
    let article = scene.library.article(page, None).await.unwrap().unwrap();
    article.gone_at
}

pub(crate) async fn a_page_is_gone_when_two_looks_say_so(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    let looked = scene.look(PAGE, 10, Seen::gone()).await;
    assert_eq!(looked.committed.version_no, Some(1));
    assert_eq!(gone_at(scene).await, None);
    // a failure in between says nothing
    scene.look(PAGE, 20, Seen::failed()).await;
    assert_eq!(gone_at(scene).await, None);
    scene.look(PAGE, 30, Seen::gone()).await;
    assert_eq!(gone_at(scene).await, Some(at(10)));
    assert_eq!(history(scene).await.gone_in_a_row, 2);
    assert_eq!(history(scene).await.failures_in_a_row, 0);
}

pub(crate) async fn a_page_that_comes_back_is_not_gone(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    scene.look(PAGE, 10, Seen::gone()).await;
    scene.look(PAGE, 20, Seen::gone()).await;
    assert!(gone_at(scene).await.is_some());
    scene
        .look(PAGE, 30, Seen::article(Outcome::Unchanged, "甲", None))
        .await;
    assert_eq!(gone_at(scene).await, None);
    assert_eq!(history(scene).await.gone_in_a_row, 0);
}

pub(crate) async fn validators_are_those_of_the_last_answer_found(scene: &Scene) {
    const MON: &str = "Mon, 21 Sep 2026 06:11:00 GMT";
    const TUE: &str = "Tue, 22 Sep 2026 06:11:00 GMT";
    let conditional = |etag: Option<&str>, last_modified: Option<&str>| Conditional {
        etag: etag.map(str::to_owned),
        last_modified: last_modified.map(str::to_owned),
    };
    let steps = [
        (
            Seen::article(Outcome::New, "甲", None)
                .with_headers(&[("ETag", "\"1\""), ("Last-Modified", MON)]),
            conditional(Some("\"1\""), Some(MON)),
        ),
        (
            Seen::not_modified().with_headers(&[("etag", "\"2\"")]),
            conditional(Some("\"2\""), Some(MON)),
        ),
        (
            Seen::gone().with_headers(&[("etag", "\"of the error page\"")]),
            conditional(Some("\"2\""), Some(MON)),
        ),
        (Seen::failed(), conditional(Some("\"2\""), Some(MON))),
        (
            Seen::article(Outcome::Unchanged, "甲", None).with_headers(&[("last-modified", TUE)]),
            conditional(None, Some(TUE)),
        ),
    ];
    for (second, (seen, expected)) in (0..).step_by(10).zip(steps) {
        let outcome = seen.outcome;
        scene.look(PAGE, second, seen).await;
        assert_eq!(history(scene).await.validators, expected, "{outcome:?}");
    }
}

pub(crate) async fn a_list_changes_when_it_leads_somewhere_new(scene: &Scene) {
    scene.look(PAGE, 0, Seen::list(&[])).await;
    assert_eq!(history(scene).await.last_changed_at, Some(at(0)));
    scene.look(PAGE, 10, Seen::list(&[])).await;
    scene.look(PAGE, 20, Seen::list(&[])).await;
    assert_eq!(history(scene).await.unchanged_in_a_row, 2);
    scene
        .look(PAGE, 30, Seen::list(&["https://expo.example.cn/new"]))
        .await;
    let after = history(scene).await;
    assert_eq!(after.last_changed_at, Some(at(30)));
    assert_eq!(after.unchanged_in_a_row, 0);
}

pub(crate) async fn a_count_once_seen_stays(scene: &Scene) {
    let noted = |outcome, views, note| {
        let mut seen = Seen::article(outcome, "甲", views);
        if let Some(reading) = &mut seen.reading {
            reading.article.views_note = note;
        }
        seen
    };
    let counter = async || {
        let kept = scene.visit(PAGE, 100_000).await.kept.unwrap();
        (kept.article.views, kept.article.views_note)
    };
    let script = Some(ViewsNote::ScriptCounter);
    scene.look(PAGE, 0, noted(Outcome::New, None, script)).await;
    assert_eq!(counter().await, (None, script));
    let rounded = Some(ViewsNote::Rounded);
    scene
        .look(PAGE, 10, noted(Outcome::ViewsOnly, Some(12_000), rounded))
        .await;
    assert_eq!(counter().await, (Some(12_000), rounded));
    scene
        .look(PAGE, 20, noted(Outcome::Unchanged, None, script))
        .await;
    scene.look(PAGE, 30, Seen::gone()).await;
    assert_eq!(counter().await, (Some(12_000), rounded));
}

pub(crate) async fn an_article_in_parts_has_no_validators(scene: &Scene) {
    let tagged = |in_parts| Seen {
        in_parts,
        ..Seen::article(Outcome::Unchanged, "甲", None).with_headers(&[("etag", "\"1\"")])
    };
    for (now, in_parts) in [(0, false), (10, true), (20, false)] {
        scene.look(PAGE, now, tagged(in_parts)).await;
        let kept = scene.visit(PAGE, now + 5).await.history.validators.etag;
        assert_eq!(kept.is_none(), in_parts, "{now}");
    }
}

pub(crate) async fn a_list_has_validators_when_all_it_leads_to_is_known(scene: &Scene) {
    let tagged = |read_by: Option<&str>, new_at_most| Seen {
        read_by: read_by.map(str::to_owned),
        new_at_most,
        ..Seen::list(&["https://expo.example.cn/1", "https://expo.example.cn/2"])
            .with_headers(&[("etag", "\"1\"")])
    };
    let not_modified = Seen {
        kind: PageKind::List,
        ..Seen::not_modified()
    };
    for (now, seen, expected) in [
        // nobody followed its links
        (0, tagged(None, Some(0)), None),
        // some of what it leads to was left to later looks
        (10, tagged(Some("1"), Some(1)), None),
        (20, tagged(Some("1"), Some(1)), Some("1")),
        (30, not_modified, Some("1")),
        (40, Seen::failed(), Some("1")),
        (50, tagged(Some("2"), None), Some("2")),
        (60, tagged(None, None), None),
    ] {
        scene.look(PAGE, now, seen).await;
        let history = history(scene).await;
        assert_eq!(history.read_by.as_deref(), expected, "{now}");
        let tag = expected.map(|_| "\"1\"".to_owned());
        assert_eq!(history.validators.etag, tag, "{now}");
    }
}
