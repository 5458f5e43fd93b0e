//! One rules file, from text to meaning.

mod ajax;
mod assets;
mod counter;
mod listings;
mod pace;
mod urls;

use std::collections::BTreeMap;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use scraper::Selector;
use toml::de::{DeTable, DeValue};

use super::mistake::{Finding, RuleError};
use super::reader::{Reader, Text, Value};
use super::site::{FieldRule, Fingerprint, ListRules, Role, SiteRules};
use super::{suggest, values};
use crate::model::{ContentHash, Field, SiteId};
use crate::schedule::Timing;

/// The zone of nearly every site this program reads.
const HOME_ZONE: &str = "Asia/Shanghai";

const TOP: [&str; 20] = [
    "name",
    "enabled",
    "hosts",
    "start",
    "feeds",
    "sitemaps",
    "interval",
    "time-zone",
    "noise",
    "revisit",
    "schedule",
    "budget",
    "views",
    "assets",
    "list",
    "article",
    "counter",
    "fields",
    "fingerprint",
    "urls",
];

/// Keys that only make sense for one company's site.
const SITE_ONLY: [&str; 13] = [
    "enabled", "hosts", "start", "feeds", "sitemaps", "interval", "revisit", "schedule", "budget",
    "assets", "views", "counter", "urls",
];

/// Reads the rules file called `file_name` (a name or a path; its stem becomes the site's id).
/// All mistakes of the file come back together.
pub fn parse(file_name: &str, text: &str) -> Result<SiteRules, RuleError> {
    let mut reader = Reader::new(text);
    let (document, refused) = DeTable::parse_recoverable(text);
    if !refused.is_empty() {
        // what follows a broken line is read wrongly, and would be blamed wrongly
        let findings = refused.iter().map(|error| syntax(error, text)).collect();
        return Err(RuleError::new(file_name, text, findings));
    }
    let rules = read(&mut reader, file_name, text, document.get_ref());
    let findings = reader.into_findings();
    match rules {
        Some(rules) if findings.is_empty() => Ok(rules),
        _ => Err(RuleError::new(file_name, text, findings)),
    }
}

/// What the TOML parser says, in a person's words.
fn syntax(error: &toml::de::Error, text: &str) -> Finding {
    let span = error.span().unwrap_or(0..0);
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    let line = text
        .get(..span.start)
        .and_then(|before| before.rsplit('\n').next())
        .unwrap_or_default();
    let fix = if message.contains("duplicate key") {
        "keep one of the two"
    } else if message.contains("escape") {
        "in \"double quotes\" a backslash is written \\\\; in 'single quotes' it is written once"
    } else if message.contains("quote") || message.contains("string") || line.contains('=') {
        "text stands in quotes: name = \"示例会展\"; a list is [\"a\", \"b\"]"
    } else {
        "a line is key = value, [section], or # a comment"
    };
    Finding {
        span,
        message,
        fix: fix.to_owned(),
    }
}

fn read(
    reader: &mut Reader<'_>,
    file_name: &str,
    text: &str,
    top: &DeTable<'_>,
) -> Option<SiteRules> {
    reader.refuse_unknown(top, "a rules file", &TOP);
    let id = id(reader, file_name);
    let name = reader.text(top, "name");
    if !top.contains_key("name") {
        let fix = "write who this is, as people say it: name = \"示例会展\"";
        reader.wrong(&(0..0), "`name` is missing", fix);
    }
    let role = role(reader, top);
    let hosts: Vec<String> = reader
        .texts(top, "hosts")
        .iter()
        .filter_map(|text| values::host(reader, text))
        .collect();
    let fingerprints = fingerprints(reader, top);
    let start = listings::start(reader, top, &hosts);
    let feeds = listings::feeds(reader, top, &hosts);
    let sitemaps = listings::sitemaps(reader, top, &hosts);
    let list = reader
        .table(top, "list")
        .map(|table| list(reader, table, top.contains_key("fingerprint"), &hosts))
        .unwrap_or_default();
    let (article_urls, next_part, follow_links) = match reader.table(top, "article") {
        Some(table) => {
            reader.refuse_unknown(table, "[article]", &["urls", "next-part", "follow-links"]);
            let urls = patterns(reader, table, "urls");
            let next_part = selectors(reader, table, "next-part");
            (urls, next_part, reader.flag(table, "follow-links", false))
        }
        None => (Vec::new(), Vec::new(), false),
    };
    let urls = urls::urls(reader, top);
    let counter = counter::counter(reader, top, &article_urls);
    let fields = reader
        .table(top, "fields")
        .map(|table| fields(reader, table))
        .unwrap_or_default();
    let noise = selectors(reader, top, "noise");
    let interval = values::duration(reader, top, "interval");
    let time_zone = match reader.text(top, "time-zone") {
        Some(text) => values::time_zone(reader, &text),
        None => None,
    };
    let revisit = pace::revisit(reader, top);
    let budget = pace::budget(reader, top);
    let assets = assets::assets(reader, top);
    let samples = pace::samples(reader, top);
    let enabled = reader.flag(top, "enabled", true);
    let id = id?;
    let schedule = schedule(reader, top, &id);
    Some(SiteRules {
        id,
        text: ContentHash::of(text.as_bytes()),
        name: name?.text.trim().to_owned(),
        role: role?,
        enabled,
        hosts,
        fingerprints,
        start,
        feeds,
        sitemaps,
        list,
        article_urls,
        follow_links,
        urls,
        next_part,
        counter,
        fields,
        noise,
        interval,
        time_zone: time_zone.or_else(|| (role == Some(Role::Site)).then(home_zone)),
        revisit,
        schedule,
        assets,
        budget,
        samples,
    })
}

/// The stem of the file's name.
fn id(reader: &mut Reader<'_>, file_name: &str) -> Option<SiteId> {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.');
    if stem.is_empty() || stem.starts_with('.') || !stem.chars().all(fits) {
        let fix = "name the file with letters, digits and -, as in expo-company.toml";
        let message = format!("`{name}` cannot be the id of a site");
        reader.wrong(&(0..0), message, fix);
        return None;
    }
    Some(SiteId::new(stem))
}

/// A file is for the hosts it lists or for the pages its fingerprints know, never for both.
fn role(reader: &mut Reader<'_>, top: &DeTable<'_>) -> Option<Role> {
    match (top.get_key_value("hosts"), top.get_key_value("fingerprint")) {
        (Some((_, hosts)), None) => {
            if hosts.get_ref().as_array().is_some_and(|all| all.is_empty()) {
                let fix = "write at least one: hosts = [\"www.example.cn\"]";
                reader.wrong(&hosts.span(), "`hosts` is empty", fix);
            }
            Some(Role::Site)
        }
        (None, Some(_)) => {
            for key in SITE_ONLY {
                if let Some((written, _)) = top.get_key_value(key) {
                    let message = format!("`{key}` is for one site, not for a builder");
                    let fix = "leave it out, or write it in the files of the sites it is for";
                    reader.wrong(&written.span(), message, fix);
                }
            }
            Some(Role::Builder)
        }
        (Some(_), Some((fingerprint, _))) => {
            let fix = "a site is known by `hosts`, a builder by [[fingerprint]]; make two files";
            let message = "`hosts` and `fingerprint` in one file";
            reader.wrong(&fingerprint.span(), message, fix);
            None
        }
        (None, None) => {
            let fix = "write whose pages these are: hosts = [\"www.example.cn\"] (or, for a \
                       builder, [[fingerprint]])";
            reader.wrong(&(0..0), "`hosts` is missing", fix);
            None
        }
    }
}

fn fingerprints(reader: &mut Reader<'_>, top: &DeTable<'_>) -> Vec<Fingerprint> {
    const KEYS: [&str; 4] = ["selector", "generator", "source", "url"];
    const FIX: &str = "write it as [[fingerprint]] with lines below it";
    let Some(value) = top.get("fingerprint") else {
        return Vec::new();
    };
    let mut tables = Vec::new();
    match value.get_ref() {
        DeValue::Table(table) => tables.push((value, table)),
        DeValue::Array(values) => {
            for value in values {
                match value.get_ref() {
                    DeValue::Table(table) => tables.push((value, table)),
                    _ => reader.expected(value, "fingerprint", "a section", FIX),
                }
            }
        }
        _ => reader.expected(value, "fingerprint", "a section", FIX),
    }
    let mut found = Vec::new();
    for (value, table) in tables {
        reader.refuse_unknown(table, "[[fingerprint]]", &KEYS);
        if !KEYS.iter().any(|key| table.contains_key(*key)) {
            let message = "a fingerprint that says nothing would fit every page";
            let fix = "say at least one of `selector`, `generator`, `source` and `url`";
            reader.wrong(&value.span(), message, fix);
        }
        found.push(Fingerprint {
            selector: one(reader, table, "selector", values::selector),
            generator: one(reader, table, "generator", values::pattern),
            source: one(reader, table, "source", values::pattern),
            url: one(reader, table, "url", values::pattern),
        });
    }
    found
}

fn list(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    is_builder: bool,
    hosts: &[String],
) -> ListRules {
    reader.refuse_unknown(table, "[list]", &["items", "next", "urls", "ajax"]);
    ListRules {
        ajax: ajax::ajax(reader, table, is_builder, hosts),
        items: selectors(reader, table, "items"),
        next: selectors(reader, table, "next"),
        urls: patterns(reader, table, "urls"),
    }
}

fn schedule(reader: &mut Reader<'_>, top: &DeTable<'_>, site: &SiteId) -> Vec<Timing> {
    let mut timings = Vec::new();
    for text in reader.texts(top, "schedule") {
        match Timing::parse(&text.text, site) {
            Ok(timing) => timings.push(timing),
            Err(error) => {
                let message = format!("`{}` is no schedule: {}", text.text, error.reason);
                let fix = "write a line of crontab, as in \"17 */2 * * *\" or \"30 8 * * MON-FRI\", \
                           or \"@hourly\"";
                reader.wrong(&text.span, message, fix);
            }
        }
    }
    timings
}

fn fields(reader: &mut Reader<'_>, table: &DeTable<'_>) -> BTreeMap<Field, Vec<FieldRule>> {
    let known = Field::ALL.map(Field::name);
    let mut fields = BTreeMap::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(field) = Field::from_name(name) else {
            let fix = suggest::nearest(name, known).map_or_else(
                || format!("the fields are {}", super::reader::listed(&known)),
                |meant| format!("did you mean `{meant}`?"),
            );
            let message = format!("unknown field `{}`", super::reader::shortened(name));
            reader.wrong(&key.span(), message, fix);
            continue;
        };
        fields.insert(field, field_rules(reader, name, value));
    }
    fields
}

/// One rule, or a list of them.
fn field_rules(reader: &mut Reader<'_>, name: &str, value: &Value<'_>) -> Vec<FieldRule> {
    match value.get_ref() {
        DeValue::Array(values) => values
            .iter()
            .filter_map(|value| field_rule(reader, name, value))
            .collect(),
        _ => field_rule(reader, name, value).into_iter().collect(),
    }
}

/// A selector alone, or a table with one.
fn field_rule(reader: &mut Reader<'_>, name: &str, value: &Value<'_>) -> Option<FieldRule> {
    const KEYS: [&str; 5] = ["select", "label", "attribute", "regex", "own-text"];
    let DeValue::Table(table) = value.get_ref() else {
        if !value.get_ref().is_str() {
            let fix = format!("write {name} = \"h1\" or {name} = {{ select = \"h1\" }}");
            reader.expected(value, name, "a selector or { select = … }", fix);
            return None;
        }
        let text = reader.string(value, name)?;
        return Some(FieldRule {
            selector: values::selector(reader, &text)?,
            label: None,
            attribute: None,
            regex: None,
            own_text: false,
        });
    };
    reader.refuse_unknown(table, "a field's rule", &KEYS);
    if !table.contains_key("select") {
        let fix = "say in which element: { select = \".info\", label = \"来源\" }";
        reader.wrong(&value.span(), "`select` is missing", fix);
    }
    let label = reader.text(table, "label");
    let attribute = reader.text(table, "attribute");
    let regex = one(reader, table, "regex", values::pattern);
    let own_text = reader.flag(table, "own-text", false);
    Some(FieldRule {
        selector: one(reader, table, "select", values::selector)?,
        label: label.map(|text| without_separator(&text)),
        attribute: attribute.map(|text| text.text.trim().to_ascii_lowercase()),
        regex,
        own_text,
    })
}

/// `来源：` and `来源` are the same label.
fn without_separator(label: &Text) -> String {
    label
        .text
        .trim_matches(|sign: char| sign.is_whitespace() || matches!(sign, '：' | ':'))
        .to_owned()
}

fn selectors(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Vec<Selector> {
    let texts = reader.texts(table, key);
    texts
        .iter()
        .filter_map(|text| values::selector(reader, text))
        .collect()
}

fn patterns(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Vec<regex::Regex> {
    let texts = reader.texts(table, key);
    texts
        .iter()
        .filter_map(|text| values::pattern(reader, text))
        .collect()
}

fn one<T>(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    read: fn(&mut Reader<'_>, &Text) -> Option<T>,
) -> Option<T> {
    let text = reader.text(table, key)?;
    read(reader, &text)
}

/// [`HOME_ZONE`], from the tables compiled in.
pub fn home_zone() -> TimeZone {
    TimeZoneDatabase::bundled()
        .get(HOME_ZONE)
        .unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests;
