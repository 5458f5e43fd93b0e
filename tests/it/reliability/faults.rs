//! Damage anywhere in the files, disks without room or not to be written, closed outputs, few
//! descriptors, and a stop before anything has begun.

use super::{
    Command, Connection, Desk, Duration, LOOPBACK, Output, SOON, Site, Stdio, Value, crawl, now,
    pause, publish, said, wait_until,
};

fn integrity(archive: &Connection) -> String {
    archive
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap()
}

fn is_told(output: &Output, words: &[&str], what: &str) {
    assert_eq!(output.status.code(), Some(5), "{what}: {}", said(output));
    for word in words {
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(word), "{what}, {word}: {}", said(output));
    }
}

#[test]
fn flipped_bytes_are_told_or_harmless() {
    const SEED: u64 = 41;
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 20, Duration::ZERO);
    let (start, page) = (site.url("/news/"), site.url("/news/1.html"));
    crawl(&desk, &start);
    let whole = std::fs::read(desk.path("archive.db")).unwrap();
    let size: usize = desk.number("PRAGMA page_size").try_into().unwrap();
    let root = |table: &str| -> usize {
        let sql = format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
        desk.number(&sql).try_into().unwrap()
    };
    let flipped = |places: &[usize]| {
        let mut bytes = whole.clone();
        for place in places {
            *bytes.get_mut(*place).unwrap() ^= 0xFF;
        }
        std::fs::write(desk.path("archive.db"), bytes).unwrap();
    };
    let middle = |table: &str| {
        let first = (root(table) - 1) * size;
        (first..first + 12).collect::<Vec<_>>()
    };
    for (what, places) in [
        ("the magic", vec![0, 5]),
        ("the page size", vec![16, 17]),
        ("the format's number", vec![18, 19]),
        ("the text encoding", vec![56, 59]),
        ("the tables' tree", (100..108).collect()),
        ("a table of pages", middle("page")),
    ] {
        flipped(&places);
        for args in [vec!["crawl", &start], vec!["scrape", &page]] {
            is_told(&desk.on_loopback(&args), &["archive.db"], what);
        }
        // nothing of it was made worse
        desk.forget_log();
    }
    // a crawl without news has no need of the texts
    flipped(&middle("version"));
    is_told(&desk.run(&["show", &page]), &["archive.db"], "the versions");
    desk.forget_log();
    std::fs::write(desk.path("archive.db"), &whole).unwrap();
    let pages: Vec<_> = (1..=20)
        .map(|number| site.url(&format!("/news/{number}.html")))
        .collect();
    let kept: Vec<_> = pages.iter().map(|page| desk.shown(page).unwrap()).collect();
    let mut chance = fastrand::Rng::with_seed(SEED);
    let (mut told, mut unknown) = (0, 0);
    for flip in 0..40 {
        // behind the schema, whose words SQLite takes as they are
        let places = [0, 1].map(|_| chance.usize(whole.len() / 3..whole.len()));
        flipped(&places);
        let mut check = |time: &str| {
            for _page in 0..4 {
                let number = chance.usize(0..pages.len());
                let what = format!("flip {flip} at {places:?}, {time}, {}", pages[number]);
                match desk.shown(&pages[number]) {
                    Ok(shown) => assert_eq!(shown, kept[number], "{what}"),
                    Err((Some(5), words)) => {
                        assert!(words.contains("archive.db"), "{what}: {words}");
                        told += 1;
                    }
                    // a letter of its address makes another page
                    Err((Some(1), words)) => {
                        assert!(words.contains("/news/"), "{what}: {words}");
                        unknown += 1;
                    }
                    Err(other) => panic!("{what}: {other:?}"),
                }
            }
        };
        check("as it is");
        let output = desk.on_loopback(&["crawl", "--recheck", &start]);
        let what = format!("flip {flip} at {places:?}: {}", said(&output));
        assert!(!what.contains("panick"), "{what}");
        match output.status.code() {
            // all was had again, or what of an address was changed was not to be had
            Some(0 | 3) => check("crawled"),
            Some(5) => assert!(what.contains("archive.db"), "{what}"),
            _ => panic!("{what}"),
        }
        desk.forget_log();
    }
    println!("of 320 pages {told} told as damaged, {unknown} as unknown");
    assert!(told > 0 && unknown < 20, "{told}, {unknown}");
    std::fs::write(desk.path("archive.db"), whole).unwrap();
    crawl(&desk, &start);
    desk.holds(20);
}

impl Desk {
    /// What `show` says that `url` holds, as far as a digest vouches for it; its code and words
    /// where it shows nothing.
    fn shown(&self, url: &str) -> Result<Vec<Value>, (Option<i32>, String)> {
        let output = self.run(&["show", "--json", url]);
        let words = said(&output);
        assert!(!words.contains("panick"), "{words}");
        if !output.status.success() {
            return Err((output.status.code(), words));
        }
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        let fields = [
            "title",
            "source",
            "author",
            "publish_time",
            "body_text",
            "images",
        ];
        let field = |field| shown.get(field).cloned().unwrap_or_default();
        Ok(fields.map(field).to_vec())
    }

    /// Removes the log that damage kept from being folded in.
    fn forget_log(&self) {
        for name in ["archive.db-wal", "archive.db-shm"] {
            let _none_there = std::fs::remove_file(self.path(name));
        }
    }
}

#[test]
fn a_damaged_log_costs_no_more_than_its_end() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 30, Duration::from_millis(10));
    let start = site.url("/news/");
    let running = desk.begin(&["crawl", "--interval", "0", &start]);
    wait_until("articles", || site.asked().len() > 10);
    running.signal("-KILL");
    running.ended_within(SOON);
    let log = std::fs::read(desk.path("archive.db-wal")).unwrap();
    let main = std::fs::read(desk.path("archive.db")).unwrap();
    assert!(log.len() > 10_000, "{}", log.len());
    for place in [0, 20, 40, log.len() / 2, log.len() - 100] {
        let mut damaged = log.clone();
        *damaged.get_mut(place).unwrap() ^= 0xFF;
        desk.forget_log();
        std::fs::write(desk.path("archive.db-wal"), damaged).unwrap();
        std::fs::write(desk.path("archive.db"), &main).unwrap();
        assert_eq!(integrity(&desk.archive()), "ok", "{place}");
        desk.forget_log();
        std::fs::write(desk.path("archive.db"), &main).unwrap();
        std::fs::write(desk.path("archive.db-wal"), &log).unwrap();
    }
    let mut damaged = log.clone();
    *damaged.get_mut(log.len() / 2).unwrap() ^= 0xFF;
    std::fs::write(desk.path("archive.db-wal"), damaged).unwrap();
    crawl(&desk, &start);
    desk.holds(30);
}

/// `script` in a mount namespace of its own, in the desk's folder, with the program as `$zhanwen`;
/// nothing where mounts are not ours to make.
#[expect(clippy::print_stderr, reason = "a test left out should say so")]
fn with_mounts(desk: &Desk, script: &str) -> Option<Output> {
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "bash", "-c"])
        .arg(format!(
            "mount -t tmpfs -o size=1m none /mnt || exit 99; umount /mnt; {script}"
        ))
        .current_dir(desk.folder.path())
        .env("zhanwen", env!("CARGO_BIN_EXE_zhanwen"))
        .env("ZHANWEN_CONTACT", "https://www.example.org/about")
        .stdin(Stdio::null());
    let output = command.output().ok()?;
    let possible = output.status.code() != Some(99) && !said(&output).contains("unshare failed");
    if !possible {
        eprintln!("skipped, no mounts can be made here: {}", said(&output));
    }
    possible.then_some(output)
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_whenever_it_is_met_and_work_resumes_with_room() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 60, Duration::ZERO);
    let start = site.url("/news/");
    std::fs::create_dir(desk.path("disk")).unwrap();
    let crawl = format!(
        "$zhanwen crawl --archive disk/archive.db --allow-net 127.0.0.0/8 --interval 0 {start}"
    );
    let script = format!(
        "mount -t tmpfs -o size=100k none disk
         {crawl} 2>err0; echo made: $?
         mount -o remount,size=1200k disk; rm -f disk/*
         {crawl} 2>err1; echo begun: $?
         {crawl} 2>err2; echo resumed: $?
         mount -o remount,size=50m disk
         {crawl} 2>err3; echo done: $?; cat err3 >&2
         cp disk/archive.db* ."
    );
    let Some(output) = with_mounts(&desk, &script) else {
        return;
    };
    let codes = String::from_utf8_lossy(&output.stdout);
    for line in ["made: 5", "begun: 5", "resumed: 5", "done: 0"] {
        assert!(codes.contains(line), "{line}: {}", said(&output));
    }
    for name in ["err0", "err1", "err2"] {
        let told = std::fs::read_to_string(desk.path(name)).unwrap();
        let last = told.lines().last().unwrap();
        assert!(
            last.contains("archive.db") && last.contains("full"),
            "{name}: {told}"
        );
    }
    desk.holds(60);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_mounted_read_only_is_told_and_can_be_read() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 2, Duration::ZERO);
    let (start, page) = (site.url("/news/"), site.url("/news/1.html"));
    std::fs::create_dir(desk.path("disk")).unwrap();
    let crawl = format!(
        "$zhanwen crawl --archive disk/archive.db --allow-net 127.0.0.0/8 --interval 0 {start}"
    );
    let script = format!(
        "{crawl} 2>err; echo begun: $?
         mount --bind disk disk; mount -o remount,ro,bind disk
         {crawl} 2>err1; echo refused: $?
         $zhanwen show --archive disk/archive.db {page}; echo shown: $?
         $zhanwen runs --archive disk/archive.db; echo listed: $?
         mount -o remount,rw,bind disk
         {crawl} 2>err; echo resumed: $?
         cp disk/archive.db* ."
    );
    let Some(output) = with_mounts(&desk, &script) else {
        return;
    };
    let told = String::from_utf8_lossy(&output.stdout);
    for line in [
        "begun: 0",
        "refused: 5",
        "shown: 0",
        "listed: 0",
        "resumed: 0",
    ] {
        assert!(told.contains(line), "{line}: {}", said(&output));
    }
    let refused = std::fs::read_to_string(desk.path("err1")).unwrap();
    assert!(
        refused.contains("archive.db") && refused.contains("read-only"),
        "{refused}"
    );
    desk.holds(2);
}

#[test]
fn a_file_that_may_not_grow_is_told_to_the_resumed_crawl_too() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 60, Duration::ZERO);
    let start = site.url("/news/");
    for time in ["begun", "resumed"] {
        let output = desk.limited("-f 500", &["crawl", &start]);
        is_told(
            &output,
            &["archive.db", "size", "nothing kept before"],
            time,
        );
        assert_eq!(integrity(&desk.archive()), "ok");
    }
    crawl(&desk, &start);
    desk.holds(60);
}

#[test]
fn sixty_four_descriptors_are_enough_for_a_hundred_hosts() {
    let (desk, site) = (Desk::new(), Site::start_on("0.0.0.0:0"));
    publish(&site, 2, Duration::from_millis(30));
    let starts: Vec<_> = (2..102)
        .map(|n| site.url_on(&format!("127.0.0.{n}"), "/news/"))
        .collect();
    let mut args = vec!["crawl", "--hosts", "100", "--address-interval", "0"];
    args.extend(starts.iter().map(String::as_str));
    let output = desk.limited("-n 64", &args);
    // what could not be had for want of descriptors is left due, and said
    assert!(!said(&output).contains("panick"), "{}", said(&output));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    desk.holds(200);
}

#[test]
fn a_closed_output_stops_no_command() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 5, Duration::ZERO);
    let (start, page) = (site.url("/news/"), site.url("/news/1.html"));
    let net = LOOPBACK.join(" ");
    let commands = [
        format!("crawl {net} --interval 0 {start}"),
        format!("crawl --json -v {net} --interval 0 --recheck {start}"),
        "runs".to_owned(),
        "health".to_owned(),
        "show --json ".to_owned() + &page,
        format!("scrape --json {net} --interval 0 {page}"),
    ];
    for command in &commands {
        for closing in [
            "| head -1 >/dev/null",
            "2> >(head -1 >/dev/null)",
            ">&-",
            "2>&-",
            ">&- 2>&-",
        ] {
            let script = format!("$zhanwen {command} {closing}; exit ${{PIPESTATUS[0]}}");
            let output = Command::new("bash")
                .args(["-c", &script])
                .current_dir(desk.folder.path())
                .env("zhanwen", env!("CARGO_BIN_EXE_zhanwen"))
                .env("ZHANWEN_CONTACT", "https://www.example.org/about")
                .output()
                .unwrap();
            let told = said(&output);
            assert!(!told.contains("panick"), "{command} {closing}: {told}");
            assert_eq!(output.status.code(), Some(0), "{command} {closing}: {told}");
            assert_eq!(integrity(&desk.archive()), "ok", "{command} {closing}");
        }
    }
    desk.holds(5);
}

#[test]
fn a_stop_while_the_archive_is_made_leaves_it_whole() {
    let site = Site::start();
    publish(&site, 3, Duration::ZERO);
    let start = site.url("/news/");
    let mut early = 0;
    for after in (0..400).step_by(20) {
        let desk = Desk::new();
        let running = desk.begin(&["crawl", "--interval", "0.2", &start]);
        pause(after);
        running.signal("-TERM");
        let asked = now();
        let output = running.ended_within(Duration::from_secs(5));
        let took = asked.elapsed();
        // before it listens, a signal ends the program as it ends any
        let code = output.status.code();
        assert!(
            matches!(code, None | Some(130)),
            "{after} ms: {}",
            said(&output)
        );
        early += usize::from(code.is_none());
        assert!(took < Duration::from_secs(4), "{after} ms: {took:?}");
        if desk.path("archive.db").exists() {
            assert_eq!(integrity(&desk.archive()), "ok", "{after} ms");
            let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'run'";
            if desk.number(tables) == 1 {
                let unended = "SELECT count(*) FROM lease";
                assert!(code.is_none() || desk.number(unended) == 0, "{after} ms");
            }
        }
        crawl(&desk, &start);
        desk.holds(3);
    }
    println!("{early} of 20 before it listened");
}
