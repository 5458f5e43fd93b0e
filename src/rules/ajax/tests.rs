//! What answers of scripts hold.

use super::*;

fn list(answer: AjaxAnswer) -> AjaxList {
    AjaxList {
        before: "http://a.cn/l?page=".to_owned(),
        after: String::new(),
        start: 1,
        step: 1,
        most: USUAL_MOST,
        answer,
    }
}

fn items(at: Option<&str>) -> AjaxList {
    list(AjaxAnswer::Items {
        at: at.map(str::to_owned),
        url: vec![
            UrlPiece::Text("/news/".to_owned()),
            UrlPiece::Value("/id".to_owned()),
            UrlPiece::Text(".html".to_owned()),
        ],
    })
}

#[test]
fn items_lead_to_their_articles() {
    let of_two = || {
        Ok(AjaxFound::Links(vec![
            "/news/15.html".to_owned(),
            "/news/ab.html".to_owned(),
        ]))
    };
    let list = items(Some("/data/list"));
    for answer in [
        r#"{"code":0,"data":{"list":[{"id":15,"title":"展会"},{"id":"ab"}]}}"#,
        "\u{feff} {\"data\":{\"list\":[{\"id\":15},{\"id\":\" ab \"},{\"title\":\"无\"}]}}\n",
        r#"callback({"data":{"list":[{"id":15},{"id":"ab"}]}});"#,
        r#"jQuery1110_17({"data":{"list":[{"id":15},{"id":"ab"}]}})"#,
    ] {
        assert_eq!(list.read(answer), of_two(), "{answer}");
    }
    assert_eq!(items(None).read(r#"[{"id":15},{"id":"ab"}]"#), of_two());
    for end in [r#"{"data":{"list":[]}}"#, r#"{"data":{"list":null}}"#] {
        assert_eq!(list.read(end), Ok(AjaxFound::Links(Vec::new())), "{end}");
    }
    for (answer, why) in [
        ("<html>拦截</html>", "its answer is no JSON"),
        ("", "its answer is no JSON"),
        (r#"{"data":[]}"#, "its answer has nothing at /data/list"),
        (r#"{"data":{"list":{"1":{}}}}"#, "/data/list is no list"),
        (
            r#"{"data":{"list":[{"aid":1}]}}"#,
            "no item of /data/list has",
        ),
        ("{", "its answer is no JSON"),
    ] {
        let said = list.read(answer).expect_err(answer);
        assert!(said.starts_with(why), "{answer}: {said}");
    }
}

#[test]
fn html_in_json_is_taken_out() {
    let list = list(AjaxAnswer::HtmlAt("/html".to_owned()));
    let found = list.read(r#"{"html":"<li><a href=\"\/news\/1.html\">展<\/a>"}"#);
    let html = "<li><a href=\"/news/1.html\">展</a>".to_owned();
    assert_eq!(found, Ok(AjaxFound::Html(html)));
    assert!(list.read(r#"{"html":3}"#).is_err());
}
