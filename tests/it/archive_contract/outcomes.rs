//! Commits: what each outcome adds, and what it leaves alone.

use zhanwen::archive::{ArchiveError, Due, Reading};
use zhanwen::model::{Article, AsPrinted, ContentHash, Field, Image, Outcome, PageKind, ViewsNote};
use zhanwen::version::content_hash;

use super::scene::{Scene, Seen, at, planned, reading, url};

const PAGE: &str = "https://expo.example.cn/news/1.html";

async fn version_numbers(scene: &Scene) -> Vec<Option<u32>> {
    let page = scene.find(PAGE).await;
    let looks = scene.library.looks(page).await.unwrap();
    looks.iter().map(|look| look.version_no).collect()
}

async fn count_versions(scene: &Scene) -> usize {
    let page = scene.find(PAGE).await;
    scene.library.versions(page).await.unwrap().len()
}

pub(crate) async fn a_new_article_is_version_one(scene: &Scene) {
    let looked = scene
        .look(PAGE, 0, Seen::article(Outcome::New, "标题甲", Some(10)))
        .await;
    assert!(looked.visit.kept.is_none() && looked.visit.known.is_empty());
    assert_eq!(looked.committed.version_no, Some(1));
    assert_eq!(looked.committed.new_pages, 0);

    let visit = scene.visit(PAGE, 5000).await;
    let kept = visit.kept.unwrap();
    assert_eq!(kept.version_no, 1);
    assert_eq!(kept.article.title.as_deref(), Some("标题甲"));
    assert_eq!(kept.article.views, Some(10));
    assert_eq!(visit.known.len(), 1);
    assert_eq!(visit.known[0].content, kept.content);
}

pub(crate) async fn a_changed_article_is_a_new_version(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "标题甲", None))
        .await;
    let looked = scene
        .look(PAGE, 10, Seen::article(Outcome::Changed, "标题乙", None))
        .await;
    assert_eq!(looked.committed.version_no, Some(2));
    let visit = scene.visit(PAGE, 5000).await;
    assert_eq!(visit.kept.unwrap().version_no, 2);
    assert_eq!(visit.known.len(), 2);
    let article = scene
        .library
        .article(visit.page, None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(article.reading.article.title.as_deref(), Some("标题乙"));
    assert_eq!((article.version_no, article.versions), (2, 2));
    assert_eq!(article.observed_at, at(10));
}

pub(crate) async fn a_counter_is_not_an_edit(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "标题甲", Some(10)))
        .await;
    for (second, views) in [(10, 11), (20, 25)] {
        let seen = Seen::article(Outcome::ViewsOnly, "标题甲", Some(views));
        let looked = scene.look(PAGE, second, seen).await;
        assert_eq!(looked.committed.version_no, Some(1));
    }
    assert_eq!(count_versions(scene).await, 1);
    assert_eq!(version_numbers(scene).await, [Some(1); 3]);
    let page = scene.find(PAGE).await;
    let looks = scene.library.looks(page).await.unwrap();
    let views: Vec<_> = looks.iter().map(|look| look.views).collect();
    assert_eq!(views, [Some(10), Some(11), Some(25)]);
    let article = scene.library.article(page, None).await.unwrap().unwrap();
    assert_eq!(article.reading.article.views, Some(25));
}

pub(crate) async fn a_revert_is_two_versions_and_three_turns(scene: &Scene) {
    for (second, outcome, title) in [
        (0, Outcome::New, "甲"),
        (10, Outcome::Changed, "乙"),
        (20, Outcome::Reverted, "甲"),
        (30, Outcome::Unchanged, "甲"),
    ] {
        scene
            .look(PAGE, second, Seen::article(outcome, title, None))
            .await;
    }
    assert_eq!(count_versions(scene).await, 2);
    assert_eq!(
        version_numbers(scene).await,
        [Some(1), Some(2), Some(1), Some(1)]
    );
    let visit = scene.visit(PAGE, 5000).await;
    assert_eq!(visit.kept.unwrap().version_no, 1);
    // and a third content is the third version
    let looked = scene
        .look(PAGE, 6000, Seen::article(Outcome::Changed, "丙", None))
        .await;
    assert_eq!(looked.committed.version_no, Some(3));
}

pub(crate) async fn an_unchanged_article_is_a_look_alone(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    let looked = scene
        .look(PAGE, 10, Seen::article(Outcome::Unchanged, "甲", None))
        .await;
    assert_eq!(looked.committed.version_no, Some(1));
    assert_eq!(count_versions(scene).await, 1);
    // the next visit is when the capture said
    assert!(scene.due(3609).await.is_empty());
    assert_eq!(scene.due(3610).await, [PAGE]);
}

pub(crate) async fn another_hash_rule_makes_no_version(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    let mut seen = Seen::article(Outcome::Unchanged, "甲", None);
    seen.reading = Some(Reading {
        content: ContentHash::of(b"by another rule"),
        hash_rule: 2,
        ..reading("甲", None)
    });
    let looked = scene.look(PAGE, 10, seen).await;
    assert_eq!(looked.committed.version_no, Some(1));
    assert_eq!(count_versions(scene).await, 1);
    assert_eq!(version_numbers(scene).await, [Some(1), Some(1)]);
}

pub(crate) async fn a_304_saw_the_current_version(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", Some(7)))
        .await;
    let looked = scene.look(PAGE, 10, Seen::not_modified()).await;
    assert_eq!(looked.committed.version_no, Some(1));
    let page = scene.find(PAGE).await;
    let look = scene.library.looks(page).await.unwrap().pop().unwrap();
    assert_eq!(look.status, Some(304));
    assert_eq!(look.outcome, Outcome::NotModified);
    assert_eq!(look.version_no, Some(1));
    assert_eq!((look.views, look.entity_hash), (None, None));
}

pub(crate) async fn a_failed_look_is_kept(scene: &Scene) {
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    let looked = scene.look(PAGE, 10, Seen::failed()).await;
    assert_eq!(looked.committed.version_no, Some(1));
    let page = scene.find(PAGE).await;
    let look = scene.library.looks(page).await.unwrap().pop().unwrap();
    assert_eq!((look.status, look.outcome), (None, Outcome::Failed));
    assert_eq!(look.version_no, None);
}

pub(crate) async fn a_refused_look_is_kept(scene: &Scene) {
    let looked = scene.look(PAGE, 0, Seen::refused()).await;
    assert_eq!(looked.committed.version_no, None);
    let page = scene.find(PAGE).await;
    let look = scene.library.looks(page).await.unwrap().pop().unwrap();
    assert_eq!(look.reason.as_deref(), Some("robots.txt"));
    assert_eq!(look.outcome, Outcome::Blocked);
    assert_eq!(scene.library.article(page, None).await.unwrap(), None);
}

pub(crate) async fn a_list_plans_what_it_leads_to(scene: &Scene) {
    let list = "https://expo.example.cn/news/";
    scene.plan(&[planned(PAGE, Due::IfNew(at(0)))]).await;
    let found = [
        PAGE,
        "https://expo.example.cn/news/2.html",
        "https://expo.example.cn/news/3.html",
        "https://expo.example.cn/news/3.html",
    ];
    let looked = scene.look(list, 10, Seen::list(&found)).await;
    assert_eq!(looked.committed.new_pages, 2);
    assert_eq!(looked.committed.version_no, None);
    let due = scene.due(10).await;
    assert_eq!(due.len(), 3, "{due:?}");
    // the list itself turned out to be one
    assert_eq!(scene.visit(list, 5000).await.kind, PageKind::List);
}

pub(crate) async fn a_lost_commit_leaves_nothing(scene: &Scene) {
    let run = scene.run().await;
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let second = scene.only_lease(100).await;
    let seen = Seen {
        discovered: vec![planned("https://expo.example.cn/2", Due::At(at(0)))],
        ..Seen::article(Outcome::New, "甲", None)
    };
    let capture = seen.capture(&lease.visits[0], run, 101);
    let refused = scene.archive.commit(lease.token, capture).await;
    assert!(matches!(refused, Err(ArchiveError::LeaseLost { .. })));
    let page = scene.find(PAGE).await;
    assert_eq!(scene.library.looks(page).await.unwrap(), []);
    assert_eq!(scene.library.versions(page).await.unwrap(), []);
    let other = url("https://expo.example.cn/2");
    assert_eq!(scene.library.find(&other).await.unwrap(), None);
    drop(second);
}

pub(crate) async fn everything_read_comes_back(scene: &Scene) {
    let full = Article {
        title: Some("國(guó)際會(huì)展".to_owned()),
        summary: Some("摘要 \"引号\" \u{0}".to_owned()),
        source: Some("优创会展".to_owned()),
        author: Some("张三、李四".to_owned()),
        editor: Some("王五".to_owned()),
        publish_time: Some("2026-11-23 06:11:09".parse().unwrap()),
        publish_time_raw: Some("2026年11月23日 06:11:09".to_owned()),
        views: Some(u64::from(u32::MAX) + 1),
        views_note: Some(ViewsNote::Rounded),
        body_text: Some("第一段\n第二段 🏢".to_owned()),
        body_html: Some("<p>第一段</p>".to_owned()),
        images: vec![
            Image {
                url: url("https://expo.example.cn/a.jpg"),
                alt: Some("展台".to_owned()),
            },
            Image {
                url: url("https://expo.example.cn/b.jpg"),
                alt: None,
            },
        ],
        lang: Some("zh-Hans".to_owned()),
        as_printed: Some(AsPrinted {
            title: None,
            body_text: Some("第(dì)一段".to_owned()),
        }),
    };
    let full = Reading {
        content: content_hash(&full),
        article: full,
        warnings: vec!["annotated-text: 12 annotations removed".to_owned()],
        provenance: [
            (Field::Title, "site:expo-company title[0]".to_owned()),
            (Field::Body, "generic".to_owned()),
        ]
        .into(),
        ..reading("全", None)
    };
    let mut seen = Seen::article(Outcome::New, "全", None);
    seen.reading = Some(full.clone());
    scene.look(PAGE, 0, seen).await;
    let page = scene.find(PAGE).await;
    let article = scene.library.article(page, None).await.unwrap().unwrap();
    assert_eq!(article.reading, full);
    assert_eq!(article.status, Some(200));
    assert_eq!(article.gone_at, None);
    assert_eq!(
        scene.visit(PAGE, 9000).await.kept.unwrap().article,
        full.article
    );

    // and nothing at all comes back as nothing
    let blank = Reading {
        content: content_hash(&Article::default()),
        article: Article::default(),
        ..reading("空", None)
    };
    let mut seen = Seen::article(Outcome::New, "空", None);
    seen.reading = Some(blank.clone());
    let other = "https://expo.example.cn/blank";
    scene.look(other, 10, seen).await;
    let page = scene.find(other).await;
    let article = scene.library.article(page, None).await.unwrap().unwrap();
    assert_eq!(article.reading, blank);
}

pub(crate) async fn a_later_part_is_no_article(scene: &Scene) {
    let part = "https://expo.example.cn/news/1_2.html";
    scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    // what was taken for an article of its own before
    scene
        .look(part, 10, Seen::article(Outcome::New, "乙", None))
        .await;
    let looked = scene.look(part, 20, Seen::part()).await;
    assert_eq!(looked.committed.new_pages, 0);
    let articles = scene.library.articles(None, 9).await.unwrap();
    let urls: Vec<_> = articles.iter().map(|line| line.url.as_str()).collect();
    assert_eq!(urls, [PAGE]);
    assert_eq!(scene.library.sites().await.unwrap()[0].articles, 1);
    let page = scene.find(part).await;
    let look = scene.library.looks(page).await.unwrap().pop().unwrap();
    assert_eq!((look.outcome, look.version_no), (Outcome::Part, None));
    assert!(look.entity_hash.is_some());
}

pub(crate) async fn only_so_much_of_what_is_new_is_planned_at_once(scene: &Scene) {
    let list = "https://expo.example.cn/sitemap.xml";
    let pages = [1, 2, 3, 4, 5].map(|number| format!("https://expo.example.cn/{number}"));
    let pages = pages.each_ref().map(String::as_str);
    let seen = || Seen {
        new_at_most: Some(2),
        kind: PageKind::Sitemap,
        ..Seen::list(&pages)
    };
    let due = async |now| {
        let due = scene.due(now).await;
        let due = due.into_iter().filter(|url| url != list);
        due.collect::<Vec<_>>()
    };
    // the order is that of the capture, the newest first
    let first = scene.look(list, 0, seen()).await;
    assert_eq!(first.committed.new_pages, 2);
    assert_eq!(due(1).await, pages[..2]);
    // nothing is lost: the next look goes on where this one ended
    let second = scene.look(list, 10, seen()).await;
    assert_eq!(second.committed.new_pages, 2);
    let third = scene.look(list, 20, seen()).await;
    assert_eq!(third.committed.new_pages, 1);
    assert_eq!(due(21).await, pages);
}
