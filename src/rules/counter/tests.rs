//! Which addresses are asked, which never, and what answers mean.

use encoding_rs::UTF_8;

use super::*;
use crate::model::Timestamp;
use crate::rules::parse;

const PAGE: &str = "http://www.example.cn/news/5/12.html";

fn site(counter: &str) -> SiteRules {
    let text = format!(
        "name = 'x'\nhosts = 'www.example.cn'\n[article]\n\
         urls = ['^/show/(?<id>\\d+)$', '^/news/(?<column>\\d+)/(?<id>\\d+)\\.html$']\n\
         [counter]\nread-only = true\n{counter}"
    );
    parse("x.toml", &text).expect(counter)
}

/// Where the counter is asked for the article at `url` that reads `html`; a refusal with `!`.
fn address(counter: &str, url: &str, html: &str) -> String {
    let url = PageUrl::parse(url).expect("url");
    let page = Page::parse(html, Some(url), Timestamp::from_unix_millis(0), UTF_8);
    match site(counter).counter_of(&page).expect("a counter") {
        Ok(url) => url.to_string(),
        Err(Uncounted::Failed(why)) => format!("failed: {why}"),
        Err(Uncounted::Refused(why)) => format!("refused: {why}"),
    }
}

#[test]
fn an_address_is_filled_from_the_article_s() {
    let check = |address_of: &str, url: &str, expected: &str| {
        let found = address(&format!("address = '{address_of}'"), url, "");
        assert_eq!(found, expected, "{address_of} {url}");
    };
    let empire = "/e/public/ViewClick/?classid={column}&id={id}";
    check(
        empire,
        PAGE,
        "http://www.example.cn/e/public/ViewClick/?classid=5&id=12",
    );
    check(
        "/hits/{id}.json",
        "https://www.example.cn:8443/show/7",
        "https://www.example.cn:8443/hits/7.json",
    );
    check("/all", PAGE, "http://www.example.cn/all");
    // the first pattern that has the group and fits
    check(
        empire,
        "http://www.example.cn/show/7",
        "failed: the page gives no `column`",
    );
    check(
        empire,
        "http://www.example.cn/about",
        "failed: the page gives no `column`",
    );
}

#[test]
fn an_address_is_filled_from_the_page() {
    const COUNTER: &str = "address = '/c?k={key}'\n[counter.values]\n\
        key = [{ select = '#info', attribute = 'data-id' },\n\
        { select = 'script', own-text = true, regex = 'aid=([^\"]*)\"' }]";
    let check = |html: &str, expected: &str| {
        assert_eq!(address(COUNTER, PAGE, html), expected, "{html}");
    };
    check("<p id=info data-id=31>", "http://www.example.cn/c?k=31");
    check(
        "<script>var a</script><script>var u = \"/x?aid=32\"</script>",
        "http://www.example.cn/c?k=32",
    );
    check("<p>", "failed: the page gives no `key`");
    // what a page says stays what it is meant as
    for bad in ["1&addclick=1", "../x", "展", "a b", "%31", "{id}"] {
        let found = address(COUNTER, PAGE, &format!("<p id=info data-id='{bad}'>"));
        let expected = format!("failed: `key` of the page is no number or plain word: `{bad}`");
        assert_eq!(found, expected);
    }
    let long = "1".repeat(65);
    let found = address(COUNTER, PAGE, &format!("<p id=info data-id={long}>"));
    assert!(found.starts_with("failed: "), "{found}");
}

#[test]
fn a_page_cannot_make_a_counter_write() {
    const COUNTER: &str = "address = '/e/public/ViewClick/?{what}=1'\n[counter.values]\n\
        what = { select = 'p', attribute = 'id' }";
    assert_eq!(
        address(COUNTER, PAGE, "<p id=id>"),
        "http://www.example.cn/e/public/ViewClick/?id=1"
    );
    let found = address(COUNTER, PAGE, "<p id=addclick>");
    assert!(found.starts_with("refused: http://"), "{found}");
    assert!(found.contains("`addclick`"), "{found}");
}

#[test]
fn counters_that_write_are_known() {
    let check = |address: &str, expected: Option<&str>| {
        let url = Url::parse(&format!("http://a.cn{address}")).expect("url");
        let found = objection(&url);
        match expected {
            Some(words) => assert!(
                found.is_some_and(|why| why.contains(words)),
                "{address}: {found:?}"
            ),
            None => assert_eq!(found, None, "{address}"),
        }
    };
    let empire = Some("EmpireCMS");
    check("/e/public/ViewClick/?classid=1&id=1", None);
    check("/e/public/ViewClick/?classid=1&id=1&down=0", None);
    check("/e/public/ViewClick/?classid=1&id=1&addclick=1", empire);
    check("/e/public/ViewClick/?id=1&%61ddClick=1", empire);
    check("/e/public/ViewClick/?classid=1&id=1&down=5", Some("likes"));
    check("/e/public/onclick/?enews=donews&classid=1&id=1", empire);
    check("/plus/count.php?view=yes&aid=1&mid=1", Some("DedeCMS"));
    check("/cms/Plus/Count.php?aid=1", Some("DedeCMS"));
    check("/api.php?op=count&id=1&modelid=1", Some("PHPCMS"));
    check("/api.php?op=views&id=1", None);
    check(
        "/index.php?m=api&c=Ajax&a=arcclick&aid=1&type=view",
        Some("EyouCMS"),
    );
    check("/index.php?m=api&c=Ajax&a=arcclick&aids=1", None);
    check("/include/hits.php?type=news&id=1", Some("MetInfo"));
    check("/hits/?type=news&vid=1", Some("MetInfo"));
    check("/hits/?type=news&vid=1&list=1", None);
    check("/index.php/Do/visits/id/1", Some("PbootCMS"));
    check("/?p=/Do/visits/id/1", Some("PbootCMS"));
    check("/?/Do/visits/id/1", Some("PbootCMS"));
    check(
        "/wp-admin/admin-ajax.php?action=postviews&postviews_id=1",
        Some("WP-PostViews"),
    );
    check("/counter/1", None);
}

#[test]
fn the_usual_answers_are_read() {
    let rules = site("address = '/c'");
    let counter = rules.counter.expect("a counter");
    for (answer, expected) in [
        ("539", Some(539)),
        ("0", Some(0)),
        ("\u{feff} 539\r\n", Some(539)),
        ("\"539\"", Some(539)),
        ("'539';", Some(539)),
        ("document.write('539');", Some(539)),
        ("document.write('539');\r\n", Some(539)),
        ("document.write( \"539\" )", Some(539)),
        ("document.write(539)", Some(539)),
        ("$('#hits').html('370')", Some(370)),
        (
            "$('#todaydowns').html('3');$('#hits').html('370');",
            Some(370),
        ),
        ("jQuery(\"#hits\").text(370);", Some(370)),
        ("", None),
        ("none", None),
        ("-1", None),
        ("5 39", None),
        ("1.5", None),
        ("document.write('<b>539</b>');", None),
        ("$('#likes').html('370')", None),
        (r#"{"12":{"aid":12,"click":370}}"#, None),
        ("<html><body>404</body></html>", None),
        ("9999999999999", None),
    ] {
        assert_eq!(counter.read(answer), expected, "{answer}");
    }
}

#[test]
fn a_site_s_own_pattern_reads_its_answers() {
    let rules = site("address = '/c'\nanswer = '\"click\":\\s*\"?([\\d,]+)'");
    let counter = rules.counter.expect("a counter");
    for (answer, expected) in [
        (r#"{"12":{"aid":12,"click":370}}"#, Some(370)),
        (r#"{"12":{"aid":12,"click":"1,370"}}"#, Some(1370)),
        (r#"{"12":{"aid":12,"click":","}}"#, None),
        // nothing else is read where the site says how it answers
        ("370", None),
    ] {
        assert_eq!(counter.read(answer), expected, "{answer}");
    }
}
