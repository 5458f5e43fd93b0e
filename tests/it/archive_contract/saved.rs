//! Saved searches: how they are kept, what is news of them, and that it is told once.

use std::sync::Arc;

use zhanwen::alert::EventKind;
use zhanwen::archive::{
    ChangeFilter, Claim, Happening, LookAgain, LookId, MadeVersion, NewSearch, NewsEntry, Renamed,
    Rereading, SavedSearch, SearchNews, TellingToken, Told,
};
use zhanwen::model::Outcome;
use zhanwen::search::{Expression, parse};

use super::scene::{Scene, Seen, at, reading};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const OTHER: &str = "https://expo.example.cn/news/2.html";
const EVERYTHING: &str = "new,edited,gone,back,views:+100/day";
const DAY: i64 = 86_400;

fn wanted(name: &str, query: &str) -> NewSearch {
    NewSearch {
        name: name.parse().unwrap(),
        query: query.to_owned(),
        watch: EVERYTHING.parse().unwrap(),
        at: at(0),
    }
}

async fn save(scene: &Scene, name: &str, query: &str) -> SavedSearch {
    assert!(
        scene
            .archive
            .save_search(wanted(name, query))
            .await
            .unwrap()
    );
    called(scene, name).await
}

async fn called(scene: &Scene, name: &str) -> SavedSearch {
    let searches = scene.library.saved_searches().await.unwrap();
    searches.into_iter().find(|one| one.name == name).unwrap()
}

fn meant(query: &str) -> Expression {
    parse(query).unwrap()
}

async fn news_after(scene: &Scene, query: &str, after: LookId) -> SearchNews {
    let watch = EVERYTHING.parse().unwrap();
    scene
        .library
        .news(&meant(query), watch, after)
        .await
        .unwrap()
}

/// All that happened to articles that `query` finds, since the archive was empty.
async fn news(scene: &Scene, query: &str) -> Vec<NewsEntry> {
    news_after(scene, query, LookId(0)).await.entries
}

fn kinds(news: &[NewsEntry]) -> Vec<EventKind> {
    news.iter().map(|entry| entry.kind).collect()
}

async fn begin(scene: &Scene, name: &str, now: i64) -> (TellingToken, SavedSearch) {
    let claim = scene
        .archive
        .begin_telling(name.to_owned(), at(now), at(now + 60));
    lent(claim.await.unwrap()).unwrap()
}

fn lent(claim: Claim) -> Option<(TellingToken, SavedSearch)> {
    match claim {
        Claim::Yours(token, search) => Some((token, search)),
        Claim::Busy { .. } | Claim::Unknown => None,
    }
}

async fn look(scene: &Scene, page: &str, now: i64, outcome: Outcome, title: &str) {
    scene
        .look(page, now, Seen::article(outcome, title, None))
        .await;
}

pub(crate) async fn searches_are_kept_by_name(scene: &Scene) {
    let first = save(scene, "会展", "title:会展").await;
    let second = save(scene, "上海", "上海 OR 北京").await;
    assert_ne!(first.key, second.key);
    assert_eq!(first.key.len(), 32);
    assert_eq!((first.query.as_str(), first.told), ("title:会展", 0));
    assert_eq!(first.events, EVERYTHING);
    assert_eq!((first.created_at, first.told_at), (at(0), None));
    let again = scene.other.save_search(wanted("会展", "别的")).await;
    assert!(!again.unwrap(), "the name is taken");
    assert_eq!(called(scene, "会展").await, first);

    let rename = async |from: &str, to: &str| {
        let done = scene
            .archive
            .rename_search(from.to_owned(), to.parse().unwrap());
        done.await.unwrap()
    };
    assert_eq!(rename("会展", "上海").await, Renamed::Taken);
    assert_eq!(rename("没有", "新的").await, Renamed::Unknown);
    assert_eq!(rename("会展", "会展").await, Renamed::Done);
    assert_eq!(rename("会展", "展览").await, Renamed::Done);
    let renamed = called(scene, "展览").await;
    assert_eq!((renamed.id, &renamed.key), (first.id, &first.key));

    let remove = async |name: &str| scene.archive.remove_search(name.to_owned()).await.unwrap();
    assert!(remove("上海").await);
    assert!(!remove("上海").await);
    let left = scene.library.saved_searches().await.unwrap();
    assert_eq!(left, [renamed]);
}

pub(crate) async fn what_was_there_before_is_no_news_and_what_comes_is(scene: &Scene) {
    look(scene, PAGE, 0, Outcome::New, "会展甲").await;
    let search = save(scene, "会展", "title:会展").await;
    assert_eq!(
        news_after(scene, "title:会展", search.told_until)
            .await
            .entries,
        []
    );
    look(scene, OTHER, 10, Outcome::New, "会展乙").await;
    look(scene, PAGE, 20, Outcome::Unchanged, "会展甲").await;
    look(
        scene,
        "https://expo.example.cn/news/3.html",
        30,
        Outcome::New,
        "别的",
    )
    .await;
    let found = news_after(scene, "title:会展", search.told_until).await;
    assert_eq!(found.entries.len(), 1, "{found:?}");
    let entry = &found.entries[0];
    assert_eq!(entry.kind, EventKind::New);
    assert_eq!(entry.page, scene.find(OTHER).await);
    assert_eq!((entry.url.as_str(), entry.observed_at), (OTHER, at(10)));
    assert_eq!((entry.version_no, entry.previous_no), (1, None));
    assert!(entry.found && entry.look > search.told_until && entry.look < found.until);
    let later = news_after(scene, "title:会展", found.until).await;
    assert_eq!((later.until, later.entries), (found.until, vec![]));
}

pub(crate) async fn what_an_edit_brings_in_is_new_and_what_it_takes_out_was_edited(scene: &Scene) {
    look(scene, PAGE, 0, Outcome::New, "论坛").await;
    look(scene, PAGE, 10, Outcome::Changed, "会展论坛").await;
    look(scene, PAGE, 20, Outcome::Unchanged, "会展论坛").await;
    look(scene, PAGE, 30, Outcome::Changed, "会展年会").await;
    look(scene, PAGE, 40, Outcome::Reverted, "论坛").await;
    let told: Vec<_> = news(scene, "title:会展")
        .await
        .iter()
        .map(|one| {
            (
                one.kind,
                one.previous_no,
                one.version_no,
                one.since,
                one.found,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (EventKind::New, Some(1), 2, Some(at(0)), true),
            (EventKind::Edited, Some(2), 3, Some(at(20)), true),
            (EventKind::Edited, Some(3), 1, Some(at(30)), false),
        ]
    );
    assert_eq!(news(scene, "site:elsewhere").await, []);
    assert_eq!(
        kinds(&news(scene, "title:会展 is:changed").await),
        [EventKind::New, EventKind::Edited, EventKind::Edited]
    );
    let new_alone = "new".parse().unwrap();
    let search = meant("title:会展");
    let found = scene.library.news(&search, new_alone, LookId(0)).await;
    assert_eq!(kinds(&found.unwrap().entries), [EventKind::New]);
}

pub(crate) async fn disappearances_and_returns_are_told(scene: &Scene) {
    look(scene, PAGE, 0, Outcome::New, "会展").await;
    scene.look(PAGE, 10, Seen::gone()).await;
    assert_eq!(kinds(&news(scene, "title:会展").await), [EventKind::New]);
    scene.look(PAGE, 20, Seen::failed()).await;
    scene.look(PAGE, 30, Seen::gone()).await;
    scene.look(PAGE, 40, Seen::gone()).await;
    let told = news(scene, "title:会展").await;
    assert_eq!(kinds(&told), [EventKind::New, EventKind::Gone]);
    assert_eq!((told[1].observed_at, told[1].since), (at(30), Some(at(10))));
    assert_eq!(told[1].version_no, 1);
    // a search for what is gone finds it then, too
    assert_eq!(kinds(&news(scene, "is:gone").await), [EventKind::Gone]);
    look(scene, PAGE, 50, Outcome::Changed, "会展改期").await;
    let told = news(scene, "title:会展").await;
    assert_eq!(
        kinds(&told[2..]),
        [EventKind::Back, EventKind::Edited],
        "{told:?}"
    );
    assert_eq!((told[2].since, told[2].version_no), (Some(at(10)), 2));
    assert_eq!(told[2].look, told[3].look);
    // it stays back
    look(scene, PAGE, 60, Outcome::Unchanged, "会展改期").await;
    assert_eq!(news(scene, "title:会展").await.len(), 4);
}

pub(crate) async fn views_are_news_when_they_jump(scene: &Scene) {
    let counted = async |now, outcome, views| {
        let seen = Seen::article(outcome, "会展", Some(views));
        scene.look(PAGE, now, seen).await;
    };
    counted(0, Outcome::New, 10).await;
    counted(DAY, Outcome::ViewsOnly, 90).await;
    let before = news_after(scene, "会展", LookId(0)).await;
    assert_eq!(kinds(&before.entries), [EventKind::New]);
    counted(2 * DAY, Outcome::ViewsOnly, 200).await;
    counted(2 * DAY + 60, Outcome::ViewsOnly, 201).await;
    scene.look(PAGE, 2 * DAY + 90, Seen::not_modified()).await;
    let told = news_after(scene, "会展", before.until).await.entries;
    assert_eq!(kinds(&told), [EventKind::Views]);
    assert_eq!(told[0].views, Some((90, 200)));
    assert_eq!(told[0].since, Some(at(DAY)));
    assert_eq!((told[0].version_no, told[0].previous_no), (1, None));
    // as many views as a search asks for are the views at that look
    let found = news_after(scene, "会展 views:>200", before.until).await;
    assert_eq!(found.entries, []);
    let (search, watch) = (meant("会展"), "new,edited".parse().unwrap());
    let nothing = scene.library.news(&search, watch, before.until).await;
    assert_eq!(nothing.unwrap().entries, []);
}

pub(crate) async fn what_another_reader_reads_or_reads_anew_is_no_news(scene: &Scene) {
    look(scene, PAGE, 0, Outcome::New, "会展甲").await;
    let mut seen = Seen::article(Outcome::Changed, "会展乙", None);
    if let Some(reading) = &mut seen.reading {
        "zhanwen/9 generic".clone_into(&mut reading.parser);
    }
    scene.look(PAGE, 10, seen).await;
    look(scene, OTHER, 20, Outcome::New, "会展丙").await;
    look(scene, OTHER, 30, Outcome::Unchanged, "会展丙").await;
    let before = news_after(scene, "会展", LookId(0)).await;
    assert_eq!(kinds(&before.entries), [EventKind::New, EventKind::New]);

    let page = scene.find(OTHER).await;
    let past = scene.library.past(page).await.unwrap().unwrap();
    let moved = |place: usize| LookAgain {
        look: past.looks[place].look,
        version_no: Some(2),
        views: None,
        views_note: None,
    };
    let rereading = Rereading {
        page,
        run: scene.run().await,
        until: past.looks.iter().map(|look| look.look).max(),
        versions: 1,
        looks: vec![moved(1)],
        made: vec![MadeVersion {
            version_no: 2,
            first: past.looks[1].look,
            reading: Arc::new(reading("会展丁", None)),
        }],
        refreshed: Vec::new(),
        kind: past.kind,
    };
    assert!(scene.archive.reread(rereading).await.unwrap());
    let after = news_after(scene, "会展", before.until).await;
    assert_eq!(after.entries, []);
    // nor does what was found by a look become another event
    assert_eq!(kinds(&news(scene, "会展").await), kinds(&before.entries));
}

pub(crate) async fn what_was_told_is_not_told_again(scene: &Scene) {
    save(scene, "会展", "会展").await;
    look(scene, PAGE, 0, Outcome::New, "会展甲").await;
    look(scene, PAGE, 10, Outcome::Changed, "会展乙").await;
    let (token, search) = begin(scene, "会展", 20).await;
    let found = news_after(scene, &search.query, search.told_until).await;
    // what is committed while it is told waits
    look(scene, OTHER, 30, Outcome::New, "会展丙").await;
    let told = Told {
        until: found.until,
        news: found.entries.clone(),
        at: at(40),
    };
    assert!(scene.archive.end_telling(token, Some(told)).await.unwrap());
    let search = called(scene, "会展").await;
    assert_eq!((search.told, search.told_at), (2, Some(at(40))));
    let kept = scene.library.told(search.id, 9).await.unwrap();
    assert_eq!(kept, found.entries.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(scene.library.told(search.id, 1).await.unwrap(), kept[..1]);

    let next = news_after(scene, "会展", search.told_until).await;
    assert_eq!(next.entries.len(), 1);
    assert_eq!(next.entries[0].url.as_str(), OTHER);
    let (token, _) = begin(scene, "会展", 50).await;
    let told = Told {
        until: next.until,
        news: next.entries,
        at: at(60),
    };
    assert!(scene.archive.end_telling(token, Some(told)).await.unwrap());
    // looks that brought nothing move it on, and are no telling
    look(scene, PAGE, 70, Outcome::Unchanged, "会展乙").await;
    let (token, search) = begin(scene, "会展", 80).await;
    let none = news_after(scene, "会展", search.told_until).await;
    let told = Told {
        until: none.until,
        news: none.entries,
        at: at(90),
    };
    assert!(scene.archive.end_telling(token, Some(told)).await.unwrap());
    let search = called(scene, "会展").await;
    assert_eq!((search.told_until, search.told), (none.until, 3));
    assert_eq!(search.told_at, Some(at(60)));
    // it goes with what was told of it
    assert!(
        scene
            .archive
            .remove_search("会展".to_owned())
            .await
            .unwrap()
    );
    assert_eq!(scene.library.told(search.id, 9).await.unwrap(), []);
}

pub(crate) async fn one_tells_at_a_time(scene: &Scene) {
    save(scene, "会展", "会展").await;
    look(scene, PAGE, 0, Outcome::New, "会展甲").await;
    let (first, search) = begin(scene, "会展", 10).await;
    let claim = async |now| {
        let claim = scene
            .other
            .begin_telling("会展".to_owned(), at(now), at(now + 60));
        claim.await.unwrap()
    };
    assert_eq!(claim(20).await, Claim::Busy { until: at(70) });
    let unknown = scene.other.begin_telling("别的".to_owned(), at(0), at(9));
    assert_eq!(unknown.await.unwrap(), Claim::Unknown);
    // given back without having told, nothing has moved
    assert!(scene.archive.end_telling(first, None).await.unwrap());
    assert!(!scene.archive.end_telling(first, None).await.unwrap());
    let (second, again) = lent(claim(30).await).unwrap();
    assert_eq!(again, search);
    // who takes too long may be taken over, and then keeps nothing
    let (third, _) = lent(claim(91).await).unwrap();
    let found = news_after(scene, "会展", search.told_until).await;
    let told = Told {
        until: found.until,
        news: found.entries,
        at: at(92),
    };
    let late = scene.archive.end_telling(second, Some(told.clone())).await;
    assert!(!late.unwrap());
    assert_eq!(called(scene, "会展").await.told, 0);
    assert!(scene.archive.end_telling(third, Some(told)).await.unwrap());
    assert_eq!(called(scene, "会展").await.told, 1);
    // a clock that was set back holds nobody up
    let far = scene
        .archive
        .begin_telling("会展".to_owned(), at(90 * DAY), at(90 * DAY + 60));
    assert!(matches!(far.await.unwrap(), Claim::Yours(..)));
    assert!(matches!(claim(100).await, Claim::Yours(..)));
}

/// Looks at random; each with what a crawl would have called it.
async fn past(scene: &Scene, seed: u64, looks: i64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let titles = ["会展甲", "会展乙", "丙", "丁"];
    let pages = [PAGE, OTHER];
    let mut seen: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
    let (mut views, mut now) = ([0, 0], 0);
    for number in 0..looks {
        let place = random.usize(..2);
        now += random.i64(300..20_000);
        let (page, known) = (pages[place], &mut seen[place]);
        let current = known.last().copied();
        views[place] += random.u64(..200);
        let count = random.bool().then_some(views[place]);
        let looked = match random.u8(..10) {
            0 | 1 => Seen::gone(),
            2 => Seen::failed(),
            3..6 if current.is_some() => {
                let same = Seen::article(Outcome::ViewsOnly, titles[current.unwrap()], count);
                same.with_body(&number.to_string())
            }
            _ => {
                let title = random.usize(..4);
                let outcome = match current {
                    None => Outcome::New,
                    Some(current) if current == title => Outcome::Unchanged,
                    _ if known.contains(&title) => Outcome::Reverted,
                    _ => Outcome::Changed,
                };
                known.push(title);
                Seen::article(outcome, titles[title], count).with_body(&number.to_string())
            }
        };
        scene.look(page, now, looked).await;
    }
}

pub(crate) async fn edits_are_those_of_the_changes(scene: &Scene) {
    past(scene, 7, 60).await;
    let all = ChangeFilter {
        limit: 1000,
        ..ChangeFilter::default()
    };
    let mut changes: Vec<_> = scene
        .library
        .changes(all)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|change| match change.happening {
            Happening::Edited { before, after, .. } => Some((
                change.observed_at,
                change.page,
                Some(before),
                after,
                change.seen_before_at,
            )),
            Happening::Vanished => None,
        })
        .collect();
    changes.reverse();
    let watch = "edited".parse().unwrap();
    let everything = Expression::everything();
    let news = scene.library.news(&everything, watch, LookId(0)).await;
    let edits: Vec<_> = news
        .unwrap()
        .entries
        .into_iter()
        .map(|one| {
            (
                one.observed_at,
                one.page,
                one.previous_no,
                one.version_no,
                one.since,
            )
        })
        .collect();
    assert!(edits.len() > 10, "{edits:?}");
    assert_eq!(edits, changes);
}

#[tokio::test]
async fn both_stores_tell_the_same_however_often_they_are_asked() {
    for seed in 0..6 {
        let (memory, sqlite) = (Scene::in_memory(), Scene::in_sqlite());
        for scene in [&memory, &sqlite] {
            past(scene, seed, 50).await;
        }
        for query in [
            "会展",
            "丙 OR is:gone",
            "会展 views:>500",
            "-会展 is:changed",
        ] {
            let whole = news(&sqlite, query).await;
            assert_eq!(whole, news(&memory, query).await, "{seed} {query}");
            // asked after each look, the same is told, nothing twice and nothing lost
            let mut told = Vec::new();
            for after in 0..50 {
                let next = news_after(&sqlite, query, LookId(after)).await.entries;
                told.extend(next.into_iter().filter(|one| one.look == LookId(after + 1)));
            }
            assert_eq!(told, whole, "{seed} {query}");
        }
    }
}

#[tokio::test]
async fn what_an_import_brings_is_no_news() {
    let scene = Scene::in_sqlite();
    let import = async |run: i64| {
        let path = scene.folder.as_ref().unwrap().path().join("archive.db");
        let archive = rusqlite::Connection::open(path).unwrap();
        let sql = "UPDATE run SET kind = 'import' WHERE id = ?1";
        assert_eq!(archive.execute(sql, [run]).unwrap(), 1);
    };
    let run = scene.run().await;
    let old = Seen::article(Outcome::New, "会展旧", None);
    scene.look_in(run, OTHER, 0, old).await;
    import(run.0).await;
    look(&scene, PAGE, 100, Outcome::New, "会展甲").await;
    look(&scene, PAGE, 200, Outcome::Changed, "会展乙").await;
    let run = scene.run().await;
    let old = Seen::article(Outcome::Reverted, "会展甲", None);
    scene.look_in(run, PAGE, 50, old).await;
    import(run.0).await;
    look(&scene, PAGE, 300, Outcome::Changed, "会展丙").await;
    let told: Vec<_> = news(&scene, "会展")
        .await
        .iter()
        .map(|one| (one.kind, one.previous_no, one.version_no))
        .collect();
    assert_eq!(
        told,
        [
            (EventKind::New, None, 1),
            (EventKind::Edited, Some(1), 2),
            (EventKind::Edited, Some(2), 3),
        ]
    );
}
