//! What each kind of listing gives, sound or broken.

use super::*;

const FEED: &str = "https://www.expo.example.cn/rss/news.xml";

fn url() -> PageUrl {
    PageUrl::parse(FEED).expect("url")
}

fn listing(text: &str, expected: Option<PageKind>) -> Option<Listing> {
    let received = Received {
        url: &url(),
        at: "2026-11-23T04:00:00Z".parse().expect("instant"),
        zone: TimeZone::get("Asia/Shanghai").expect("zone"),
    };
    read(text, expected, &received)
}

/// One line for each entry: where it leads (of its own host the path), when it changed, when it
/// was published; the cut at the end.
fn lines(listing: &Listing) -> Vec<String> {
    let date = |date: Option<Timestamp>| {
        date.map_or_else(
            || "-".to_owned(),
            |date| date.to_string().replace(".000", ""),
        )
    };
    let line = |entry: &Entry| {
        let url = entry.url.as_str();
        let url = url
            .strip_prefix("https://www.expo.example.cn")
            .unwrap_or(url);
        format!("{url} {} {}", date(entry.changed), date(entry.published))
    };
    let cut = listing.cut.map(|cut| format!("cut: {}", cut.words()));
    listing.entries.iter().map(line).chain(cut).collect()
}

fn check(text: &str, form: Form, expected: &[&str]) {
    let found = listing(text, None).unwrap_or_else(|| panic!("no listing: {text}"));
    assert_eq!(found.form, form, "{text}");
    assert_eq!(lines(&found), expected, "{text}");
}

fn rss(items: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>展会新闻</title><link>/</link>{items}</channel></rss>"
    )
}

fn urlset(urls: &str) -> String {
    format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>")
}

#[test]
fn reads_every_generation_of_rss() {
    let item = "<item><title>一</title><link>/news/1.html</link></item>";
    let expected = ["/news/1.html - -"];
    for version in [
        "version='0.91'",
        "version=0.92",
        "version='0.93'",
        "version='2.0'",
        "version='2.01'",
        "",
    ] {
        check(
            &format!("<rss {version}><channel>{item}</channel></rss>"),
            Form::Feed,
            &expected,
        );
    }
    for namespace in [
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://purl.org/rss/1.0/",
    ] {
        let rdf = format!(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{namespace}'>\
             <channel><link>/</link></channel>{item}</rdf:RDF>"
        );
        check(&rdf, Form::Feed, &expected);
    }
    let about = "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><item rdf:about='/news/1.html'/>\
                 <item rdf:about='/news/2.html'><dc:date>2026-11-20T10:00:00+08:00</dc:date></item></rdf:RDF>";
    check(about, Form::Feed, &["/news/2.html - 2026-11-20T02:00:00Z"]);
    assert_eq!(
        listing("<rdf:RDF xmlns:foaf='x'><item/></rdf:RDF>", None),
        None
    );
}

#[test]
fn an_rss_item_leads_to_its_page() {
    let one = |inside: &str, expected: &[&str]| {
        check(
            &rss(&format!("<item>{inside}</item>")),
            Form::Feed,
            expected,
        );
    };
    one("<link>/news/1.html</link>", &["/news/1.html - -"]);
    one(
        "<link>http://www.expo.example.cn/s.php?id=1&cid=2</link>",
        &["http://www.expo.example.cn/s.php?id=1&cid=2 - -"],
    );
    one(
        "<link><![CDATA[ /news/1.html ]]></link>",
        &["/news/1.html - -"],
    );
    one(
        "<guid>https://www.expo.example.cn/news/1.html</guid>",
        &["/news/1.html - -"],
    );
    one(
        "<guid isPermaLink='false'>https://www.expo.example.cn/?p=1</guid>",
        &[],
    );
    one("<guid>4711</guid>", &[]);
    one(
        "<atom:link rel='self' href='/rss'/><link>/news/1.html</link>",
        &["/news/1.html - -"],
    );
    one(
        "<link>https://proxy.example/r/1</link><feedburner:origLink>/news/1.html</feedburner:origLink>",
        &["/news/1.html - -"],
    );
    one(
        "<media:content><link>/a.jpg</link></media:content><link>/news/1.html</link>",
        &["/news/1.html - -"],
    );
    one("<link></link>", &[]);
    one("<link>javascript:alert(1)</link>", &[]);
    one("<link>file:///etc/passwd</link>", &[]);
    one(&format!("<link>/{}</link>", "a".repeat(3000)), &[]);
}

#[test]
fn reads_atom() {
    let atom = "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xml:base='/a/'>\
        <link rel='self' href='feed.xml'/><updated>2026-11-23T00:00:00Z</updated>\
        <entry><link rel='edit' href='/edit/1'/><link rel='alternate' type='text/html' href='news/1.html'/>\
          <published>2026-11-20T10:00:00+08:00</published><updated>2026-11-21T10:00:00+08:00</updated><content/></entry>\
        <entry xml:base='/b/'><link href='news/2.html'/><updated>2026-11-22T10:00:00Z</updated>\
          <source><updated>2026-01-01T00:00:00Z</updated><link href='/wrong'/></source></entry>\
        <entry><link rel='enclosure' href='/a.mp3'/></entry></feed>";
    check(
        atom,
        Form::Feed,
        &[
            "/b/news/2.html 2026-11-22T10:00:00Z -",
            "/a/news/1.html 2026-11-21T02:00:00Z 2026-11-20T02:00:00Z",
        ],
    );
    check(
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:link href='/1'/></a:entry></a:feed>",
        Form::Feed,
        &["/1 - -"],
    );
    let old = "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><link href='/1'/>\
               <issued>2026-11-20T10:00:00Z</issued><modified>2026-11-21T10:00:00Z</modified></entry></feed>";
    check(
        old,
        Form::Feed,
        &["/1 2026-11-21T10:00:00Z 2026-11-20T10:00:00Z"],
    );
}

#[test]
fn reads_json_feeds() {
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "items": [
        {"id": 1, "url": "/news/1.html", "date_published": "2026-11-20T10:00:00+08:00"},
        {"id": "https://www.expo.example.cn/news/2.html", "date_modified": "2026-11-21T10:00:00Z"},
        {"id": "tag:3", "external_url": "/news/3.html"}, {"id": "4"}, 5]}"#;
    check(
        json,
        Form::Feed,
        &[
            "/news/2.html 2026-11-21T10:00:00Z -",
            "/news/1.html - 2026-11-20T02:00:00Z",
            "/news/3.html - -",
        ],
    );
    check(
        r#"{"version": "https://jsonfeed.org/version/1"}"#,
        Form::Feed,
        &[],
    );
    check(
        r#"{"version": "https://jsonfeed.org/version/1", "items": ["#,
        Form::Feed,
        &["cut: it breaks off"],
    );
    for other in [
        r#"{"version": 1, "items": []}"#,
        "{}",
        "{",
        r#"{"a": "https://jsonfeed.org/version/1"}"#,
    ] {
        assert_eq!(listing(other, Some(PageKind::Feed)), None, "{other}");
    }
}

#[test]
fn dates_are_read_as_news_sites_print_them() {
    let of = |date: &str, expected: &str| {
        let text = rss(&format!(
            "<item><link>/1</link><pubDate>{date}</pubDate></item>"
        ));
        check(&text, Form::Feed, &[&format!("/1 - {expected}")]);
    };
    of("Fri, 20 Nov 2026 10:20:00 +0800", "2026-11-20T02:20:00Z");
    of("Fri, 20 Nov 2026 10:20:00 GMT", "2026-11-20T10:20:00Z");
    of("20 Nov 2026 10:20:00 +0800", "2026-11-20T02:20:00Z");
    of("2026-11-20T10:20:00+08:00", "2026-11-20T02:20:00Z");
    of("2026-11-20T10:20:00Z", "2026-11-20T10:20:00Z");
    of("2026-11-20T10:20+08:00", "2026-11-20T02:20:00Z");
    of("2026-11-20 10:20:00", "2026-11-20T02:20:00Z");
    of("2026-11-20 10:20", "2026-11-20T02:20:00Z");
    of("2026/11/20", "2026-11-19T16:00:00Z");
    of("2026年11月20日 10:20", "2026-11-20T02:20:00Z");
    of("二〇二六年十一月二十日", "2026-11-19T16:00:00Z");
    of("", "-");
    of("soon", "-");
    of("0000-00-00 00:00:00", "-");
    of("1970-01-01T00:00:00Z", "-");
    of("2026-11-23T04:00:01Z", "-");
    of("2199-01-01", "-");
}

#[test]
fn reads_sitemaps_of_every_namespace() {
    let text = urlset(
        "<url><loc>https://www.expo.example.cn/news/1.html</loc><lastmod>2026-11-20</lastmod><priority>0.5</priority></url>\
         <url><loc> /news/2.html?a=1&amp;b=2 </loc><lastmod>2026-11-22T10:00:00+08:00</lastmod></url>\
         <url><image:image><image:loc>/a.jpg</image:loc></image:image><loc>/news/3.html</loc>\
           <news:news><news:publication_date>2026-11-21T00:00:00Z</news:publication_date></news:news></url>\
         <url><lastmod>2026-11-22</lastmod></url><url><loc>ftp://a.cn/</loc></url><url/>",
    );
    check(
        &text,
        Form::Sitemap,
        &[
            "/news/2.html?a=1&b=2 2026-11-22T02:00:00Z -",
            "/news/3.html - 2026-11-21T00:00:00Z",
            "/news/1.html 2026-11-19T16:00:00Z -",
        ],
    );
    let bare = "<loc>/news/1.html</loc>";
    for text in [
        format!("<urlset><url>{bare}</url></urlset>"),
        format!(
            "<urlset xmlns='http://www.google.com/schemas/sitemap/0.84'><url>{bare}</url></urlset>"
        ),
        "<s:urlset xmlns:s='x'><s:url><s:loc>/news/1.html</s:loc></s:url></s:urlset>".to_owned(),
        format!(
            "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<!-- made by hand --><URLSET><URL>{bare}</URL></URLSET>"
        ),
    ] {
        check(&text, Form::Sitemap, &["/news/1.html - -"]);
    }
}

#[test]
fn an_index_lists_sitemaps_newest_first() {
    let index = "<sitemapindex><sitemap><loc>/sitemap-1.xml</loc><lastmod>2025-01-01</lastmod></sitemap>\
                 <sitemap><loc>/sitemap-2.xml.gz</loc></sitemap>\
                 <sitemap><loc>/sitemap-3.xml</loc><lastmod>2026-11-01T00:00:00Z</lastmod></sitemap></sitemapindex>";
    check(
        index,
        Form::Index,
        &[
            "/sitemap-3.xml 2026-11-01T00:00:00Z -",
            "/sitemap-1.xml 2024-12-31T16:00:00Z -",
            "/sitemap-2.xml.gz - -",
        ],
    );
}

#[test]
fn one_instant_for_all_is_no_claim() {
    let with = |second: &str| {
        let one = |name: u8, date: &str| {
            format!("<url><loc>/{name}</loc><lastmod>{date}</lastmod></url>")
        };
        urlset(&[one(1, "2026-11-22"), one(2, second), one(3, "2026-11-22")].concat())
    };
    check(
        &with("2026-11-22"),
        Form::Sitemap,
        &["/1 - -", "/2 - -", "/3 - -"],
    );
    let claims = [
        "/1 2026-11-21T16:00:00Z -",
        "/3 2026-11-21T16:00:00Z -",
        "/2 2026-11-20T16:00:00Z -",
    ];
    check(&with("2026-11-21"), Form::Sitemap, &claims);
}

#[test]
fn a_page_is_no_listing() {
    for text in [
        "<html><body><rss version='2.0'><item><link>/1</link></item></rss>",
        "<!DOCTYPE html><html><head><link rel=alternate href=/rss></head>",
        "<div>展会</div>",
        "",
        "https://www.expo.example.cn/news/1.html",
        "<svg/>",
        "[1]",
    ] {
        assert_eq!(listing(text, None), None, "{text}");
        assert_eq!(listing(text, Some(PageKind::Feed)), None, "{text}");
    }
}

#[test]
fn warnings_before_a_document_that_is_expected_are_passed_over() {
    let text = format!(
        "<br />\n<b>Warning</b>: x in y.php<br />{}",
        rss("<item><link>/1</link></item>")
    );
    assert_eq!(listing(&text, None), None);
    let found = listing(&text, Some(PageKind::Feed)).expect("a feed");
    assert_eq!(lines(&found), ["/1 - -"]);
}

#[test]
fn a_text_of_addresses_is_a_sitemap_where_one_is_expected() {
    let text = "\u{feff}https://www.expo.example.cn/news/1.html\r\n\r\nHTTP://www.expo.example.cn/news/2.html\n";
    let found = listing(text, Some(PageKind::Sitemap)).expect("a sitemap");
    assert_eq!(found.form, Form::Sitemap);
    assert_eq!(
        lines(&found),
        [
            "/news/1.html - -",
            "http://www.expo.example.cn/news/2.html - -"
        ]
    );
    for other in ["网站地图\nhttps://a.cn/", "<html>", "https://a.cn/ b"] {
        assert_eq!(listing(other, Some(PageKind::Sitemap)), None, "{other}");
    }
}

#[test]
fn limits_hold() {
    let many = urlset(&"<url><loc>/1</loc></url>".repeat(MOST_ENTRIES + 1));
    let found = listing(&many, None).expect("a sitemap");
    assert_eq!(
        (found.entries.len(), found.cut),
        (MOST_ENTRIES, Some(Cut::TooMany))
    );
    let bomb = format!(
        "<!DOCTYPE u [<!ENTITY a 'aaaa'>]>{}",
        urlset("<url><loc>/&a;</loc></url>")
    );
    check(&bomb, Form::Sitemap, &["cut: it declares entities"]);
}

/// Where the other reader of feeds takes a feed at all, it finds the same addresses.
#[test]
fn agrees_with_another_reader_on_whole_feeds() {
    let feeds = [
        rss("<item><link>https://a.cn/1</link><pubDate>Fri, 20 Nov 2026 10:20:00 +0800</pubDate></item>\
             <item><link>https://a.cn/2</link><pubDate>Thu, 19 Nov 2026 10:20:00 +0800</pubDate></item>"),
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='https://a.cn/1'/><updated>2026-11-20T10:20:00Z</updated></entry>\
         <entry><link rel='alternate' href='https://a.cn/2'/><updated>2026-11-19T10:20:00Z</updated></entry></feed>".to_owned(),
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
         <channel><title>t</title></channel><item><title>a</title><link>https://a.cn/1</link></item></rdf:RDF>".to_owned(),
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "1", "url": "https://a.cn/1"}]}"#.to_owned(),
    ];
    for feed in feeds {
        let other = feed_rs::parser::parse(feed.as_bytes()).expect("a feed");
        let theirs: Vec<_> = other
            .entries
            .iter()
            .map(|entry| {
                let link = entry.links.first().map(|link| link.href.clone());
                let date = entry.updated.or(entry.published);
                (link, date.map(|date| date.timestamp_millis()))
            })
            .collect();
        let ours: Vec<_> = listing(&feed, None)
            .expect("a feed")
            .entries
            .iter()
            .map(|entry| {
                (
                    Some(entry.url.to_string()),
                    entry.latest().map(Timestamp::as_unix_millis),
                )
            })
            .collect();
        assert_eq!(ours, theirs, "{feed}");
    }
}

proptest::proptest! {
    /// Nothing that looks like a listing breaks the reader or yields what cannot be asked for.
    #[test]
    fn any_markup_is_read(body in "(<rss>|<item>|</item>|<link>|/1|</link>|<urlset>|<url>|<loc>|</loc>|<!\\[CDATA\\[|]]>|&|&amp;|&#0;|&x;|<!--|<!DOCTYPE r \\[|]>|<\\?xml|\\?>|=|'|\"|展| |\\{|<lastmod>|9999-99-99){0,40}") {
        for expected in [None, Some(PageKind::Feed), Some(PageKind::Sitemap)] {
            for text in [body.clone(), format!("<rss>{body}"), format!("<urlset>{body}")] {
                let found = listing(&text, expected);
                let entries = found.map(|found| found.entries).unwrap_or_default();
                proptest::prop_assert!(entries.iter().all(|entry| entry.url.as_str().starts_with("http")));
            }
        }
    }
}

#[test]
fn a_feed_says_where_it_goes_on() {
    let check = |text: &str, expected: Option<&str>| {
        let found = listing(text, None).unwrap_or_else(|| panic!("no listing: {text}"));
        let next = found.next.as_ref().map(PageUrl::as_str);
        let next = next.and_then(|next| next.strip_prefix("https://www.expo.example.cn"));
        assert_eq!(next, expected, "{text}");
    };
    let item = "<item><link>/news/1.html</link></item>";
    let of_rss = |link: &str| rss(&format!("{link}{item}"));
    check(
        &of_rss("<atom:link rel='next' href='?page=2'/>"),
        Some("/rss/news.xml?page=2"),
    );
    check(
        &of_rss("<atom10:link REL='Next' href='/2'></atom10:link>"),
        Some("/2"),
    );
    // after the items, and among other links
    let after = format!("{item}<a:link rel='self' href='/1'/><a:link rel='next' href='/2'/>");
    check(&rss(&after), Some("/2"));
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/atom/'>\
                <link rel='prev-archive' href='old'/><link rel='alternate next' href='p/2&amp;n=9'/>\
                <entry><link href='/news/1.html'/></entry></feed>";
    check(atom, Some("/atom/p/2&n=9"));
    let json = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"next_url\": \"/2.json\", \"items\": []}";
    check(json, Some("/2.json"));
    // what an entry links is no page of the feed, nor is what is no address
    let within = "<item><link>/news/1.html</link><a:link rel='next' href='/news/2.html'/></item>";
    check(&rss(within), None);
    check(&of_rss("<a:link rel='next'/><title>next</title>"), None);
    check(
        &of_rss("<a:link rel='next' href='javascript:next()'/>"),
        None,
    );
    check(&of_rss("<link>/next</link>"), None);
    check(
        &urlset("<url><loc>/1</loc></url><link rel='next' href='/2'/>"),
        None,
    );
}
