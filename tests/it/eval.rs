//! `zhanwen eval`, driven as an analyst drives it: a folder of pages and what a person read there.

use std::fs;

use serde_json::{Value, json};

use crate::cli::{Desk, MIDDLE, article, said};

/// What `article` says in its body.
fn body(middle: &str) -> String {
    let page = String::from_utf8(article("", 0, middle).body).unwrap();
    let inside = page.split("<div class=content>").nth(1).unwrap();
    let inside = inside.split("</div>").next().unwrap();
    inside
        .replace("<p>", "")
        .replace("</p>", "\n")
        .trim()
        .to_owned()
}

/// A folder of three pages that are read rightly, whose truth is changed by each test.
struct Folder {
    desk: Desk,
    truth: Vec<Value>,
}

impl Folder {
    fn new() -> Self {
        let desk = Desk::new();
        let mut truth = Vec::new();
        for number in 1..=3 {
            let file = format!("{number}.html");
            let title = format!("示例展会第{number}号公告");
            fs::write(desk.path(&file), article(&title, number, MIDDLE).body).unwrap();
            truth.push(json!({
                "file": file,
                "set": "fairs",
                "lang": "zh",
                "title": title,
                "source": "示例会展",
                "author": "展务部",
                "publish_time": "2026-06-08",
                "views": number,
                "body": body(MIDDLE),
                "note": "a key nobody knows",
            }));
        }
        let folder = Self { desk, truth };
        folder.write();
        folder
    }

    fn write(&self) {
        let lines: Vec<String> = self.truth.iter().map(Value::to_string).collect();
        fs::write(self.desk.path("truth.jsonl"), lines.join("\n")).unwrap();
    }

    fn eval(&self, more: &[&str]) -> (Option<i32>, String) {
        let mut args = vec!["eval", "."];
        args.extend(more);
        let output = self.desk.run(&args);
        (output.status.code(), said(&output))
    }

    fn result(&self, more: &[&str], code: i32) -> Value {
        let mut args = vec!["eval", ".", "--json"];
        args.extend(more);
        let output = self.desk.run(&args);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[test]
fn a_folder_read_rightly_scores_fully() {
    let folder = Folder::new();
    let result = folder.result(&[], 0);
    let all = &result["groups"]["ALL-zh"];
    for metric in [
        "body_f1",
        "title",
        "publish_time",
        "author",
        "source",
        "views",
    ] {
        assert_eq!(all[metric], 1.0, "{metric}: {all}");
    }
    assert_eq!((&all["n"], &all["body_n"]), (&json!(3), &json!(3)));
    assert_eq!(result["groups"]["fairs zh"], *all);
    assert_eq!(
        result["rules"]["pages"]["generic"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(result["unread"], json!([]));
    assert!(result["cost"]["jobs"].as_u64().unwrap() >= 1);
    if cfg!(target_os = "linux") {
        assert!(result["cost"]["peak_memory_bytes"].as_u64().unwrap() > 1_000_000);
    }
    let (code, told) = folder.eval(&[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(!told.contains("the worst"), "{told}");
}

#[test]
fn the_worst_pages_say_what_was_expected_and_what_was_read() {
    let mut folder = Folder::new();
    folder.truth[1]["author"] = json!("张三");
    folder.truth[1]["views"] = json!(4021);
    folder.truth[2].as_object_mut().unwrap().remove("source");
    folder.write();
    let result = folder.result(&[], 0);
    let all = &result["groups"]["ALL-zh"];
    assert_eq!(
        (&all["author"], &all["author_n"]),
        (&json!(2.0 / 3.0), &json!(3))
    );
    assert_eq!((&all["source"], &all["source_n"]), (&json!(1.0), &json!(2)));
    assert_eq!(
        (&all["source_noise"], &all["source_noise_n"]),
        (&json!(1.0), &json!(1))
    );
    let page = &result["pages"][1]["fields"];
    assert_eq!(
        page["author"],
        json!({"verdict": "wrong", "expected": "张三", "read": "展务部"})
    );
    assert_eq!(
        result["pages"][2]["fields"]["source"]["verdict"],
        "invented"
    );
    assert_eq!(result["pages"][0]["loss"], 0.0);

    let (_, told) = folder.eval(&[]);
    let at = |words: &str| {
        told.find(words)
            .unwrap_or_else(|| panic!("no {words} in {told}"))
    };
    assert!(at("the worst 2 of 2") < at("2.html"));
    assert!(at("2.html") < at("expected 4021, read 2"));
    assert!(at("expected 张三, read 展务部") < at("3.html"));
    assert!(at("3.html") < at("read 示例会展"));
    let (_, told) = folder.eval(&["--worst", "1"]);
    assert!(
        told.contains("2.html") && !told.contains("  3.html"),
        "{told}"
    );
    let (_, told) = folder.eval(&["--worst", "0"]);
    assert!(!told.contains("2.html"), "{told}");
}

#[test]
fn a_page_that_is_not_there_counts_as_read_empty() {
    let mut folder = Folder::new();
    folder.truth[1]["file"] = json!("elsewhere/2.html");
    folder.truth[2]["url"] = json!("no address");
    folder.write();
    let result = folder.result(&[], 3);
    let unread = result["unread"].as_array().unwrap();
    assert_eq!(unread.len(), 2);
    assert_eq!(unread[0]["file"], "elsewhere/2.html");
    assert!(unread[0]["error"].as_str().unwrap().contains("elsewhere"));
    assert_eq!(unread[1]["file"], "3.html");
    assert_eq!(result["groups"]["ALL-zh"]["title"], json!(1.0 / 3.0));
    let (code, told) = folder.eval(&[]);
    assert_eq!(code, Some(3));
    assert!(told.contains("2 pages could not be had"), "{told}");

    for truth in &mut folder.truth {
        truth["file"] = json!(format!("gone-{}", truth["file"].as_str().unwrap()));
    }
    folder.write();
    assert_eq!(folder.eval(&[]).0, Some(4));
}

#[test]
fn two_results_are_compared_page_by_page() {
    let folder = Folder::new();
    fs::write(
        folder.desk.path("2.html"),
        article(
            "示例展会第2号公告",
            777,
            "另一段话，与先前的全然不同，也更短。",
        )
        .body,
    )
    .unwrap();
    folder.result(&["--save", "before.json"], 0);
    // the second page gets better, the third worse
    fs::write(
        folder.desk.path("2.html"),
        article("示例展会第2号公告", 2, MIDDLE).body,
    )
    .unwrap();
    let third = article("示例展会第3号公告", 3, MIDDLE).body;
    let third = String::from_utf8(third).unwrap();
    fs::write(
        folder.desk.path("3.html"),
        third.replace("作者：展务部 | ", ""),
    )
    .unwrap();

    let result = folder.result(&["--against", "before.json", "--save", "before.json"], 0);
    let against = &result["against"];
    let views = &against["metrics"]["ALL-zh"]["views"];
    assert_eq!(
        (&views["before"], &views["now"]),
        (&json!(2.0 / 3.0), &json!(1.0))
    );
    assert!((views["difference"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9);
    assert_eq!(against["better"].as_array().unwrap().len(), 1);
    let better = &against["better"][0];
    assert_eq!(better["file"], "2.html");
    assert_eq!(better["moves"][0]["what"], "body");
    assert_eq!(
        better["moves"][1],
        json!({"what": "views", "before": "wrong", "read_before": "777", "now": "right", "read_now": "2"})
    );
    let worse = &against["worse"][0];
    assert_eq!(worse["file"], "3.html");
    assert_eq!(worse["moves"][0]["now"], "missed");
    assert_eq!(against["truth_changed"], false);

    // the result was saved over the earlier one: nothing has moved since
    let (_, told) = folder.eval(&["--against", "before.json"]);
    assert!(told.contains("no number moved"), "{told}");
    assert!(told.contains("better on 0 pages"), "{told}");
}

#[test]
fn a_comparison_is_drawn_and_a_changed_truth_is_said() {
    let mut folder = Folder::new();
    folder.result(&["--save", "before.json"], 0);
    folder.truth[0]["author"] = json!("张三");
    folder.truth[1]["file"] = json!("4.html");
    folder.write();
    fs::copy(folder.desk.path("2.html"), folder.desk.path("4.html")).unwrap();
    let (code, told) = folder.eval(&["--against", "before.json"]);
    assert_eq!(code, Some(0));
    for words in [
        "the truth is another one",
        "1.000 → .667   -.333",
        "worse on 1 page",
        "right (展务部) → wrong (展务部)",
        "no longer there: 2.html",
        "not there then: 4.html",
    ] {
        assert!(told.contains(words), "no {words} in\n{told}");
    }
}

#[test]
fn bounds_fail_with_a_code_of_their_own() {
    let mut folder = Folder::new();
    folder.truth[1]["author"] = json!("张三");
    folder.truth[2].as_object_mut().unwrap().remove("source");
    folder.write();
    let check = |bounds: &[&str], code: i32, words: &str| {
        let (found, told) = folder.eval(bounds);
        assert_eq!(found, Some(code), "{bounds:?} {told}");
        assert!(told.contains(words), "{bounds:?} {told}");
    };
    check(
        &["--floor", "body_f1=1", "--floor", "author=0.6"],
        0,
        "all 2 bounds hold",
    );
    check(
        &["--floor", "author=0.67"],
        7,
        "author is 0.66667, under its floor of .670",
    );
    check(
        &[
            "--floor",
            "fairs zh:title=1",
            "--ceiling",
            "source_noise=.5",
        ],
        7,
        "1 of 2 bounds broken",
    );
    check(&["--floor", "minute=0"], 7, "no page was asked for minute");
    check(
        &["--floor", "ALL-zh-nonutf8:title=0"],
        2,
        "there are ALL-zh, ALL-zh-news, fairs zh",
    );
    check(&["--floor", "body=0.9"], 2, "body_f1, body_precision");
    check(&["--floor", "author_noise=0.9"], 2, "write --ceiling");
    let result = folder.result(&["--floor", "author=0.67"], 7);
    assert_eq!(result["bounds"][0]["holds"], false);
    assert_eq!(result["bounds"][0]["group"], "ALL-zh");
}

#[test]
fn mistakes_in_the_truth_are_told_with_their_lines() {
    let folder = Folder::new();
    let check = |truth: &str, words: &[&str]| {
        fs::write(folder.desk.path("truth.jsonl"), truth).unwrap();
        let (code, told) = folder.eval(&[]);
        assert_eq!(code, Some(1), "{told}");
        for word in words {
            assert!(told.contains(word), "no {word} in {told}");
        }
    };
    let page = "{\"file\": \"1.html\"}";
    check(
        &format!("{page}\nnot JSON\n\n{page}\n"),
        &[
            "truth.jsonl: line 2: expected",
            "line 4: 1.html has line 1 already",
        ],
    );
    check("", &["no line"]);
    fs::remove_file(folder.desk.path("truth.jsonl")).unwrap();
    let (code, told) = folder.eval(&[]);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("truth.jsonl") && told.contains("\"file\": \"page.html\""),
        "{told}"
    );
}

#[test]
fn what_is_no_earlier_result_is_refused_before_the_work() {
    let folder = Folder::new();
    fs::write(folder.desk.path("before.json"), "{\"groups\": {}}").unwrap();
    for (file, words) in [
        ("before.json", "eval --save"),
        ("none.json", "No such file"),
    ] {
        let (code, told) = folder.eval(&["--against", file, "--write-predictions", "read.jsonl"]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains(words) && told.contains(file), "{told}");
    }
    assert!(!folder.desk.path("read.jsonl").exists());
}

#[test]
fn predictions_score_as_the_reading_they_were_written_from() {
    let mut folder = Folder::new();
    folder.truth[1]["author"] = json!("张三");
    folder.write();
    let own = folder.result(&["--write-predictions", "read.jsonl", "--jobs", "1"], 0);
    assert_eq!(own["cost"]["jobs"], 1);
    let read = folder.result(&["--predictions", "read.jsonl"], 0);
    assert_eq!(own["groups"], read["groups"]);
    assert_eq!(
        (&read["rules"], &read["cost"]),
        (&Value::Null, &Value::Null)
    );

    // the output of extract serves as well
    let list = "{\"file\": \"1.html\"}\n{\"file\": \"2.html\"}\n{\"file\": \"3.html\"}\n";
    fs::write(folder.desk.path("list.jsonl"), list).unwrap();
    let output = folder.desk.run(&["extract", "--batch", "list.jsonl"]);
    fs::write(folder.desk.path("extracted.jsonl"), output.stdout).unwrap();
    let extracted = folder.result(&["--predictions", "extracted.jsonl"], 0);
    assert_eq!(own["groups"], extracted["groups"]);

    let lines = "{\"file\": \"1.html\", \"title\": \"甲\"}\n\
                 {\"file\": \"1.html\", \"title\": \"示例展会第1号公告\"}\n{\"file\": \"9.html\"}\n";
    fs::write(folder.desk.path("other.jsonl"), lines).unwrap();
    let (code, told) = folder.eval(&["--predictions", "other.jsonl"]);
    assert_eq!(code, Some(0), "{told}");
    for words in [
        "more than once, the last line counts: 1.html",
        "not in the truth, left aside: 9.html",
        "2 pages could not be had and count as read empty",
        "2.html: no prediction",
        ".333/3",
    ] {
        assert!(told.contains(words), "no {words} in\n{told}");
    }
    let (code, told) = folder.eval(&["--predictions", "other.jsonl", "--jobs", "2"]);
    assert_eq!(code, Some(2), "{told}");
}

#[test]
fn pages_are_read_with_what_the_truth_knows_of_them() {
    let desk = Desk::new();
    let page = "<html><head><title>展会开幕</title></head><body><h1>展会开幕</h1>\
                <div>来源：示例会展</div><div>时间：昨天 09:05</div><div id=story><p>示例展会今天在示例市开幕，参展企业三百家，\
                展览面积三万平方米，预计接待观众五万人次，比上一届增加两成。</p></div>\
                <div class=who>展务部</div></body></html>";
    let (bytes, ..) = encoding_rs::GBK.encode(page);
    fs::write(desk.path("1.html"), &bytes).unwrap();
    let truth = json!({
        "file": "1.html",
        "url": "http://news.fairs.example/1.html",
        "content_type": "text/html; charset=gbk",
        "fetched_at": "2026-06-09T04:00:00Z",
        "title": "展会开幕",
        "publish_time": "2026-06-08 09:05",
        "author": "展务部",
    });
    fs::write(desk.path("truth.jsonl"), truth.to_string()).unwrap();
    fs::create_dir(desk.path("mine")).unwrap();
    let rules =
        "name = \"示例\"\nhosts = [\"news.fairs.example\"]\n\n[fields]\nauthor = \".who\"\n";
    fs::write(desk.path("mine/example.toml"), rules).unwrap();
    let run = |more: &[&str]| {
        let mut args = vec!["eval", "."];
        args.extend(more);
        desk.run(&args)
    };
    let bounds = ["--floor", "title=1", "--floor", "minute=1"];
    assert_eq!(
        run(&bounds).status.code(),
        Some(0),
        "{}",
        said(&run(&bounds))
    );
    let plain = said(&run(&[]));
    assert!(
        plain.contains("with the rules built in (")
            && plain.contains("generic 1")
            && plain.contains("missed"),
        "{plain}"
    );
    let ruled = said(&run(&["--selectors", "mine", "--floor", "author=1"]));
    assert!(ruled.starts_with("exit Some(0)"), "{ruled}");
    assert!(
        ruled.contains("a site's own file, site:example, read 1.html"),
        "{ruled}"
    );
}
