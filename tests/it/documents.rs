//! What the documents point at is there.

use std::fs;
use std::path::{Path, PathBuf};

/// The documents of the folder and of those below `DEEP`.
fn documents() -> Vec<(PathBuf, String)> {
    const DEEP: [&str; 5] = [
        "deploy",
        "docs",
        "benches/crawl",
        "benches/peers",
        "fixtures",
    ];
    fn collect(folder: &Path, below: bool, into: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if below && path.is_dir() {
                collect(&path, below, into);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).unwrap();
                into.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(root, false, &mut found);
    for folder in DEEP {
        collect(&root.join(folder), true, &mut found);
    }
    found
}

/// The files that a document links to or shows.
fn targets(text: &str) -> Vec<String> {
    let link = regex::Regex::new(r"\]\(([^)\s#]+)(?:#[^)]*)?\)").unwrap();
    link.captures_iter(text)
        .map(|found| found[1].to_owned())
        .filter(|target| !target.contains("://"))
        .collect()
}

#[test]
fn a_link_leads_to_a_file() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (path, text) in documents() {
        for target in targets(&text) {
            count += 1;
            if !path.parent().unwrap().join(&target).exists() {
                wrong.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 40, "only {count} links were seen");
}

#[test]
fn links_are_told_from_addresses() {
    let text = "[a](docs/a.md#part) ![b](c.svg) [d](#here) [e](https://www.example.cn/) [f] (g)";
    assert_eq!(targets(text), ["docs/a.md", "c.svg"]);
}
