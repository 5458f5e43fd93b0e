//! Whole results: every store finds the same versions in the same order, and gives them as asked.

use zhanwen::archive::{
    Cursor, FoundVersion, KeptArticle, PageId, SearchOrder, SearchPage, Versions,
};
use zhanwen::model::Outcome;
use zhanwen::search::{Expression, parse};

use super::scene::{Scene, Seen};
use super::searching::end_run;

const ORDERS: [SearchOrder; 5] = [
    SearchOrder::Relevance,
    SearchOrder::Published,
    SearchOrder::Views,
    SearchOrder::Growth,
    SearchOrder::Changed,
];

const HOUR: i64 = 3600;

const DAY: i64 = 24 * HOUR;

fn page(number: usize) -> String {
    format!("https://expo.example.cn/news/{number}.html")
}

/// What a look at the page finds.
async fn look(scene: &Scene, number: usize, at: i64, outcome: Outcome, title: &str, views: u64) {
    let seen = Seen::article(outcome, title, Some(views));
    scene.look(&page(number), at, seen).await;
}

async fn found(
    scene: &Scene,
    search: &Expression,
    order: SearchOrder,
    versions: Versions,
) -> Vec<FoundVersion> {
    let found = scene.library.found(search, order, versions).await;
    found.unwrap()
}

fn titles(kept: &[KeptArticle]) -> Vec<&str> {
    let titles = kept
        .iter()
        .map(|kept| kept.reading.article.title.as_deref());
    titles.map(Option::unwrap).collect()
}

/// Three pages, one of them edited twice.
async fn three_pages(scene: &Scene) {
    look(scene, 1, 0, Outcome::New, "会展甲", 10).await;
    look(scene, 2, 10, Outcome::New, "会展乙会展", 30).await;
    look(scene, 1, DAY, Outcome::Changed, "会展丙", 20).await;
    look(scene, 3, DAY + 10, Outcome::New, "论坛", 5).await;
    look(scene, 1, 2 * DAY, Outcome::Changed, "会展丁", 20).await;
}

pub(crate) async fn a_whole_result_is_what_pages_of_it_tell(scene: &Scene) {
    three_pages(scene).await;
    for indexed in [false, true] {
        if indexed {
            end_run(scene).await;
        }
        for (search, current, all) in [("", 3, 5), ("body:会展", 2, 4), ("-title:会展乙", 2, 4)]
        {
            let search = parse(search).unwrap();
            for order in ORDERS {
                for (versions, count) in [(Versions::Current, current), (Versions::All, all)] {
                    let whole = found(scene, &search, order, versions).await;
                    assert_eq!(whole.len(), count, "{search} {order:?} {versions:?}");
                    let kept = scene.library.kept(whole.clone()).await.unwrap();
                    let named = |kept: &KeptArticle| FoundVersion {
                        page: kept.page,
                        version_no: kept.version_no,
                    };
                    assert_eq!(kept.iter().map(named).collect::<Vec<_>>(), whole);
                    for offset in 0..=count {
                        let part = SearchPage {
                            order,
                            versions,
                            offset,
                            limit: 2,
                            ..SearchPage::default()
                        };
                        let hits = scene.library.search(&search, part).await.unwrap();
                        assert_eq!(hits.total, count as u64);
                        let told = &kept[offset..count.min(offset + 2)];
                        assert_eq!(hits.articles, told, "{search} {order:?} {versions:?}");
                    }
                }
            }
        }
    }
}

pub(crate) async fn versions_are_given_in_the_order_asked(scene: &Scene) {
    three_pages(scene).await;
    let (one, two) = (scene.find(&page(1)).await, scene.find(&page(2)).await);
    let version = |page: PageId, version_no| FoundVersion { page, version_no };
    let asked = vec![
        version(one, 3),
        version(two, 2),
        version(one, 1),
        version(PageId(999), 1),
        version(two, 1),
        version(one, 3),
    ];
    let kept = scene.library.kept(asked).await.unwrap();
    assert_eq!(titles(&kept), ["会展丁", "会展甲", "会展乙会展", "会展丁"]);
    let alone = scene.library.article(one, Some(1)).await.unwrap();
    assert_eq!(Some(&kept[1]), alone.as_ref());
}

pub(crate) async fn at_equal_terms_the_version_kept_last_comes_first(scene: &Scene) {
    for number in 1..=3 {
        look(scene, number, 0, Outcome::New, &format!("会展{number}"), 7).await;
    }
    // seen later on the page that was known first
    look(scene, 1, 0, Outcome::Changed, "会展4", 7).await;
    end_run(scene).await;
    let search = parse("会展").unwrap();
    for order in ORDERS {
        let current = found(scene, &search, order, Versions::Current).await;
        let kept = scene.library.kept(current).await.unwrap();
        assert_eq!(titles(&kept), ["会展4", "会展3", "会展2"], "{order:?}");
    }
}

pub(crate) async fn growth_is_that_of_the_last_day(scene: &Scene) {
    for (number, looks) in [
        // 10 a day, whatever was before
        (1, &[(0, 0), (5 * DAY, 900), (6 * DAY, 910)][..]),
        // 24 a day, since the last look a day ago
        (
            2,
            &[
                (0, 0),
                (DAY, 10),
                (DAY + HOUR, 20),
                (2 * DAY + HOUR - 1, 34),
            ],
        ),
        // no look a day ago: 2 an hour
        (3, &[(0, 1000), (2 * HOUR, 1004)]),
        // reset
        (4, &[(0, 1000), (3 * DAY, 1)]),
        // too near
        (5, &[(0, 0), (HOUR - 1, 500)]),
        (6, &[(0, 77)]),
        // stands still
        (7, &[(0, 12), (4 * DAY, 12)]),
    ] {
        for (place, (at, views)) in looks.iter().enumerate() {
            let outcome = match place {
                0 => Outcome::New,
                _ => Outcome::ViewsOnly,
            };
            look(scene, number, *at, outcome, &format!("展{number}"), *views).await;
        }
    }
    let told = async || {
        let all = Expression::everything();
        let found = found(scene, &all, SearchOrder::Growth, Versions::Current).await;
        let kept = scene.library.kept(found).await.unwrap();
        titles(&kept).join(" ")
    };
    let expected = "展3 展2 展1 展7 展6 展5 展4";
    assert_eq!(told().await, expected);
    end_run(scene).await;
    assert_eq!(told().await, expected);
}

/// A version that is no longer current is found among all alone, and a page that was changed counts
/// as such in each of its versions.
pub(crate) async fn earlier_versions_are_found_when_asked(scene: &Scene) {
    three_pages(scene).await;
    for indexed in [false, true] {
        if indexed {
            end_run(scene).await;
        }
        for (search, current, all) in [
            ("会展甲", vec![], vec![1]),
            ("会展丁", vec![3], vec![3]),
            ("is:changed", vec![3], vec![3, 2, 1]),
            ("-is:changed body:会展", vec![1], vec![1]),
            ("seen-before:2026-09-21T14:13:25Z", vec![], vec![1]),
        ] {
            let meant = parse(search).unwrap();
            for (versions, expected) in [(Versions::Current, current), (Versions::All, all)] {
                let found = found(scene, &meant, SearchOrder::Changed, versions).await;
                let numbers: Vec<u32> = found.iter().map(|found| found.version_no).collect();
                assert_eq!(numbers, expected, "{search} {versions:?}");
            }
        }
    }
}

/// Pages of two, each behind the last one told of the page before; `meanwhile` is done between them.
async fn paged(
    scene: &Scene,
    search: &Expression,
    order: SearchOrder,
    versions: Versions,
    meanwhile: impl AsyncFn(usize),
) -> Vec<String> {
    let mut told = Vec::new();
    let mut after: Option<Cursor> = None;
    let mut round = 0;
    loop {
        assert!(round < 60, "{search} {order:?} never ends: {told:?}");
        let part = SearchPage {
            order,
            versions,
            after: after.clone(),
            offset: 0,
            limit: 2,
        };
        let hits = scene.library.search(search, part).await.unwrap();
        assert_eq!(hits.cursors.len(), hits.articles.len());
        told.extend(titles(&hits.articles).into_iter().map(str::to_owned));
        let Some(last) = hits.cursors.last() else {
            return told;
        };
        assert!(last.is_of(search, order, versions));
        // as a client keeps it
        after = Some(last.to_string().parse().unwrap());
        meanwhile(round).await;
        round += 1;
    }
}

pub(crate) async fn pages_go_on_where_the_one_before_ended(scene: &Scene) {
    three_pages(scene).await;
    for number in 4..=7 {
        // some are alike in every order but the last
        let title = format!("会展{}", "会展".repeat(number % 2));
        look(scene, number, 3 * DAY, Outcome::New, &title, 40).await;
    }
    for indexed in [false, true] {
        if indexed {
            end_run(scene).await;
        }
        for search in ["", "会展", "-title:会展乙", "body:会展 OR views:5"] {
            let search = parse(search).unwrap();
            for order in ORDERS {
                for versions in [Versions::Current, Versions::All] {
                    let whole = found(scene, &search, order, versions).await;
                    let kept = scene.library.kept(whole).await.unwrap();
                    let told = paged(scene, &search, order, versions, async |_| {}).await;
                    assert_eq!(told, titles(&kept), "{search} {order:?} {versions:?}");
                }
            }
        }
    }
}

/// What was there is told once, whatever comes in between: before, behind and beside what was told.
pub(crate) async fn pages_go_on_while_articles_come_in(scene: &Scene) {
    let mut next = 1;
    for order in ORDERS {
        let first = next;
        for number in first..first + 6 {
            let title = format!("会展{} {number}", "会展".repeat(number % 3));
            let views = 10 * (number % 4) as u64;
            look(scene, number, 0, Outcome::New, &title, views).await;
            if number == first + 3 {
                end_run(scene).await;
            }
        }
        let search = parse("body:会展").unwrap();
        let before = found(scene, &search, order, Versions::Current).await;
        let before = scene.library.kept(before).await.unwrap();
        let told = paged(scene, &search, order, Versions::Current, async |round| {
            // as many as are told, for a while
            for one in 0..2 {
                let number = 100 * first + 2 * round + one;
                if round < 4 {
                    let title = format!("会展{} {number}", "会展".repeat(number % 3));
                    look(scene, number, DAY, Outcome::New, &title, number as u64 % 50).await;
                }
            }
            if round % 2 == 0 {
                end_run(scene).await;
            }
        })
        .await;
        for title in titles(&before) {
            let times = told.iter().filter(|told| *told == title).count();
            assert_eq!(times, 1, "{order:?} {title} in {told:?}");
        }
        let mut apart = told.clone();
        apart.sort();
        apart.dedup();
        assert_eq!(apart.len(), told.len(), "{order:?}: {told:?}");
        next = 1000 * (first + 1);
    }
}

pub(crate) async fn facets_count_what_is_found(scene: &Scene) {
    three_pages(scene).await;
    scene.look(&page(3), 3 * DAY, Seen::gone()).await;
    scene.look(&page(3), 4 * DAY, Seen::gone()).await;
    let value = |value: &str, count| (Some(value.to_owned()), count);
    for indexed in [false, true] {
        if indexed {
            end_run(scene).await;
        }
        let facets = async |search: &str, versions, most| {
            let search = parse(search).unwrap();
            scene.library.facets(&search, versions, most).await.unwrap()
        };
        let all = facets("", Versions::Current, 10).await;
        assert_eq!((all.total, all.changed, all.gone), (3, 1, 1));
        assert_eq!(all.sites.values, [value("expo-company", 3)]);
        assert_eq!(all.sources.values, [value("优创会展", 3)]);
        assert_eq!(all.authors.values, [(None, 3)]);
        assert_eq!(all.months.values, [value("2026-11", 3)]);
        assert_eq!(all.languages.values, [(None, 3)]);
        assert_eq!(all.sites.others, 0);

        let words = facets("body:会展", Versions::All, 10).await;
        assert_eq!((words.total, words.changed, words.gone), (4, 3, 0));
        assert_eq!(words.sites.values, [value("expo-company", 4)]);

        let none = facets("没有", Versions::Current, 10).await;
        assert_eq!(none, zhanwen::archive::Facets::default());

        let few = facets("", Versions::Current, 0).await;
        assert_eq!((few.sites.values.len(), few.sites.others), (0, 3));
    }
}
