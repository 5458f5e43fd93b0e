//! What the board shows of a run, as text.

use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::model::{HostState, PageKind, PageUrl, SiteId};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000).plus(Duration::from_secs(seconds))
}

fn key(name: &str) -> HostKey {
    HostKey::from_kept(name)
}

fn captured(url: &str, outcome: Outcome) -> Event {
    Event::Captured(Box::new(Captured {
        url: PageUrl::parse(url).expect("url"),
        site: SiteId::new("expo"),
        sent_at: at(0),
        kind: PageKind::Article,
        outcome,
        reason: None,
        error: None,
        status: Some(200),
        elapsed: None,
        wire_length: 40_000,
        reading: None,
        version_no: None,
        new_pages: 0,
        redirected_to: None,
        notices: Vec::new(),
        is_retry: false,
        next_visit_at: at(9000),
    }))
}

fn due(name: &str, pages: u64, state: HostState) -> Backlog {
    Backlog {
        host: key(name),
        pages,
        due_since: at(0),
        state,
        held_until: None,
    }
}

/// Three looks at one host, six seconds apart, while others wait, rest or are held.
fn board() -> Board {
    let mut board = Board::new(at(0), Duration::from_secs(2), 16);
    let leased = Event::HostLeased {
        host: key("expo.example.cn"),
        visits: 20,
    };
    board.note(&leased, at(0));
    let rests = HostState {
        resting_until: Some(at(1818)),
        resting_reason: Some("status 429 \u{1b}[2J".to_owned()),
        ..HostState::default()
    };
    let plain = HostState::default;
    let backlog = [
        due("expo.example.cn", 43, plain()),
        due("fair.example.com", 400, rests),
        due("xn--fiq64b.example.cn", 7, plain()),
        due("held.example.cn", 5, plain()),
    ];
    board.note_backlog(&backlog, at(0));
    let held = Event::HostHeld {
        host: key("held.example.cn"),
        until: at(180),
    };
    board.note(&held, at(1));
    for (second, outcome) in [
        (6, Outcome::New),
        (12, Outcome::Failed),
        (18, Outcome::Changed),
    ] {
        let page = format!("http://expo.example.cn/news/{second}.html");
        board.note(&captured(&page, outcome), at(second));
    }
    let waits = Event::HostWaits {
        host: key("expo.example.cn"),
        until: at(24),
    };
    board.note(&waits, at(18));
    board
}

#[test]
fn the_whole_and_each_host_are_told() {
    let board = board();
    assert_eq!(
        board.total(at(18), 100),
        "3 looks 10/min  452 due, about 4 min  1 new  1 changed  1 failed  120.0 kB"
    );
    assert_eq!(
        board.hosts(at(18), 80, 3),
        [
            "  expo.example.cn             3 of 43, 1 new, 1 failed  next request in 6 s",
            "  fair.example.com            0 of 400  rests for 30 min 00 s: status 429 \u{fffd}[2J",
            "  xn--fiq64b.example.cn       0 of 7  waits for its turn",
            "  … and 1 more hosts",
        ]
    );
    assert_eq!(
        board.sentence(at(18)),
        "3 looks in 18.0 s (10/min, 120.0 kB): 1 new, 1 changed, 1 failed; \
         452 pages due on 4 hosts, about 4 min for this known part; 1 rest; \
         1 are held by another run"
    );
}

#[test]
fn the_known_part_takes_as_long_as_its_slowest_host_or_as_all_in_turn() {
    // 40 left at 6 s each; 7 and 5 at 2 s each beside it; who rests is not waited for
    let mut board = board();
    assert_eq!(board.known_part(), Duration::from_mins(4));
    board.slots = 1;
    assert_eq!(board.known_part(), Duration::from_secs(264));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let board = board();
    for width in [20, 40, 60, 80] {
        let mut lines = board.hosts(at(18), width, 9);
        lines.push(board.total(at(18), width));
        for line in lines {
            assert!(line.width() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn before_anything_is_known_the_last_page_is_shown() {
    let mut board = Board::new(at(0), Duration::from_secs(2), 16);
    board.note(
        &captured("http://expo.example.cn/news/6.html", Outcome::New),
        at(1),
    );
    assert_eq!(
        board.total(at(1), 100),
        "1 looks 1.0/s  1 new  40.0 kB  expo.example.cn/news/6.html"
    );
    assert_eq!(board.hosts(at(1), 80, 5), Vec::<String>::new());
    assert!(!board.sentence(at(1)).contains("due"));
}
