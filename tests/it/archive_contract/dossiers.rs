//! Everything that is kept of articles, for who hands it on.

use zhanwen::archive::{Dossier, DossierScope, PageId};
use zhanwen::model::Outcome;

use super::scene::{Scene, Seen, at};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const OTHER: &str = "https://expo.example.cn/news/2.html";

/// A page that is edited and back again, and another that is gone.
async fn kept(scene: &Scene) -> [PageId; 2] {
    for (minute, outcome, title, views) in [
        (0, Outcome::New, "甲", Some(5)),
        (10, Outcome::Changed, "乙", None),
        (20, Outcome::Reverted, "甲", Some(9)),
        (30, Outcome::Unchanged, "甲", None),
    ] {
        let seen = Seen::article(outcome, title, views);
        scene.look(PAGE, minute, seen).await;
    }
    let seen = Seen::article(Outcome::New, "丙", None);
    scene.look(OTHER, 5, seen).await;
    scene.look(OTHER, 15, Seen::gone()).await;
    scene.look(OTHER, 25, Seen::gone()).await;
    [scene.find(PAGE).await, scene.find(OTHER).await]
}

async fn dossiers(scene: &Scene, pages: &[PageId], scope: DossierScope) -> Vec<Dossier> {
    let pages = pages.to_vec();
    scene.library.dossiers(pages, scope).await.unwrap()
}

pub(crate) async fn an_article_comes_with_its_past(scene: &Scene) {
    let [page, other] = kept(scene).await;
    let all = DossierScope {
        all_versions: true,
        looks: true,
    };
    let found = dossiers(scene, &[page, other], all).await;
    let [first, second] = &found[..] else {
        unreachable!("two pages")
    };
    assert_eq!(
        Some(&first.current),
        scene.library.article(page, None).await.unwrap().as_ref()
    );
    let versions: Vec<_> = first
        .versions
        .iter()
        .map(|kept| (kept.version_no, kept.reading.article.title.as_deref()))
        .collect();
    assert_eq!(versions, [(1, Some("甲")), (2, Some("乙"))]);
    assert_eq!(first.looks, scene.library.looks(page).await.unwrap());
    assert_eq!(
        (
            first.first_seen_at,
            first.last_fetched_at,
            first.last_changed_at,
            first.views_at
        ),
        (Some(at(0)), Some(at(30)), Some(at(20)), Some(at(20)))
    );
    assert!(first.edited);
    assert_eq!(first.current.reading.article.views, Some(9));
    assert_eq!(second.current.gone_at, Some(at(15)));
    assert_eq!((second.edited, second.versions.len()), (false, 1));
}

pub(crate) async fn what_is_not_asked_for_is_left_out(scene: &Scene) {
    let [page, other] = kept(scene).await;
    let found = dossiers(scene, &[other, PageId(4711), page], DossierScope::default()).await;
    let pages: Vec<_> = found.iter().map(|dossier| dossier.page).collect();
    assert_eq!(
        pages,
        [other, page],
        "in the order asked, without what is none"
    );
    assert!(found.iter().all(|dossier| dossier.looks.is_empty()));
    assert!(found.iter().all(|dossier| dossier.versions.is_empty()));
}
