//! What in a URL names the visitor and not the page.

use super::spelling::respell;

/// Parameters of statistics services, share buttons and session handling; none of them ever
/// selects content. In lower case.
const NEVER_CONTENT: [&str; 30] = [
    // Alibaba's page and slot markers
    "spm",
    "scm",
    // Baidu's statistics and advertising
    "hmsr",
    "hmpl",
    "hmcu",
    "hmkw",
    "hmci",
    "bd_vid",
    // Qihoo's
    "qhclickid",
    // WeChat's share marks
    "isappinstalled",
    "nsukey",
    "sharer_shareid",
    "sharer_shareinfo",
    "sharer_shareinfo_first",
    // western advertising
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "fbclid",
    "msclkid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    // sessions
    "phpsessid",
    "jsessionid",
    "cfid",
    "cftoken",
];

/// Beginnings of such names.
const NEVER_CONTENT_PREFIXES: [&str; 2] = ["utm_", "aspsessionid"];

/// What `from` says when a page was opened from a WeChat share; other values select content.
const WECHAT_SHARES: [&str; 3] = ["timeline", "singlemessage", "groupmessage"];

/// A query without the parameters that track, and without empty ones, in one spelling.
pub(super) fn query_of_page(query: &str) -> String {
    query
        .split('&')
        .map(respell)
        .filter(|parameter| !parameter.is_empty() && !tracks(parameter))
        .collect::<Vec<_>>()
        .join("&")
}

/// A path without `;jsessionid=…` and without the session segment of old ASP.NET, in one spelling.
pub(super) fn path_of_page(path: &str) -> String {
    path.split('/')
        .filter(|segment| !is_asp_session(segment))
        .map(|segment| {
            let mut parts = segment.split(';').map(respell);
            let name = parts.next().unwrap_or_default();
            parts
                .filter(|part| !is_java_session(part))
                .fold(name, |name, part| name + ";" + &part)
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn tracks(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "from" => WECHAT_SHARES.contains(&value),
        // the time of day against caches; anything else may be a key
        "_t" | "_" => value.len() >= 10 && value.bytes().all(|byte| byte.is_ascii_digit()),
        // a section's number is short, a session's name is long and mixed
        "sid" | "sessionid" | "session_id" | "sessid" => is_token(value),
        name => {
            NEVER_CONTENT.contains(&name)
                || NEVER_CONTENT_PREFIXES
                    .iter()
                    .any(|prefix| name.starts_with(prefix))
        }
    }
}

fn is_java_session(part: &str) -> bool {
    part.split_once('=')
        .is_some_and(|(name, _)| name.eq_ignore_ascii_case("jsessionid"))
}

fn is_token(value: &str) -> bool {
    value.len() >= 16
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// `(S(lit3py55t21z5v55vlm25s55))`
fn is_asp_session(segment: &str) -> bool {
    segment
        .strip_prefix("(S(")
        .and_then(|rest| rest.strip_suffix("))"))
        .is_some_and(|id| id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
