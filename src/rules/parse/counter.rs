//! `[counter]`: a counter of views that only reads, and the word of its author that it does.

use std::collections::BTreeMap;

use regex::Regex;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::super::counter::{CounterRule, Piece, objection};
use super::super::reader::{Reader, Text, listed, shortened};
use super::super::site::FieldRule;
use super::super::values;
use super::{field_rules, one};

/// Said of a counter about which nothing else is known.
const MAY_WRITE: &str = "reading this counter may write it";
const MAY_WRITE_FIX: &str = "call it twice by hand; only where the number stays the same between \
                             two calls, say `read-only = true`";

/// The counter that `[counter]` names; `article_urls` are the patterns whose named groups its
/// address may use.
pub(super) fn counter(
    reader: &mut Reader<'_>,
    top: &DeTable<'_>,
    article_urls: &[Regex],
) -> Option<CounterRule> {
    let table = reader.table(top, "counter")?;
    reader.refuse_unknown(
        table,
        "[counter]",
        &["address", "read-only", "answer", "values"],
    );
    let written = reader.text(table, "address");
    if !table.contains_key("address")
        && let Some((key, _)) = top.get_key_value("counter")
    {
        let fix = "write its path: address = \"/e/public/ViewClick/?classid={classid}&id={id}\"";
        reader.wrong(&key.span(), "`address` is missing", fix);
    }
    stated(reader, table, written.as_ref());
    let values = found(reader, table);
    let answer = answer(reader, table);
    let address = address(reader, &written?)?;
    known(reader, table, article_urls, &values, &address);
    let address = address.into_iter().map(|(piece, _)| piece).collect();
    Some(CounterRule {
        address,
        values,
        answer,
    })
}

/// Notes where the file does not say that the counter only reads.
fn stated(reader: &mut Reader<'_>, table: &DeTable<'_>, address: Option<&Text>) {
    match (table.get("read-only"), address) {
        (Some(said), _) => match said.get_ref().as_bool() {
            Some(true) => {}
            Some(false) => reader.wrong(&said.span(), MAY_WRITE, MAY_WRITE_FIX),
            // says what is wrong with it
            None => {
                reader.flag(table, "read-only", false);
            }
        },
        (None, Some(address)) => reader.wrong(&address.span, MAY_WRITE, MAY_WRITE_FIX),
        (None, None) => {}
    }
}

/// Where on the page the parts of the address are found.
fn found(reader: &mut Reader<'_>, table: &DeTable<'_>) -> BTreeMap<String, Vec<FieldRule>> {
    let Some(value) = table.get("values") else {
        return BTreeMap::new();
    };
    let DeValue::Table(values) = value.get_ref() else {
        let fix = "write it as a section: [counter.values]";
        reader.expected(value, "values", "a section", fix);
        return BTreeMap::new();
    };
    values
        .iter()
        .map(|(key, value)| {
            let name = key.get_ref().as_ref();
            (name.to_owned(), field_rules(reader, name, value))
        })
        .collect()
}

/// The pattern for the number in the answer.
fn answer(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Regex> {
    let pattern = one(reader, table, "answer", values::pattern)?;
    if pattern.captures_len() != 2
        && let Some(value) = table.get("answer")
    {
        let message = "`answer` has no group, or more than one";
        let fix = "put ( ) around the number and (?: ) around all else: '\"click\":(\\d+)'";
        reader.wrong(&value.span(), message, fix);
    }
    Some(pattern)
}

/// The pieces of an address, with the place of each in it.
fn address(reader: &mut Reader<'_>, text: &Text) -> Option<Vec<(Piece, usize)>> {
    const NAMES: &str = "a part to fill in is written {id}: letters, digits and _";
    let written = text.text.trim();
    if !written.starts_with('/') || written.starts_with("//") || written.contains(['\\', '#']) {
        let message = format!("`{}` is no path on the site itself", shortened(written));
        let fix = "write what follows the host, from its first /: only the article's own host is \
                   asked";
        reader.wrong(&text.span, message, fix);
        return None;
    }
    let whole = Url::parse(&format!("http://host.invalid{written}"));
    if let Some(why) = whole.ok().as_ref().and_then(objection) {
        let fix = "name an address that only reads, or leave [counter] out: the views then stay \
                   null with `script-counter`";
        reader.wrong(&text.span, format!("this is never called: {why}"), fix);
        return None;
    }
    let mut pieces = Vec::new();
    let mut rest = text.text.as_str();
    let mut at = 0;
    while let Some((before, from)) = rest.split_once('{') {
        let place = at + before.len();
        let inside = from.split_once('}');
        let name = inside.map_or("", |(name, _)| name);
        let fits = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        if name.is_empty() || !name.chars().all(fits) {
            let span = reader.inside(text, place);
            reader.wrong(&span, "`{` begins no name", NAMES);
            return None;
        }
        pieces.push((Piece::Text(before.to_owned()), at));
        pieces.push((Piece::Value(name.to_owned()), place));
        at = place + name.len() + 2;
        rest = inside.map_or("", |(_, rest)| rest);
    }
    pieces.push((Piece::Text(rest.to_owned()), at));
    Some(pieces)
}

/// Notes each name of the address that nothing gives, and each value that the address does not use.
fn known(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    article_urls: &[Regex],
    values: &BTreeMap<String, Vec<FieldRule>>,
    address: &[(Piece, usize)],
) {
    let Some(text) = reader.text(table, "address") else {
        return;
    };
    let mut used = Vec::new();
    for (piece, place) in address {
        let Piece::Value(name) = piece else { continue };
        used.push(name.as_str());
        let in_pattern = |pattern: &Regex| pattern.capture_names().flatten().any(|one| one == name);
        if !values.contains_key(name) && !article_urls.iter().any(in_pattern) {
            let span = reader.inside(&text, *place);
            let fix = format!(
                "name a group of `urls` of [article] so, (?<{name}>\\d+), or say under \
                 [counter.values] where the page has it"
            );
            reader.wrong(&span, format!("nothing gives `{name}`"), fix);
        }
    }
    let section = table
        .get("values")
        .and_then(|value| value.get_ref().as_table());
    for key in section.into_iter().flat_map(|section| section.keys()) {
        let name = key.get_ref().as_ref();
        if !used.contains(&name) {
            let fix = match used.as_slice() {
                [] => format!(
                    "write {{{}}} where it belongs in `address`",
                    shortened(name)
                ),
                used => format!("`address` asks for {}", listed(used)),
            };
            let message = format!("`{}` is not in `address`", shortened(name));
            reader.wrong(&key.span(), message, fix);
        }
    }
}
