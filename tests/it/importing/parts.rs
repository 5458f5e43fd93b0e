//! Articles over several pages, out of files that hold their pages in any order.

use zhanwen::archive::Library;

use super::{HTML, Record, Scene, packed};

const TEXTS: [&str; 3] = [
    "第一天，记者走完一号馆和二号馆，两个馆里全是机床，参展企业二百二十家，面积两万平方米。",
    "第二天，记者走完三号馆，馆里全是刀具和夹具，参展企业一百四十家，面积一万平方米。",
    "第三天，记者走完四号馆，馆里全是量具和检测仪器，参展企业六十家，面积六千平方米。",
];

fn url(number: usize) -> String {
    format!("http://expo.example.cn/content-9-5-{number}.html")
}

/// Part `number` as PHPCMS prints it.
fn part(number: usize, date: &str) -> Record {
    let text = TEXTS[number - 1];
    let links = (1..=3).map(|other| match other {
        own if own == number => format!("<span>{own}</span>"),
        other => format!("<a href=content-9-5-{other}.html>{other}</a>"),
    });
    let bar = links.collect::<Vec<_>>().join(" ");
    let next = (number + 1).min(3);
    let body = format!(
        "<html><head><meta charset=utf-8><title>三天走完示例机床展</title></head><body>\
         <div class=nav><a href=/>首页</a> <a href=/news/>新闻中心</a></div>\
         <div id=Article><h1>三天走完示例机床展<br><span>2020-05-16 10:30:00 来源：示例日报 点击：</span>\
         <span id=hits></span></h1><div class=content><p>{text}</p></div>\
         <div id=pages>{bar}<a href=content-9-5-{next}.html>下一页</a></div></div>\
         <div class=footer>Powered by PHPCMS V9</div></body></html>"
    );
    Record::response(&url(number), date, HTML, body.as_bytes())
}

async fn body(scene: &Scene) -> (String, Vec<String>, usize) {
    let past = scene.past(&url(1)).await;
    let kept = scene
        .archive
        .article(past.page, None)
        .await
        .unwrap()
        .unwrap();
    let text = kept.reading.article.body_text.unwrap();
    (text, kept.reading.warnings, past.versions.len())
}

#[tokio::test]
async fn the_parts_of_a_file_are_one_article_in_any_order() {
    for order in [[1, 2, 3], [3, 2, 1], [2, 1, 3], [1, 3, 2]] {
        let scene = Scene::new();
        let records = order.map(|number| part(number, "2021-01-01T00:00:00Z"));
        let told = scene.records(&records).await;
        assert_eq!(
            (told.kept(), told.versions, told.parts_missing),
            (3, 1, 0),
            "{order:?}"
        );
        assert_eq!(
            body(&scene).await,
            (TEXTS.join("\n"), Vec::new(), 1),
            "{order:?}"
        );
        let articles = scene.archive.articles(None, 9).await.unwrap();
        assert_eq!(articles.len(), 1);
    }
}

#[tokio::test]
async fn parts_that_come_far_behind_are_waited_for() {
    let filler = |number: u32| {
        let url = format!("http://expo.example.cn/gone/{number}.html");
        Record::response(&url, "2021-01-01T00:00:00Z", "404 Not Found", b"")
    };
    let mut records = vec![part(1, "2021-01-01T00:00:00Z")];
    records.extend((0..600).map(filler));
    records.push(part(2, "2021-01-01T01:00:00Z"));
    records.extend((600..1200).map(filler));
    records.push(part(3, "2021-01-01T02:00:00Z"));
    let scene = Scene::new();
    let told = scene.records(&records).await;
    assert_eq!(
        (told.kept(), told.versions, told.parts_missing),
        (1203, 1, 0)
    );
    assert_eq!(body(&scene).await, (TEXTS.join("\n"), Vec::new(), 1));
}

#[tokio::test]
async fn parts_of_an_earlier_file_are_found_in_the_archive() {
    let scene = Scene::new();
    for number in [3, 2, 1] {
        scene.records(&[part(number, "2021-01-01T00:00:00Z")]).await;
    }
    assert_eq!(body(&scene).await, (TEXTS.join("\n"), Vec::new(), 1));
}

#[tokio::test]
async fn a_part_that_nobody_looked_at_is_told() {
    let scene = Scene::new();
    let file = packed(&[
        part(1, "2021-01-01T00:00:00Z"),
        part(2, "2021-01-01T00:00:00Z"),
    ]);
    let told = scene.import(file).await;
    assert_eq!((told.kept(), told.parts_missing), (2, 1));
    let (text, warnings, _) = body(&scene).await;
    assert_eq!(text, TEXTS[..2].join("\n"));
    assert!(warnings[0].starts_with("part-missing:"), "{warnings:?}");
}

#[tokio::test]
async fn a_part_of_another_year_is_none_of_the_article() {
    let scene = Scene::new();
    let told = scene
        .records(&[
            part(1, "2021-01-01T00:00:00Z"),
            part(2, "2021-01-20T00:00:00Z"),
            part(3, "2023-01-01T00:00:00Z"),
        ])
        .await;
    assert_eq!(told.parts_missing, 1);
    assert_eq!(body(&scene).await.0, TEXTS[..2].join("\n"));
}
