//! Searching: every store finds the same, whatever waits for its index.

use std::collections::BTreeSet;

use zhanwen::archive::{Hits, RunEnd, RunEnding, SearchOrder, SearchPage, Versions};
use zhanwen::chinese::bigrams::folded_text;
use zhanwen::model::Outcome;
use zhanwen::search::parse;

use super::scene::{Scene, Seen, reading};

const ALL: SearchPage = SearchPage {
    order: SearchOrder::Relevance,
    versions: Versions::Current,
    after: None,
    offset: 0,
    limit: 1000,
};

async fn hits(scene: &Scene, search: &str, page: SearchPage) -> Hits {
    let search = parse(search).unwrap();
    scene.library.search(&search, page).await.unwrap()
}

fn titles(hits: &Hits) -> Vec<&str> {
    let articles = hits.articles.iter();
    articles
        .map(|kept| kept.reading.article.title.as_deref().unwrap())
        .collect()
}

async fn found(scene: &Scene, search: &str) -> BTreeSet<String> {
    let hits = hits(scene, search, ALL).await;
    assert_eq!(hits.total, hits.articles.len() as u64, "{search}");
    titles(&hits).into_iter().map(str::to_owned).collect()
}

/// Who works brings the index up to date when a run ends.
pub(crate) async fn end_run(scene: &Scene) {
    let run = scene.run().await;
    let ending = RunEnding {
        end: RunEnd::Completed,
        at: super::scene::at(99),
        error: None,
        report: None,
    };
    scene.archive.end_run(run, ending).await.unwrap();
}

fn page(number: usize) -> String {
    format!("https://expo.example.cn/news/{number}.html")
}

struct Told {
    title: &'static str,
    body: &'static str,
    source: &'static str,
    time: Option<&'static str>,
    views: Option<u64>,
    lang: &'static str,
}

const ARTICLES: [Told; 5] = [
    Told {
        title: "國際會展論壇",
        body: "第三届論壇在上海舉行。",
        source: "优创会展",
        time: Some("2026-06-30 23:59"),
        views: Some(12_000),
        lang: "zh-Hant",
    },
    Told {
        title: "家居展",
        body: "这届展会在北京举行，会展业回暖。",
        source: "会展日报",
        time: Some("2026-07-01"),
        views: Some(7),
        lang: "zh-Hans",
    },
    Told {
        title: "取消的展会",
        body: "上海站取消。",
        source: "会展日报社",
        time: None,
        views: None,
        lang: "zh-Hans",
    },
    Told {
        title: "Expo 2026",
        body: "An exhibition in Shanghai. 5㎡ booths",
        source: "Expo News",
        time: Some("2026-07-02"),
        views: Some(1_000),
        lang: "en",
    },
    Told {
        title: "公告",
        body: "会。展不了。",
        source: "优创会展",
        time: Some("2025-01-01"),
        views: Some(0),
        lang: "zh",
    },
];

async fn keep(scene: &Scene, number: usize, told: &Told) {
    let mut seen = Seen::article(Outcome::New, told.title, told.views);
    let mut kept = reading(told.title, told.views);
    kept.article.body_text = Some(told.body.to_owned());
    kept.article.source = Some(told.source.to_owned());
    kept.article.publish_time = told.time.map(|time| time.parse().unwrap());
    kept.article.lang = Some(told.lang.to_owned());
    kept.content = zhanwen::version::content_hash(&kept.article);
    seen.reading = Some(kept);
    let at = i64::try_from(number).unwrap();
    scene.look(&page(number), at, seen).await;
}

/// Finds what should be found, in all the language says.
async fn each_search_finds_its_articles(scene: &Scene) {
    for (search, expected) in [
        ("会展", &[0, 1, 2, 4][..]),
        ("會展", &[0, 1, 2, 4]),
        ("title:会展", &[0]),
        ("body:会展", &[1]),
        ("source:会展日报", &[1, 2]),
        ("source:=会展日报", &[1]),
        ("论坛 上海", &[0]),
        ("论坛 OR 家居", &[0, 1]),
        ("上海 -取消", &[0]),
        ("-会展", &[3]),
        ("NOT (上海 OR 北京)", &[3, 4]),
        ("论坛 OR -会展", &[0, 3]),
        ("body:(上海 -论坛)", &[2]),
        ("馆", &[]),
        ("坛", &[0]),
        ("expo", &[3]),
        ("exp", &[]),
        ("5m2", &[3]),
        ("\"exhibition in\"", &[3]),
        ("\"in exhibition\"", &[]),
        ("展会", &[1, 2]),
        ("site:expo-company", &[0, 1, 2, 3, 4]),
        ("site:other", &[]),
        ("after:2026-07", &[1, 3]),
        ("before:2026-07", &[0, 4]),
        ("-after:2026-07", &[0, 2, 4]),
        ("views:>1000", &[0]),
        ("views:..1000", &[1, 3, 4]),
        ("-views:>=0", &[2]),
        ("lang:zh", &[0, 1, 2, 4]),
        ("lang:zh-hant", &[0]),
        ("lang:z", &[]),
        ("is:changed", &[]),
        ("is:gone", &[]),
        ("会展 lang:zh-Hans views:<10", &[1]),
        ("views:7 OR title:expo", &[1, 3]),
    ] {
        let expected: BTreeSet<String> = expected
            .iter()
            .map(|number: &usize| ARTICLES[*number].title.to_owned())
            .collect();
        assert_eq!(found(scene, search).await, expected, "{search}");
    }
}

pub(crate) async fn searches_find_what_they_mean(scene: &Scene) {
    // none is in an index yet, then some, then all
    for (number, told) in ARTICLES.iter().enumerate() {
        if number == 2 {
            end_run(scene).await;
        }
        keep(scene, number, told).await;
    }
    each_search_finds_its_articles(scene).await;
    end_run(scene).await;
    each_search_finds_its_articles(scene).await;
}

pub(crate) async fn what_is_found_comes_in_order(scene: &Scene) {
    for (number, told) in ARTICLES.iter().enumerate() {
        keep(scene, number, told).await;
    }
    end_run(scene).await;
    let told = async |search: &str, order| {
        let page = SearchPage { order, ..ALL };
        let hits = hits(scene, search, page).await;
        titles(&hits)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    // said in the headline before said in the text
    assert_eq!(
        told("title:展会 OR body:展会", SearchOrder::Relevance).await,
        ["取消的展会", "家居展"]
    );
    assert_eq!(
        told("lang:zh", SearchOrder::Published).await,
        ["家居展", "國際會展論壇", "公告", "取消的展会"]
    );
    assert_eq!(
        told("会展 OR expo", SearchOrder::Views).await,
        ["國際會展論壇", "Expo 2026", "家居展", "公告", "取消的展会"]
    );
    assert_eq!(
        told("上海", SearchOrder::Changed).await,
        ["取消的展会", "國際會展論壇"]
    );
    let part = SearchPage {
        order: SearchOrder::Published,
        offset: 1,
        limit: 2,
        ..ALL
    };
    let part = hits(scene, "lang:zh", part).await;
    assert_eq!(part.total, 4);
    assert_eq!(titles(&part), ["國際會展論壇", "公告"]);
}

pub(crate) async fn only_the_current_version_is_searched(scene: &Scene) {
    for (at, outcome, title) in [
        (0, Outcome::New, "甲展"),
        (10, Outcome::Changed, "乙展"),
        (20, Outcome::Reverted, "甲展"),
    ] {
        scene
            .look(&page(1), at, Seen::article(outcome, title, None))
            .await;
        for indexed in [false, true] {
            if indexed {
                end_run(scene).await;
            }
            assert_eq!(found(scene, "展").await.len(), 1);
            assert_eq!(found(scene, "甲展").await.len(), usize::from(at != 10));
            assert_eq!(found(scene, "乙展").await.len(), usize::from(at == 10));
            assert_eq!(found(scene, "is:changed").await.len(), usize::from(at > 0));
        }
    }
    assert_eq!(found(scene, "is:gone").await.len(), 0);
    scene.look(&page(1), 30, Seen::gone()).await;
    scene.look(&page(1), 40, Seen::gone()).await;
    assert_eq!(found(scene, "is:gone").await.len(), 1);
    assert_eq!(found(scene, "-is:gone").await.len(), 0);
}

/// A word of Chinese characters is found in exactly the articles whose folded text has it.
pub(crate) async fn counts_are_those_of_a_scan(scene: &Scene) {
    // every text of three letters out of these
    let letters = ['会', '展', '畫', '计', '，', 'a'];
    let mut texts = Vec::new();
    for one in letters {
        for two in letters {
            for three in letters {
                texts.push(String::from_iter(['题', one, two, three]));
            }
        }
    }
    let run = scene.run().await;
    for (number, title) in texts.iter().enumerate() {
        let seen = Seen::article(Outcome::New, title, None);
        let at = i64::try_from(number).unwrap();
        scene.look_in(run, &page(number), at, seen).await;
    }
    for search in [
        "会",
        "展",
        "会展",
        "展会",
        "会展会",
        "划",
        "计划",
        "畫会",
        "计畫展",
        "题",
    ] {
        let wanted = folded_text(search);
        let scanned = texts
            .iter()
            .filter(|text| folded_text(text).contains(&wanted))
            .count();
        assert!(scanned > 0, "{search}");
        let hits = hits(scene, &format!("title:{search}"), ALL).await;
        assert_eq!(hits.total, scanned as u64, "{search}");
    }
}

/// As deep and as long as a search may be written.
pub(crate) async fn the_largest_search_is_answered(scene: &Scene) {
    for (number, told) in ARTICLES.iter().enumerate() {
        keep(scene, number, told).await;
    }
    end_run(scene).await;
    let nested = |inner: &str, before: [&str; 2]| {
        let opened = before.concat().repeat(16);
        format!("{opened}{inner}{}", ")".repeat(32))
    };
    let many = |sign: &str| {
        let words: Vec<String> = (0..199).map(|word| format!("{sign}x{word}")).collect();
        words.join(" ")
    };
    for (search, total) in [
        (nested("会展", ["无 OR (", "x OR ("]), 4),
        (nested("expo", ["x OR (", "shanghai ("]), 1),
        (nested("lang:en", ["x OR (", "shanghai ("]), 1),
        (nested("expo", ["-(", "-("]), 1),
        (nested("expo", ["x OR -(", "-("]), 1),
        (nested("expo", ["shanghai (", "x OR -(-"]), 1),
        (format!("会展 {}", many("-")), 4),
        (format!("会展 {}", many("OR ")), 4),
        (format!("会展 {}", many("")), 0),
        (many("-"), 5),
        (format!("会展{}", " views:0..20000".repeat(199)), 3),
    ] {
        let hits = hits(scene, &search, ALL).await;
        assert_eq!(hits.total, total, "{search}");
    }
}
