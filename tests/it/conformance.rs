//! The parsers against the cases of the field's own test suites, where these are at hand.
//!
//! The cases lie outside the repository, in `../shared/data/conformance`; without them the tests
//! say so and pass.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use serde_json::Value;
use zhanwen::canon::{canonical, resolve};
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

/// What our function for the same job makes of a URL case; `None` where no page is meant.
fn read_url(case: &Value) -> Option<(PageUrl, PageUrl)> {
    let encoding = case["kwargs"]
        .get("encoding")
        .and_then(Value::as_str)
        .map_or(Some(encoding_rs::UTF_8), |label| {
            let label = label
                .replace("cp1251", "windows-1251")
                .replace("latin-1", "latin1");
            Encoding::for_label(label.replace("iso2022jp", "iso-2022-jp").as_bytes())
        })?;
    let nowhere = PageUrl::parse("http://nowhere.example/").unwrap();
    let read = |text: &str, encoding| {
        let page = PageUrl::parse(text).ok()?;
        resolve(&nowhere, text, encoding)
            .ok()
            .filter(|found| found.host() == page.host())
    };
    let found = read(text(case, "input")?, encoding)?;
    let expected = read(text(case, "expected")?, encoding_rs::UTF_8)?;
    Some(match text(case, "fn")? {
        // asks how a browser writes it, not which spelling is the one
        "safe_url_string" => (found, expected),
        _ => (canonical(&found), expected),
    })
}

const ANOTHER_JOB: &str = "takes URLs apart or edits them, which nothing here does";
const QUERY_ENCODING: &str =
    "a query is encoded as browsers do it: windows-1252 for latin1, references";
const AGREES: &str = "agrees";
const NO_PAGE: &str = "no http page, or none a browser can ask for";
const QUERY_ORDER: &str = "order and blanks of a query may be another page";
const ESCAPES: &str = "what a browser escapes, or leaves, stays as it is";
const SLASHES: &str = "doubled slashes may be another page";
const PATH_ENCODING: &str = "a path is UTF-8 in every browser";

/// Why a URL case that we read differently is not followed; `None` where there is no reason.
fn url_difference(case: &Value, found: &PageUrl, expected: &PageUrl) -> Option<&'static str> {
    if case["kwargs"].get("path_encoding").is_some() {
        return Some(PATH_ENCODING);
    }
    if case["kwargs"].get("encoding").is_some() {
        return Some(QUERY_ENCODING);
    }
    let (mut ours, mut theirs) = (unescaped(found), unescaped(expected));
    if ours == theirs {
        return Some(ESCAPES);
    }
    while let Some(at) = ours[7..].find("//") {
        ours.remove(7 + at);
    }
    if ours == theirs {
        return Some(SLASHES);
    }
    for query in [&mut ours, &mut theirs] {
        let all = query.replace('+', " ").replace(['?', ';'], "&");
        let mut parts: Vec<_> = all
            .split('&')
            .map(|part| part.trim_end_matches('='))
            .filter(|part| !part.is_empty() && !part.starts_with('='))
            .collect();
        parts.sort_unstable();
        *query = parts.join("&");
    }
    let drops_blanks = case["kwargs"].get("keep_blank_values").is_some();
    (ours == theirs || drops_blanks).then_some(QUERY_ORDER)
}

fn unescaped(url: &PageUrl) -> String {
    let mut out = Vec::new();
    let mut rest = url.as_str().as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(byte)) = (first, byte) {
            out.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// How the URL suites are met: by function, and by the reason where it is not followed.
const URL_VERDICTS: [(&str, &str, usize); 21] = [
    ("add_or_replace_parameter", ANOTHER_JOB, 13),
    ("add_or_replace_parameters", ANOTHER_JOB, 6),
    ("any_to_uri", ANOTHER_JOB, 3),
    ("canonicalize_url", QUERY_ENCODING, 3),
    ("canonicalize_url", AGREES, 59),
    ("canonicalize_url", NO_PAGE, 15),
    ("canonicalize_url", QUERY_ORDER, 13),
    ("canonicalize_url", ESCAPES, 1),
    ("is_url", ANOTHER_JOB, 5),
    ("normalize", AGREES, 83),
    ("normalize", SLASHES, 6),
    ("normalize", NO_PAGE, 9),
    ("normalize", QUERY_ORDER, 11),
    ("normalize", ESCAPES, 9),
    ("safe_download_url", AGREES, 4),
    ("safe_url_string", PATH_ENCODING, 3),
    ("safe_url_string", AGREES, 187),
    ("safe_url_string", NO_PAGE, 32),
    ("safe_url_string", ESCAPES, 6),
    ("url_query_cleaner", ANOTHER_JOB, 19),
    ("url_query_parameter", ANOTHER_JOB, 7),
];

#[test]
fn urls() {
    let Some(cases) = cases("urls_cases.jsonl") else {
        return;
    };
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for case in &cases {
        let function = text(case, "fn").unwrap();
        let verdict = match function {
            "safe_url_string" | "normalize" | "canonicalize_url" | "safe_download_url" => {
                match read_url(case) {
                    None => NO_PAGE,
                    Some((found, expected)) if found == expected => AGREES,
                    Some((found, expected)) => url_difference(case, &found, &expected)
                        .unwrap_or_else(|| {
                            wrong.push(format!("{found}: {case}"));
                            "wrong"
                        }),
                }
            }
            _ => ANOTHER_JOB,
        };
        *counts.entry((function, verdict)).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let counts: Vec<_> = counts
        .into_iter()
        .map(|((function, verdict), count)| (function, verdict, count))
        .collect();
    assert_eq!(counts, URL_VERDICTS);
}
/// Real pages are read alike whatever header a server puts on them, and without their `<meta>`.
#[test]
fn pages_under_false_headers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages");
    let Ok(entries) = fs::read_dir(folder) else {
        eprintln!("skipped: the pages are not at hand");
        return;
    };
    let declaration = regex::bytes::Regex::new("(?i)charset|encoding").unwrap();
    let mut wrong = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        let page = fs::read(&path).unwrap();
        let real = decode::decode(&page, None);
        let is_page = path
            .extension()
            .is_some_and(|extension| extension == "html");
        if !is_page
            || real
                .text
                .chars()
                .filter(|letter| !letter.is_ascii())
                .count()
                < 40
        {
            continue;
        }
        let silent = declaration.replace_all(&page, &b"nothing"[..]).into_owned();
        let mut read_as = vec![("nothing", decode::decode(&silent, None).encoding)];
        for charset in ["gbk", "big5", "utf-8", "iso-8859-1", "utf-16", "no-such"] {
            let header = format!("text/html; charset={charset}");
            read_as.push((charset, decode::decode(&page, Some(&header)).encoding));
        }
        for (declared, encoding) in read_as {
            if encoding != real.encoding {
                wrong.push(format!("{} {declared} {}", path.display(), encoding.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
