//! The parsers against the cases of the field's own test suites, where these are at hand.
//!
//! The cases lie outside the repository, in `../shared/data/conformance`; without them the tests
//! say so and pass.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use serde_json::Value;
use zhanwen::decode::{self, decode_as, prescan};
use zhanwen::model::PageUrl;
use zhanwen::robots::RobotsRules;

/// The cases of one file, or `None` with a message where it is absent.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn cases(file: &str) -> Option<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/conformance")
        .join(file);
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: {file} is not at hand");
        return None;
    };
    let cases: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!cases.is_empty());
    Some(cases)
}

fn text<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    case.get(key).and_then(Value::as_str)
}

#[test]
fn encodings() {
    let Some(cases) = cases("encoding_cases.jsonl") else {
        return;
    };
    let mut wrong = Vec::new();
    for case in &cases {
        let id = text(case, "id").unwrap();
        let bytes = STANDARD.decode(text(case, "bytes_b64").unwrap()).unwrap();
        let expected = text(case, "expected_encoding").unwrap();
        let label = text(case, "http_charset");
        let found = match text(case, "kind").unwrap() {
            // the standard's default stands for "nothing was declared"
            "sniff" => Encoding::for_bom(&bytes)
                .map(|(encoding, _)| encoding)
                .or_else(|| prescan(&bytes).map(|declared| declared.encoding))
                .map_or("windows-1252", Encoding::name),
            _ if Encoding::for_bom(&bytes).is_some() && text(case, "kind") == Some("decode") => {
                let header = label.map(|label| format!("text/html; charset={label}"));
                decode::decode(&bytes, header.as_deref()).encoding.name()
            }
            _ => decode::from_label(label.unwrap()).map_or("none", Encoding::name),
        };
        if found != expected {
            wrong.push(format!("{id}: {found}, not {expected}"));
        }
        if let Some(expected_text) = text(case, "expected_text") {
            let encoding = Encoding::for_label(expected.as_bytes()).unwrap();
            let (read, _) = decode_as(&bytes, encoding);
            if read != expected_text {
                wrong.push(format!("{id}: {read:?}, not {expected_text:?}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// The address a robots case asks about; many give only a path, one another scheme.
fn robots_target(url: &str) -> PageUrl {
    let url = url.replacen("ftp://", "http://", 1);
    PageUrl::parse(&url).unwrap_or_else(|_relative| {
        let path = url.strip_prefix('/').unwrap_or(&url);
        PageUrl::parse(&format!("http://host.example/{path}")).unwrap()
    })
}

/// Where the suites contradict one another: the tests decided against, how many cases of each, why.
const ROBOTS_DECISIONS: [(&str, usize, &str); 11] = [
    (
        "GoogleOnly_AcceptUserAgentUpToFirstSpace",
        1,
        "any word of our name may be addressed",
    ),
    (
        "robots_test.cc:ID_Encoding",
        3,
        "both sides are compared unescaped (RFC 9309, 2.2.2)",
    ),
    ("test.rs:test_google_encoding", 1, "as above"),
    (
        "test_robot_many_star_rule_simplifier",
        1,
        "a rule before any User-agent speaks to nobody",
    ),
    ("test_robot_starts_with_wildcard", 4, "as above"),
    ("test_reppy_no_leading_user_agent", 1, "as above"),
    ("test_repcpp_no_leading_user_agent", 1, "as above"),
    ("test_google_order_of_precedence", 3, "as above"),
    (
        "testHtmlMarkupInRobotsTxt",
        1,
        "a web page is an error page, not a robots.txt",
    ),
    (
        "UserAgentGoogleMobileTest",
        1,
        "the most specific group counts, not the first",
    ),
    (
        "UseFirstUserAgentWildcardTest",
        1,
        "groups of one agent are merged, not cut to the first",
    ),
];

#[test]
fn robots() {
    let Some(cases) = cases("robots_cases.jsonl") else {
        return;
    };
    let mut wrong = Vec::new();
    let mut against = [0; ROBOTS_DECISIONS.len()];
    for case in &cases {
        let [robots, agent, url, source] =
            ["robots", "agent", "url", "source"].map(|key| text(case, key).unwrap());
        let allowed = case["allowed"].as_bool().unwrap();
        let found = RobotsRules::parse(robots.as_bytes()).allows(agent, &robots_target(url));
        if found == allowed {
            continue;
        }
        let row = ROBOTS_DECISIONS
            .iter()
            .position(|(test, ..)| case["contested"] == true && source.ends_with(test));
        match row {
            Some(row) => against[row] += 1,
            None => wrong.push(format!("{agent} {url} is {found}: {source} {robots:?}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert_eq!(against, ROBOTS_DECISIONS.map(|(_, count, _)| count));
}
