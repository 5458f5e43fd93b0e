//! Numbers of the sites, month by month.

use zhanwen::model::{Outcome, SiteId};

use super::scene::{Scene, Seen, site};

pub(crate) async fn months_add_up_what_was_published_in_them(scene: &Scene) {
    let page = |number: u32| format!("https://expo.example.cn/news/{number}.html");
    for (number, month, views) in [
        (1, Some("2026-05"), Some(10)),
        (2, Some("2026-06"), None),
        (3, Some("2026-06"), Some(7)),
        (4, None, None),
    ] {
        let mut seen = Seen::article(Outcome::New, "甲", views);
        let article = &mut seen.reading.as_mut().unwrap().article;
        article.publish_time = month.map(|month| format!("{month}-08").parse().unwrap());
        if number == 2 {
            article.source = None;
        }
        scene.look(&page(number), 0, seen).await;
    }
    let mut edited = Seen::article(Outcome::Changed, "乙", Some(8));
    let article = &mut edited.reading.as_mut().unwrap().article;
    article.publish_time = Some("2026-06-08".parse().unwrap());
    scene.look(&page(3), 10, edited).await;
    for now in [20, 30] {
        scene.look(&page(1), now, Seen::gone()).await;
    }

    let months = scene.library.months(&[]).await.unwrap();
    let told: Vec<_> = months
        .iter()
        .map(|month| {
            (
                month.month.as_deref(),
                (month.published, month.with_source),
                (month.edited, month.gone),
                (month.counted, month.views),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (None, (1, 1), (0, 0), (0, 0)),
            (Some("2026-05"), (1, 1), (0, 1), (1, 10)),
            (Some("2026-06"), (2, 1), (1, 0), (1, 8)),
        ]
    );
    assert!(months.iter().all(|month| month.characters > 0));
    let own = scene.library.months(&[site()]).await.unwrap();
    assert_eq!(own, months);
    let other = scene.library.months(&[SiteId::new("other")]).await.unwrap();
    assert_eq!(other, []);
}
