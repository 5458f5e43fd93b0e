//! What happened to articles after they were first kept.

use zhanwen::archive::{ChangeEntry, ChangeFilter, Happening};
use zhanwen::model::{Outcome, SiteId};

use super::scene::{Scene, Seen, at};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const OTHER: &str = "https://expo.example.cn/news/2.html";

fn all() -> ChangeFilter {
    ChangeFilter {
        limit: 100,
        ..ChangeFilter::default()
    }
}

async fn changes(scene: &Scene, filter: ChangeFilter) -> Vec<ChangeEntry> {
    scene.library.changes(filter).await.unwrap()
}

/// A page that is edited, and back again, and another that is never; both with looks between.
async fn edited(scene: &Scene) {
    for (minute, outcome, body) in [
        (0, Outcome::New, "甲"),
        (10, Outcome::Unchanged, "甲"),
        (20, Outcome::Changed, "乙"),
        (30, Outcome::ViewsOnly, "乙"),
        (40, Outcome::Reverted, "甲"),
    ] {
        scene
            .look(PAGE, minute, Seen::article(outcome, body, None))
            .await;
    }
    for (minute, outcome) in [(5, Outcome::New), (15, Outcome::Unchanged)] {
        scene
            .look(OTHER, minute, Seen::article(outcome, "丙", None))
            .await;
    }
}

const fn edit(before: u32, after: u32) -> Happening {
    Happening::Edited {
        before,
        after,
        other_reader: false,
    }
}

pub(crate) async fn each_edit_is_told_and_so_is_its_being_taken_back(scene: &Scene) {
    edited(scene).await;
    let told = changes(scene, all()).await;
    let told: Vec<_> = told
        .iter()
        .map(|change| (change.observed_at, change.seen_before_at, change.happening))
        .collect();
    assert_eq!(
        told,
        [
            (at(40), Some(at(30)), edit(2, 1)),
            (at(20), Some(at(10)), edit(1, 2)),
        ]
    );
}

pub(crate) async fn changes_are_chosen_by_time_site_and_number(scene: &Scene) {
    edited(scene).await;
    let chosen = async |filter: ChangeFilter| -> Vec<_> {
        let told = changes(scene, filter).await;
        told.iter().map(|change| change.observed_at).collect()
    };
    let since = ChangeFilter {
        since: Some(at(21)),
        ..all()
    };
    assert_eq!(chosen(since).await, [at(40)]);
    let until = ChangeFilter {
        until: Some(at(40)),
        ..all()
    };
    assert_eq!(chosen(until).await, [at(20)]);
    let latest = ChangeFilter { limit: 1, ..all() };
    assert_eq!(chosen(latest).await, [at(40)]);
    let own = changes(scene, all()).await[0].site.clone();
    for (sites, count) in [(vec![own.clone()], 2), (vec![SiteId::new("other")], 0)] {
        let of_sites = ChangeFilter { sites, ..all() };
        assert_eq!(chosen(of_sites).await.len(), count, "{own}");
    }
}

pub(crate) async fn a_page_that_vanished_is_told_until_it_comes_back(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    scene.look(PAGE, 10, Seen::gone()).await;
    assert_eq!(changes(scene, all()).await, []);
    scene.look(PAGE, 20, Seen::gone()).await;
    let told = changes(scene, all()).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].happening, Happening::Vanished);
    assert_eq!(told[0].observed_at, at(10));
    scene
        .look(PAGE, 30, Seen::article(Outcome::Unchanged, "甲", None))
        .await;
    assert_eq!(changes(scene, all()).await, []);
}
