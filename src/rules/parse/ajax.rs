//! `[list.ajax]`: lists that a script loads.

use toml::de::{DeTable, DeValue};

use super::super::ajax::{AjaxAnswer, AjaxList, USUAL_MOST, UrlPiece};
use super::super::book::claims;
use super::super::reader::{Reader, Text, Value, shortened};
use super::super::values;
use crate::canon;
use crate::model::PageUrl;

const KEYS: [&str; 7] = ["address", "start", "step", "most", "items", "url", "html"];
const SECTION: &str = "write it as a section: [list.ajax], or [[list.ajax]] for several";
/// Stands for a page's number while an address is brought into its canonical form.
const MARK: &str = "987654321";

/// The lists that `ajax` of `[list]` names.
pub(super) fn ajax(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    is_builder: bool,
    hosts: &[String],
) -> Vec<AjaxList> {
    let Some((key, value)) = table.get_key_value("ajax") else {
        return Vec::new();
    };
    if is_builder {
        let fix = "leave it out, or write it in the files of the sites it is for";
        let message = "`ajax` is for one site, not for a builder";
        reader.wrong(&key.span(), message, fix);
        return Vec::new();
    }
    let mut found = Vec::new();
    match value.get_ref() {
        DeValue::Array(values) => {
            for value in values {
                found.extend(one(reader, value, hosts));
            }
        }
        _ => found.extend(one(reader, value, hosts)),
    }
    found
}

fn one(reader: &mut Reader<'_>, value: &Value<'_>, hosts: &[String]) -> Option<AjaxList> {
    let DeValue::Table(table) = value.get_ref() else {
        reader.expected(value, "ajax", "a section", SECTION);
        return None;
    };
    reader.refuse_unknown(table, "[list.ajax]", &KEYS);
    if !table.contains_key("address") {
        let fix = "write the address that the script asks for, {page} for the page's number: \
                   address = \"https://www.example.cn/api/news?page={page}\"";
        reader.wrong(&value.span(), "`address` is missing", fix);
    }
    let start = values::count(reader, table, "start", 0).unwrap_or(1);
    let step = values::count(reader, table, "step", 1).unwrap_or(1);
    let most = values::count(reader, table, "most", 1).unwrap_or(USUAL_MOST);
    let answer = answer(reader, table);
    let text = reader.text(table, "address")?;
    let (before, after) = address(reader, &text, hosts)?;
    Some(AjaxList {
        before,
        after,
        start,
        step,
        most,
        answer: answer?,
    })
}

/// The canonical address before and after the page's number.
fn address(reader: &mut Reader<'_>, text: &Text, hosts: &[String]) -> Option<(String, String)> {
    let written = text.text.trim();
    if written.matches("{page}").count() != 1 {
        let message = format!(
            "`{}` does not say once where the page's number goes",
            shortened(written)
        );
        let fix = "write {page} there, as in \"https://www.example.cn/api/news?page={page}\"";
        reader.wrong(&text.span, message, fix);
        return None;
    }
    let filled = Text {
        text: written.replace("{page}", MARK),
        span: text.span.clone(),
    };
    let Ok(url) = PageUrl::parse(&filled.text) else {
        let message = format!("`{}` is no address of a page", shortened(written));
        let fix = "write it whole, with http:// or https://: \
                   https://www.example.cn/api/news?page={page}";
        reader.wrong(&text.span, message, fix);
        return None;
    };
    if !hosts.is_empty() && !hosts.iter().any(|host| claims(host, &url)) {
        let message = format!("`{}` is not among the hosts of this file", url.host());
        let fix = format!("add it: hosts = [\"{}\", …]", url.host());
        reader.wrong(&text.span, message, fix);
        return None;
    }
    let url = canon::canonical(&url);
    let parts = url.as_str().split_once(MARK);
    if parts.is_none() {
        let message = "`{page}` stands where it names no page";
        let fix = "put it into the path or the query, not behind a #";
        reader.wrong(&text.span, message, fix);
    }
    parts.map(|(before, after)| (before.to_owned(), after.to_owned()))
}

fn answer(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<AjaxAnswer> {
    let html = pointer(reader, table, "html");
    let items = pointer(reader, table, "items");
    let url = reader.text(table, "url");
    match (html, items, url) {
        (None, None, None) => Some(AjaxAnswer::Html),
        (Some(at), None, None) => Some(AjaxAnswer::HtmlAt(at)),
        (None, at, Some(url)) => Some(AjaxAnswer::Items {
            at,
            url: pieces(reader, &url)?,
        }),
        (None, Some(_), None) => {
            let value = table.get("items")?;
            let fix = "say how the address of an item's article is made: url = \"/news/{id}.html\", \
                       or url = \"{url}\" where the item has it";
            reader.wrong(&value.span(), "`items` without `url`", fix);
            None
        }
        (Some(_), ..) => {
            let value = table.get("html")?;
            let fix = "an answer holds either HTML or items; keep one of the two";
            reader.wrong(&value.span(), "`html` beside `items` or `url`", fix);
            None
        }
    }
}

/// A JSON pointer.
fn pointer(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Option<String> {
    let text = reader.text(table, key)?;
    let written = text.text.trim();
    if !written.starts_with('/') || written.ends_with('/') {
        let message = format!("`{}` is no JSON pointer", shortened(written));
        let fix = "write the names that lead there, each after a /: \"/data/list\"";
        reader.wrong(&text.span, message, fix);
        return None;
    }
    Some(written.to_owned())
}

fn pieces(reader: &mut Reader<'_>, text: &Text) -> Option<Vec<UrlPiece>> {
    const FIX: &str = "a value of the item is written {id}, or {content.id} where it lies deeper";
    let mut pieces = Vec::new();
    let written = text.text.trim_end();
    let mut rest = written.trim_start();
    while let Some((before, from)) = rest.split_once('{') {
        let (name, after) = from.split_once('}').unwrap_or(("", from));
        let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.');
        if name.is_empty() || !name.chars().all(fits) {
            let span = reader.inside(text, written.len() - from.len() - 1);
            reader.wrong(&span, "`{` begins no name", FIX);
            return None;
        }
        pieces.push(UrlPiece::Text(before.to_owned()));
        pieces.push(UrlPiece::Value(format!("/{}", name.replace('.', "/"))));
        rest = after;
    }
    if pieces.is_empty() {
        let message = format!("`{}` is the same for every item", shortened(&text.text));
        reader.wrong(&text.span, message, FIX);
        return None;
    }
    pieces.push(UrlPiece::Text(rest.to_owned()));
    pieces.retain(|piece| *piece != UrlPiece::Text(String::new()));
    Some(pieces)
}
