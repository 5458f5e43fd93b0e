//! What sitemaps claim: when it is judged, and what follows where a host is believed.

use zhanwen::archive::{Due, Planned};
use zhanwen::model::{Outcome, Timestamp};

use super::scene::{Scene, Seen, at, planned};

const PAGE: &str = "https://expo.example.cn/news/1.html";

fn claiming(page: &str, claim: Timestamp, now: i64) -> Planned {
    Planned {
        claim: Some(claim),
        ..planned(page, Due::IfNew(at(now)))
    }
}

/// Reads a sitemap that claims a change of `page` at `claim`.
async fn claim(scene: &Scene, page: &str, claim: i64, now: i64) {
    scene.plan(&[claiming(page, at(claim), now)]).await;
}

fn edit(number: i64) -> Seen {
    let outcome = if number == 0 {
        Outcome::New
    } else {
        Outcome::Changed
    };
    Seen::article(outcome, &format!("第{number}版"), None)
}

/// A page that was edited and looked at so many times, each edit claimed before the look.
async fn proved(scene: &Scene, edits: i64) {
    scene.look(PAGE, 0, edit(0)).await;
    for number in 1..=edits {
        claim(scene, PAGE, number * 100 - 50, number * 100 - 10).await;
        scene.look(PAGE, number * 100, edit(number)).await;
    }
}

pub(crate) async fn a_host_is_believed_after_enough_claims_that_came_true(scene: &Scene) {
    proved(scene, 4).await;
    // looks are an hour apart in this scene; a claim alone makes nothing due yet
    claim(scene, PAGE, 450, 460).await;
    assert!(!scene.due(470).await.contains(&PAGE.to_owned()));
    assert!(!scene.visit(PAGE, 480).await.spoken_for);
    scene.look(PAGE, 500, edit(5)).await;
    assert!(scene.visit(PAGE, 501).await.spoken_for);
    scene
        .look(PAGE, 510, Seen::article(Outcome::Unchanged, "第5版", None))
        .await;
    // an old claim is no news
    claim(scene, PAGE, 450, 550).await;
    assert!(!scene.due(560).await.contains(&PAGE.to_owned()));
    claim(scene, PAGE, 570, 580).await;
    assert!(!scene.due(579).await.contains(&PAGE.to_owned()));
    assert!(scene.due(580).await.contains(&PAGE.to_owned()));
    // what no sitemap claims anything of is not spoken for
    let other = "https://expo.example.cn/news/2.html";
    assert!(!scene.visit(other, 600).await.spoken_for);
}

pub(crate) async fn a_host_that_claims_all_the_time_is_not_believed(scene: &Scene) {
    proved(scene, 6).await;
    assert!(scene.visit(PAGE, 650).await.spoken_for);
    // from now on every page is claimed to have changed just now
    let same = || Seen::article(Outcome::Unchanged, "第6版", None);
    claim(scene, PAGE, 690, 695).await;
    scene.look(PAGE, 700, same()).await;
    claim(scene, PAGE, 790, 795).await;
    assert!(!scene.due(799).await.contains(&PAGE.to_owned()));
    assert!(!scene.visit(PAGE, 800).await.spoken_for);
}

pub(crate) async fn a_change_that_nobody_claimed_counts_against_the_host(scene: &Scene) {
    proved(scene, 5).await;
    scene.look(PAGE, 600, edit(6)).await;
    assert!(!scene.visit(PAGE, 601).await.spoken_for);
}

pub(crate) async fn looks_that_failed_judge_nothing(scene: &Scene) {
    proved(scene, 5).await;
    for (now, seen) in [
        (600, Seen::failed()),
        (610, edit(6)),
        (620, Seen::gone()),
        (630, edit(7)),
    ] {
        scene.look(PAGE, now, seen).await;
        assert!(scene.visit(PAGE, now + 1).await.spoken_for, "{now}");
    }
}

pub(crate) async fn claims_only_move_forward(scene: &Scene) {
    proved(scene, 5).await;
    // two sitemaps that do not agree: the later claim stands and is news once
    claim(scene, PAGE, 550, 560).await;
    scene.look(PAGE, 600, edit(6)).await;
    for now in [610, 620] {
        claim(scene, PAGE, 100, now).await;
        claim(scene, PAGE, 550, now).await;
        assert!(!scene.due(now + 1).await.contains(&PAGE.to_owned()));
    }
}
