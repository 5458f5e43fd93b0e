//! One rules file, from text to meaning.

use std::collections::BTreeMap;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use scraper::Selector;
use toml::de::{DeTable, DeValue};

use super::book::claims;
use super::mistake::{Finding, RuleError};
use super::reader::{Reader, Text, Value};
use super::site::{FieldRule, Fingerprint, ListRules, Revisit, Role, SiteRules};
use super::{suggest, values};
use crate::model::{Field, PageUrl, SiteId};

/// The zone of nearly every site this program reads.
const HOME_ZONE: &str = "Asia/Shanghai";

const TOP: [&str; 12] = [
    "name",
    "enabled",
    "hosts",
    "start",
    "interval",
    "time-zone",
    "noise",
    "revisit",
    "list",
    "article",
    "fields",
    "fingerprint",
];

/// Keys that only make sense for one company's site.
const SITE_ONLY: [&str; 5] = ["enabled", "hosts", "start", "interval", "revisit"];

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
    let rules = read(&mut reader, file_name, document.get_ref());
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

fn read(reader: &mut Reader<'_>, file_name: &str, top: &DeTable<'_>) -> Option<SiteRules> {
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
    let start = start(reader, top, &hosts);
    let list = reader
        .table(top, "list")
        .map(|table| list(reader, table))
        .unwrap_or_default();
    let article_urls = match reader.table(top, "article") {
        Some(table) => {
            reader.refuse_unknown(table, "[article]", &["urls"]);
            patterns(reader, table, "urls")
        }
        None => Vec::new(),
    };
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
    let revisit = revisit(reader, top);
    let enabled = reader.flag(top, "enabled", true);
    Some(SiteRules {
        id: id?,
        name: name?.text.trim().to_owned(),
        role: role?,
        enabled,
        hosts,
        fingerprints,
        start,
        list,
        article_urls,
        fields,
        noise,
        interval,
        time_zone: time_zone.unwrap_or_else(home_zone),
        revisit,
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

fn start(reader: &mut Reader<'_>, top: &DeTable<'_>, hosts: &[String]) -> Vec<PageUrl> {
    let mut start = Vec::new();
    for text in reader.texts(top, "start") {
        let Some(url) = values::page(reader, &text) else {
            continue;
        };
        if !hosts.is_empty() && !hosts.iter().any(|host| claims(host, &url)) {
            let message = format!("`{}` is not among the hosts of this file", url.host());
            let fix = format!("add it: hosts = [\"{}\", …]", url.host());
            reader.wrong(&text.span, message, fix);
        }
        start.push(url);
    }
    start
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

fn list(reader: &mut Reader<'_>, table: &DeTable<'_>) -> ListRules {
    reader.refuse_unknown(table, "[list]", &["items", "next", "urls"]);
    ListRules {
        items: selectors(reader, table, "items"),
        next: selectors(reader, table, "next"),
        urls: patterns(reader, table, "urls"),
    }
}

fn revisit(reader: &mut Reader<'_>, top: &DeTable<'_>) -> Revisit {
    let usual = Revisit::default();
    let Some(table) = reader.table(top, "revisit") else {
        return usual;
    };
    reader.refuse_unknown(table, "[revisit]", &["least", "most"]);
    let least = values::duration(reader, table, "least");
    let most = values::duration(reader, table, "most");
    // one bound beyond the other's usual value moves that value, not the other way round
    let revisit = match (least, most) {
        (Some(least), None) => Revisit {
            least,
            most: usual.most.max(least),
        },
        (None, Some(most)) => Revisit {
            least: usual.least.min(most),
            most,
        },
        (least, most) => Revisit {
            least: least.unwrap_or(usual.least),
            most: most.unwrap_or(usual.most),
        },
    };
    if revisit.least > revisit.most
        && let Some(value) = table.get("least")
    {
        let fix = "`least` is the shortest time between two looks, `most` the longest";
        reader.wrong(&value.span(), "`least` is more than `most`", fix);
    }
    revisit
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
        let rules: Vec<FieldRule> = match value.get_ref() {
            DeValue::Array(values) => values
                .iter()
                .filter_map(|value| field_rule(reader, name, value))
                .collect(),
            _ => field_rule(reader, name, value).into_iter().collect(),
        };
        fields.insert(field, rules);
    }
    fields
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

fn home_zone() -> TimeZone {
    TimeZoneDatabase::bundled()
        .get(HOME_ZONE)
        .unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HEAD: &str = "name = \"示例会展\"\nhosts = [\"www.example.cn\"]\n";

    /// What each mistake of `text` says, as `line:column message | fix`.
    fn mistakes(text: &str) -> Vec<String> {
        let error = parse("selectors/expo.toml", text).expect_err(text);
        error
            .mistakes()
            .iter()
            .map(|mistake| {
                let (line, column) = mistake.position();
                format!("{line}:{column} {mistake} | {}", mistake.fix())
            })
            .collect()
    }

    /// `body` after a sound head of two lines has exactly one mistake, which begins as expected and
    /// whose fix contains the words given.
    fn check(body: &str, expected: &str, fix: &str) {
        let found = mistakes(&format!("{HEAD}{body}"));
        assert_eq!(found.len(), 1, "{body}: {found:?}");
        let (message, advice) = found[0].split_once(" | ").expect("both");
        assert!(message.starts_with(expected), "{body}: {message}");
        assert!(advice.contains(fix), "{body}: {advice}");
    }

    #[test]
    fn every_mistake_has_its_place_and_its_fix() {
        const AT: &str = "3:1 ";
        for (body, expected, fix) in [
            (
                "interwal = 2",
                "3:1 unknown key `interwal`",
                "did you mean `interval`?",
            ),
            (
                "time_zone = 'UTC'",
                "3:1 unknown key `time_zone`",
                "did you mean `time-zone`?",
            ),
            (
                "colour = 1",
                "3:1 unknown key `colour`",
                "the keys of a rules file are `name`",
            ),
            (
                "start = ['/news/']",
                "3:10 `/news/` is no address",
                "https://www.example.cn/news/",
            ),
            (
                "start = 'https://b.example.cn/'",
                "3:9 `b.example.cn` is not among",
                "add it",
            ),
            (
                "start = 7",
                "3:9 `start` should be text in quotes, not a number",
                "start = \"…\"",
            ),
            (
                "interval = 'soon'",
                "3:12 `interval` is no duration",
                "\"500ms\"",
            ),
            ("interval = 0", "3:12 `interval` is nothing", "seconds"),
            ("interval = -1", "3:12 `interval` is no duration", "seconds"),
            ("interval = 1e300", "3:12 `interval` is", "seconds"),
            (
                "interval = true",
                "3:12 `interval` should be a duration",
                "seconds",
            ),
            (
                "time-zone = 'Asia/Shangai'",
                "3:13 unknown time zone",
                "\"Asia/Shanghai\"?",
            ),
            ("time-zone = '北京'", "3:13 unknown time zone", "IANA"),
            (
                "enabled = 'no'",
                "3:11 `enabled` should be true or false",
                "without quotes",
            ),
            (
                "noise = ['.a', '']",
                "3:16 `noise` is empty",
                "leave the key out",
            ),
            ("noise = '//div'", "3:9 `//div` is no CSS selector", "XPath"),
            (
                "noise = 'div['",
                "3:9 `div[` is no CSS selector",
                "every [ needs its ]",
            ),
            (
                "noise = 'div >'",
                "3:9 `div >` is no CSS selector",
                "missing at the end",
            ),
            (
                "noise = 'h1::text'",
                "3:9 `h1::text` is no CSS selector",
                "own-text",
            ),
            (
                "noise = 'p:contains(x)'",
                "3:9 `p:contains(x)` is no CSS",
                "`label`",
            ),
            (
                "list = 'ul'",
                "3:8 `list` should be a section, not text",
                "[list]",
            ),
            (
                "[list]\nitem = 'li'",
                "4:1 unknown key `item` in [list]",
                "`items`?",
            ),
            (
                "[list]\nurls = '^/news/(\\d+'",
                "4:16 `^/news/(\\d+` is no pattern: unclosed group",
                "",
            ),
            (
                "[list]\nurls = 'a(?=b)'",
                "4:10 `a(?=b)` is no pattern: look-around",
                "without",
            ),
            (
                "[list]\nurls = \"(\\\\d+\"",
                "4:8 `(\\d+` is no pattern",
                "'single quotes'",
            ),
            (
                "[article]\nurl = '/n/'",
                "4:1 unknown key `url` in [article]",
                "`urls`?",
            ),
            (
                "[revisit]\nleast = '2d'\nmost = '1d'",
                "4:9 `least` is more than `most`",
                "shortest",
            ),
            (
                "[fields]\ntitel = 'h1'",
                "4:1 unknown field `titel`",
                "did you mean `title`?",
            ),
            (
                "[fields]\npublish-time = 'h1'",
                "4:1 unknown field",
                "`publish_time`?",
            ),
            (
                "[fields]\nprice = 'h1'",
                "4:1 unknown field `price`",
                "the fields are `title`",
            ),
            (
                "[fields]\ntitle = 1",
                "4:9 `title` should be a selector",
                "{ select = \"h1\" }",
            ),
            (
                "[fields]\nbody = ['#a', '##']",
                "4:15 `##` is no CSS selector",
                "missing",
            ),
            (
                "[fields]\nsource = { label = '来源' }",
                "4:10 `select` is missing",
                "in which element",
            ),
            (
                "[fields]\ntitle = { selector = 'h1', select = 'h1' }",
                "4:11 unknown key",
                "`select`?",
            ),
            (
                "[fields]\ntitle = { select = 'h1', regex = '*' }",
                "4:35 `*` is no pattern",
                "escaped",
            ),
            (
                "[fields]\ntitle = { select = 'h1', own-text = 1 }",
                "4:37 `own-text` should",
                "true",
            ),
            (
                "[[fingerprint]]\nurl = 'a'",
                "3:3 `hosts` and `fingerprint`",
                "make two files",
            ),
            ("id = 'x'", AT, "the keys of"),
            ("name = 'x'", AT, "keep one"),
            ("start = https://a.example.cn/", "3:9 ", "quotes"),
            ("noise = \"\\d\"", "3:11 ", "single quotes"),
        ] {
            check(body, expected, fix);
        }
    }

    #[test]
    fn all_mistakes_of_a_file_come_together_in_its_order() {
        let found = mistakes("nmae = 'x'\nhosts = ['https://www.example.cn/news']\nnoise = '['\n");
        let places: Vec<_> = found
            .iter()
            .map(|line| line.split_once(' ').expect("place").0)
            .collect();
        assert_eq!(places, ["1:1", "1:1", "2:10", "3:9"], "{found:#?}");
        assert!(found[2].ends_with("write the host alone: \"www.example.cn\""));
    }

    #[test]
    fn what_must_be_there_is_missed() {
        assert!(mistakes("")[0].starts_with("1:1 `name` is missing"));
        assert!(mistakes("name = 'x'")[0].starts_with("1:1 `hosts` is missing"));
        assert!(mistakes("name = 'x'\nhosts = []")[0].starts_with("2:9 `hosts` is empty"));
        let nothing = "name = 'x'\n[[fingerprint]]\n";
        assert!(mistakes(nothing)[0].contains("says nothing"));
        let builder = "name = 'x'\nstart = 'https://a.cn/'\n[[fingerprint]]\nurl = '^/a'\n";
        assert!(mistakes(builder)[0].starts_with("2:1 `start` is for one site"));
        assert!(parse("my site.toml", HEAD).is_err());
        assert!(parse(".toml", HEAD).is_err());
    }

    #[test]
    fn hosts_are_read_as_requests_spell_them() {
        for (written, expected) in [
            ("www.example.cn", Some("www.example.cn")),
            ("WWW.Example.CN", Some("www.example.cn")),
            ("*.example.cn", Some("*.example.cn")),
            ("展会.cn", Some("xn--vhq3k.cn")),
            ("127.0.0.1:8017", Some("127.0.0.1:8017")),
            ("https://www.example.cn", None),
            ("www.example.cn/news", None),
            ("www.*.cn", None),
            ("a b", None),
        ] {
            let read = parse("a.toml", &format!("name = 'x'\nhosts = '{written}'"));
            let host = read.ok().and_then(|rules| rules.hosts.first().cloned());
            match expected {
                Some(expected) if expected.starts_with("xn--") => {
                    assert!(host.expect(written).starts_with("xn--"), "{written}");
                }
                _ => assert_eq!(host.as_deref(), expected, "{written}"),
            }
        }
    }

    #[test]
    fn durations_are_read_with_and_without_unit() {
        for (written, milliseconds) in [
            ("2", 2000),
            ("1.5", 1500),
            ("'500ms'", 500),
            ("'2s'", 2000),
            ("'5 min'", 300_000),
            ("'1h'", 3_600_000),
            ("'2天'", 172_800_000),
        ] {
            let read = parse("a.toml", &format!("{HEAD}interval = {written}")).expect(written);
            let expected = Some(Duration::from_millis(milliseconds));
            assert_eq!(read.interval, expected, "{written}");
        }
    }

    #[test]
    fn what_is_left_out_has_its_usual_value() {
        let rules = parse("dir/expo-company.toml", HEAD).expect("rules");
        assert_eq!(rules.id.as_str(), "expo-company");
        assert_eq!(rules.role, Role::Site);
        assert!(rules.enabled);
        assert_eq!(rules.interval, None);
        assert_eq!(rules.time_zone.iana_name(), Some("Asia/Shanghai"));
        assert_eq!(rules.revisit, Revisit::default());
        assert!(rules.fields.is_empty() && rules.list.items.is_empty());
    }

    #[test]
    fn a_field_is_a_selector_a_table_or_several_of_both() {
        let text = "[fields]\ntitle = 'h1'\nsource = { select = '.i', label = ' 来源： ' }\n\
                    views = ['.v', { select = '.i', regex = '(\\d+)', own-text = true }]\n\
                    publish_time = { select = 'time', attribute = 'DateTime' }\n";
        let rules = parse("a.toml", &format!("{HEAD}{text}")).expect("rules");
        assert_eq!(rules.fields[&Field::Title].len(), 1);
        assert_eq!(
            rules.fields[&Field::Source][0].label.as_deref(),
            Some("来源")
        );
        assert!(rules.fields[&Field::Views][1].own_text);
        assert!(!rules.fields[&Field::Views][0].own_text);
        let time = &rules.fields[&Field::PublishTime][0];
        assert_eq!(time.attribute.as_deref(), Some("datetime"));
    }

    #[test]
    fn a_hostile_file_is_refused_without_harm() {
        let deep = format!("{HEAD}noise = {}", "[".repeat(100_000));
        assert!(parse("a.toml", &deep).is_err());
        let many = format!("{HEAD}{}", "[a]\n".repeat(2000));
        assert!(parse("a.toml", &many).is_err());
        let large = format!("{HEAD}noise = '{}'", "div>".repeat(50_000));
        assert!(parse("a.toml", &large).is_err());
        let pattern = format!("{HEAD}[list]\nurls = '(a{{1000}}){{1000}}'");
        assert!(parse("a.toml", &pattern).is_err());
    }

    #[test]
    fn a_mistake_is_drawn_with_its_line_and_a_caret() {
        let error = parse(
            "selectors/expo.toml",
            &format!("{HEAD}[fields]\ntitel = 'h1'\n"),
        )
        .expect_err("a mistake");
        let mut drawn = String::new();
        miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
            .render_report(&mut drawn, &error)
            .expect("drawn");
        for part in [
            "selectors/expo.toml:4:1",
            "titel = 'h1'",
            "did you mean `title`?",
        ] {
            assert!(drawn.contains(part), "{part} in {drawn}");
        }
        assert_eq!(
            error.to_string(),
            "use the rules of selectors/expo.toml: line 4, column 1: unknown field `titel`"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_with_places_inside_it(text in "(name|hosts|start|noise|list|fields|[a-z\\[\\]={}\"'\n 展#.]){0,40}") {
            if let Err(error) = parse("a.toml", &text) {
                proptest::prop_assert!(!error.mistakes().is_empty());
                for mistake in error.mistakes() {
                    let (line, column) = mistake.position();
                    proptest::prop_assert!(line <= text.matches('\n').count() + 1 && column >= 1);
                }
                let mut drawn = String::new();
                miette::GraphicalReportHandler::new().render_report(&mut drawn, &error)?;
            }
        }
    }
}
