//! What a rules file may say, and how each mistake in one is told.

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
            "schedule = ['@daily', '61 * * * *']",
            "3:23 `61 * * * *` is no schedule",
            "17 */2",
        ),
        (
            "schedule = 'hourly'",
            "3:12 `hourly` is no schedule: it has 1 fields",
            "@hourly",
        ),
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
            "[article]\nnext_part = '.pager'",
            "4:1 unknown key `next_part` in [article]",
            "did you mean `next-part`?",
        ),
        (
            "[article]\nnext-part = ['.pager', '.pager a[']",
            "4:24 `.pager a[` is no CSS selector",
            "",
        ),
        (
            "[article]\nnext-part = true",
            "4:13 `next-part` should be text in quotes, not true or false",
            "next-part = \"…\"",
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
    let zone = rules.time_zone.expect("a zone");
    assert_eq!(zone.iana_name(), Some("Asia/Shanghai"));
    assert_eq!(rules.revisit, crate::rules::Revisit::default());
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

mod counter;
mod hostile;
mod lists;
