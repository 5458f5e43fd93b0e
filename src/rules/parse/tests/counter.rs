//! Counters: refused unless they are said to read only.

use super::*;

#[test]
fn a_counter_is_refused_unless_it_is_said_to_read_only() {
    const ARTICLE: &str = "[article]\nurls = '^/news/(?<id>\\d+)\\.html$'\n";
    const READS: &str = "[counter]\nread-only = true\n";
    for (body, expected, fix) in [
        (
            "[counter]\naddress = '/c?id={id}'",
            "6:11 reading this counter may write it",
            "say `read-only = true`",
        ),
        (
            "[counter]\naddress = '/c?id={id}'\nread-only = false",
            "7:13 reading this counter may write it",
            "call it twice by hand",
        ),
        (
            "[counter]\naddress = '/c?id={id}'\nread-only = 'yes'",
            "7:13 `read-only` should be true or false",
            "without quotes",
        ),
        (
            "[counter]\naddress = '/c?id={id}'\nreadonly = true\nread-only = true",
            "7:1 unknown key `readonly` in [counter]",
            "did you mean `read-only`?",
        ),
        (READS, "5:2 `address` is missing", "write its path"),
        (
            "[counter]\nread-only = true\naddress = '/e/public/ViewClick/?id={id}&addclick=1'",
            "7:11 this is never called: EmpireCMS counts the call",
            "only reads",
        ),
        (
            "[counter]\nread-only = true\naddress = '/plus/count.php?aid={id}'",
            "7:11 this is never called: DedeCMS",
            "leave [counter] out",
        ),
        (
            "[counter]\nread-only = true\naddress = '/api.php?op=count&id={id}'",
            "7:11 this is never called: PHPCMS",
            "null",
        ),
        (
            "[counter]\nread-only = true\naddress = '/?a=arcclick&aid={id}&type=view'",
            "7:11 this is never called: EyouCMS",
            "null",
        ),
        (
            "[counter]\nread-only = true\naddress = 'https://count.example.com/{id}'",
            "7:11 `https://count.example.com/{id}` is no path on the site itself",
            "only the article's own host",
        ),
        (
            "[counter]\nread-only = true\naddress = '//count.example.com/{id}'",
            "7:11 `//count.example.com/{id}` is no path",
            "from its first /",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?a=1&id={aid}'",
            "7:22 nothing gives `aid`",
            "(?<aid>\\d+)",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={the id}'",
            "7:18 `{` begins no name",
            "{id}",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={id'",
            "7:18 `{` begins no name",
            "{id}",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={id}'\n[counter.values]\naid = '#a'",
            "9:1 `aid` is not in `address`",
            "`address` asks for `id`",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={id}'\n[counter.values]\nid = '##'",
            "9:6 `##` is no CSS selector",
            "",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={id}'\nvalues = 'id'",
            "8:10 `values` should be a section, not text",
            "[counter.values]",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={id}'\nanswer = '\\d+'",
            "8:10 `answer` has no group, or more than one",
            "put ( )",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={id}'\nanswer = '(a|b)(\\d+)'",
            "8:10 `answer` has no group, or more than one",
            "(?: )",
        ),
        (
            "[counter]\nread-only = true\naddress = '/c?id={id}'\nanswer = '(\\d+'",
            "8:11 `(\\d+` is no pattern",
            "",
        ),
    ] {
        check(&format!("{ARTICLE}{body}"), expected, fix);
    }
    let sound = format!("{HEAD}{ARTICLE}{READS}address = '/c?id={{id}}'");
    assert!(parse("a.toml", &sound).expect("rules").counter.is_some());
    assert!(parse("a.toml", HEAD).expect("rules").counter.is_none());
}

#[test]
fn a_builder_names_no_counter() {
    let builder = "name = 'x'\n[counter]\nread-only = true\naddress = '/c'\n\
                   [[fingerprint]]\nurl = '^/a'\n";
    let found = mistakes(builder);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("2:2 `counter` is for one site, not for a builder"));
}
