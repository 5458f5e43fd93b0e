//! Lines of an index of records: CDXJ, which says of each capture where its record begins and what it is.

use serde_json::{Map, Value};

use crate::model::{PageUrl, Timestamp};

use super::key::surt;

/// The name of a record that only points at another in an index.
const REVISIT: &str = "warc/revisit";

/// One capture of an index.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What was asked for.
    pub url: &'a PageUrl,
    /// When.
    pub date: Timestamp,
    /// The `Content-Type` it came with; nothing of a revisit.
    pub content_type: Option<&'a str>,
    /// Whether its record points at another one for the body.
    pub revisits: bool,
    /// The status, where the record tells it.
    pub status: Option<u16>,
    /// Digest of the body.
    pub digest: &'a str,
    /// Where its record begins.
    pub offset: u64,
    /// How many bytes that takes, compressed.
    pub length: u64,
    /// In which file.
    pub filename: &'a str,
}

impl Entry<'_> {
    /// The line, without its end. Lines sorted byte by byte make an index.
    pub fn line(&self) -> String {
        let mut facts = Map::new();
        let mut tell = |name: &str, value: String| {
            facts.insert(name.to_owned(), Value::String(value));
        };
        tell("url", self.url.to_string());
        let mime = if self.revisits {
            Some(REVISIT)
        } else {
            self.content_type.and_then(media_type)
        };
        if let Some(mime) = mime {
            tell("mime", mime.to_owned());
        }
        if let Some(status) = self.status {
            tell("status", status.to_string());
        }
        tell("digest", self.digest.to_owned());
        tell("length", self.length.to_string());
        tell("offset", self.offset.to_string());
        tell("filename", self.filename.to_owned());
        format!(
            "{} {} {}",
            surt(self.url),
            stamp(self.date),
            Value::Object(facts)
        )
    }
}

/// `date` in fourteen digits, to the second.
pub fn stamp(date: Timestamp) -> String {
    let digits = date.to_string();
    let digits = digits.chars().filter(char::is_ascii_digit);
    digits.take(14).collect()
}

/// `text/html` of `text/html; charset=gbk`.
fn media_type(content_type: &str) -> Option<&str> {
    let mut words = content_type.split(|letter: char| letter == ';' || letter.is_whitespace());
    words.next().filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_where_a_record_is() {
        let url = PageUrl::parse("http://www.example.cn/A?q=会").expect("a URL");
        let entry = Entry {
            url: &url,
            date: "2026-11-23T06:11:00.567Z".parse().expect("a date"),
            content_type: Some("text/html; charset=gbk"),
            revisits: false,
            status: Some(200),
            digest: "sha1:X",
            offset: 12,
            length: 345,
            filename: "展会\".warc.gz",
        };
        assert_eq!(
            entry.line(),
            "cn,example)/a?q=%e4%bc%9a 20261123061100 {\"url\":\"http://www.example.cn/A?q=%E4%BC%9A\",\
             \"mime\":\"text/html\",\"status\":\"200\",\"digest\":\"sha1:X\",\"length\":\"345\",\
             \"offset\":\"12\",\"filename\":\"展会\\\".warc.gz\"}"
        );
        let revisit = Entry {
            revisits: true,
            status: None,
            ..entry
        };
        let line = revisit.line();
        assert!(
            line.contains("\"mime\":\"warc/revisit\",\"digest\""),
            "{line}"
        );
    }

    #[test]
    fn a_media_type_is_what_comes_before_its_parameters() {
        for (text, expected) in [
            ("text/html", Some("text/html")),
            ("text/html;charset=gbk", Some("text/html")),
            ("text/xml ; a", Some("text/xml")),
            ("; charset=gbk", None),
            ("", None),
        ] {
            assert_eq!(media_type(text), expected, "{text}");
        }
    }
}
