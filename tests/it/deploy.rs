//! `deploy/`: what the units, the crontab and the image say fits the program as it is.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use zhanwen::cli::Cli;
use zhanwen::model::SiteId;
use zhanwen::schedule::Timing;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

/// The values of `key` in a unit file, in order.
fn values(unit: &str, key: &str) -> Vec<String> {
    let start = format!("{key}=");
    let lines = read(unit);
    let lines = lines.lines();
    lines
        .filter_map(|line| line.strip_prefix(&start))
        .map(str::to_owned)
        .collect()
}

/// `line` is a command of the program that it understands.
fn understood(line: &str) {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let program = words.first().unwrap();
    assert!(program.ends_with("zhanwen"), "{line}");
    let read = Cli::try_parse_from(words);
    assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
}

#[test]
fn units_call_the_program_with_what_it_knows() {
    for unit in ["zhanwen.service", "zhanwen-crawl.service"] {
        let commands = values(unit, "ExecStart");
        assert_eq!(commands.len(), 1, "{unit}");
        for command in commands {
            understood(&command);
        }
        let variables = values(unit, "Environment");
        assert_eq!(variables.len(), 3, "{unit}");
        let help = fs::read_to_string(folder().join("../src/cli/args.rs")).unwrap();
        for variable in variables {
            let (name, _) = variable.split_once('=').unwrap();
            assert!(help.contains(&format!("env = \"{name}\"")), "{name}");
        }
    }
}

#[test]
fn a_watch_is_a_service_that_notifies_and_is_not_restarted_in_vain() {
    let unit = "zhanwen.service";
    assert!(values(unit, "ExecStart").concat().contains(" --watch "));
    assert_eq!(values(unit, "Type"), ["notify"]);
    // the manager's usual minute and a half is too short for a change of schema
    assert_eq!(values(unit, "TimeoutStartSec"), ["1h"]);
    assert_eq!(values(unit, "SuccessExitStatus"), ["130"]);
    assert_eq!(values(unit, "RestartPreventExitStatus"), ["2 6"]);
    let restart = values(unit, "WatchdogSec");
    let seconds: u64 = restart.concat().parse().unwrap();
    assert!(seconds >= 60, "a slow disk is no reason to be killed");
    let crawl = values("zhanwen-crawl.service", "ExecStart").concat();
    assert!(!crawl.contains("--watch"), "{crawl}");
}

#[test]
fn both_services_are_fenced_in_alike() {
    let fence = |unit: &str| {
        let text = read(unit);
        let start = text.find("# who it runs as").unwrap();
        let fence = text[start..]
            .split("\n[Install]")
            .next()
            .unwrap()
            .trim_end();
        fence.to_owned()
    };
    assert_eq!(fence("zhanwen.service"), fence("zhanwen-crawl.service"));
}

#[test]
fn the_crontab_is_one_that_cron_and_the_program_read() {
    let text = read("crontab");
    let is_job = |line: &&str| !line.starts_with('#') && line.contains(" * ");
    let jobs: Vec<&str> = text.lines().filter(is_job).collect();
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    let fields: Vec<&str> = jobs.first().unwrap().splitn(7, ' ').collect();
    let (when, rest) = fields.split_at(5);
    Timing::parse(&when.join(" "), &SiteId::new("any")).unwrap();
    let [user, command] = rest else {
        unreachable!("{rest:?}")
    };
    assert_eq!(*user, "zhanwen");
    // cron reads a bare % as the end of the command
    assert!(!command.contains('%'), "{command}");
    let called = command.split("&& ").nth(1).unwrap();
    understood(called.split(" ||").next().unwrap());
    assert!(
        text.ends_with('\n'),
        "cron passes over a last line without an end"
    );
}

#[test]
fn the_image_starts_the_watch() {
    let text = read("Dockerfile");
    let words = |key: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(key))
            .unwrap();
        serde_json::from_str::<Vec<String>>(line).unwrap()
    };
    let mut line = words("ENTRYPOINT ");
    line.extend(words("CMD "));
    assert!(line.contains(&"--watch".to_owned()));
    understood(&line.join(" "));
    let version = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        text.contains(&format!("rust:{version}-slim")),
        "the compiler is {version}"
    );
}

#[test]
fn the_readme_names_every_file() {
    for readme in ["README.md", "README.zh-CN.md"] {
        let text = read(readme);
        for entry in fs::read_dir(folder()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_text = Path::new(&name).extension().is_some_and(|end| end == "md");
            assert!(is_text || text.contains(&name), "{readme}: {name}");
        }
    }
}
