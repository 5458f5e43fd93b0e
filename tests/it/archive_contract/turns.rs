//! Turns outside the plan: the instants of an address, and one host lent by name.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use zhanwen::archive::{Due, Lease, Loan, Withheld, WithheldReason};
use zhanwen::model::{HostKey, HostState, Timestamp};

use super::scene::{Scene, at, planned, url, wish};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const HALF: Duration = Duration::from_millis(500);

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn host() -> HostKey {
    url(PAGE).host()
}

fn lent(loan: Loan) -> Lease {
    let lease = match loan {
        Loan::Lent(lease) => Some(*lease),
        Loan::Withheld(_) => None,
    };
    lease.unwrap()
}

fn withheld(loan: Loan) -> Withheld {
    let withheld = match loan {
        Loan::Withheld(withheld) => Some(withheld),
        Loan::Lent(_) => None,
    };
    withheld.unwrap()
}

/// Milliseconds after the beginning at which each instant was given, in turn by two handles.
async fn reserved(scene: &Scene, address: IpAddr, asked: &[(i64, u64)]) -> Vec<i64> {
    let mut given = Vec::new();
    for (number, (now, interval)) in asked.iter().enumerate() {
        let archive = if number % 2 == 0 {
            &scene.archive
        } else {
            &scene.other
        };
        let now = Timestamp::from_unix_millis(at(0).as_unix_millis() + now);
        let slot = archive
            .reserve(address, now, Duration::from_millis(*interval))
            .await
            .unwrap();
        given.push(slot.as_unix_millis() - at(0).as_unix_millis());
    }
    given
}

pub(crate) async fn the_instants_of_an_address_are_an_interval_apart(scene: &Scene) {
    let asked = [
        (0, 500),
        (0, 500),
        (10, 500),
        (1400, 500),
        (1700, 100),
        (1701, 500),
    ];
    let given = reserved(scene, address("192.0.2.7"), &asked).await;
    assert_eq!(given, [0, 500, 1000, 1500, 2000, 2100]);
}

pub(crate) async fn each_address_has_its_own_clock(scene: &Scene) {
    for text in ["192.0.2.7", "192.0.2.8", "2001:db8::7"] {
        let given = reserved(scene, address(text), &[(0, 500), (0, 500)]).await;
        assert_eq!(given, [0, 500], "{text}");
    }
}

pub(crate) async fn an_address_left_alone_is_free_at_once(scene: &Scene) {
    // an idle hour saves up nothing
    let asked = [(0, 500), (3_600_000, 500), (3_600_000, 500)];
    let given = reserved(scene, address("192.0.2.7"), &asked).await;
    assert_eq!(given, [0, 3_600_000, 3_600_500]);
}

pub(crate) async fn a_clock_set_back_does_not_lock_an_address(scene: &Scene) {
    let asked = [(86_400_000, 500), (0, 500), (0, 500)];
    let given = reserved(scene, address("192.0.2.7"), &asked).await;
    assert_eq!(given, [86_400_000, 0, 500]);
    // however long a queue of waiting workers may be, it is believed
    let two_hours = 7_200_000;
    let asked = [(0, two_hours), (0, two_hours)];
    let given = reserved(scene, address("192.0.2.8"), &asked).await;
    assert_eq!(given, [0, 7_200_000]);
}

pub(crate) async fn many_callers_never_share_an_instant(scene: &Scene) {
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..40 {
        let archive = if number % 2 == 0 {
            Arc::clone(&scene.archive)
        } else {
            Arc::clone(&scene.other)
        };
        callers.spawn(async move { archive.reserve(address("192.0.2.7"), at(0), HALF).await });
    }
    let mut given = HashSet::new();
    while let Some(slot) = callers.join_next().await {
        let slot = slot.unwrap().unwrap();
        given.insert(slot.since(at(0)).as_millis());
    }
    let expected: HashSet<u128> = (0..40).map(|number| number * 500).collect();
    assert_eq!(given, expected);
}

pub(crate) async fn one_host_is_lent_by_name(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let loan = scene.archive.lease_host(host(), at(0), at(60)).await;
    let lease = lent(loan.unwrap());
    assert_eq!((lease.host, lease.until), (host(), at(60)));
    assert_eq!(lease.visits, []);
    assert!(!lease.left_behind);
    let meanwhile = scene.other.lease_hosts(wish(1)).await.unwrap();
    assert_eq!(meanwhile.granted, [], "it is held");

    // given back, its pages are due as before and its clock is what it was told
    let state = HostState {
        earliest: Some(at(7)),
        ..HostState::default()
    };
    scene
        .archive
        .release(lease.token, state.clone())
        .await
        .unwrap();
    let next = scene.only_lease(2).await;
    assert_eq!((next.state, next.visits.len()), (state, 1));

    // what ran out is lent anew, and told to have been left behind
    let again = scene.other.lease_host(host(), at(62), at(99)).await;
    let again = lent(again.unwrap());
    assert!(again.left_behind);
    let stale = scene.archive.renew(next.token, at(99)).await;
    assert!(stale.is_err(), "{stale:?}");
}

pub(crate) async fn a_host_that_is_held_or_rests_is_not_lent_by_name(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let held = scene.other.lease_host(host(), at(1), at(99)).await;
    let held = withheld(held.unwrap());
    assert_eq!(
        (held.reason, held.until, held.pages),
        (WithheldReason::Held, at(60), 1)
    );

    let state = HostState {
        resting_until: Some(at(500)),
        resting_reason: Some("5 failures in a row".to_owned()),
        ..HostState::default()
    };
    scene.archive.release(lease.token, state).await.unwrap();
    let rests = scene.other.lease_host(host(), at(2), at(99)).await;
    let rests = withheld(rests.unwrap());
    assert_eq!(
        (rests.reason, rests.until),
        (WithheldReason::Resting, at(500))
    );
    assert_eq!(rests.because.as_deref(), Some("5 failures in a row"));
    lent(
        scene
            .other
            .lease_host(host(), at(500), at(600))
            .await
            .unwrap(),
    );
}

pub(crate) async fn who_was_refused_a_host_goes_before_a_crawl(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    withheld(scene.other.lease_host(host(), at(1), at(99)).await.unwrap());
    scene
        .archive
        .release(lease.token, lease.state)
        .await
        .unwrap();
    assert_eq!(scene.lease(2).await.granted, [], "a crawl stands back");
    let lease = lent(scene.other.lease_host(host(), at(3), at(99)).await.unwrap());
    scene.other.release(lease.token, lease.state).await.unwrap();
    assert_eq!(scene.lease(4).await.granted.len(), 1, "and has its turn");
}

pub(crate) async fn a_host_without_pages_keeps_its_clock(scene: &Scene) {
    let guest = url("http://cdn.example.net/robots.txt").host();
    let lease = lent(
        scene
            .archive
            .lease_host(guest.clone(), at(0), at(60))
            .await
            .unwrap(),
    );
    assert_eq!(lease.state, HostState::default());
    let state = HostState {
        earliest: Some(at(5)),
        failures_in_a_row: 2,
        ..HostState::default()
    };
    scene
        .archive
        .release(lease.token, state.clone())
        .await
        .unwrap();
    let again = lent(scene.other.lease_host(guest, at(1), at(60)).await.unwrap());
    assert_eq!(again.state, state);
}
