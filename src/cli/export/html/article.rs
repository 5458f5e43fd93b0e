//! The page of an article: its fields, its text, how its views grew, what was changed in it.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::markup::{escaped, link, minute, page, paragraphs};
use super::{PICTURES, Shown};
use crate::archive::{Dossier, KeptArticle};
use crate::chart::svg;
use crate::cli::export::facts::facts;
use crate::cli::export::table::{Edit, edits};
use crate::model::PageUrl;
use crate::query::{view_chart, view_points};
use crate::version::{SentenceChange, SentenceKind, Span};

/// Counts in the table below the chart, the last ones.
const COUNTS: usize = 60;

/// Words of kept text beside a change.
const BESIDE: usize = 1;

/// Draws the page of `dossier`, two folders below the root.
pub(super) fn article(
    dossier: &Dossier,
    pictures: &HashMap<PageUrl, Shown>,
    all_versions: bool,
) -> String {
    let kept = &dossier.current;
    let article = &kept.reading.article;
    let title = article.title.as_deref().unwrap_or("（无标题）");
    let lang = article.lang.as_deref().unwrap_or("zh-Hans");
    let mut body = format!(
        "<nav><a href=\"../../index.html\">全部</a> › <a href=\"index.html\">{} · {}</a></nav>\n<article>\n<h1>{}</h1>\n{}",
        escaped(kept.site.as_str()),
        article.publish_time.map_or_else(
            || "未注明日期".to_owned(),
            |time| format!("{:04}-{:02}", time.date.year(), time.date.month())
        ),
        escaped(title),
        known(dossier),
    );
    if let Some(summary) = &article.summary {
        let _ = writeln!(body, "<p class=\"summary\">{}</p>", escaped(summary));
    }
    let text = article.body_text.as_deref().unwrap_or_default();
    let _ = write!(
        body,
        "<div class=\"text\" lang=\"{}\">\n{}</div>\n",
        escaped(lang),
        paragraphs(text)
    );
    illustrate(&mut body, kept, pictures);
    body.push_str("</article>\n");
    views(&mut body, dossier);
    changes(&mut body, dossier);
    if all_versions {
        versions(&mut body, dossier);
    }
    let _ = writeln!(
        body,
        "<footer>内容摘要 sha256 {} · {}</footer>",
        kept.reading.content,
        escaped(&kept.reading.parser)
    );
    page(title, lang, 2, &body)
}

fn known(dossier: &Dossier) -> String {
    let mut list = "<dl class=\"facts\">\n".to_owned();
    for (label, value) in facts(dossier) {
        let shown = if label == "网址" {
            link(&value, &value)
        } else {
            escaped(&value)
        };
        let _ = writeln!(list, "<dt>{label}</dt><dd>{shown}</dd>");
    }
    list.push_str("</dl>\n");
    list
}

/// Pictures that are kept are shown, others named: opening a page tells no site of it.
fn illustrate(body: &mut String, kept: &KeptArticle, pictures: &HashMap<PageUrl, Shown>) {
    let images = &kept.reading.article.images;
    if images.is_empty() {
        return;
    }
    let _ = writeln!(
        body,
        "<h2>图片 {} 张</h2>\n<ul class=\"pictures\">",
        images.len()
    );
    for image in images {
        let told = image.alt.as_deref().filter(|alt| !alt.trim().is_empty());
        let address = image.url.as_str();
        let name = link(address, told.unwrap_or(address));
        let _ = match pictures.get(&image.url) {
            Some(shown) => writeln!(
                body,
                "<li><figure>{}<figcaption>{name}</figcaption></figure></li>",
                img(shown, told)
            ),
            None => writeln!(body, "<li>{name}</li>"),
        };
    }
    body.push_str("</ul>\n");
}

fn img(shown: &Shown, told: Option<&str>) -> String {
    let size = shown.size.map_or_else(String::new, |(width, height)| {
        format!(" width=\"{width}\" height=\"{height}\"")
    });
    format!(
        "<img src=\"../../{PICTURES}/{}\" alt=\"{}\"{size} loading=\"lazy\">",
        shown.file,
        escaped(told.unwrap_or_default())
    )
}

fn views(body: &mut String, dossier: &Dossier) {
    let points = view_points(&dossier.looks);
    let Some(chart) = view_chart(&dossier.looks).filter(|_| points.len() > 1) else {
        return;
    };
    let _ = write!(
        body,
        "<h2>浏览次数</h2>\n<div class=\"chart\">{}</div>\n<details><summary>数值</summary>\n<table>\n\
         <tr><th>时间</th><th class=\"n\">次数</th><th class=\"n\">增加</th><th class=\"n\">每日</th></tr>\n",
        svg(&chart, "浏览次数")
    );
    for point in points.iter().rev().take(COUNTS) {
        let gained = point
            .gained
            .map_or_else(String::new, |gained| format!("{gained:+}"));
        let per_day = point
            .per_day
            .map_or_else(String::new, |rate| format!("{rate:.1}"));
        let _ = writeln!(
            body,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{gained}</td><td class=\"n\">{per_day}</td></tr>",
            minute(point.at),
            point.views
        );
    }
    body.push_str("</table>\n");
    if points.len() > COUNTS {
        let _ = writeln!(body, "<p>最近 {COUNTS} 次，共 {} 次</p>", points.len());
    }
    body.push_str("</details>\n");
}

fn changes(body: &mut String, dossier: &Dossier) {
    let edits = edits(dossier);
    if edits.is_empty() {
        return;
    }
    let _ = writeln!(body, "<h2>修改 {} 次</h2>", edits.len());
    for edit in edits.iter().rev() {
        change(body, edit);
    }
}

fn change(body: &mut String, edit: &Edit<'_>) {
    let diff = edit.diff();
    let reader = if edit.by_other_reader() {
        " <span class=\"badge\">读取规则不同</span>"
    } else {
        ""
    };
    let _ = writeln!(
        body,
        "<section class=\"change\">\n<h3>第 {} 版 → 第 {} 版{reader}</h3>\n<p class=\"where\">在 {} 与 {} 之间</p>",
        edit.before.version_no,
        edit.after.version_no,
        minute(edit.seen_before_at),
        minute(edit.observed_at),
    );
    for field in &diff.fields {
        let side = |tag: &str, text: Option<&String>| {
            text.map_or_else(String::new, |text| {
                format!("<{tag}>{}</{tag}>", escaped(text))
            })
        };
        let _ = writeln!(
            body,
            "<p><span class=\"badge\">{}</span> {} {}</p>",
            label(field.field),
            side("del", field.before.as_ref()),
            side("ins", field.after.as_ref()),
        );
    }
    let mut skipped = false;
    for (place, sentence) in diff.body.iter().enumerate() {
        if !is_near(&diff.body, place) {
            skipped = true;
            continue;
        }
        let gap = if skipped {
            "<span class=\"where\">……</span> "
        } else {
            ""
        };
        skipped = false;
        let _ = writeln!(body, "<p>{gap}{}</p>", marked(sentence));
    }
    body.push_str("</section>\n");
}

/// Whether a sentence differs, or stands beside one that does.
fn is_near(body: &[SentenceChange], place: usize) -> bool {
    let from = place.saturating_sub(BESIDE);
    let near = body.iter().skip(from).take(place - from + BESIDE + 1);
    near.into_iter()
        .any(|sentence| sentence.kind() != SentenceKind::Kept)
}

fn marked(sentence: &SentenceChange) -> String {
    let whole = match sentence.kind() {
        SentenceKind::Removed => Some("del"),
        SentenceKind::Added => Some("ins"),
        SentenceKind::Kept | SentenceKind::Edited => None,
    };
    let spans = sentence.spans.iter().map(|span| match (span, whole) {
        (Span::Removed(text), None) => format!("<del>{}</del>", escaped(text)),
        (Span::Added(text), None) => format!("<ins>{}</ins>", escaped(text)),
        (span, _) => escaped(span.text()),
    });
    let text: String = spans.collect();
    match whole {
        Some(tag) => format!("<{tag}>{text}</{tag}>"),
        None => text,
    }
}

fn versions(body: &mut String, dossier: &Dossier) {
    let current = dossier.current.version_no;
    let others = dossier
        .versions
        .iter()
        .filter(|kept| kept.version_no != current);
    let others: Vec<&KeptArticle> = others.collect();
    if others.is_empty() {
        return;
    }
    body.push_str("<h2>其他版本</h2>\n");
    for kept in others {
        let article = &kept.reading.article;
        let _ = writeln!(
            body,
            "<details><summary>第 {} 版，{} 首次见到</summary>\n<h3>{}</h3>\n<div class=\"text\">\n{}</div></details>",
            kept.version_no,
            minute(kept.observed_at),
            escaped(article.title.as_deref().unwrap_or("（无标题）")),
            paragraphs(article.body_text.as_deref().unwrap_or_default()),
        );
    }
}

fn label(field: &str) -> &str {
    match field {
        "title" => "标题",
        "source" => "来源",
        "author" => "作者",
        "editor" => "责任编辑",
        "publish_time" => "发布时间",
        "summary" => "摘要",
        "image" => "图片",
        other => other,
    }
}
