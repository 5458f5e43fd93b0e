//! Redirects: what stands for what, and that no circle goes on for ever.

use zhanwen::archive::Due;
use zhanwen::model::Outcome;

use super::scene::{Scene, Seen, at, planned, site};

const OLD: &str = "https://expo.example.cn/old";
const NEW: &str = "https://expo.example.cn/new";
const NEWEST: &str = "https://www.example.cn/newest";

pub(crate) async fn a_permanent_redirect_stands_for_its_page(scene: &Scene) {
    let looked = scene.look(OLD, 0, Seen::redirect(NEW, true)).await;
    assert_eq!(looked.committed.new_pages, 1);
    let target = scene.find(NEW).await;
    assert_ne!(target, looked.visit.page);
    assert_eq!(scene.find(OLD).await, target);
    // planned at once, and the old page never again
    assert_eq!(scene.due(0).await, [NEW]);
    assert_eq!(scene.due(1_000_000).await, [NEW]);
    let planned = scene.plan(&[planned(OLD, Due::At(at(5)))]).await;
    assert_eq!(planned, [target]);
    assert_eq!(scene.archive.recheck(vec![site()], at(9)).await.unwrap(), 1);
    assert_eq!(scene.due(1_000_000).await, [NEW]);
    let visit = scene.visit(NEW, 10).await;
    assert_eq!(visit.referer.unwrap().as_str(), OLD);
    assert_eq!(visit.site, site());
}

pub(crate) async fn a_temporary_redirect_plans_its_target_alone(scene: &Scene) {
    let looked = scene.look(OLD, 0, Seen::redirect(NEW, false)).await;
    assert_eq!(looked.committed.new_pages, 1);
    assert_eq!(scene.find(OLD).await, looked.visit.page);
    assert_eq!(scene.due(0).await, [NEW]);
    let mut due = scene.due(3600).await;
    due.sort();
    assert_eq!(due, [NEW, OLD]);
    // one hop further from the start
    let lease = scene.only_lease(0).await;
    assert_eq!(lease.visits[0].depth, 1);
}

pub(crate) async fn redirects_in_a_row_lead_to_the_last(scene: &Scene) {
    scene.look(OLD, 0, Seen::redirect(NEW, true)).await;
    scene.look(NEW, 10, Seen::redirect(NEWEST, true)).await;
    let last = scene.find(NEWEST).await;
    assert_eq!(scene.find(OLD).await, last);
    assert_eq!(scene.find(NEW).await, last);
    let planned = scene.plan(&[planned(OLD, Due::At(at(20)))]).await;
    assert_eq!(planned, [last]);
    assert_eq!(scene.due(1_000_000).await, [NEWEST]);
}

pub(crate) async fn redirects_in_a_circle_end(scene: &Scene) {
    for permanent in [false, true] {
        let run = scene.run().await;
        let [one, two] =
            ["one", "two"].map(|name| format!("https://circle-{permanent}.example.cn/{name}"));
        let second = i64::from(permanent) * 10;
        scene
            .look_in(run, &one, second, Seen::redirect(&two, permanent))
            .await;
        assert_eq!(scene.due(second).await, [two.as_str()]);
        scene
            .look_in(run, &two, second + 1, Seen::redirect(&one, permanent))
            .await;
        // both were asked for in this run, so nothing is left to do before the schedule says so
        assert!(scene.due(second + 2).await.is_empty());
        let later = scene.due(second + 3601).await;
        assert!(!later.is_empty());
        // leave none due for the next round
        for page in later {
            scene
                .look(&page, 1_000_000, Seen::article(Outcome::New, "甲", None))
                .await;
        }
    }
}

pub(crate) async fn a_redirect_to_another_spelling_is_asked_for(scene: &Scene) {
    for permanent in [true, false] {
        let [plain, secure] =
            ["http", "https"].map(|scheme| format!("{scheme}://s-{permanent}.example.cn/"));
        let looked = scene
            .look(&plain, 0, Seen::redirect(&secure, permanent))
            .await;
        assert_eq!(looked.committed.new_pages, 0);
        assert_eq!(scene.find(&plain).await, looked.visit.page);
        // the same page under its other name, at once
        assert_eq!(scene.due(0).await, [secure.as_str()]);
        let looked = scene
            .look(&secure, 1, Seen::article(Outcome::New, "甲", None))
            .await;
        assert_eq!(looked.visit.url.as_str(), secure);
        assert_eq!(scene.visit(&plain, 5000).await.url.as_str(), secure);
        scene
            .look(&plain, 5000, Seen::article(Outcome::Unchanged, "甲", None))
            .await;
    }
}

pub(crate) async fn spellings_in_a_circle_end(scene: &Scene) {
    let [plain, secure] = ["http", "https"].map(|scheme| format!("{scheme}://expo.example.cn/"));
    let run = scene.run().await;
    scene
        .look_in(run, &plain, 0, Seen::redirect(&secure, true))
        .await;
    scene
        .look_in(run, &plain, 1, Seen::redirect(&plain, true))
        .await;
    assert!(scene.due(2).await.is_empty());
    assert_eq!(scene.due(3601).await, [plain.as_str()]);
    // a page that leads to itself has nothing to follow either
    scene
        .look(&plain, 4000, Seen::redirect(&plain, false))
        .await;
    assert!(scene.due(4001).await.is_empty());
}

pub(crate) async fn an_article_left_behind_is_still_found(scene: &Scene) {
    let front = "https://expo.example.cn/";
    let looked = scene
        .look(OLD, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    // deleted articles are sent to the front page
    scene.look(OLD, 10, Seen::redirect(front, true)).await;
    assert_eq!(scene.find(OLD).await, looked.visit.page);
    let planned = scene.plan(&[planned(OLD, Due::At(at(20)))]).await;
    assert_eq!(planned, [scene.find(front).await]);
    // once the target has an article, that is where it went
    scene
        .look(front, 30, Seen::article(Outcome::New, "甲", None))
        .await;
    assert_eq!(scene.find(OLD).await, scene.find(front).await);
}
