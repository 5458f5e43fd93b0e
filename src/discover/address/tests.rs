//! Shapes of addresses: what each is taken for.

use super::*;

fn at(address: &str) -> PageUrl {
    PageUrl::parse(&format!("http://www.example.cn{address}")).expect("url")
}

#[test]
fn every_pattern_compiles() {
    for pattern in [
        &DATED,
        &ITEM_PATH,
        &ITEM_SCRIPT,
        &ID_QUERY,
        &NUMBERED,
        &LISTING,
        &LISTING_SCRIPT,
        &PAGE_STEM,
    ] {
        assert!(pattern.is_some());
    }
}

#[test]
fn articles_are_told_from_lists() {
    for (address, likeness, list) in [
        ("/a/gsxw/2014/1113/123.html", 3, false),
        ("/xw/2016/0424/19.html", 3, false),
        ("/col/2016-10-08/35.html", 3, false),
        ("/art/2016/11/22/art_1_2.html", 3, false),
        ("/202009/t20200916_123.shtml", 3, false),
        ("/2020/09/some-slug/", 3, false),
        ("/content-6-12-1.html", 3, false),
        (
            "/index.php?m=content&c=index&a=show&catid=6&id=12",
            3,
            false,
        ),
        ("/news/shownews.php?id=12", 3, false),
        ("/NewsView.asp?id=12", 3, false),
        ("/plus/view.php?aid=12", 3, false),
        ("/portal.php?mod=view&aid=12", 3, false),
        ("/article-12-1.html", 3, false),
        ("/thread-1-1-1.html", 3, false),
        ("/archives/123", 3, false),
        ("/h-nd-227.html", 3, false),
        ("/nd.jsp?id=767", 3, false),
        ("/info/1041/31887.htm", 3, false),
        ("/index.php?m=home&c=View&a=index&aid=12", 3, false),
        ("/news/15.html", 2, false),
        ("/?news_3/12.html", 2, false),
        ("/?p=123", 2, false),
        ("/xwzx/gsxw/148790267542.html", 2, false),
        ("/c/7rtKNyg6PU9", 2, false),
        ("/expo-opens-in-shanghai-today", 2, false),
        ("/news/231", 2, false),
        ("/n/88123", 2, false),
        ("/news/2024", 0, false),
        ("/about.html", 1, false),
        ("/", 0, true),
        ("/news/", 0, true),
        ("/xwzx/gsxw/", 0, true),
        ("/news/2/", 0, true),
        ("/news_2/", 0, true),
        ("/index.html", 0, true),
        ("/a/gsxw/index.html", 0, true),
        ("/a/gsxw/list_24_1.html", 0, true),
        ("/list-6-1.html", 0, true),
        ("/news/list-4-2.html", 0, true),
        ("/news/list_3_2.html", 0, true),
        ("/news/index_2.html", 0, true),
        ("/list/5.html", 0, true),
        ("/page/2/", 0, true),
        ("/news?page=2", 0, true),
        ("/?paged=2", 0, true),
        ("/plus/list.php?tid=6", 0, true),
        ("/index.php?m=content&c=index&a=lists&catid=6", 0, true),
        ("/e/action/ListInfo/?classid=3", 0, true),
        ("/news.php?class1=2", 0, true),
        (
            "/comp/portalResNews/list.do?compId=a-1&cid=3&pageSize=3&currentPage=2",
            0,
            true,
        ),
        ("/forum-2-1.html", 0, true),
    ] {
        let url = at(address);
        assert_eq!(article_likeness(&url), likeness, "{address}");
        assert_eq!(is_list(&url), list, "{address}");
    }
}

#[test]
fn page_numbers_are_read_in_every_form() {
    for (address, number, certain) in [
        ("/a/gsxw/list_24_2.html", 2, true),
        ("/list-6-3.html", 3, true),
        ("/news/list-4-2.html", 2, true),
        ("/news/index_2.html", 2, true),
        ("/news/page/2/", 2, true),
        ("/?paged=2", 2, true),
        ("/news?page=2", 2, true),
        ("/plus/list.php?tid=6&PageNo=4", 4, true),
        ("/nr.jsp?m31pageno=2", 2, true),
        ("/list.do?cid=3&pageSize=3&currentPage=2", 2, true),
        ("/news/2.html", 2, false),
        ("/news_2/", 2, false),
        ("/?news_2/", 2, false),
        ("/news.asp?p=2", 2, false),
    ] {
        let read = page_number(&at(address)).expect(address);
        assert_eq!((read.number, read.certain), (number, certain), "{address}");
    }
    for address in ["/news/", "/a/2014/1113/123456789.html", "/news?page=two"] {
        assert_eq!(page_number(&at(address)), None, "{address}");
    }
}

#[test]
fn pages_of_one_list_are_one_family() {
    let family = |address| page_number(&at(address)).expect("number").family;
    assert_eq!(family("/x/list_24_2.html"), family("/x/list_24_13.html"));
    assert_ne!(family("/x/list_24_2.html"), family("/x/list_25_2.html"));
    assert_eq!(family("/n?a=1&page=2&b=2"), family("/n?b=2&a=1&page=3"));
    assert_eq!(list_key(&at("/x/")), list_key(&at("/x/list_24_1.html")));
    assert_eq!(list_key(&at("/x/index.html")), list_key(&at("/x/")));
    assert_ne!(list_key(&at("/x/list_24_11.html")), list_key(&at("/x/")));
}

#[test]
fn files_and_other_pages_are_left_aside() {
    for address in ["/a.PDF", "/uploads/x.zip", "/d/file/a.jpg", "/rss.xml"] {
        assert!(is_no_page(&at(address)), "{address}");
    }
    assert!(!is_no_page(&at("/news/12.shtml")));
    for address in [
        "/product/12.html",
        "/showproduct.php?id=1",
        "/contact.html",
        "/job/3.html",
    ] {
        assert!(leads_elsewhere(&at(address)), "{address}");
    }
    for address in ["/news/product/12.html", "/a/12.html"] {
        assert!(!leads_elsewhere(&at(address)), "{address}");
    }
}
