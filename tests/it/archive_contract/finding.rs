//! Whole results: every store finds the same versions in the same order, and gives them as asked.

use zhanwen::archive::{FoundVersion, KeptArticle, PageId, SearchOrder, SearchPage, Versions};
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
