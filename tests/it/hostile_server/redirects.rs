//! Redirects that lead where no crawler should go, and what they carry there.

use std::time::Duration;

use rusqlite::Connection;

use super::server::{Answer, Server, proper};
use super::{Desk, Running, said};

const ARTICLE: &str = "<html><title>展会开幕</title><h1>展会开幕</h1>\
    <p>示例家居展组委会今天公布第一批参展商名录，三百二十家企业确认参展，展位预订率超过九成。</p>\
    <p>第二批名录将于七月初公布，已经列入名录的企业如需修改展品信息，请在月底之前提交申请。</p>";

fn redirect(to: &str) -> Answer {
    let head = format!(
        "HTTP/1.1 302 Found\r\nlocation: {to}\r\nset-cookie: token=stolen\r\n\
         content-length: 0\r\n\r\n"
    );
    Answer::Open(head.into_bytes())
}

/// The last look at each page that was looked at: status, outcome, error, reason.
fn looks(desk: &Desk) -> Vec<(String, Option<String>, Option<String>, String)> {
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let mut looks = archive
        .prepare(
            "SELECT outcome, error, reason, url_requested FROM v_fetches
             GROUP BY page_id HAVING fetch_id = max(fetch_id) ORDER BY fetch_id",
        )
        .unwrap();
    let looks = looks
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    looks.map(Result::unwrap).collect()
}

/// `scrape` of `url` where 127.0.0.2 to 127.0.0.3 alone are open.
fn scrape(desk: &Desk, url: &str) -> String {
    let mut command = desk.command(&["scrape", "--interval", "0", url]);
    command.args(["--allow-net", "127.0.0.2/31"]);
    let (output, _) = Running::of(command).watched(Duration::from_mins(1));
    assert!(!said(&output).contains("panick"), "{}", said(&output));
    said(&output)
}

/// Where a redirect leads, and how the look at its end is recorded: outcome, error, reason.
type Way = (String, &'static str, Option<&'static str>, &'static str);

#[test]
fn a_redirect_leads_to_open_web_addresses_alone() {
    let secret = Server::start();
    secret.put("/secret", proper("text/html", ARTICLE));
    let port = secret.address.port();
    let refused = |to: String| -> Way { (to, "failed", Some("address-refused"), "") };
    let nowhere =
        |to: &str| -> Way { (to.to_owned(), "failed", None, "status 302 without a way on") };
    let ways: Vec<Way> = vec![
        nowhere("file:///etc/passwd"),
        nowhere("data:text/html,<h1>x</h1>"),
        nowhere("javascript:alert(1)"),
        nowhere("ftp://example.cn/"),
        nowhere("gopher://127.0.0.1:6379/_FLUSHALL"),
        nowhere("about:blank"),
        nowhere("http://"),
        nowhere("http://[::1/"),
        nowhere("http://%00/"),
        nowhere(""),
        refused(format!("http://127.0.0.1:{port}/secret")),
        refused(format!("http://2130706433:{port}/secret")),
        refused(format!("http://0x7f000001:{port}/secret")),
        refused(format!("http://0177.0.0.1:{port}/secret")),
        refused(format!("http://127.1:{port}/secret")),
        refused(format!("http://0:{port}/secret")),
        refused(format!("http://[::1]:{port}/secret")),
        refused(format!("http://[::ffff:127.0.0.1]:{port}/secret")),
        refused(format!("http://[::ffff:7f00:1]:{port}/secret")),
        refused(format!("http://[64:ff9b::7f00:1]:{port}/secret")),
        refused(format!("http://１２７.0.0.1:{port}/secret")),
        // a name of a private address
        refused(format!("http://localhost:{port}/secret")),
        refused(format!("http://localhost.:{port}/secret")),
        refused(format!("//127.0.0.1:{port}/secret")),
        refused(format!("http:\\\\127.0.0.1:{port}\\secret")),
        refused("http://169.254.169.254/latest/meta-data/".to_owned()),
        refused("http://100.100.100.200/latest/meta-data/".to_owned()),
        refused("http://10.0.0.1/".to_owned()),
        (
            "http://127.0.0.2:22/".to_owned(),
            "failed",
            Some("not-fetchable"),
            "",
        ),
        (
            "http://127.0.0.2:6379/".to_owned(),
            "failed",
            Some("not-fetchable"),
            "",
        ),
    ];
    let server = Server::start_on("127.0.0.2:0");
    for (to, outcome, error, reason) in ways {
        let desk = Desk::new();
        server.put("/1", redirect(&to));
        let told = scrape(&desk, &server.url("/1"));
        let looks = looks(&desk);
        let (found, found_error, found_reason, _) = looks.last().unwrap();
        assert_eq!(
            (found.as_str(), found_error.as_deref()),
            (outcome, error),
            "{to}: {looks:?}\n{told}"
        );
        if error.is_none() {
            assert_eq!(found_reason.as_deref(), Some(reason), "{to}");
        }
        assert!(told.contains("exit Some(4)"), "{to}: {told}");
    }
    assert_eq!(secret.paths(), Vec::<String>::new());
}

#[test]
fn circles_and_endless_redirects_are_left_with_a_reason() {
    let server = Server::start_on("127.0.0.2:0");
    server.put("/self", redirect("/self"));
    server.put("/a", redirect("/b"));
    server.put("/b", redirect("/c"));
    server.put("/c", redirect("/a"));
    for hop in 0..40 {
        server.put(&format!("/on/{hop}"), redirect(&format!("/on/{}", hop + 1)));
    }
    for (path, reason, most) in [
        ("/self", "redirect-loop", 1),
        ("/a", "redirect-loop", 4),
        ("/on/0", "too-many-redirects", 12),
    ] {
        let desk = Desk::new();
        let seen = server.paths().len();
        scrape(&desk, &server.url(path));
        let looks = looks(&desk);
        assert!(
            looks
                .iter()
                .any(|(outcome, _, because, _)| outcome == "failed"
                    && because.as_deref() == Some(reason)),
            "{path}: {looks:?}"
        );
        let asked = server.paths().len() - seen;
        assert!(asked <= most + 1, "{path}: {asked} requests");
    }
}

#[test]
fn a_redirect_does_not_lead_past_the_other_hosts_robots_txt() {
    let (desk, other) = (Desk::new(), Server::start_on("127.0.0.3:0"));
    other.put(
        "/robots.txt",
        proper("text/plain", "User-agent: *\nDisallow: /inner/\n"),
    );
    other.put("/inner/1.html", proper("text/html", ARTICLE));
    let server = Server::start_on("127.0.0.2:0");
    server.put("/1", redirect(&other.url("/inner/1.html")));
    let told = scrape(&desk, &server.url("/1"));
    assert!(told.contains("robots.txt"), "{told}");
    assert_eq!(other.paths(), ["/robots.txt"]);
    let looks = looks(&desk);
    let (outcome, _, reason, _) = looks.last().unwrap();
    assert_eq!(
        (outcome.as_str(), reason.as_deref()),
        ("blocked", Some("robots.txt"))
    );
}

#[test]
fn no_cookie_credential_or_referer_goes_to_another_host() {
    let (desk, other) = (Desk::new(), Server::start_on("127.0.0.3:0"));
    other.put("/2.html", proper("text/html", ARTICLE));
    let server = Server::start_on("127.0.0.2:0");
    let with_password = other.url("/2.html").replace("//", "//user:secret@");
    server.put("/1.html", redirect(&with_password));
    // the same within a host, where a Referer is in its place
    server.put("/3.html", redirect("/4.html"));
    server.put("/4.html", proper("text/html", ARTICLE));
    for path in ["/1.html", "/3.html", "/1.html"] {
        scrape(&desk, &server.url(path));
    }
    let heads = [other.requests(), server.requests()].concat().concat();
    let heads = heads.to_ascii_lowercase();
    assert!(heads.contains("get /2.html"), "{heads}");
    for never in ["cookie", "authorization", "stolen", "secret"] {
        assert!(!heads.contains(never), "{never}: {heads}");
    }
    let others = other.requests().concat();
    assert!(!others.contains("referer"), "{others}");
    let own = server.requests().concat();
    assert!(
        own.contains("referer: ") && own.contains("/3.html\r\n"),
        "{own}"
    );
    let bytes = std::fs::read(desk.path("archive.db")).unwrap();
    let kept = bytes.windows(6).any(|window| window == b"secret");
    // the answer that led there is kept as it came, its address without
    let url = "SELECT count(*) FROM page WHERE url LIKE '%secret%'";
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let pages: i64 = archive.query_row(url, [], |row| row.get(0)).unwrap();
    assert!(kept && pages == 0, "{pages}");
}
