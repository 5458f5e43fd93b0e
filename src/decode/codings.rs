//! Content codings undone, under a limit, with the two lies servers tell about gzip forgiven.

use bytes::Bytes;

use super::Entity;
use super::inflate::{self, Unreadable};
use super::label::from_label;
use crate::model::{ContentHash, FetchError, Fetched, Headers};

/// No honest server applies more; a long list only multiplies work.
const MOST_CODINGS: usize = 4;

/// Of what a server calls its coding so much is repeated.
const MOST_LETTERS: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// The entity body under the content codings of an answer.
///
/// An unknown coding, broken data or an early end is a [`FetchError::Coding`], more than
/// `limit_bytes` a [`FetchError::TooLarge`]. A plain body labelled as coded is kept as it is, and a
/// gzipped text that nobody labelled is unpacked.
pub fn undo_codings(fetched: &Fetched, limit_bytes: u64) -> Result<Entity, FetchError> {
    let wire = &fetched.body;
    let fail = |error| failure(error, fetched, limit_bytes);
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let mut body = wire.clone();
    // 204, 304 and answers to nothing keep the label of what they leave out
    if !body.is_empty() {
        for coding in codings(&fetched.headers).map_err(fail)?.into_iter().rev() {
            body = undo(coding, body, limit).map_err(fail)?;
        }
        body = unpack_unlabelled(&fetched.headers, body, limit).map_err(fail)?;
    }
    if body.len() > limit {
        return Err(fail(Unreadable::TooLarge));
    }
    Ok(Entity {
        body,
        wire_length: u64::try_from(wire.len()).unwrap_or(u64::MAX),
        wire_hash: ContentHash::of(wire),
    })
}

/// The first `limit_bytes` of the entity body, of an answer that is worth something without its end.
/// It `was_cut` where its own end did not come: what breaks off then is no broken data.
pub fn undo_codings_of_beginning(
    fetched: &Fetched,
    limit_bytes: u64,
    mut was_cut: bool,
) -> Result<Bytes, FetchError> {
    let fail = |error| failure(error, fetched, limit_bytes);
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let mut body = fetched.body.clone();
    let mut codings = codings(&fetched.headers).map_err(fail)?;
    if codings.is_empty() && inflate::is_gzip(&body) {
        codings.push(Coding::Gzip);
    }
    for coding in codings.into_iter().rev() {
        if body.is_empty() {
            break;
        }
        let mut plain = Vec::new();
        match undo_into(coding, &body, &mut plain, limit) {
            Ok(()) => {}
            Err(Unreadable::TooLarge) => was_cut = true,
            Err(Unreadable::Broken(_)) if was_cut && !plain.is_empty() => {}
            Err(Unreadable::Broken(_)) if looks_plain(&body) => continue,
            Err(error) => return Err(fail(error)),
        }
        body = plain.into();
    }
    body.truncate(limit);
    Ok(body)
}

fn failure(error: Unreadable, fetched: &Fetched, limit: u64) -> FetchError {
    let host = fetched.url.host();
    match error {
        Unreadable::TooLarge => FetchError::TooLarge { host, limit },
        Unreadable::Broken(reason) => FetchError::Coding { host, reason },
    }
}

/// `body` unpacked where it is a gzip file, whatever its headers say; why it cannot be, otherwise.
/// Sitemaps are kept as `.gz` files and served as anything.
pub fn unpack_gzip(body: &Bytes, limit_bytes: u64) -> Option<Result<Bytes, String>> {
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let mut plain = Vec::new();
    inflate::is_gzip(body).then(|| match inflate::gzip(body, &mut plain, limit) {
        Ok(()) => Ok(plain.into()),
        Err(Unreadable::TooLarge) => Err(format!("more than {limit_bytes} bytes unpacked")),
        Err(Unreadable::Broken(reason)) => Err(reason),
    })
}

/// Whether the body may be longer once its codings are undone.
pub fn is_coded(fetched: &Fetched) -> bool {
    fetched.headers.first("content-encoding").is_some() || inflate::is_gzip(&fetched.body)
}

/// The codings in the order they were applied.
fn codings(headers: &Headers) -> Result<Vec<Coding>, Unreadable> {
    let mut found = Vec::new();
    let labels = headers
        .all("content-encoding")
        .flat_map(|value| value.split(','))
        .map(|label| label.trim().to_ascii_lowercase());
    for label in labels {
        match label.as_str() {
            "" | "identity" | "none" | "binary" | "chunked" => {}
            "gzip" | "x-gzip" => found.push(Coding::Gzip),
            "deflate" => found.push(Coding::Deflate),
            "br" => found.push(Coding::Brotli),
            "zstd" => found.push(Coding::Zstd),
            // a charset that lost its way: browsers pass it over
            charset if from_label(charset).is_some() => {}
            unknown => {
                // it goes into the archive, into logs and before a person
                let letters = unknown.chars().filter(|letter| !letter.is_control());
                let unknown: String = letters.take(MOST_LETTERS).collect();
                return Err(Unreadable::Broken(format!("`{unknown}` is unknown")));
            }
        }
    }
    if found.len() > MOST_CODINGS {
        let count = found.len();
        return Err(Unreadable::Broken(format!("{count} codings are too many")));
    }
    Ok(found)
}

fn undo(coding: Coding, body: Bytes, limit: usize) -> Result<Bytes, Unreadable> {
    let mut plain = Vec::new();
    match undo_into(coding, &body, &mut plain, limit) {
        Ok(()) => Ok(plain.into()),
        // announced by the server, then not done by the script behind it
        Err(Unreadable::Broken(_)) if looks_plain(&body) => Ok(body),
        Err(error) => Err(error),
    }
}

/// Undoes `coding` into `plain`, which has the beginning where that goes wrong.
fn undo_into(
    coding: Coding,
    body: &[u8],
    plain: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Unreadable> {
    match coding {
        Coding::Gzip if !inflate::is_gzip(body) => {
            Err(Unreadable::Broken("it does not begin as gzip".to_owned()))
        }
        Coding::Gzip => inflate::gzip(body, plain, limit),
        Coding::Deflate => inflate::deflate(body, plain, limit),
        Coding::Brotli => inflate::brotli(body, plain, limit),
        Coding::Zstd => inflate::zstd(body, plain, limit),
    }
}

/// A page stored as gzip and served without saying so. Only text is unpacked: an archive that is
/// offered for download stays what it is.
fn unpack_unlabelled(headers: &Headers, body: Bytes, limit: usize) -> Result<Bytes, Unreadable> {
    let is_text = headers.first("content-type").is_none_or(|kind| {
        let kind = kind.trim().to_ascii_lowercase();
        kind.starts_with("text/") || kind.contains("html") || kind.contains("xml")
    });
    if !is_text || !inflate::is_gzip(&body) {
        return Ok(body);
    }
    let mut plain = Vec::new();
    match inflate::gzip(&body, &mut plain, limit) {
        Ok(()) => Ok(plain.into()),
        Err(Unreadable::Broken(_)) => Ok(body),
        Err(error) => Err(error),
    }
}

/// Whether the bytes begin as text in any encoding does: without control bytes.
fn looks_plain(body: &[u8]) -> bool {
    body.iter()
        .take(512)
        .all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r'))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;
    use crate::model::{PageUrl, Timestamp};

    const PAGE: &str = "<html><title>展会新闻</title>";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn bare_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::CompressorWriter::new(&mut out, 4096, 5, 22)
            .write_all(bytes)
            .unwrap();
        out
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    fn undo_with(
        fields: &[(&str, &str)],
        body: impl Into<Bytes>,
        limit: u64,
    ) -> Result<Entity, FetchError> {
        undo_codings(&fetched(fields, body), limit)
    }

    fn fetched(fields: &[(&str, &str)], body: impl Into<Bytes>) -> Fetched {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Bytes::from((*value).to_owned())));
        Fetched {
            url: PageUrl::parse("http://expo.example.cn/").unwrap(),
            status: 200,
            headers: Headers::new(fields),
            body: body.into(),
            sent_at: Timestamp::from_unix_millis(0),
            elapsed: Duration::ZERO,
            peer: None,
        }
    }

    /// `Ok` with the text, or the kind of the error.
    fn check(label: &str, body: Vec<u8>, expected: Result<&str, &str>) {
        let wire_hash = ContentHash::of(&body);
        let wire_length = u64::try_from(body.len()).unwrap();
        let fields = [("Content-Encoding", label), ("Content-Type", "text/html")];
        let undone = undo_with(&fields, body, 1_000_000);
        if let Ok(entity) = &undone {
            assert_eq!(entity.wire_hash, wire_hash);
            assert_eq!(entity.wire_length, wire_length);
        }
        let found = undone.map(|entity| String::from_utf8_lossy(&entity.body).into_owned());
        assert_eq!(
            found.as_deref().map_err(FetchError::kind),
            expected,
            "{label}"
        );
    }

    #[test]
    fn each_coding_is_undone() {
        let page = PAGE.as_bytes();
        check("gzip", gzip(page), Ok(PAGE));
        check("X-GZip", gzip(page), Ok(PAGE));
        check("deflate", zlib(page), Ok(PAGE));
        check("deflate", bare_deflate(page), Ok(PAGE));
        check("br", brotli(page), Ok(PAGE));
        check("zstd", zstd(page), Ok(PAGE));
        check("identity", page.to_vec(), Ok(PAGE));
        check("", page.to_vec(), Ok(PAGE));
        check("utf-8", page.to_vec(), Ok(PAGE));
        check("gzip, br", brotli(&gzip(page)), Ok(PAGE));
        check("deflate, gzip, identity", gzip(&zlib(page)), Ok(PAGE));
        check("gzip", Vec::new(), Ok(""));
    }

    #[test]
    fn what_is_cut_broken_or_unknown_is_no_answer() {
        let long = (0..20_000_u32).map(|n| n.to_string()).collect::<String>();
        let cut = |mut bytes: Vec<u8>| {
            bytes.truncate(bytes.len() - 5);
            bytes
        };
        for (label, body) in [
            ("gzip", gzip(long.as_bytes())),
            ("deflate", zlib(long.as_bytes())),
            ("deflate", bare_deflate(long.as_bytes())),
            ("br", brotli(long.as_bytes())),
            ("zstd", zstd(long.as_bytes())),
        ] {
            check(label, cut(body.clone()), Err("coding"));
            let mut broken = body;
            let middle = broken.len() / 2;
            for byte in &mut broken[middle..middle + 40] {
                *byte ^= 0x5a;
            }
            if label == "gzip" || label == "zstd" {
                check(label, broken, Err("coding"));
            }
        }
        check("compress", PAGE.into(), Err("coding"));
        check("gzip,gzip,gzip,gzip,gzip", gzip(b"x"), Err("coding"));
        check("br", b"\x11\x1d\x00\x00\x01".to_vec(), Err("coding"));
    }

    #[test]
    fn lies_about_gzip_are_forgiven() {
        let page = PAGE.as_bytes();
        for label in ["gzip", "br", "deflate", "zstd"] {
            check(label, page.to_vec(), Ok(PAGE));
        }
        check("", gzip(page), Ok(PAGE));
        check("gzip", gzip(&gzip(page)), Ok(PAGE));
        let mut padded = gzip(page);
        padded.extend(b"\0\0\0trailing");
        check("gzip", padded, Ok(PAGE));
        let mut two = gzip(b"<html>");
        two.extend(gzip(b"<title>"));
        check("gzip", two, Ok("<html><title>"));
    }

    #[test]
    fn a_download_stays_packed() {
        let packed = gzip(b"rows");
        let entity = undo_with(
            &[("content-type", "application/gzip")],
            packed.clone(),
            1000,
        );
        assert_eq!(entity.unwrap().body, packed);
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let zeros = vec![0; 3_000_000];
        for (label, body) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("deflate", bare_deflate(&zeros)),
            ("br", brotli(&zeros)),
            ("zstd", zstd(&zeros)),
        ] {
            check(label, body, Err("too-large"));
        }
        let error = undo_with(&[], vec![b'x'; 11], 10).unwrap_err();
        assert_eq!(error.kind(), "too-large");
        assert!(undo_with(&[], vec![b'x'; 10], 10).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_under_any_coding_come_to_an_end(
            body: Vec<u8>,
            label in "(gzip|deflate|br|zstd)(, ?(gzip|deflate|br|zstd)){0,2}",
        ) {
            let _undone = undo_with(&[("content-encoding", &label)], body, 100_000);
        }
    }

    #[test]
    fn a_beginning_is_had_from_what_is_too_long_or_was_cut() {
        let rule = "User-agent: *\nDisallow: /secret\n";
        let mut noise = vec![0; 200_000];
        fastrand::Rng::with_seed(7).fill(&mut noise);
        let long = [rule.as_bytes(), &noise].concat();
        let packed = [
            ("gzip", gzip(&long)),
            ("deflate", zlib(&long)),
            ("deflate", bare_deflate(&long)),
            ("br", brotli(&long)),
            ("zstd", zstd(&long)),
            ("gzip, br", brotli(&gzip(&long))),
            ("", gzip(&long)),
            ("", long),
        ];
        for (label, whole) in packed {
            let cut = &whole[..100_000];
            let beginning = |body: &[u8], was_cut| {
                let fetched = fetched(&[("content-encoding", label)], body.to_vec());
                undo_codings_of_beginning(&fetched, 50_000, was_cut)
            };
            for begun in [beginning(&whole, false), beginning(cut, true)] {
                let begun = begun.unwrap();
                assert!((49_000..=50_000).contains(&begun.len()), "{label}");
                assert!(begun.starts_with(rule.as_bytes()), "{label}");
            }
            let short = &whole[..whole.len().min(30_000)];
            let begun = beginning(short, true).unwrap();
            assert!(begun.starts_with(rule.as_bytes()), "{label}");
            // its own end should have come
            assert_eq!(
                beginning(short, false).is_ok(),
                label.is_empty() && !inflate::is_gzip(short)
            );
        }
    }
}
