//! Feeds and sitemaps: what they lead to, how often they are asked, what is told of them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use zhanwen::model::{NoticeKind, Outcome};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article, article_url, list};

const FEED: &str = "http://expo.example.cn/feed.xml";
const SITEMAP: &str = "http://expo.example.cn/sitemap.xml";
const HOUR: Duration = Duration::from_hours(1);

/// A rules file with `lines` in it.
fn rules(lines: &str) -> String {
    format!(
        "name = \"示例会展\"\nhosts = [\"expo.example.cn\", \"*.expo.example.cn\"]\n{lines}\n\
         [article]\nurls = ['^/news/\\d+\\.html$']\n\n[fields]\ntitle = \"h1\"\nbody = \"div.text\"\n"
    )
}

/// A scene whose site has a rules file with `lines` in it, and `count` articles.
fn scene(lines: &str, count: usize) -> Scene {
    let scene = Scene::with_rules(&[("expo.toml", &rules(lines))]);
    publish(&scene, count);
    scene
}

/// A scene without rules files.
fn without_rules(count: usize) -> Scene {
    let scene = Scene::with_rules(&[]);
    publish(&scene, count);
    scene
}

fn publish(scene: &Scene, count: usize) {
    for number in 1..=count {
        let text = format!("第{number}届展会在上海开幕，共有五百家企业参展。");
        let page = article(&format!("第{number}届展会开幕"), &text, None);
        scene
            .network
            .says(&article_url(number), [Reply::page(page)]);
    }
}

/// A feed of these articles, each published so many days before the 23rd.
fn feed(articles: &[(usize, u32)]) -> String {
    let mut xml = "<?xml version='1.0'?><rss version='2.0'><channel><title>新闻</title>".to_owned();
    for (number, days) in articles {
        let (url, day) = (article_url(*number), 22 - days);
        write!(
            xml,
            "<item><title>展会</title><link>{url}</link><pubDate>2026-11-{day:02} 10:00:00</pubDate></item>"
        )
        .unwrap();
    }
    xml + "</channel></rss>"
}

/// A sitemap of these addresses, each with what it says of its last change.
fn sitemap(urls: &[(String, &str)]) -> String {
    let mut xml = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>".to_owned();
    for (url, changed) in urls {
        write!(
            xml,
            "<url><loc>{url}</loc><lastmod>{changed}</lastmod></url>"
        )
        .unwrap();
    }
    xml + "</urlset>"
}

fn index(urls: &[(&str, &str)]) -> String {
    let mut xml = "<sitemapindex>".to_owned();
    for (url, changed) in urls {
        write!(
            xml,
            "<sitemap><loc>{url}</loc><lastmod>{changed}</lastmod></sitemap>"
        )
        .unwrap();
    }
    xml + "</sitemapindex>"
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_the_rules_name_leads_to_articles_newest_first() {
    let scene = scene("feeds = \"http://expo.example.cn/feed.xml\"", 4);
    let items = feed(&[(1, 9), (3, 1), (2, 5)]);
    let extra = items.replace(
        "</channel>",
        "<item><link>http://other.example.com/news/9.html</link></item>\
         <item><link>http://expo.example.cn/product/9.html</link></item></channel>",
    );
    scene.network.says(FEED, [Reply::page(extra)]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 3);
    let expected = [
        FEED.to_owned(),
        article_url(3),
        article_url(2),
        article_url(1),
    ];
    assert_eq!(scene.network.pages(), expected);
    assert_eq!(scene.outcomes(FEED).await, [Outcome::Listed]);
}

#[tokio::test(start_paused = true)]
async fn a_start_url_may_be_a_feed() {
    for scene in [without_rules(2), scene("", 2)] {
        scene
            .network
            .says(FEED, [Reply::page(feed(&[(1, 1), (2, 2)]))]);
        let report = scene.run(scene.begin_at(FEED)).await;
        assert_eq!(report.count(Outcome::New), 2);
        // the site itself is not walked
        assert_eq!(scene.network.pages().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_feed_is_asked_on_its_own_schedule_and_what_it_repeats_costs_nothing() {
    let scene = scene(
        "feeds = \"http://expo.example.cn/feed.xml\"\n[revisit]\nleast = \"2h\"",
        2,
    );
    let quiet = feed(&[(1, 12)]);
    scene.network.says(FEED, [Reply::page(quiet.clone())]);
    scene.crawl().await;
    scene.network.forget();
    // ten days of silence: it is asked again tomorrow, not at every run
    scene.wait(6 * HOUR).await;
    scene.crawl().await;
    assert!(!scene.network.pages().contains(&FEED.to_owned()));
    scene.wait(20 * HOUR).await;
    scene
        .network
        .says(FEED, [Reply::page(feed(&[(2, 0), (1, 12)]))]);
    scene.network.forget();
    scene.crawl().await;
    let asked = scene.network.pages();
    assert_eq!(asked.iter().filter(|url| *url == FEED).count(), 1);
    assert!(asked.contains(&article_url(2)), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_fails_is_left_alone_longer_each_time() {
    let scene = scene("feeds = \"http://expo.example.cn/feed.xml\"", 0);
    scene.network.says(
        FEED,
        [Reply::page("<rss version='2.0'><channel><item><link")],
    );
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Failed), 1);
    let look = scene.looks(FEED).await.remove(0);
    assert_eq!(
        look.reason.as_deref(),
        Some("unreadable feed: it breaks off")
    );
    for _day in 0..10 {
        scene.wait(24 * HOUR + HOUR).await;
        scene.crawl().await;
    }
    assert_eq!(scene.looks(FEED).await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_page_in_place_of_a_feed_is_no_feed() {
    let scene = scene("feeds = \"http://expo.example.cn/feed.xml\"", 1);
    let home = list(&[article_url(1)], None);
    scene.network.says(FEED, [Reply::page(home)]);
    scene.crawl().await;
    let look = scene.looks(FEED).await.remove(0);
    assert_eq!(
        (look.outcome, look.reason.as_deref()),
        (Outcome::Gone, Some("no feed"))
    );
    // it leads nowhere
    assert_eq!(scene.network.pages(), [FEED]);
}

#[tokio::test(start_paused = true)]
async fn feeds_in_gbk_and_of_lying_types_are_read() {
    let text = "<?xml version='1.0' encoding='gb2312'?><rss version='2.0'><channel><item>\
                <title>展会新闻</title><link>/news/1.html</link><pubDate>2026年11月20日</pubDate></item></channel></rss>";
    let (bytes, _, _) = encoding_rs::GBK.encode(text);
    let scene = scene("feeds = \"http://expo.example.cn/feed.xml\"", 1);
    let reply = Reply::status(200).bytes(bytes.into_owned());
    scene.network.says(FEED, [reply]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 1);
}

#[tokio::test(start_paused = true)]
async fn a_sitemap_leads_to_what_the_rules_call_articles() {
    let scene = scene("sitemaps = \"http://expo.example.cn/sitemap.xml\"", 3);
    let urls = [
        (article_url(1), "2026-11-01"),
        (
            "http://expo.example.cn/product/1.html".to_owned(),
            "2026-11-20",
        ),
        (article_url(2), "2026-11-20"),
        ("http://expo.example.cn/".to_owned(), "2026-11-21"),
    ];
    scene.network.says(SITEMAP, [Reply::page(sitemap(&urls))]);
    scene.crawl().await;
    let expected = [SITEMAP.to_owned(), article_url(2), article_url(1)];
    assert_eq!(scene.network.pages(), expected);
}

#[tokio::test(start_paused = true)]
async fn indexes_lead_to_packed_sitemaps_newest_first_and_not_for_ever() {
    let scene = scene("sitemaps = \"http://expo.example.cn/sitemap.xml\"", 2);
    let (old, new) = (
        "http://expo.example.cn/s1.xml.gz",
        "http://expo.example.cn/s2.xml",
    );
    let deep = |number: usize| format!("http://expo.example.cn/deep{number}.xml");
    let first = index(&[
        (old, "2026-01-01"),
        (new, "2026-11-20"),
        (&deep(1), "2025-01-01"),
    ]);
    scene.network.says(SITEMAP, [Reply::page(first)]);
    let packed = gzip(&sitemap(&[(article_url(1), "2026-01-01")]));
    let packed = Reply::status(200)
        .bytes(packed)
        .header("content-type", "application/octet-stream");
    scene.network.says(old, [packed]);
    let other = sitemap(&[(article_url(2), "2026-11-20")]);
    scene.network.says(new, [Reply::page(other)]);
    for number in 1..9 {
        let next = index(&[(&deep(number + 1), "2025-01-01")]);
        scene.network.says(&deep(number), [Reply::page(next)]);
    }
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 2);
    let asked = scene.network.pages();
    let maps: Vec<&str> = asked
        .iter()
        .map(String::as_str)
        .filter(|url| url.contains("xml"))
        .collect();
    assert_eq!(maps, [SITEMAP, new, old, &deep(1), &deep(2), &deep(3)]);
}

#[tokio::test(start_paused = true)]
async fn years_of_archive_are_walked_in_portions() {
    let scene = scene("sitemaps = \"http://expo.example.cn/sitemap.xml\"", 0);
    let urls: Vec<_> = (1..=1_200)
        .map(|number| (article_url(number), ""))
        .collect();
    scene.network.says(SITEMAP, [Reply::page(sitemap(&urls))]);
    let mut known = Vec::new();
    for _run in 0..4 {
        let report = scene.crawl().await;
        known.push(report.new_pages);
        scene.wait(24 * HOUR * 8).await;
    }
    assert_eq!(known, [500, 500, 200, 0]);
}

#[tokio::test(start_paused = true)]
async fn what_the_rules_do_not_name_is_told_of_and_left_alone() {
    let scene = scene("start = \"http://expo.example.cn/news/\"", 1);
    offer(&scene);
    let report = scene.crawl().await;
    let told: Vec<_> = report
        .notices()
        .map(|notice| notice.message.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "expo.example.cn offers a feed: add feeds = [\"http://expo.example.cn/feed.xml\"] to expo.toml",
            "expo.example.cn names a sitemap in its robots.txt, http://expo.example.cn/sitemap.xml: \
             add sitemaps = \"robots\" to expo.toml",
        ]
    );
    let kinds: Vec<_> = report.notices().map(|notice| notice.kind).collect();
    assert_eq!(kinds, [NoticeKind::Feed, NoticeKind::Sitemap]);
    let asked = scene.network.pages();
    assert_eq!(asked, [LIST.to_owned(), article_url(1)]);
}

#[tokio::test(start_paused = true)]
async fn rules_that_want_no_feed_hear_of_none() {
    let lines = "start = \"http://expo.example.cn/news/\"\nfeeds = []\nsitemaps = []";
    let scene = scene(lines, 1);
    offer(&scene);
    let report = scene.crawl().await;
    assert_eq!(report.notices().count(), 0);
    assert_eq!(scene.network.pages().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_rules_what_is_offered_is_followed() {
    let scene = without_rules(3);
    offer(&scene);
    let report = scene.run(scene.begin_at(LIST)).await;
    assert_eq!(report.notices().count(), 0);
    assert_eq!(report.count(Outcome::New), 3);
    let asked = scene.network.pages();
    assert!(
        asked.contains(&FEED.to_owned()) && asked.contains(&SITEMAP.to_owned()),
        "{asked:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_sitemaps_of_robots_txt_are_followed_where_the_rules_say_so() {
    let scene = scene(
        "start = \"http://expo.example.cn/news/\"\nsitemaps = \"robots\"\nfeeds = []",
        3,
    );
    offer(&scene);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 2);
    assert!(scene.network.pages().contains(&SITEMAP.to_owned()));
}

/// Article 1 is on the start page, 2 in a feed that it offers, 3 in a sitemap of robots.txt.
fn offer(scene: &Scene) {
    let head = "<link rel=alternate type=application/rss+xml href=/feed.xml>";
    let page = format!("{head}{}", list(&[article_url(1)], None));
    scene.network.says(LIST, [Reply::page(page)]);
    scene.network.says(FEED, [Reply::page(feed(&[(2, 1)]))]);
    let listed = sitemap(&[(article_url(3), "2026-11-01")]);
    scene.network.says(SITEMAP, [Reply::page(listed)]);
    let robots = format!(
        "User-agent: *\nDisallow: /admin/\nSitemap: {SITEMAP}\nSitemap: http://other.example.com/s.xml"
    );
    let robots_url = format!("http://{HOST}/robots.txt");
    scene.network.says(
        &robots_url,
        [Reply::page(robots).header("content-type", "text/plain")],
    );
}

#[tokio::test(start_paused = true)]
async fn lists_feeds_and_sitemaps_are_asked_whether_they_changed() {
    let lines = "start = \"http://expo.example.cn/news/\"\nfeeds = \"http://expo.example.cn/feed.xml\"\n\
                 sitemaps = \"http://expo.example.cn/sitemap.xml\"";
    let scene = scene(lines, 3);
    let tagged = |body: String| Reply::page(body).header("etag", "\"1\"");
    let same = || Reply::status(304);
    let first = tagged(list(&[article_url(1)], None));
    scene.network.says(LIST, [first, same()]);
    scene.network.says(FEED, [tagged(feed(&[(2, 1)])), same()]);
    let listed = sitemap(&[(article_url(3), "2026-11-01")]);
    scene.network.says(SITEMAP, [tagged(listed), same()]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 3);
    scene.wait(24 * HOUR * 8).await;
    scene.network.forget();
    scene.crawl().await;
    for url in [LIST, FEED, SITEMAP] {
        let asked = scene.network.asked();
        let asked = asked.iter().find(|asked| asked.url == url).unwrap();
        assert_eq!(asked.conditional.etag.as_deref(), Some("\"1\""), "{url}");
        let expected = [Outcome::Listed, Outcome::NotModified];
        assert_eq!(scene.outcomes(url).await, expected, "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn other_rules_read_a_list_anew() {
    let first = rules("start = \"http://expo.example.cn/news/\"\nfeeds = []");
    let scene = Scene::with_rules(&[("expo.toml", &first)]);
    publish(&scene, 1);
    let page = || Reply::page(list(&[article_url(1)], None)).header("etag", "\"1\"");
    scene.network.says(LIST, [page()]);
    scene.crawl().await;
    scene.wait(2 * HOUR).await;
    scene.network.forget();
    scene.crawl().await;
    assert!(scene.network.asked()[0].conditional.etag.is_some());
    let changed = scene.with_other_rules(&[("expo.toml", &format!("{first}source = \"p\"\n"))]);
    changed.wait(2 * HOUR).await;
    changed.network.forget();
    changed.crawl().await;
    assert_eq!(changed.network.asked()[0].url, LIST);
    assert_eq!(changed.network.asked()[0].conditional.etag, None);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_goes_on_is_walked_on_after_a_run_that_ended_early() {
    let mut scene = scene("start = \"http://expo.example.cn/news/\"\nfeeds = []", 4);
    let second = "http://expo.example.cn/news/?page=2";
    let tagged = |body: String| Reply::page(body).header("etag", "\"1\"");
    let first = list(&[article_url(1), article_url(2)], Some(second));
    scene
        .network
        .says(LIST, [tagged(first), Reply::status(304)]);
    scene.network.says(
        second,
        [tagged(list(&[article_url(3), article_url(4)], None))],
    );
    scene.settings.max_pages = Some(1);
    scene.crawl().await;
    assert_eq!(scene.network.pages(), [LIST]);
    scene.settings.max_pages = None;
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 4);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_only_scraped_is_no_known_list() {
    let scene = scene("start = \"http://expo.example.cn/news/\"\nfeeds = []", 1);
    let page = || Reply::page(list(&[article_url(1)], None)).header("etag", "\"1\"");
    scene.network.says(LIST, [page()]);
    scene.run(scene.pages(&[LIST])).await;
    scene.network.forget();
    let report = scene.crawl().await;
    assert_eq!(scene.network.asked()[0].conditional.etag, None);
    assert_eq!(report.count(Outcome::New), 1);
}

/// A crawl two days after the one before. Five articles were `edited` meanwhile or not, and the
/// sitemap says of when what `claims` says.
async fn day(scene: &Scene, number: usize, edited: bool, claims: impl Fn(usize) -> String) {
    scene.wait(48 * HOUR).await;
    let urls: Vec<_> = (1..=5)
        .map(|page| (article_url(page), claims(page)))
        .collect();
    let urls: Vec<_> = urls
        .iter()
        .map(|(url, claim)| (url.clone(), claim.as_str()))
        .collect();
    scene.network.says(SITEMAP, [Reply::page(sitemap(&urls))]);
    for page in (1..=5).filter(|_| edited) {
        let text = format!("第{page}届展会在上海开幕，第{number}次修订。");
        let page_of = article(&format!("第{page}届展会开幕"), &text, None);
        scene
            .network
            .says(&article_url(page), [Reply::page(page_of)]);
    }
    scene.network.forget();
    scene.crawl().await;
}

fn articles_asked(scene: &Scene) -> usize {
    let asked = scene.network.pages();
    asked.iter().filter(|url| url.contains("/news/")).count()
}

/// Shortly before now, of each article another instant.
fn claimed(scene: &Scene, page: usize) -> String {
    let ago = Duration::from_mins(u64::try_from(page).unwrap());
    zhanwen::clock::Clock::now(&*scene.clock)
        .minus(ago)
        .to_string()
}

const BOUNDS: &str =
    "sitemaps = \"http://expo.example.cn/sitemap.xml\"\n[revisit]\nleast = \"1h\"\nmost = \"30d\"";

#[tokio::test(start_paused = true)]
async fn a_sitemap_that_proves_true_says_when_to_look() {
    let scene = scene(BOUNDS, 5);
    day(&scene, 0, false, |page| {
        format!("2026-11-2{}T00:00:00Z", page % 3)
    })
    .await;
    assert_eq!(articles_asked(&scene), 5);
    // edited and claimed: five claims that came true
    day(&scene, 1, true, |page| claimed(&scene, page)).await;
    assert_eq!(articles_asked(&scene), 5);
    let said: Vec<String> = (0..=5).map(|page| claimed(&scene, page)).collect();
    // trusted from now on: where nothing is claimed nothing is asked
    day(&scene, 2, false, |page| said[page].clone()).await;
    day(&scene, 3, false, |page| said[page].clone()).await;
    scene.network.forget();
    let quiet = |page: usize| said[page].clone();
    day(&scene, 4, false, quiet).await;
    assert_eq!(articles_asked(&scene), 0);
    // and what is claimed is asked at once
    let third = claimed(&scene, 0);
    let text = article("第3届展会开幕", "第3届展会延期。", None);
    scene.network.says(&article_url(3), [Reply::page(text)]);
    scene.wait(HOUR).await;
    let now = claimed(&scene, 1);
    assert!(now > third);
    day(&scene, 5, false, |page| {
        if page == 3 { now.clone() } else { quiet(page) }
    })
    .await;
    assert_eq!(articles_asked(&scene), 1);
    assert_eq!(scene.versions(&article_url(3)).await, 3);
}

#[tokio::test(start_paused = true)]
async fn a_sitemap_that_claims_everything_changed_is_not_believed() {
    let scene = scene(BOUNDS, 5);
    let mut asked = Vec::new();
    for number in 0..12 {
        day(&scene, number, false, |page| claimed(&scene, page)).await;
        asked.push(articles_asked(&scene));
    }
    // the pages settle as if there were no sitemap
    assert_eq!(asked[0], 5);
    assert!(asked[6..].iter().sum::<usize>() < 20, "{asked:?}");
}

/// An index that names its only sitemap after the day, crawled daily for a hundred days and then
/// monthly for five years.
#[tokio::test(start_paused = true)]
async fn sitemaps_that_change_names_are_not_asked_for_ever() {
    let lines = "sitemaps = \"http://expo.example.cn/sitemap.xml\"";
    let scene = scene(lines, 1);
    let named = |day: usize| format!("http://expo.example.cn/sitemap-{day}.xml");
    for day in 0..100 {
        let today = named(day);
        let now = claimed(&scene, 1);
        scene
            .network
            .says(SITEMAP, [Reply::page(index(&[(&today, &now)]))]);
        let listed = sitemap(&[(article_url(1), "2026-11-01")]);
        scene.network.says(&today, [Reply::page(listed)]);
        if let Some(before) = day.checked_sub(1) {
            scene.network.says(&named(before), [Reply::status(404)]);
        }
        scene.crawl().await;
        scene.wait(24 * HOUR).await;
    }
    assert!(scene.network.pages().contains(&named(99)));
    let mut asked = Vec::new();
    for _year in 0..5 {
        scene.network.forget();
        for _month in 0..12 {
            scene.crawl().await;
            scene.wait(730 * HOUR).await;
        }
        let pages = scene.network.pages();
        asked.push(pages.iter().filter(|url| url.contains("map-")).count());
    }
    // a hundred of them: some looks at each in the first year, one a year at the end
    assert!(asked[0] < 500 && asked[4] <= 100 + 12, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_the_rules_name_and_that_comes_back_is_found_within_a_week() {
    let scene = scene("feeds = \"http://expo.example.cn/feed.xml\"", 2);
    scene.network.says(FEED, [Reply::page(feed(&[(1, 3)]))]);
    scene.crawl().await;
    scene.network.says(FEED, [Reply::status(404)]);
    for _day in 0..20 {
        scene.wait(24 * HOUR).await;
        scene.crawl().await;
    }
    scene.network.says(FEED, [Reply::page(feed(&[(2, 1)]))]);
    scene.network.forget();
    for _day in 0..7 {
        scene.wait(24 * HOUR).await;
        scene.crawl().await;
    }
    let asked = scene.network.pages();
    assert!(asked.contains(&article_url(2)), "{asked:?}");
}

/// A feed in pages of two (RFC 5005).
fn paged(address: &str, articles: [(usize, u32); 2], next: Option<&str>) -> (String, Reply) {
    let own = format!("<atom:link rel='self' href='{address}'/>");
    let next = next.map(|next| format!("<atom:link rel='next' href='{next}'/>"));
    let links = own + &next.unwrap_or_default();
    let feed = feed(&articles).replace("</title><item>", &format!("</title>{links}<item>"));
    (address.to_owned(), Reply::page(feed))
}

#[tokio::test(start_paused = true)]
async fn a_feed_in_pages_is_walked_until_one_holds_nothing_new() {
    let scene = scene("feeds = \"http://expo.example.cn/feed.xml\"", 10);
    let further = [2, 3, 4].map(|number| format!("{FEED}?page={number}"));
    let [second, third, fourth] = further.each_ref().map(String::as_str);
    let shows = |pages: &[(String, Reply)]| {
        for (address, page) in pages {
            scene.network.says(address, [page.clone()]);
        }
        scene.network.forget();
    };
    shows(&[
        paged(FEED, [(6, 1), (5, 2)], Some(second)),
        paged(second, [(4, 3), (3, 4)], Some(third)),
        // the last leads back to the first
        paged(third, [(2, 5), (1, 6)], Some(FEED)),
    ]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 6, "{:?}", scene.network.pages());
    let feeds = || {
        let asked = scene.network.pages();
        asked.into_iter().filter(|url| url.contains("feed")).count()
    };
    assert_eq!(feeds(), 3);

    // three new ones: the second page holds one of them, the third none
    scene.wait(24 * HOUR).await;
    shows(&[
        paged(FEED, [(9, 0), (8, 0)], Some(second)),
        paged(second, [(7, 0), (6, 1)], Some(third)),
        paged(third, [(5, 2), (4, 3)], Some(fourth)),
        paged(fourth, [(3, 4), (2, 5)], None),
    ]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 3, "{:?}", scene.network.pages());
    assert_eq!(feeds(), 3, "{:?}", scene.network.pages());

    // nothing new: the further pages are left alone
    scene.wait(24 * HOUR).await;
    scene.network.forget();
    scene.crawl().await;
    assert_eq!(
        scene
            .network
            .pages()
            .iter()
            .filter(|url| url.contains("feed"))
            .count(),
        1
    );
}
