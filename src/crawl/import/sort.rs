//! What a record is to an archive of news pages: an answer at an address, the same one again, or nothing.

use std::net::SocketAddr;

use bytes::Bytes;

use crate::discover;
use crate::model::{Headers, PageUrl, Timestamp};
use crate::warc::profile;
use crate::warc::read::{self, Block, Digest, DigestCheck, Record};

/// An answer that somebody was given.
#[derive(Clone, Debug)]
pub(super) struct Foreign {
    /// What was asked for.
    pub(super) url: PageUrl,
    /// When, as far as the record tells: some know seconds alone.
    pub(super) at: Timestamp,
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: Body,
    pub(super) peer: Option<SocketAddr>,
    /// Names by which revisits may refer to it.
    pub(super) id: Option<String>,
    pub(super) digest: Option<Digest>,
    /// What a person should know of the record.
    pub(super) warning: Option<String>,
}

impl Foreign {
    /// Bytes that it holds on to.
    pub(super) fn weight(&self) -> usize {
        // its headers, names and addresses
        const BESIDE: usize = 2048;
        BESIDE
            + match &self.body {
                Body::Own(body) => body.len(),
                Body::Same(_) | Body::NotModified(_) => 0,
            }
    }
}

/// Where an answer's body is.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Here, transfer coding undone.
    Own(Bytes),
    /// The same as another record's.
    Same(Box<Reference>),
    /// The server said that the page is what another record holds.
    NotModified(Box<Reference>),
}

/// How a record names another one.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) url: PageUrl,
    pub(super) at: Option<Timestamp>,
    pub(super) id: Option<String>,
    pub(super) digest: Option<Digest>,
}

/// What a record is.
#[derive(Debug)]
pub(super) enum Sorted {
    /// An answer to be kept.
    Look(Box<Foreign>),
    /// Nothing to be kept, and why.
    PassedOver(&'static str),
    /// It tells of other records or of the file.
    Beside,
    /// It is not what it says.
    Broken(&'static str),
}

/// What `record` is.
pub(super) fn sort(record: &Record) -> Sorted {
    let kind = record.kind();
    if !matches!(kind.as_str(), "response" | "resource" | "revisit") {
        return Sorted::Beside;
    }
    let Some(url) = record.page() else {
        return Sorted::PassedOver("no-web-address");
    };
    // of a revisit it says that the body is left out, which is what makes it one
    if kind != "revisit" && record.fields.first("warc-truncated").is_some() {
        return Sorted::PassedOver("truncated");
    }
    let segment = record.fields.first("warc-segment-number");
    if segment.is_some_and(|number| number.trim() != "1") || is_first_of_many(record) {
        return Sorted::PassedOver("in-segments");
    }
    let Some(at) = record.date() else {
        return Sorted::Broken("it has no date");
    };
    let Block::Whole(block) = &record.block else {
        return Sorted::PassedOver("too-large");
    };
    let about = About { record, url, at };
    match kind.as_str() {
        "resource" => about.resource(block),
        "revisit" => about.revisit(block),
        _ => about.response(block),
    }
}

/// Whether it was cut into segments that stand in records of their own.
fn is_first_of_many(record: &Record) -> bool {
    record.fields.first("warc-segment-number").is_some()
        && record.fields.first("warc-segment-total-length").is_none()
}

struct About<'a> {
    record: &'a Record,
    url: PageUrl,
    at: Timestamp,
}

impl About<'_> {
    fn foreign(self, status: u16, headers: Headers, body: Body) -> Sorted {
        let address = self.record.fields.first("warc-ip-address");
        let address = address.and_then(|address| address.trim().parse().ok());
        let port = self.url.as_url().port_or_known_default().unwrap_or(80);
        let (digest, id) = (self.record.payload_digest(), self.record.id());
        Sorted::Look(Box::new(Foreign {
            at: self.at,
            status,
            headers,
            body,
            peer: address.map(|address| SocketAddr::new(address, port)),
            id: id.map(str::to_owned),
            digest,
            warning: None,
            url: self.url,
        }))
    }

    fn response(self, block: &Bytes) -> Sorted {
        let media = self.record.media_type();
        if !media.is_empty() && media != "application/http" {
            return Sorted::PassedOver("not-http");
        }
        let Ok(answer) = read::Answer::parse(block) else {
            return Sorted::Broken("its block begins with no HTTP status");
        };
        let read::Body::Whole(body) = answer.body() else {
            return Sorted::PassedOver("truncated");
        };
        if !is_page(
            answer.status,
            answer.headers.first("content-type"),
            &body,
            &self.url,
        ) {
            return Sorted::PassedOver("no-page");
        }
        let payload = &answer.payload;
        let check = self.record.payload_digest();
        let check = check.map(|digest| digest.check(&[&body, payload]));
        let warning = warning(check, self.record.check_block());
        if answer.status == 304 {
            let reference = self.reference();
            return self.foreign(304, answer.headers, Body::NotModified(reference));
        }
        let mut sorted = self.foreign(answer.status, answer.headers, Body::Own(body));
        if let Sorted::Look(foreign) = &mut sorted {
            foreign.warning = warning;
        }
        sorted
    }

    /// Bytes without an answer around them: how they came is not known, but that they did.
    fn resource(self, block: &Bytes) -> Sorted {
        let media = self.record.fields.first("content-type").map(str::to_owned);
        if !is_page(200, media.as_deref(), block, &self.url) {
            return Sorted::PassedOver("no-page");
        }
        let check = self.record.payload_digest();
        let check = check.map(|digest| digest.check(&[block]));
        let warning = warning(check, self.record.check_block());
        let field = media.map(|media| ("content-type".to_owned(), Bytes::from(media)));
        let mut sorted = self.foreign(200, Headers::new(field), Body::Own(block.clone()));
        if let Sorted::Look(foreign) = &mut sorted {
            foreign.warning = warning;
        }
        sorted
    }

    fn revisit(self, block: &Bytes) -> Sorted {
        let named = self.record.fields.first("warc-profile").unwrap_or_default();
        let answer = read::Answer::parse(block).ok();
        let status = answer.as_ref().map(|answer| answer.status);
        let headers = answer.map(|answer| answer.headers).unwrap_or_default();
        // the picture that it is the same as was passed over, too
        let media = headers.first("content-type");
        if !is_page(200, media.or(Some("text/html")), b"<", &self.url)
            || media.is_none() && discover::is_file(&self.url)
        {
            return Sorted::PassedOver("no-page");
        }
        let reference = self.reference();
        let of = |profile: &str| {
            named
                .trim()
                .ends_with(profile.rsplit('/').next().unwrap_or(profile))
        };
        if of(profile::NOT_MODIFIED) || status == Some(304) {
            return self.foreign(304, headers, Body::NotModified(reference));
        }
        if !of(profile::IDENTICAL) {
            return Sorted::PassedOver("unknown-profile");
        }
        self.foreign(status.unwrap_or(200), headers, Body::Same(reference))
    }

    fn reference(&self) -> Box<Reference> {
        let url = self.record.refers_to_page();
        Box::new(Reference {
            url: url.unwrap_or_else(|| self.url.clone()),
            at: self.record.refers_to_date(),
            id: self.record.refers_to().map(str::to_owned),
            digest: self.record.payload_digest(),
        })
    }
}

fn warning(payload: Option<DigestCheck>, block: DigestCheck) -> Option<String> {
    // a block that is whole holds a payload that is, whatever its writer took for one
    let differs = match (payload, block) {
        (_, DigestCheck::Differs) => "block",
        (Some(DigestCheck::Differs), DigestCheck::Unknown) => "payload",
        _ => return None,
    };
    Some(format!(
        "{DIGEST_WARNING}: the {differs} is not what the record's digest says"
    ))
}

/// How a warning about a digest begins.
pub(in crate::crawl) const DIGEST_WARNING: &str = "warc-digest";

/// Whether what came may be a page, a feed or a sitemap, or says something of one.
fn is_page(status: u16, content_type: Option<&str>, body: &[u8], url: &PageUrl) -> bool {
    let media = content_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    let media = media.trim().to_ascii_lowercase();
    let family = media.split('/').next().unwrap_or_default();
    if matches!(family, "image" | "audio" | "video" | "font") || media.contains("officedocument") {
        return false;
    }
    let of_pages = ["html", "xml", "rss", "atom", "feed+json"];
    let named = of_pages.iter().any(|name| media.contains(name));
    if status == 304 {
        return !discover::is_file(url);
    }
    if !(200..300).contains(&status) {
        return (named || media.is_empty() || media == "text/plain") && !discover::is_file(url);
    }
    let begins = body
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte));
    let unsure = matches!(
        media.as_str(),
        "" | "text/plain" | "text/*" | "*/*" | "application/octet-stream"
    );
    named || unsure && begins == Some(&b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_what_else_the_web_holds() {
        let check = |status: u16, media: Option<&str>, body: &str, url: &str, expected: bool| {
            let page = PageUrl::parse(&format!("http://a.cn/{url}")).expect("url");
            let found = is_page(status, media, body.as_bytes(), &page);
            assert_eq!(found, expected, "{status} {media:?} {body} {url}");
        };
        check(200, Some("text/html; charset=gbk"), "", "1.html", true);
        check(200, Some("Application/XHTML+xml"), "", "1", true);
        check(200, Some("application/rss+xml"), "", "feed", true);
        check(200, Some("application/feed+json"), "{}", "feed.json", true);
        check(200, Some("text/xml"), "", "sitemap.xml", true);
        check(200, None, "\u{feff} <html>", "1", true);
        check(200, None, "GIF89a", "1", false);
        check(200, Some("text/plain"), "<!DOCTYPE html>", "1", true);
        check(
            200,
            Some("text/plain"),
            "User-agent: *",
            "robots.txt",
            false,
        );
        check(200, Some("image/svg+xml"), "<svg>", "a.svg", false);
        check(200, Some("image/jpeg"), "<html>", "a.jpg", false);
        check(200, Some("text/css"), "a{}", "a.css", false);
        check(200, Some("application/json"), "{}", "a.json", false);
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        check(200, Some(word), "PK", "a.docx", false);
        check(301, None, "", "1.html", true);
        check(404, Some("text/html"), "", "1.html", true);
        check(404, Some("text/html"), "", "logo.png", false);
        check(403, Some("application/json"), "", "api", false);
        check(304, None, "", "1.html", true);
        check(304, None, "", "logo.png", false);
    }
}
