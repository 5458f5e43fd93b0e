//! Reading anew with the real binary: nothing is written that was not asked for, and neither a kill
//! nor a crawl beside it loses anything.

use super::{
    Connection, Desk, Duration, Output, Running, SOON, Site, Value, crawl, pause, publish, said,
};

const ARTICLES: u64 = 40;

/// Rules that read the title there.
fn rules(desk: &Desk, title: &str) {
    std::fs::create_dir_all(desk.path("selectors")).unwrap();
    let text = format!("name = '示例会展'\nhosts = ['127.0.0.1']\n[fields]\ntitle = '{title}'\n");
    // whole at any instant: a crawl may read it just now
    std::fs::write(desk.path("expo.toml"), text).unwrap();
    std::fs::rename(desk.path("expo.toml"), desk.path("selectors/expo.toml")).unwrap();
}

fn archived() -> (Desk, Site) {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, ARTICLES, Duration::ZERO);
    rules(&desk, "h1");
    crawl(&desk, &site.url("/news/"));
    rules(&desk, ".footer");
    (desk, site)
}

/// The lines that `reparse --json` says.
fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", said(output));
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    said.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn report(output: &Output) -> Value {
    let last = lines(output).pop().unwrap();
    last.get("report").unwrap().clone()
}

/// What an analyst sees of every page, clocks and due dates included.
fn seen(archive: &Connection) -> Vec<String> {
    let sql = "SELECT p.url || ' ' || coalesce(p.due_at, '') || ' ' || p.last_fetched_at || ' '
                   || p.fetches || ' ' || coalesce(v.title, '') || ' ' || p.versions
               FROM page p LEFT JOIN version v ON v.id = p.current_version_id ORDER BY p.id";
    let mut statement = archive.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_dry_run_shows_old_and_new_and_changes_no_byte() {
    let (desk, site) = archived();
    let before = std::fs::read(desk.path("archive.db")).unwrap();
    let asked = site.asked().len();
    let output = desk.run(&["reparse", "--dry-run"]);
    let told = said(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("+ 示例会展有限公司 版权所有"), "{told}");
    assert!(
        told.contains("40 would be read otherwise (details 1, title 40)")
            || told.contains("40 would be read otherwise (title 40)"),
        "{told}"
    );
    let json = lines(&desk.run(&["reparse", "--dry-run", "--json"]));
    assert_eq!(json.len(), 41, "a line for each page and the report");
    let change = &json[0]["differences"][0];
    assert_eq!(change["fields"][0]["field"], "title");
    assert_eq!((&change["old"], &change["new"]), (&1.into(), &2.into()));
    assert!(std::fs::read(desk.path("archive.db")).unwrap() == before);
    assert_eq!(site.asked().len(), asked, "no host is asked");
}

#[test]
fn what_only_the_reader_changed_is_no_change() {
    let (desk, site) = archived();
    let url = site.url("/news/7.html");
    let one = report(&desk.run(&["reparse", "--json", "--url", &url]));
    assert_eq!((&one["pages"], &one["changed"]), (&1.into(), &1.into()));
    let all = report(&desk.run(&["reparse", "--json", "--jobs", "3"]));
    assert_eq!(all["changed"], ARTICLES - 1);
    assert_eq!(all["by_field"]["title"], ARTICLES - 1);
    assert_eq!(all["versions_made"], ARTICLES - 1);
    let shown = desk.run(&["runs", "show", "latest", "--json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let counts = &shown["report"]["counts"];
    assert_eq!(counts["versions_made"], ARTICLES - 1, "{shown}");
    let words = said(&desk.run(&["runs", "show", "latest"]));
    assert!(words.contains("39  versions made"), "{words}");
    assert_eq!(desk.number("SELECT count(*) FROM v_changes"), 0);
    assert_eq!(desk.number("SELECT sum(edited) FROM v_articles"), 0);
    let stats = said(&desk.run(&["stats", "--json"]));
    assert!(stats.contains("\"edited\":0"), "{stats}");
    assert!(!stats.contains("\"edited\":4"), "{stats}");
    let anew = "SELECT count(*) FROM v_versions WHERE reread_in IS NOT NULL AND stands";
    assert_eq!(desk.number(anew), 40);
    let old = "SELECT count(*) FROM v_versions WHERE reread_in IS NULL AND NOT stands";
    assert_eq!(desk.number(old), 40, "what was read first is kept");
    let evidence = "SELECT count(*) FROM v_versions v JOIN v_fetches f
        ON f.version_id = v.version_id AND f.fetched_at = v.observed_at
        WHERE v.entity_sha256 = f.entity_sha256";
    assert_eq!(desk.number(evidence), 40);
    let found = "SELECT count(*) FROM fts WHERE fts MATCH 'title:版权'";
    assert_eq!(desk.number(found), 40, "the new words are found");
    let whole = desk.run(&["verify"]);
    assert!(whole.status.success(), "{}", said(&whole));

    let none = report(&desk.run(&["reparse", "--json"]));
    assert_eq!(
        (&none["changed"], &none["versions_made"]),
        (&0.into(), &0.into())
    );
    let said_of = |command: &[&str]| said(&desk.run(command));
    let history = said_of(&["history", &url]);
    assert!(history.contains("(read anew in run 2)"), "{history}");
    let diff = said_of(&["diff", &url]);
    assert!(diff.contains("nothing has changed"), "{diff}");
    let runs = said_of(&["runs"]);
    assert!(runs.contains("reparse --json"), "{runs}");
    // the crawl finds every page as it is kept now
    let done = desk.on_loopback(&["crawl", "--recheck", "--json", &site.url("/news/")]);
    assert!(done.status.success(), "{}", said(&done));
    let again = "SELECT count(*) FROM v_fetches WHERE version_no = 2 AND outcome = 'unchanged'";
    assert_eq!(desk.number(again), 40);
    assert_eq!(desk.number("SELECT count(*) FROM version"), 80);
    assert_eq!(desk.number("SELECT count(*) FROM v_changes"), 0);
}

#[test]
fn a_reparse_that_is_killed_is_begun_again() {
    let (desk, _site) = archived();
    let before = seen(&desk.archive());
    let made = || desk.number("SELECT count(*) FROM version");
    let mut cut_short = 0;
    for after in [5, 20, 40, 60, 80] {
        let running = Running::of(desk.command(&["reparse", "--jobs", "1"]));
        pause(after);
        running.signal("-KILL");
        running.ended_within(SOON);
        let found = made();
        cut_short += i32::from(found > 40 && found < 80);
        let whole = desk.run(&["verify"]);
        assert!(whole.status.success(), "{found}: {}", said(&whole));
    }
    let output = desk.run(&["reparse", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(made(), 80, "each page once, {cut_short} times cut short");
    assert_eq!(desk.number("SELECT count(*) FROM v_changes"), 0);
    // clocks, due dates and looks are as they were
    let after = seen(&desk.archive());
    for (before, after) in before.iter().zip(&after) {
        let head = |text: &str| text.split(' ').take(4).collect::<Vec<_>>().join(" ");
        assert_eq!(head(before), head(after));
    }
    assert_eq!(report(&desk.run(&["reparse", "--json"]))["changed"], 0);
}

#[test]
fn beside_a_crawl_no_look_is_lost() {
    let (desk, site) = archived();
    publish(&site, ARTICLES, Duration::from_millis(5));
    let start = site.url("/news/");
    let crawling = desk.begin(&["crawl", "--recheck", "--interval", "0", &start]);
    for title in [".footer", "h1", ".footer"] {
        rules(&desk, title);
        let output = desk.run(&["reparse", "--json"]);
        assert!(output.status.success(), "{}", said(&output));
    }
    let output = crawling.ended_within(SOON);
    assert!(output.status.success(), "{}", said(&output));
    let looks = "SELECT count(*) FROM fetch f JOIN page p ON p.id = f.page_id
                 WHERE p.kind = 'article'";
    assert_eq!(desk.number(looks), 80, "two looks at each article");
    report(&desk.run(&["reparse", "--json"]));
    let without = "SELECT count(*) FROM fetch f JOIN page p ON p.id = f.page_id
                   WHERE p.kind = 'article' AND f.version_id IS NULL";
    assert_eq!(desk.number(without), 0);
    assert_eq!(desk.number("SELECT count(*) FROM v_changes"), 0);
    assert_eq!(report(&desk.run(&["reparse", "--json"]))["changed"], 0);
    let whole = desk.run(&["verify"]);
    assert!(whole.status.success(), "{}", said(&whole));
}
