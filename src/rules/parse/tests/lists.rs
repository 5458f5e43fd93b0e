//! `[list.ajax]`, `[urls]` and what else says where a crawl goes.

use crate::model::PageUrl;

use super::*;

#[test]
fn mistakes_in_lists_that_scripts_load_have_their_places() {
    const A: &str = "[list.ajax]\naddress = 'https://www.example.cn/l?page={page}'\n";
    for (body, expected, fix) in [
        (
            "[list]\najax = '/l'",
            "4:8 `ajax` should be a section",
            "[[list.ajax]]",
        ),
        (
            "[list.ajax]\nitems = '/d'\nurl = '/n/{id}'",
            "3:1 `address` is missing",
            "{page}",
        ),
        (
            "[list.ajax]\naddress = 'https://www.example.cn/l'",
            "4:11 `https://www.example.cn/l` does not say once",
            "write {page} there",
        ),
        (
            "[list.ajax]\naddress = '/l?page={page}'",
            "4:11 `/l?page={page}` is no address",
            "write it whole",
        ),
        (
            "[list.ajax]\naddress = 'https://b.example.cn/{page}'",
            "4:11 `b.example.cn` is not among",
            "add it",
        ),
        (
            "[list.ajax]\naddress = 'https://www.example.cn/#{page}'",
            "4:11 `{page}` stands where",
            "path or the query",
        ),
        (
            &format!("{A}items = '/data'"),
            "5:9 `items` without `url`",
            "{id}",
        ),
        (
            &format!("{A}items = 'data'\nurl = '{{id}}'"),
            "5:9 `data` is no JSON pointer",
            "\"/data/list\"",
        ),
        (
            &format!("{A}html = '/h'\nurl = '{{id}}'"),
            "5:8 `html` beside",
            "keep one",
        ),
        (
            &format!("{A}url = '/news/'"),
            "5:7 `/news/` is the same for every item",
            "{id}",
        ),
        (
            &format!("{A}url = '/n/{{}}'"),
            "5:11 `{` begins no name",
            "{content.id}",
        ),
        (
            &format!("{A}step = 0"),
            "5:8 `step` cannot be 0",
            "from 1 on",
        ),
        (
            &format!("{A}start = '1'"),
            "5:9 `start` should be a whole number, not text",
            "without quotes",
        ),
        (
            &format!("{A}mots = 3"),
            "5:1 unknown key `mots` in [list.ajax]",
            "`most`",
        ),
        (
            "[article]\nfollow-links = 1",
            "4:16 `follow-links` should be true or false",
            "without quotes",
        ),
        (
            "[urls]\ndrop = 'a=b'",
            "4:8 `a=b` is no name of a parameter",
            "names alone",
        ),
        (
            "[urls]\ndrop = 'a'\nkeep = 'b'",
            "4:8 `drop` beside `keep`",
            "one of the two",
        ),
    ] {
        check(body, expected, fix);
    }
    let builder =
        "name = 'x'\n[[fingerprint]]\nsource = 'x'\n[list.ajax]\naddress = 'http://a.cn/{page}'";
    let found = mistakes(builder);
    assert!(found[0].contains("`ajax` is for one site"), "{found:?}");
}

#[test]
fn a_list_that_a_script_loads_is_read() {
    let rules = parse(
        "x.toml",
        &format!(
            "{HEAD}[article]\nfollow-links = true\n[urls]\ndrop = ['From']\n\
             [[list.ajax]]\naddress = 'https://www.example.cn/api/{{page}}.json?cid=3'\nstart = 0\n\
             step = 20\nmost = 3\nitems = '/data/0/list'\nurl = '/news/{{content.id}}.html'\n\
             [[list.ajax]]\naddress = 'https://www.example.cn/list.do?n={{page}}'\n"
        ),
    )
    .expect("rules");
    assert!(rules.follow_links);
    assert_eq!(rules.urls.drop, ["from"]);
    let [json, html] = rules.list.ajax.as_slice() else {
        panic!("two lists: {:?}", rules.list.ajax);
    };
    let mut page = json.first();
    let mut pages = Vec::new();
    while let Some(url) = page {
        pages.push(url.as_str().replace("https://www.example.cn", ""));
        page = json.after(&url);
    }
    let of_three = [
        "/api/0.json?cid=3",
        "/api/20.json?cid=3",
        "/api/40.json?cid=3",
    ];
    assert_eq!(pages, of_three);
    let first = html.first().expect("a page");
    assert_eq!(first.as_str(), "https://www.example.cn/list.do?n=1");
    assert!(html.claims(&first) && !json.claims(&first));
    for other in [
        "/list.do?n=1&x=2",
        "/list.do?n=",
        "/list.do?n=0",
        "/list.do?n=x",
    ] {
        let url = PageUrl::parse(&format!("https://www.example.cn{other}")).expect("url");
        assert!(!html.claims(&url), "{other}");
    }
}
