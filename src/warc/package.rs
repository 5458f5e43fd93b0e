//! What stands beside the records in a WACZ file: the pages to begin at, the index in blocks, the list of all that
//! is in it (WACZ 1.1.1).

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::model::{PageUrl, Timestamp};

use super::record_id;

/// Lines of the index in one block.
pub const BLOCK_LINES: usize = 1024;

/// The version of the format.
const WACZ_VERSION: &str = "1.1.1";

/// The first line of the list of pages.
pub fn pages_header() -> String {
    json!({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": true})
        .to_string()
}

/// A page of the list.
pub fn page_line(
    url: &PageUrl,
    date: Timestamp,
    title: Option<&str>,
    text: Option<&str>,
) -> String {
    let date = date.to_string();
    let id = record_id(&["page", url.as_str(), &date]);
    let mut page = Map::new();
    let mut tell = |name: &str, value: &str| {
        page.insert(name.to_owned(), Value::from(value));
    };
    tell(
        "id",
        id.trim_matches(['<', '>']).trim_start_matches("urn:uuid:"),
    );
    tell("url", url.as_str());
    tell("ts", &date);
    if let Some(title) = title {
        tell("title", title);
    }
    if let Some(text) = text {
        tell("text", text);
    }
    Value::Object(page).to_string()
}

/// The first line of the list of blocks of the index in the file `filename`.
pub fn blocks_header(filename: &str) -> String {
    format!(
        "!meta 0 {}",
        json!({"format": "cdxj-gzip-1.0", "filename": filename})
    )
}

/// The block of `length` compressed bytes at `offset` that begins with the line `first`.
pub fn block_line(first: &str, offset: u64, block: &[u8]) -> String {
    let mut words = first.splitn(3, ' ');
    let (key, stamp) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let place = json!({"offset": offset, "length": block.len(), "digest": sha256(block)});
    format!("{key} {stamp} {place}")
}

/// `bytes` as digests are written here.
pub fn sha256(bytes: &[u8]) -> String {
    sha256_text(&Sha256::digest(bytes).into())
}

/// A digest computed elsewhere.
pub fn sha256_text(sum: &[u8; 32]) -> String {
    format!("sha256:{}", data_encoding::HEXLOWER.encode(sum))
}

/// A file in the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Where it is.
    pub path: String,
    /// Its digest, as [`sha256`] writes it.
    pub hash: String,
    /// How long it is.
    pub bytes: u64,
}

/// What a package says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// What it is called.
    pub title: &'a str,
    /// What was asked for.
    pub description: &'a str,
    /// When it was made.
    pub created: Timestamp,
    /// What made it.
    pub software: &'a str,
    /// Where to begin.
    pub main_page: Option<(&'a PageUrl, Timestamp)>,
}

impl Package<'_> {
    /// The list of all that is in it.
    pub fn json(&self, resources: &[Resource]) -> String {
        let listed: Vec<Value> = resources
            .iter()
            .map(|resource| {
                let name = resource.path.rsplit('/').next().unwrap_or_default();
                json!({
                    "name": name.to_lowercase(),
                    "path": resource.path,
                    "hash": resource.hash,
                    "bytes": resource.bytes,
                })
            })
            .collect();
        let mut package = json!({
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": self.title,
            "description": self.description,
            "created": self.created.to_string(),
            "software": self.software,
            "resources": listed,
        });
        if let (Some(object), Some((url, date))) = (package.as_object_mut(), self.main_page) {
            object.insert("mainPageUrl".to_owned(), json!(url.as_str()));
            object.insert("mainPageDate".to_owned(), json!(date.to_string()));
        }
        format!("{package:#}\n")
    }
}

/// What vouches for `package`, the text of the list.
pub fn package_digest(package: &str) -> String {
    let digest = json!({"path": "datapackage.json", "hash": sha256(package.as_bytes())});
    format!("{digest:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_when_and_what() {
        let url = PageUrl::parse("https://expo.example.cn/1").expect("a URL");
        let date = Timestamp::from_unix_millis(5);
        let line = page_line(&url, date, Some("标\n题"), None);
        let page: Value = serde_json::from_str(&line).expect("JSON");
        assert!(!line.contains('\n'));
        assert_eq!(page.get("title"), Some(&json!("标\n题")));
        assert_eq!(page.get("ts"), Some(&json!("1970-01-01T00:00:00.005Z")));
        assert_eq!(page.get("text"), None);
        assert_eq!(
            page.get("id").and_then(Value::as_str).map(str::len),
            Some(36)
        );
    }

    #[test]
    fn a_block_is_found_by_its_first_line() {
        assert_eq!(
            block_line("cn,a)/ 2026 {\"x\": \"a b\"}", 7, b"abc"),
            "cn,a)/ 2026 {\"offset\":7,\"length\":3,\"digest\":\"sha256:\
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}"
        );
    }
}
