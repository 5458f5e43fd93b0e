//! The demo site is whole: every page can be filled in and encoded, every link leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use encoding_rs::Encoding;
use regex::Regex;
use serde::Deserialize;

/// Rounds that the data speak of.
const ROUNDS: [u32; 2] = [1, 2];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoSite {
    home: String,
    robots: String,
    gone: Gone,
    page: Vec<DemoPage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gone {
    layout: String,
    charset: String,
    content_type: String,
    title: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoPage {
    path: String,
    layout: Option<String>,
    charset: Option<String>,
    content_type: Option<String>,
    title: Option<String>,
    body: Option<String>,
    since: Option<u32>,
    views: Option<u64>,
    #[serde(default)]
    views_per_round: u64,
    #[serde(default)]
    values: BTreeMap<String, String>,
    edit: Option<Edit>,
    withdrawn: Option<Withdrawn>,
    redirect: Option<Redirect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    round: u32,
    before: String,
    after: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    round: u32,
    status: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redirect {
    to: String,
    status: u16,
}

fn file(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/cli/demo/site");
    fs::read_to_string(folder.join(name))
        .map_err(|error| format!("{name}: {error}"))
        .unwrap()
}

fn site() -> DemoSite {
    toml::from_str(&file("site.toml")).unwrap()
}

/// The page's text before any edit; `None` for a redirect.
fn text(page: &DemoPage, round: u32) -> Option<String> {
    let views = page.views.unwrap_or_default() + page.views_per_round * u64::from(round - 1);
    let mut filled = file(&format!("layouts/{}.html", page.layout.as_ref()?))
        .replace("{title}", page.title.as_ref()?)
        .replace("{body}", page.body.as_ref()?.trim());
    if page.views.is_some() {
        filled = filled.replace("{views}", &views.to_string());
    }
    for (name, value) in &page.values {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    Some(filled)
}

#[test]
fn every_page_can_be_filled_in_and_encoded() {
    let unfilled = Regex::new(r"\{[a-z_]+\}").unwrap();
    for page in &site().page {
        for round in ROUNDS {
            let Some(text) = text(page, round) else {
                assert!(page.redirect.is_some(), "{} has no text", page.path);
                continue;
            };
            let open = unfilled.find(&text).map(|hit| hit.as_str());
            assert_eq!(open, None, "{} leaves a placeholder open", page.path);
            let charset = page.charset.as_deref().unwrap();
            let encoding = Encoding::for_label(charset.as_bytes()).unwrap();
            let edited = page.edit.as_ref().map_or_else(
                || text.clone(),
                |edit| text.replace(&edit.before, &edit.after),
            );
            let (_, _, lossy) = encoding.encode(&edited);
            assert!(!lossy, "{} does not fit into {charset}", page.path);
            assert!(page.content_type.is_some(), "{}", page.path);
        }
    }
}

#[test]
fn what_happens_in_round_two_happens() {
    let site = site();
    for page in &site.page {
        if let Some(edit) = &page.edit {
            let text = text(page, edit.round).unwrap();
            assert_eq!(text.matches(&edit.before).count(), 1, "{}", page.path);
            assert_ne!(edit.before, edit.after, "{}", page.path);
        }
        if let Some(withdrawn) = &page.withdrawn {
            assert!(ROUNDS.contains(&withdrawn.round) && withdrawn.status == 404);
        }
        if let Some(redirect) = &page.redirect {
            assert!(redirect.status == 301 && site.page.iter().any(|to| to.path == redirect.to));
        }
    }
    let has = |what: fn(&DemoPage) -> bool| site.page.iter().any(what);
    assert!(has(|page| page.since == Some(2)));
    assert!(has(|page| page.edit.is_some() && page.views.is_some()));
    assert!(has(|page| page.withdrawn.is_some()));
    assert!(has(|page| page.redirect.is_some()));
    assert!(has(|page| page.views.is_some() && page.views_per_round > 0));
}

#[test]
fn every_link_leads_to_a_page_or_is_refused_by_robots() {
    let site = site();
    let paths: BTreeSet<&str> = site.page.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths.len(), site.page.len(), "a path is given twice");
    assert!(paths.contains(site.home.as_str()));
    let refused: Vec<String> = file(&site.robots)
        .lines()
        .filter_map(|line| line.strip_prefix("Disallow: ").map(str::to_owned))
        .collect();
    let link = Regex::new(r#"(?:href|src)="?(/[^" >]*)"#).unwrap();
    for page in &site.page {
        let Some(text) = text(page, 1) else { continue };
        for hit in link.captures_iter(&text) {
            let to = hit.get(1).unwrap().as_str();
            assert!(
                paths.contains(to) || refused.iter().any(|prefix| to.starts_with(prefix)),
                "{} leads to {to}, which is no page",
                page.path
            );
        }
    }
    assert!(
        refused
            .iter()
            .any(|prefix| paths.iter().any(|path| path.starts_with(prefix)))
    );
}

#[test]
fn the_page_for_what_is_gone_is_whole() {
    let Gone {
        layout,
        charset,
        content_type,
        title,
        body,
    } = site().gone;
    assert!(file(&format!("layouts/{layout}.html")).contains("{title}"));
    assert!(Encoding::for_label(charset.as_bytes()).is_some());
    assert!(content_type.starts_with("text/html") && !title.is_empty() && !body.is_empty());
}
