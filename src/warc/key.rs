//! Keys that captures are sorted and looked up by: SURT, as the Wayback Machine and pywb make them.
//!
//! They merge more spellings than [`urlkey`](crate::canon::urlkey), which identifies pages: a reader of an index
//! makes the key of the address typed, so a key that was made otherwise is never found.

use std::sync::LazyLock;

use regex::bytes::Regex;
use url::Host;

use crate::model::PageUrl;

/// Session identifiers in a query, each with what stands before it and after it.
static QUERY_SESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    ]
    .iter()
    .filter_map(|session| Regex::new(&format!("(?i-u)^(.*)(?:{session})(?:&(.*))?$")).ok())
    .collect()
});

/// And in the path of an ASP.NET page.
static PATH_SESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [r"(?:[a-z]\([0-9a-z]{24}\))+", "[0-9a-z]{24}"]
        .iter()
        .filter_map(|session| {
            Regex::new(&format!(r"(?i-u)^(.*/)\({session}\)/([^?]+\.aspx.*)$")).ok()
        })
        .collect()
});

/// The key of `url`: `cn,example)/news/show.php?id=1`.
pub fn surt(url: &PageUrl) -> String {
    let url = url.as_url();
    let mut key = match url.host() {
        Some(Host::Ipv6(address)) => address.to_string().into_bytes(),
        Some(host) => reversed(&host.to_string()),
        None => Vec::new(),
    };
    if let Some(port) = url.port() {
        key.extend_from_slice(format!(":{port}").as_bytes());
    }
    key.push(b')');
    key.extend(path(url.path().as_bytes()));
    if let Some(query) = url.query().map(|query| query_of(query.as_bytes()))
        && !query.is_empty()
    {
        key.push(b'?');
        key.extend(query);
    }
    // whatever is not ASCII is escaped by now
    String::from_utf8_lossy(&key).into_owned()
}

/// `www2.example.cn` as `cn,example`.
fn reversed(host: &str) -> Vec<u8> {
    let host = host.trim_matches('.').to_ascii_lowercase();
    let bare = host
        .strip_prefix("www")
        .map(|rest| rest.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(&host);
    let mut labels: Vec<&str> = bare.split('.').collect();
    labels.reverse();
    labels.join(",").into_bytes()
}

fn path(path: &[u8]) -> Vec<u8> {
    let mut path = normal(&unescaped(path));
    path = escaped(&path).to_ascii_lowercase();
    for session in PATH_SESSIONS.iter() {
        path = without(session, path);
    }
    if path.len() > 1 && path.last() == Some(&b'/') {
        path.pop();
    }
    path
}

/// Without `.`, `..` and doubled slashes.
fn normal(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/').skip(1) {
        match part {
            b"." => {}
            b".." if !kept.is_empty() => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    let mut path = vec![b'/'];
    if let Some((last, before)) = kept.split_last() {
        for part in before.iter().filter(|part| !part.is_empty()) {
            path.extend_from_slice(part);
            path.push(b'/');
        }
        path.extend_from_slice(last);
    }
    path
}

fn query_of(query: &[u8]) -> Vec<u8> {
    let mut query = escaped(&unescaped(query));
    for session in QUERY_SESSIONS.iter() {
        query = without(session, query);
    }
    query.make_ascii_lowercase();
    // a name alone sorts before the same name with a value
    let mut parameters: Vec<(&[u8], Option<&[u8]>)> = query
        .split(|byte| *byte == b'&')
        .map(|parameter| {
            let mut halves = parameter.splitn(2, |byte| *byte == b'=');
            (halves.next().unwrap_or_default(), halves.next())
        })
        .collect();
    parameters.sort_unstable();
    let written: Vec<Vec<u8>> = parameters
        .iter()
        .map(|(name, value)| match value {
            Some(value) => [name, &b"="[..], value].concat(),
            None => name.to_vec(),
        })
        .collect();
    written.join(&b'&')
}

/// `text` without what `session` finds in it.
fn without(session: &Regex, text: Vec<u8>) -> Vec<u8> {
    let Some(found) = session.captures(&text) else {
        return text;
    };
    let part = |number| found.get(number).map_or(&b""[..], |part| part.as_bytes());
    [part(1), part(2)].concat()
}

/// Escapes undone until none is left.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    loop {
        let plain: Vec<u8> = percent_encoding::percent_decode(&text).collect();
        if plain == text {
            return plain;
        }
        text = plain;
    }
}

/// What is no visible ASCII is escaped, and the two signs that would be taken for something else.
fn escaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'#' | b'%' => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
            b'!'..=b'~' => out.push(*byte),
            _ => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // what the Python package `surt` 0.3.1 makes of the same; tests/clients compares more of them
    #[test]
    fn keys_are_those_of_other_tools() {
        for (text, expected) in [
            ("https://expo.example.cn/", "cn,example,expo)/"),
            ("http://WWW.Example.cn/News/", "cn,example)/news"),
            ("http://www2.example.cn:8080/a", "cn,example:8080)/a"),
            ("http://wwwexample.cn/a?", "cn,wwwexample)/a"),
            ("http://example.cn//a///b/./c/../d//", "cn,example)/a/b/d"),
            (
                "http://example.cn/a?b=2&A=1&a&b=",
                "cn,example)/a?a&a=1&b=&b=2",
            ),
            (
                "http://example.cn/%D5%B9%20%25?q=%C5%E0&x=a%26b",
                "cn,example)/%d5%b9%20%25?b&q=%c5%e0&x=a",
            ),
            (
                "http://example.cn/会展?q=会",
                "cn,example)/%e4%bc%9a%e5%b1%95?q=%e4%bc%9a",
            ),
            ("http://展会.中国/", "xn--fiqs8s,xn--6oq653a)/"),
            ("http://192.0.2.7/", "7,2,0,192)/"),
            ("http://[2001:db8::1]:81/x", "2001:db8::1:81)/x"),
            (
                "http://a.cn/x?a=1&JSESSIONID=0123456789abcdef0123456789ABCDEF&b=2",
                "cn,a)/x?a=1&b=2",
            ),
            (
                "http://a.cn/x?sid=0123456789abcdef0123456789abcdef",
                "cn,a)/x",
            ),
            (
                "http://a.cn/x;jsessionid=0123456789abcdef",
                "cn,a)/x;jsessionid=0123456789abcdef",
            ),
            (
                "http://a.cn/(S(0123456789abcdef01234567))/P.aspx",
                "cn,a)/p.aspx",
            ),
            ("http://a.cn/?&&", "cn,a)/?&&"),
            ("http://a.cn/a%2520b", "cn,a)/a%20b"),
        ] {
            let url = PageUrl::parse(text).expect(text);
            assert_eq!(surt(&url), expected, "{text}");
        }
        assert_eq!((QUERY_SESSIONS.len(), PATH_SESSIONS.len()), (5, 2));
    }
}
