//! Values of the domain as SQLite columns, and back: the archive's own serialization.

use std::fmt::Write as _;

use bytes::Bytes;
use rusqlite::Row;
use serde_json::{Map, Value, json};

use crate::model::{
    Article, AsPrinted, Field, Headers, HostState, Image, PageUrl, Provenance, Timestamp,
};

use super::fault::Fault;

/// An instant as it is kept.
pub(super) fn instant_text(instant: Option<Timestamp>) -> Option<String> {
    instant.map(|instant| instant.to_string())
}

/// The instant in `column`.
pub(super) fn instant(row: &Row<'_>, column: &str) -> Result<Timestamp, Fault> {
    let text: String = row.get(column)?;
    parse_instant(&text)
}

/// The instant in `column`, if there is one.
pub(super) fn optional_instant(row: &Row<'_>, column: &str) -> Result<Option<Timestamp>, Fault> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parse_instant(&text)).transpose()
}

/// The instant in a kept text.
pub(super) fn parse_instant(text: &str) -> Result<Timestamp, Fault> {
    text.parse()
        .map_err(|error: crate::model::TimestampError| Fault::Unreadable(error.to_string()))
}

/// The URL in `column`.
pub(super) fn page_url(row: &Row<'_>, column: &str) -> Result<PageUrl, Fault> {
    let text: String = row.get(column)?;
    PageUrl::parse(&text).map_err(|error| Fault::Unreadable(error.to_string()))
}

/// A count as it is kept. SQLite's integers are signed.
pub(super) fn count_value(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The count in `column`.
pub(super) fn count(row: &Row<'_>, column: &str) -> Result<u64, Fault> {
    let value: i64 = row.get(column)?;
    Ok(u64::try_from(value).unwrap_or(0))
}

/// The count in `column`, if there is one.
pub(super) fn optional_count(row: &Row<'_>, column: &str) -> Result<Option<u64>, Fault> {
    let value: Option<i64> = row.get(column)?;
    Ok(value.and_then(|value| u64::try_from(value).ok()))
}

/// The host's clock in a row of `host`.
pub(super) fn host_state(row: &Row<'_>) -> Result<HostState, Fault> {
    Ok(HostState {
        earliest: optional_instant(row, "earliest_at")?,
        resting_until: optional_instant(row, "resting_until")?,
        resting_reason: row.get("resting_reason")?,
        slowdown_permille: row.get("slowdown_permille")?,
        failures_in_a_row: row.get("failures_in_a_row")?,
    })
}

/// Headers as `[[name, value], …]`; a value that is not UTF-8 is `{"hex": "…"}`.
pub(super) fn headers_text(headers: &Headers) -> String {
    let fields = headers.iter().map(|(name, value)| {
        let value = std::str::from_utf8(value)
            .map_or_else(|_bytes| json!({ "hex": hexadecimal(value) }), Value::from);
        json!([name, value])
    });
    Value::Array(fields.collect()).to_string()
}

/// The headers in a kept text; what is no header of ours is left out.
pub(super) fn headers(text: &str) -> Headers {
    let Ok(Value::Array(fields)) = serde_json::from_str(text) else {
        return Headers::default();
    };
    let field = |field: &Value| {
        let name = field.get(0)?.as_str()?.to_owned();
        let value = match field.get(1)? {
            Value::String(value) => Bytes::from(value.clone()),
            value => Bytes::from(bytes(value.get("hex")?.as_str()?)?),
        };
        Some((name, value))
    };
    Headers::new(fields.iter().filter_map(field))
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let starts = (0..hexadecimal.len()).step_by(2);
    starts
        .map(|start| u8::from_str_radix(hexadecimal.get(start..start + 2)?, 16).ok())
        .collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // writing to a String cannot fail
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// Images as `[{"url": …, "alt": …}, …]`.
pub(super) fn images_text(images: &[Image]) -> String {
    let images = images
        .iter()
        .map(|image| json!({ "url": image.url.as_str(), "alt": image.alt }));
    Value::Array(images.collect()).to_string()
}

/// The images in a kept text; what is no image of ours is left out.
pub(super) fn images(text: &str) -> Vec<Image> {
    let Ok(Value::Array(items)) = serde_json::from_str(text) else {
        return Vec::new();
    };
    let image = |item: &Value| {
        Some(Image {
            url: PageUrl::parse(item.get("url")?.as_str()?).ok()?,
            alt: text_of(item, "alt"),
        })
    };
    items.iter().filter_map(image).collect()
}

/// Warnings as `["kind: message", …]`.
pub(super) fn warnings_text(warnings: &[String]) -> String {
    Value::from(warnings.to_vec()).to_string()
}

/// The warnings in a kept text.
pub(super) fn warnings(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// Provenance as `{"title": "rule", …}`.
pub(super) fn provenance_text(provenance: &Provenance) -> String {
    let rules: Map<String, Value> = provenance
        .iter()
        .map(|(field, rule)| (field.name().to_owned(), Value::from(rule.as_str())))
        .collect();
    Value::Object(rules).to_string()
}

/// The provenance in a kept text; fields of a later zhanwen are left out.
pub(super) fn provenance(text: &str) -> Provenance {
    let Ok(Value::Object(rules)) = serde_json::from_str(text) else {
        return Provenance::new();
    };
    rules
        .iter()
        .filter_map(|(name, rule)| Some((Field::from_name(name)?, rule.as_str()?.to_owned())))
        .collect()
}

/// The page's own words as `{"title": …, "body_text": …}`.
pub(super) fn as_printed_text(article: &Article) -> Option<String> {
    article.as_printed.as_ref().map(|printed| {
        json!({ "title": printed.title, "body_text": printed.body_text }).to_string()
    })
}

/// The page's own words in a kept text.
pub(super) fn as_printed(text: &str) -> Option<AsPrinted> {
    let value: Value = serde_json::from_str(text).ok()?;
    Some(AsPrinted {
        title: text_of(&value, "title"),
        body_text: text_of(&value, "body_text"),
    })
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_keep_order_repeats_and_bytes_that_are_no_text() {
        let headers = Headers::new([
            ("Set-Cookie".to_owned(), Bytes::from_static(b"a=1")),
            ("set-cookie".to_owned(), Bytes::from_static(b"b=\"2\"")),
            ("x-name".to_owned(), Bytes::from_static(b"\xbb\xe1\xd5\xb9")),
        ]);
        assert_eq!(
            headers_text(&headers),
            r#"[["set-cookie","a=1"],["set-cookie","b=\"2\""],["x-name",{"hex":"bbe1d5b9"}]]"#
        );
        assert_eq!(super::headers(&headers_text(&headers)), headers);
    }

    #[test]
    fn what_cannot_be_read_back_is_left_out() {
        for text in ["", "null", "{", "[1, {}]", r#"[{"url": "nonsense"}]"#] {
            assert_eq!(images(text), [], "{text}");
            assert_eq!(provenance(text), Provenance::new(), "{text}");
        }
        assert_eq!(warnings("{"), Vec::<String>::new());
        assert_eq!(provenance(r#"{"smell": "x"}"#), Provenance::new());
    }
}
