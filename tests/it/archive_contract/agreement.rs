//! The stores agree: the same work in the same order is answered alike, whatever it is.

use proptest::prelude::*;
use zhanwen::archive::{ArchiveError, Due, Lease, LeaseRequest, Planned, Scope};
use zhanwen::model::{HostState, Outcome, PageKind, SiteId};

use super::scene::{Scene, Seen, at, planned, url};

const PAGES: [&str; 6] = [
    "http://a.example.cn/1",
    "https://a.example.cn/1",
    "https://a.example.cn/2",
    "https://a.example.cn/3",
    "https://b.example.cn/1",
    "https://c.example.cn/",
];
const KINDS: [PageKind; 4] = [
    PageKind::Article,
    PageKind::List,
    PageKind::Part,
    PageKind::Other,
];
const SITES: [&str; 3] = ["expo-company", "another-site", "a.example.cn"];

/// One thing that a worker does.
#[derive(Clone, Debug)]
enum Step {
    Plan {
        page: usize,
        site: usize,
        kind: usize,
        after: i64,
        hasten: bool,
        depth: u32,
    },
    Recheck {
        site: usize,
        after: i64,
    },
    Lease {
        site: Option<usize>,
        page: usize,
        lasts: i64,
        hosts: usize,
    },
    Look {
        lease: usize,
        visit: usize,
        what: usize,
        title: usize,
        to: usize,
        rests: bool,
    },
    Release {
        lease: usize,
    },
    Wait {
        seconds: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let plan = (
        0..PAGES.len(),
        0..SITES.len(),
        0..KINDS.len(),
        0..200_i64,
        any::<bool>(),
        0..4_u32,
    )
        .prop_map(|(page, site, kind, after, hasten, depth)| Step::Plan {
            page,
            site,
            kind,
            after,
            hasten,
            depth,
        });
    let recheck =
        (0..SITES.len(), 0..200_i64).prop_map(|(site, after)| Step::Recheck { site, after });
    let lease = (
        proptest::option::of(0..SITES.len()),
        0..PAGES.len(),
        1..100_i64,
        1..4_usize,
    )
        .prop_map(|(site, page, lasts, hosts)| Step::Lease {
            site,
            page,
            lasts,
            hosts,
        });
    let look = (
        0..4_usize,
        0..3_usize,
        0..14_usize,
        0..3_usize,
        0..PAGES.len(),
        proptest::bool::weighted(0.1),
    )
        .prop_map(|(lease, visit, what, title, to, rests)| Step::Look {
            lease,
            visit,
            what,
            title,
            to,
            rests,
        });
    prop_oneof![
        3 => plan,
        1 => recheck,
        4 => lease,
        8 => look,
        2 => (0..4_usize).prop_map(|lease| Step::Release { lease }),
        2 => (1..5000_i64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

fn seen(what: usize, title: usize, to: usize) -> Seen {
    let name = ["甲", "乙", "丙"][title];
    let views = u64::try_from(title * to).ok().filter(|views| *views > 0);
    match what {
        0 => Seen::article(Outcome::New, name, views),
        1 => Seen::article(Outcome::Changed, name, views),
        2 => Seen::article(Outcome::Reverted, name, views),
        3 => Seen::article(Outcome::ViewsOnly, name, views),
        4 => Seen::article(Outcome::Unchanged, name, views),
        5 => Seen::not_modified(),
        6 => Seen::gone(),
        7 => Seen::failed(),
        8 => Seen::refused(),
        9 => Seen::list(&[PAGES[to], PAGES[title]]),
        10 => Seen::redirect(PAGES[to], true),
        11 => Seen::part(),
        12 => Seen {
            kind: PageKind::Part,
            ..Seen::redirect(PAGES[to], false)
        },
        _ => Seen::redirect(PAGES[to], false),
    }
}

/// Errors are compared by what they are; their wording is each store's own.
fn told<T: std::fmt::Debug>(answer: Result<T, ArchiveError>) -> String {
    match answer {
        Ok(value) => format!("{value:?}"),
        Err(ArchiveError::LeaseLost { .. }) => "lease lost".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

/// Does the steps and writes down every answer.
async fn play(scene: &Scene, steps: &[Step]) -> Vec<String> {
    let mut diary = Vec::new();
    let mut now = 0;
    let mut leases: Vec<Lease> = Vec::new();
    let mut run = scene.run().await;
    for step in steps {
        now += 1;
        let answer = match step.clone() {
            Step::Plan {
                page,
                site,
                kind,
                after,
                hasten,
                depth,
            } => {
                let when = at(now + after);
                let due = if hasten {
                    Due::At(when)
                } else {
                    Due::IfNew(when)
                };
                let wanted = Planned {
                    site: SiteId::new(SITES[site]),
                    kind: KINDS[kind],
                    referer: Some(url(PAGES[site])),
                    depth,
                    ..planned(PAGES[page], due)
                };
                told(scene.archive.plan(vec![wanted]).await)
            }
            Step::Recheck { site, after } => {
                let sites = vec![SiteId::new(SITES[site])];
                told(scene.archive.recheck(sites, at(now + after)).await)
            }
            Step::Lease {
                site,
                page,
                lasts,
                hosts,
            } => {
                let page = scene.library.find(&url(PAGES[page])).await.unwrap();
                let scope = match site {
                    Some(site) => Scope::Sites(vec![SiteId::new(SITES[site])]),
                    None => Scope::Pages(page.into_iter().collect()),
                };
                let request = LeaseRequest {
                    scope,
                    now: at(now),
                    until: at(now + lasts),
                    hosts,
                    visits_per_host: 3,
                    spent: Vec::new(),
                    busy: Vec::new(),
                };
                let granted = scene.archive.lease_hosts(request).await.unwrap();
                let answer = format!("{granted:?}");
                leases.extend(granted.granted);
                answer
            }
            Step::Look {
                lease,
                visit,
                what,
                title,
                to,
                rests,
            } => {
                // mostly the newest leases, so that most looks are not too late
                let Some(lease) = leases.iter().rev().nth(lease) else {
                    continue;
                };
                let Some(visit) = lease.visits.get(visit) else {
                    continue;
                };
                let mut capture = seen(what, title, to).capture(visit, run, now);
                capture.host_state = HostState {
                    earliest: Some(at(now + 5)),
                    resting_until: rests.then(|| at(now + 50)),
                    ..HostState::default()
                };
                told(scene.archive.commit(lease.token, capture).await)
            }
            Step::Release { lease } => {
                let Some(lease) = leases.iter().rev().nth(lease) else {
                    continue;
                };
                let state = lease.state.clone();
                told(scene.archive.release(lease.token, state).await)
            }
            Step::Wait { seconds } => {
                now += seconds;
                run = scene.run().await;
                String::new()
            }
        };
        diary.push(format!("{step:?}: {answer}"));
    }
    for page in PAGES {
        let found = scene.library.find(&url(page)).await.unwrap();
        diary.push(format!("{page} is {found:?}"));
        if let Some(page) = found {
            diary.push(told(scene.library.article(page, None).await));
            diary.push(told(scene.library.versions(page).await));
            diary.push(told(scene.library.looks(page).await));
        }
    }
    diary.push(told(scene.library.sites().await));
    diary.push(told(scene.library.articles(None, 3).await));
    diary
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_file_answer_alike(steps in proptest::collection::vec(step(), 10..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (memory, sqlite) = runtime.block_on(async {
            let memory = play(&Scene::in_memory(), &steps).await;
            let sqlite = play(&Scene::in_sqlite(), &steps).await;
            (memory, sqlite)
        });
        for (memory, sqlite) in memory.iter().zip(&sqlite) {
            prop_assert_eq!(memory, sqlite);
        }
        prop_assert_eq!(memory.len(), sqlite.len());
    }
}
