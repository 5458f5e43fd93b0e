//! Pictures of articles: after all pages, politely, within their limits, and never to a page's harm.

use std::time::Duration;

use zhanwen::archive::{AssetEntry, AssetState, Library};
use zhanwen::clock::Clock as _;
use zhanwen::crawl::stop;
use zhanwen::model::Outcome;

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article, article_url, list};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// What rules files say beside pictures.
const RULES: &str = r#"
name = "示例会展"
hosts = ["expo.example.cn"]
start = ["http://expo.example.cn/news/"]
[list]
items = "ul.news li"
[article]
urls = ['^/news/\d+\.html$']
[fields]
title = "h1"
publish_time = "span.time"
body = "div.text"
"#;

fn own(number: usize) -> String {
    format!("http://expo.example.cn/p/{number}.png")
}

fn cdn(number: usize) -> String {
    format!("http://img.example.net/{number}.png")
}

/// The first bytes of a PNG of that size, made longer by `more`.
fn png(width: u32, height: u32, more: usize) -> Reply {
    let mut bytes = b"\x89PNG\r\n\x1A\n\x00\x00\x00\x0DIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(*b"\x08\x02\x00\x00\x00\x00\x00\x00\x00");
    bytes.resize(bytes.len() + more, 7);
    Reply::status(200).bytes(bytes)
}

fn illustrated(number: usize, pictures: &[String]) -> String {
    let shown: Vec<String> = pictures
        .iter()
        .map(|url| format!("<p><img src='{url}' alt='展台'></p>"))
        .collect();
    let text = format!("第{number}届展会在上海开幕，共有五百家企业参展。");
    article(&format!("第{number}届展会开幕"), &text, None).replace(
        "<div class=text>",
        &format!("<div class=text>{}", shown.concat()),
    )
}

/// A site whose articles show these pictures, each of which can be had.
fn scene_of(files: &[(&str, &str)], articles: &[&[String]]) -> Scene {
    let mut scene = Scene::with_rules(files);
    scene.settings.assets = true;
    let urls: Vec<_> = (1..=articles.len()).map(article_url).collect();
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    for (number, pictures) in (1..).zip(articles) {
        let page = Reply::page(illustrated(number, pictures));
        scene.network.says(&article_url(number), [page]);
        for picture in *pictures {
            scene.network.says(picture, [png(640, 480, 1000)]);
        }
    }
    scene
}

fn scene(articles: &[&[String]]) -> Scene {
    scene_of(&[("expo.toml", RULES)], articles)
}

async fn shown(scene: &Scene, number: usize) -> Vec<AssetEntry> {
    let page = scene.find(&article_url(number)).await;
    scene.archive.assets(page, None).await.unwrap()
}

/// How it stands with each picture of an article, and why.
async fn states(scene: &Scene, number: usize) -> Vec<(AssetState, Option<String>)> {
    let shown = shown(scene, number).await;
    shown
        .into_iter()
        .map(|picture| (picture.state, picture.reason))
        .collect()
}

fn pictures(scene: &Scene) -> Vec<String> {
    let asked = scene.network.pages().into_iter();
    asked.filter(|url| is_picture(url)).collect()
}

fn is_picture(url: &str) -> bool {
    !url.starts_with(LIST)
}

#[tokio::test(start_paused = true)]
async fn pictures_come_after_the_pages_and_at_the_same_pace() {
    let scene = scene(&[&[own(1), cdn(1)], &[own(2)], &[cdn(1), cdn(2)]]);
    let report = scene.crawl().await;
    let asked = scene.network.pages();
    let of_host: Vec<_> = asked.iter().filter(|url| url.contains(HOST)).collect();
    let last_page = of_host.iter().rposition(|url| !is_picture(url));
    assert_eq!(last_page, Some(3), "{of_host:?}");
    assert_eq!(of_host.len(), 6);
    // each once, however many articles show it
    let mut pictures = pictures(&scene);
    pictures.sort();
    assert_eq!(pictures, [own(1), own(2), cdn(1), cdn(2)]);
    for host in [HOST, "img.example.net"] {
        let pauses = scene.network.pauses(host);
        assert!(
            pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
            "{host}: {pauses:?}"
        );
    }
    let robots = "http://img.example.net/robots.txt".to_owned();
    let asked = scene.network.asked();
    assert!(asked.iter().any(|asked| asked.url == robots));
    for number in 1..=3 {
        for picture in shown(&scene, number).await {
            assert_eq!(picture.state, AssetState::Kept);
            assert_eq!(picture.size, Some((640, 480)));
            let body = scene.archive.entity(picture.entity.unwrap()).await.unwrap();
            assert_eq!(body.unwrap().len(), 1033);
        }
    }
    // no page, no look, no article, and counted by itself
    assert_eq!(report.looks(), 4);
    assert_eq!(report.pictures.of(AssetState::Kept), 4);
    assert_eq!(report.pictures.asked, 4);
    assert_eq!(report.kept().counts["pictures_kept"], 4);
    // and what is kept is asked for no more
    scene.network.forget();
    scene.wait(DAY * 40).await;
    scene.crawl().await;
    assert!(scene.network.pages().len() >= 3);
    assert_eq!(self::pictures(&scene), [] as [String; 0]);
}

#[tokio::test(start_paused = true)]
async fn without_being_asked_nobody_asks_for_pictures() {
    let mut scene = scene(&[&[own(1)]]);
    scene.settings.assets = false;
    let page = Reply::page(illustrated(1, &[own(1)])).header("etag", "\"1\"");
    scene.network.says(&article_url(1), [page]);
    let report = scene.crawl().await;
    assert_eq!(pictures(&scene), [] as [String; 0]);
    assert_eq!(shown(&scene, 1).await, []);
    assert_eq!(report.kept().counts.len(), 0);
    // asked for later, an article that did not change gives them too
    scene.settings.assets = true;
    scene.wait(DAY).await;
    scene.network.says(&article_url(1), [Reply::status(304)]);
    scene.settings.recheck = true;
    scene.crawl().await;
    assert_eq!(states(&scene, 1).await[0].0, AssetState::Kept);
    // and a site may say no for good, or yes
    let never = format!("assets = false\n{RULES}");
    let scene = scene_of(&[("expo.toml", &never)], &[&[own(1)]]);
    scene.crawl().await;
    assert_eq!(pictures(&scene), [] as [String; 0]);
    let always = format!("assets = true\n{RULES}");
    let mut scene = scene_of(&[("expo.toml", &always)], &[&[own(1)]]);
    scene.settings.assets = false;
    scene.crawl().await;
    assert_eq!(pictures(&scene), [own(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_picture_is_told_what_a_browser_would_tell_it() {
    let referers = async |page: String, header: Option<&str>| -> Vec<Option<String>> {
        let scene = scene(&[&[own(1), cdn(1)]]);
        let mut reply = Reply::page(page);
        if let Some(policy) = header {
            reply = reply.header("referrer-policy", policy);
        }
        scene.network.says(&article_url(1), [reply]);
        scene.crawl().await;
        let asked = scene.network.asked();
        let of = |url: String| asked.iter().find(|asked| asked.url == url).unwrap();
        vec![of(own(1)).referer.clone(), of(cdn(1)).referer.clone()]
    };
    let page = illustrated(1, &[own(1), cdn(1)]);
    let (full, origin) = (article_url(1), "http://expo.example.cn/".to_owned());
    let usual = [Some(full.clone()), Some(origin.clone())];
    assert_eq!(referers(page.clone(), None).await, usual);
    let silent = page.replace("<head>", "<head><meta name=Referrer content=no-referrer>");
    assert_eq!(referers(silent.clone(), None).await, [None, None]);
    let by_header = referers(page, Some("same-origin")).await;
    assert_eq!(by_header, [Some(full), None]);
    // what the page says comes after its header
    assert_eq!(referers(silent, Some("origin")).await, [None, None]);
}

#[tokio::test(start_paused = true)]
async fn robots_txt_of_the_picture_s_host_is_heeded() {
    let scene = scene(&[&[own(1), cdn(1)]]);
    let rules = Reply::page("User-agent: *\nDisallow: /");
    let robots = "http://img.example.net/robots.txt";
    scene.network.says(robots, [rules]);
    scene.crawl().await;
    assert_eq!(pictures(&scene), [own(1)]);
    let states = states(&scene, 1).await;
    assert_eq!(states[0].0, AssetState::Kept);
    assert_eq!(
        states[1],
        (AssetState::Refused, Some("robots.txt".to_owned()))
    );
    // a file that cannot be had forbids for now, and gives nothing up
    let scene = self::scene(&[&[cdn(1), cdn(2)]]);
    scene
        .network
        .says(robots, [Reply::status(404), Reply::status(404)]);
    scene.network.says(robots, [Reply::status(500)]);
    scene.crawl().await;
    assert_eq!(pictures(&scene), [] as [String; 0]);
    assert!(
        shown(&scene, 1)
            .await
            .iter()
            .all(|one| one.state == AssetState::Wanted)
    );
    scene.network.says(robots, [Reply::status(404)]);
    scene.wait(DAY * 2).await;
    scene.crawl().await;
    assert_eq!(pictures(&scene), [cdn(1), cdn(2)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_picture_is_not_kept_whatever_it_is_called() {
    for (reply, state, reason) in [
        (
            Reply::page("<html><script>challenge()</script></html>")
                .header("content-type", "image/png"),
            AssetState::Failed,
            "a web page in its place",
        ),
        (Reply::status(403), AssetState::Failed, "status 403"),
        (Reply::status(404), AssetState::Failed, "status 404"),
        (Reply::timeout(&cdn(1)), AssetState::Failed, "timeout"),
        (Reply::page(""), AssetState::Failed, "empty"),
        (png(1, 1, 0), AssetState::PassedOver, "small (1×1)"),
        (
            Reply::status(200).bytes(b"%PDF-1.7".to_vec()),
            AssetState::PassedOver,
            "not a picture",
        ),
        (
            png(640, 480, 5_000_000),
            AssetState::PassedOver,
            "larger than 5000000 bytes",
        ),
        (
            Reply::status(200)
                .bytes(bomb())
                .header("content-encoding", "gzip"),
            AssetState::PassedOver,
            "larger than 5000000 bytes",
        ),
        (
            Reply::redirect(302, &cdn(1)),
            AssetState::Failed,
            "status 302",
        ),
    ] {
        let scene = scene(&[&[cdn(1)]]);
        scene.network.says(&cdn(1), [reply]);
        let report = scene.crawl().await;
        assert_eq!(pictures(&scene), [cdn(1)], "{reason}");
        let found = shown(&scene, 1).await.remove(0);
        assert_eq!(
            (found.state, found.reason.as_deref()),
            (state, Some(reason))
        );
        assert_eq!((found.entity, found.bytes), (None, None), "{reason}");
        assert_eq!(
            found.due_at.is_some(),
            state == AssetState::Failed,
            "{reason}"
        );
        // the article is well, and so is the site
        assert_eq!(scene.outcomes(&article_url(1)).await, [Outcome::New]);
        assert_eq!(report.failed().count(), 0, "{reason}");
        assert_eq!(
            report.count(Outcome::Failed) + report.count(Outcome::Blocked),
            0
        );
    }
}

/// Gzip of thirty megabytes of nothing.
fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..30 {
        encoder.write_all(&vec![0; 1_000_000]).unwrap();
    }
    encoder.finish().unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_failed_is_asked_for_again_and_then_given_up() {
    let scene = scene(&[&[cdn(1)]]);
    scene.network.says(
        &cdn(1),
        [Reply::status(500), Reply::status(500), png(640, 480, 0)],
    );
    scene.crawl().await;
    assert_eq!(pictures(&scene).len(), 1);
    scene.crawl().await;
    assert_eq!(pictures(&scene).len(), 1, "not at once");
    scene.wait(HOUR).await;
    scene.crawl().await;
    assert_eq!(pictures(&scene).len(), 2);
    scene.wait(DAY).await;
    scene.crawl().await;
    assert_eq!(states(&scene, 1).await, [(AssetState::Kept, None)]);

    let scene = self::scene(&[&[cdn(1)]]);
    scene.network.says(&cdn(1), [Reply::status(500)]);
    for _ in 0..6 {
        scene.crawl().await;
        scene.wait(DAY * 8).await;
    }
    assert_eq!(pictures(&scene).len(), 4);
    assert_eq!(shown(&scene, 1).await[0].due_at, None);
}

#[tokio::test(start_paused = true)]
async fn redirects_are_followed_under_the_rules_of_where_they_lead() {
    let scene = scene(&[&[own(1)]]);
    scene.network.says(&own(1), [Reply::redirect(302, &cdn(1))]);
    scene.network.says(&cdn(1), [Reply::redirect(301, &cdn(2))]);
    scene.network.says(&cdn(2), [png(640, 480, 0)]);
    let report = scene.crawl().await;
    assert_eq!(pictures(&scene), [own(1), cdn(1), cdn(2)]);
    assert_eq!(report.pictures.asked, 3);
    assert_eq!(report.pictures.of(AssetState::Kept), 1);
    let found = shown(&scene, 1).await.remove(0);
    assert_eq!(
        (found.state, found.url.as_str()),
        (AssetState::Kept, own(1).as_str())
    );
    assert_eq!(found.url_requested.as_str(), cdn(2));
    let asked = scene.network.asked();
    let robots = "http://img.example.net/robots.txt";
    assert_eq!(asked.iter().filter(|asked| asked.url == robots).count(), 1);
    assert!(asked.iter().all(
        |asked| !asked.url.contains("img") || asked.referer.as_deref() != Some(&article_url(1))
    ));
    // in a circle
    let scene = self::scene(&[&[own(1)]]);
    scene.network.says(&own(1), [Reply::redirect(302, &cdn(1))]);
    scene.network.says(&cdn(1), [Reply::redirect(302, &own(1))]);
    scene.crawl().await;
    assert_eq!(pictures(&scene).len(), 6);
    let reason = Some("too many redirects".to_owned());
    assert_eq!(states(&scene, 1).await, [(AssetState::Failed, reason)]);
}

#[tokio::test(start_paused = true)]
async fn limits_hold_for_an_article_and_for_a_site_in_a_run() {
    let limited = |limits: &str| format!("{RULES}\n[assets]\n{limits}\n");
    let three: Vec<_> = (1..=3).map(cdn).collect();
    let scene = scene_of(
        &[("expo.toml", &limited("article-pictures = 2"))],
        &[&three],
    );
    scene.crawl().await;
    assert_eq!(pictures(&scene), three[..2]);
    assert_eq!(states(&scene, 1).await[2].0, AssetState::LeftOut);
    // two of 1033 bytes fill it, and of the second there is room for less
    let scene = scene_of(
        &[("expo.toml", &limited("article-bytes = 1100"))],
        &[&three],
    );
    scene.crawl().await;
    let kept = states(&scene, 1).await;
    assert_eq!(kept[0].0, AssetState::Kept);
    for passed_over in &kept[1..] {
        assert_eq!(passed_over.0, AssetState::PassedOver);
        assert_eq!(passed_over.1.as_deref(), Some("larger than 67 bytes"));
    }
    // what a run has no room for is due at the next
    for limit in ["run-pictures = 2", "run-bytes = 2066"] {
        let scene = scene_of(&[("expo.toml", &limited(limit))], &[&three]);
        scene.crawl().await;
        let kept: Vec<_> = states(&scene, 1)
            .await
            .into_iter()
            .map(|one| one.0)
            .collect();
        let (had, due) = (AssetState::Kept, AssetState::Wanted);
        assert_eq!(kept, [had, had, due], "{limit}");
        scene.crawl().await;
        assert!(
            states(&scene, 1).await.iter().all(|one| one.0 == had),
            "{limit}"
        );
        let last = pictures(&scene).pop();
        assert_eq!(last, Some(cdn(3)), "{limit}");
    }
    let kinds = limited("types = ['jpeg']");
    let scene = scene_of(&[("expo.toml", &kinds)], &[&three]);
    scene.crawl().await;
    let why = Some("kind png".to_owned());
    assert_eq!(states(&scene, 1).await[0], (AssetState::PassedOver, why));
}

#[tokio::test(start_paused = true)]
async fn a_budget_of_pages_is_one_of_pages() {
    let mut scene = scene(&[&[own(1)], &[own(2)], &[own(3)]]);
    scene.settings.max_pages = Some(2);
    scene.crawl().await;
    // one list, one article, and that one's picture
    assert_eq!(scene.network.pages().len(), 3);
    assert_eq!(pictures(&scene).len(), 1);
    scene.settings.max_pages = None;
    scene.settings.max_bytes = Some(1);
    scene.network.forget();
    scene.crawl().await;
    assert_eq!(pictures(&scene), [] as [String; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_refuses_its_pictures_is_left_alone_and_its_pages_are_not() {
    let five: Vec<_> = (1..=5).map(own).collect();
    let scene = scene(&[&five]);
    for picture in &five {
        scene.network.says(picture, [Reply::status(403)]);
    }
    let report = scene.crawl().await;
    assert_eq!(pictures(&scene), five[..3]);
    assert_eq!(report.resting().count(), 0);
    let states = states(&scene, 1).await;
    assert_eq!(states[3].0, AssetState::Wanted);
    // a page that is new a moment later is looked at at once
    let urls: Vec<_> = (1..=2).map(article_url).collect();
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    scene
        .network
        .says(&article_url(2), [Reply::page(illustrated(2, &[]))]);
    scene.crawl().await;
    assert_eq!(scene.outcomes(&article_url(2)).await, [Outcome::New]);
    // a server that asks for patience is given it, whatever it was asked for
    let scene = self::scene(&[&five]);
    let busy = Reply::status(429).header("retry-after", "7200");
    scene.network.says(&own(1), [busy]);
    let report = scene.crawl().await;
    assert_eq!(pictures(&scene), [own(1)]);
    assert_eq!(report.pictures.of(AssetState::Failed), 1);
    let now = scene.clock.now();
    scene.wait(HOUR).await;
    scene.network.forget();
    scene.crawl().await;
    assert!(scene.network.pages().is_empty(), "resting since {now}");
    scene.wait(HOUR * 2).await;
    scene.crawl().await;
    assert!(pictures(&scene).contains(&own(5)));
}

#[tokio::test(start_paused = true)]
async fn a_stop_leaves_pictures_for_the_next_run() {
    let scene = scene(&[&[own(1), own(2), own(3)]]);
    let (handle, stopped) = stop();
    scene
        .network
        .says(&own(1), [png(640, 480, 0).stops(&handle)]);
    let (report, _) = scene.run_until(scene.sites(&["expo"]), stopped).await;
    assert!(report.unwrap().interrupted);
    assert_eq!(pictures(&scene), [own(1)]);
    let after: Vec<_> = states(&scene, 1)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    let (had, due) = (AssetState::Kept, AssetState::Wanted);
    assert_eq!(after, [had, due, due]);
    scene.crawl().await;
    assert_eq!(pictures(&scene), [own(1), own(2), own(3)]);
}

#[tokio::test(start_paused = true)]
async fn a_scrape_asks_for_the_pictures_of_its_pages_alone() {
    let mut scene = scene(&[&[own(1)], &[own(2)]]);
    scene.settings.assets = false;
    scene.crawl().await;
    scene.settings.assets = true;
    let plan = scene.pages(&[&article_url(2)]);
    scene.run(plan).await;
    assert_eq!(pictures(&scene), [own(2)]);
    assert_eq!(states(&scene, 2).await, [(AssetState::Kept, None)]);
    assert_eq!(shown(&scene, 1).await, []);
}
