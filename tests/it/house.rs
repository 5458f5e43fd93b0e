//! The house keeps its shape: floors, file headers, and no effects in the rules.

use std::fs;
use std::path::{Path, PathBuf};

/// The floor each top-level module stands on (`ARCHITECTURE.md`).
const FLOORS: &[(&str, u8)] = &[
    ("model", 0),
    ("alert", 1),
    ("asset", 1),
    ("canon", 1),
    ("chart", 1),
    ("chinese", 1),
    ("decode", 1),
    ("discover", 1),
    ("extract", 1),
    ("health", 1),
    ("politeness", 1),
    ("repost", 1),
    ("robots", 1),
    ("rules", 1),
    ("schedule", 1),
    ("score", 1),
    ("search", 1),
    ("tabular", 1),
    ("version", 1),
    ("warc", 1),
    ("archive", 2),
    ("clock", 2),
    ("fetch", 2),
    ("net", 3),
    ("store", 3),
    ("crawl", 4),
    ("query", 4),
    ("cli", 5),
];

/// The layers of `extract`: a module uses its own layer and those before it.
const LAYERS: [&[&str]; 6] = [
    &["page", "parser", "outline", "lines", "hints", "head"],
    &[
        "phrases",
        "metadata_line",
        "names",
        "persons",
        "site_name",
        "language",
        "candidate",
        "refusal",
        "cuts",
    ],
    &[
        "worth",
        "alike",
        "boxes",
        "stream",
        "body",
        "teasers",
        "title",
        "headline",
        "beside",
        "preceding",
        "following",
        "core",
        "asides",
        "text",
    ],
    &["metadata"],
    &[
        "site_rules",
        "labelled",
        "bylines",
        "signed",
        "icons",
        "scripts",
        "source",
        "author",
        "time",
        "views",
        "summary",
        "credits",
        "clean",
        "pictures",
        "printed",
        "parts",
        "kind",
    ],
    &["explain", "assemble"],
];

/// Floor 5 beside `cli`: whatever is not listed above may use everything.
const ENTRY: u8 = 5;

/// What floors 0 and 1 may not do.
const EFFECTS: [&str; 10] = [
    "async fn",
    ".await",
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "std::process",
    "std::thread::sleep",
    "tokio::",
    "SystemTime",
    "Instant::now",
];

fn floor(module: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .map_or(ENTRY, |(_, floor)| *floor)
}

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                into.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert!(!found.is_empty());
    found
}

/// The top-level module a file under `src` belongs to.
fn module_of(path: &Path) -> String {
    let inside = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Every `crate::name` outside comments, with its line number.
fn uses(text: &str) -> Vec<(usize, String)> {
    let name = regex::Regex::new(r"\bcrate::(?:\{([^}]*)\}|(\w+))").unwrap();
    let code = text
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for hit in name.captures_iter(&code) {
        let line = code[..hit.get(0).unwrap().start()].matches('\n').count() + 1;
        if let Some(one) = hit.get(2) {
            found.push((line, one.as_str().to_owned()));
        } else {
            let many = hit.get(1).unwrap().as_str().split(',');
            found.extend(many.map(|part| {
                let part = part.trim().split("::").next().unwrap_or_default();
                (line, part.to_owned())
            }));
        }
    }
    found
}

#[test]
fn a_floor_uses_only_the_floors_below() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        let own = floor(&module);
        for (line, used) in uses(&text) {
            if used == module || !FLOORS.iter().any(|(name, _)| *name == used) {
                continue;
            }
            let other = floor(&used);
            let neighbours_know_each_other = own <= 1 || own >= ENTRY;
            if other > own || (other == own && !neighbours_know_each_other) {
                wrong.push(format!(
                    "{}:{line} ({own}) uses {used} ({other})",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_layer_of_the_reader_uses_only_the_layers_below() {
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module));
    let name = regex::Regex::new(r"\bsuper::(?:\{([^}]*)\}|([a-z_]+))").unwrap();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let is_reader = path
            .parent()
            .is_some_and(|folder| folder.ends_with("src/extract"));
        let module = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !is_reader || matches!(module.as_str(), "mod" | "tests") {
            continue;
        }
        let Some(own) = layer(&module) else {
            wrong.push(format!("{}: name its layer in LAYERS", path.display()));
            continue;
        };
        for hit in name.captures_iter(&text) {
            let used = hit.get(1).or_else(|| hit.get(2)).unwrap().as_str();
            for used in used
                .split(',')
                .map(|one| one.trim().split("::").next().unwrap())
            {
                if layer(used).is_some_and(|other| other > own) {
                    wrong.push(format!("{} ({own}) uses {used}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rules_have_no_effects() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if floor(&module_of(&path)) > 1 {
            continue;
        }
        for (index, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for effect in EFFECTS {
                if code.contains(effect) {
                    wrong.push(format!("{}:{} {effect}", path.display(), index + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn no_file_grows_past_five_hundred_lines() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| {
            let code = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default();
            (path, code.lines().count())
        })
        .filter(|(_, lines)| *lines > 500)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_reason_an_explanation_gives_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documented = fs::read_to_string(root.join("docs/json.md")).unwrap();
    let name = regex::Regex::new(r#"Self::\w+ => "([a-z-]+)","#).unwrap();
    for file in ["refusal.rs", "cuts.rs", "candidate.rs"] {
        let source = fs::read_to_string(root.join("src/extract").join(file)).unwrap();
        let names: Vec<&str> = name
            .captures_iter(&source)
            .map(|found| found.get(1).unwrap().as_str())
            .collect();
        assert!(names.len() > 3, "{file}");
        for name in names {
            assert!(
                documented.contains(&format!("`{name}`")),
                "{name} of {file}"
            );
        }
    }
}

#[test]
fn the_guard_sees_a_wrong_use() {
    assert_eq!(uses("use crate::net::Client;\n"), [(1, "net".to_owned())]);
    assert_eq!(
        uses("// crate::net\nlet a = crate::store::open();"),
        [(2, "store".to_owned())]
    );
    assert_eq!(uses("use crate::{model, net::Client};").len(), 2);
}
