//! Traps, and honest sites that look like some.

use super::*;

fn page(address: &str) -> PageUrl {
    PageUrl::parse(&format!("http://a.cn{address}")).expect("url")
}

fn now() -> Timestamp {
    "2026-11-23T04:00:00Z".parse().expect("instant")
}

#[test]
fn some_addresses_are_traps_by_themselves() {
    for (address, expected) in [
        ("/a/b/a/b/a/b/", Some(Trap::RepeatedPath)),
        ("/news/news/news/1.html", Some(Trap::RepeatedPath)),
        ("/x/en/cn/en/cn/en/cn/1.html", Some(Trap::RepeatedPath)),
        (
            "/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/",
            Some(Trap::RepeatedPath),
        ),
        ("/list.asp?tag=a&tag=b&tag=c", Some(Trap::RepeatedQuery)),
        (
            "/go?back=%2Fgo%3Fback%3D%252Fgo%253Fback",
            Some(Trap::RepeatedQuery),
        ),
        ("/calendar?month=2031-05", Some(Trap::Calendar)),
        ("/event.php?year=1911&month=1", Some(Trap::Calendar)),
        ("/calendar/2044/11/", Some(Trap::Calendar)),
        ("/events/2044-11-02", Some(Trap::Calendar)),
    ] {
        assert_eq!(by_address(&page(address), now()), expected, "{address}");
    }
    for honest in [
        "/",
        "/11/11/11/12.html",
        "/news/2014/1113/123.html",
        "/a/news/2014/1113/",
        "/cn/news/cn/1.html",
        "/index.php?m=content&c=index&a=lists&catid=6&page=400",
        "/list.asp?cat[]=1&cat[]=2&cat[]=3",
        "/go?url=http%3A%2F%2Fb.cn%2F%3Fa",
        "/calendar?month=2027-05",
        "/news.php?date=2014-11-13",
        "/archives/3012",
        "/archives/2099/1.html",
        "/events/3012",
        "/show.asp?id=2099",
        "/product/3000/12/",
    ] {
        assert_eq!(by_address(&page(honest), now()), None, "{honest}");
    }
}

#[test]
fn addresses_of_one_kind_have_one_name() {
    for (address, expected) in [
        ("/calendar/2026/11/", "http://a.cn/calendar/*/*/"),
        (
            "/list.asp?sid=9b3c&cat=3",
            "http://a.cn/list.asp?cat=*&sid=*",
        ),
        (
            "/s/9b3c7de21f0a4456b7c8/list_2.html",
            "http://a.cn/s/*/list_*.html",
        ),
        ("/news/", "http://a.cn/news/"),
    ] {
        assert_eq!(family(&page(address), None).as_str(), expected);
    }
    let below = family(
        &PageUrl::parse("http://x7.a.cn/n/3").expect("url"),
        Some("*.a.cn"),
    );
    assert_eq!(below.as_str(), "http://*.a.cn/n/*");
}

/// Lists at these addresses show these items, one after the other; the look that closes the kind.
fn closed_at(pages: impl IntoIterator<Item = (String, Vec<u64>)>) -> Option<usize> {
    let mut watch = Watch::default();
    pages.into_iter().position(|(address, items)| {
        let url = page(&address);
        watch
            .note(&url, None, true, Showed::Items(&items))
            .is_some()
    })
}

#[test]
fn a_list_that_repeats_itself_ends() {
    let repeats = (1..99).map(|n| (format!("/news?page={n}"), vec![1, 2, 3]));
    assert_eq!(closed_at(repeats), Some(3));
    let empty = (1..99).map(|n| (format!("/news/list_9_{n}.html"), Vec::new()));
    assert_eq!(closed_at(empty), Some(2));
    let months = (1..99).map(|n| (format!("/calendar/{}/{}/", 1995 + n / 12, n % 12), vec![7]));
    assert_eq!(closed_at(months), Some(20));
    let sessions = (1..99).map(|n| (format!("/list.asp?k=s{n}"), vec![1, 2, 3]));
    assert_eq!(closed_at(sessions), Some(20));
}

#[test]
fn a_long_archive_is_no_trap() {
    let items = |n: u64| (n * 20..n * 20 + 20).collect::<Vec<_>>();
    let pages = (1..=400).map(|n| (format!("/news?page={n}"), items(n)));
    assert_eq!(closed_at(pages), None);
    // twenty on top of every page
    let pinned = (1..=400).map(|n| {
        (
            format!("/news/list_9_{n}.html"),
            [items(0), items(n)].concat(),
        )
    });
    assert_eq!(closed_at(pinned), None);
    let days = (1..=400).map(|n| {
        (
            format!("/{}/{:02}{:02}/", 2000 + n / 300, n % 12, n % 28),
            items(n),
        )
    });
    assert_eq!(closed_at(days), None);
    // columns that overlap, some of them empty
    let columns = (1..=60).map(|n| {
        let items = if n % 4 == 0 { Vec::new() } else { items(n / 2) };
        (format!("/list.php?cid={n}"), items)
    });
    assert_eq!(closed_at(columns), None);
    // a month's archive shows what the pages of the list showed
    let both = (1..=100).flat_map(|n| {
        let list = (format!("/page/{n}/"), items(n));
        [list, (format!("/{}/{}/", 2026 - n / 12, n % 12), items(n))]
    });
    assert_eq!(closed_at(both), None);
}

#[test]
fn what_was_looked_at_before_is_no_new_address() {
    let mut watch = Watch::default();
    for n in 1..99 {
        let url = page(&format!("/news?page={n}"));
        assert_eq!(watch.note(&url, None, false, Showed::Items(&[1])), None);
        assert!(!watch.is_closed(&url, None));
    }
}

#[test]
fn one_text_under_many_addresses_is_read_a_few_times() {
    let mut watch = Watch::default();
    let mut read = 0;
    for n in 0..500 {
        // five articles under a hundred slugs each
        let id = n % 5 + 100;
        let url = page(&format!(
            "/news/{}-slug-{id}.html",
            ["a", "b", "c"][n % 3].repeat(n / 15 + 1)
        ));
        if watch.is_closed(&url, None) {
            continue;
        }
        read += 1;
        let text = ContentHash::of(format!("article {id}").as_bytes());
        watch.note(&url, None, true, Showed::Text(text));
    }
    assert_eq!(read, 5 * 4);
    // another article in the same folder is still read
    assert!(!watch.is_closed(&page("/news/a-slug-105.html"), None));
}

#[test]
fn articles_of_their_own_are_no_copies() {
    let mut watch = Watch::default();
    for n in 0..500 {
        for address in [
            format!("/news/{n}.html"),
            format!("/n/slug-of-{}", "x".repeat(n)),
        ] {
            let url = page(&address);
            let text = ContentHash::of(address.as_bytes());
            assert_eq!(watch.note(&url, None, true, Showed::Text(text)), None);
        }
    }
}

#[test]
fn hosts_below_one_name_are_one() {
    let mut watch = Watch::default();
    let mut looks = 0;
    for n in 0..500 {
        let url = PageUrl::parse(&format!("http://h{n}.a.cn/news/7.html")).expect("url");
        if !watch.is_closed(&url, Some("*.a.cn")) {
            looks += 1;
            let text = ContentHash::of(b"one");
            watch.note(&url, Some("*.a.cn"), true, Showed::Text(text));
        }
    }
    assert_eq!(looks, 4);
}
