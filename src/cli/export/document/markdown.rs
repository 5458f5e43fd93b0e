//! Markdown (CommonMark): read by people, and by programs that know YAML before a text.

use std::fmt::Write as _;

use serde_json::json;

use super::super::choice::About;
use super::super::facts::{facts, minute};
use super::super::table::images;
use crate::archive::{Dossier, KeptArticle};
use crate::cli::output::harmless;

/// A file of an article: what is known of it in YAML, then the text. YAML takes JSON for values.
pub(super) fn alone(dossier: &Dossier) -> String {
    let kept = &dossier.current;
    let article = &kept.reading.article;
    let fields = [
        ("title", json!(article.title)),
        ("url", json!(kept.url.as_str())),
        ("site", json!(kept.site.as_str())),
        ("source", json!(article.source)),
        ("author", json!(article.author)),
        ("editor", json!(article.editor)),
        (
            "publish_time",
            json!(article.publish_time.map(|time| time.to_string())),
        ),
        ("views", json!(article.views)),
        ("version_no", json!(kept.version_no)),
        ("versions", json!(kept.versions)),
        ("observed_at", json!(kept.observed_at.to_string())),
        ("gone_at", json!(kept.gone_at.map(|at| at.to_string()))),
        ("lang", json!(article.lang)),
        ("images", images(&article.images)),
        ("content_sha256", json!(kept.reading.content.to_string())),
    ];
    let mut out = "---\n".to_owned();
    for (name, value) in fields {
        let value = crate::tabular::escaped_json(&value.to_string());
        let _ = writeln!(out, "{name}: {value}");
    }
    let _ = write!(out, "---\n\n# {}\n\n", title(kept));
    texts(&mut out, dossier, "##");
    out
}

/// An article among others.
pub(super) fn among(dossier: &Dossier) -> String {
    let kept = &dossier.current;
    let mut out = format!("\n---\n\n## {}\n\n", title(kept));
    for (label, value) in facts(dossier) {
        let _ = writeln!(out, "- {label}：{}", escaped(&value));
    }
    out.push('\n');
    texts(&mut out, dossier, "###");
    out
}

/// What stands before all.
pub(super) fn head(about: &About) -> String {
    let search = if about.search.is_empty() {
        "全部文章".to_owned()
    } else {
        escaped(&about.search)
    };
    format!(
        "# 展闻导出\n\n- 检索：{search}\n- 时间：{}\n- 档案：{}\n- 工具：{}\n",
        about.exported_at,
        escaped(&about.archive),
        about.tool
    )
}

/// What stands behind all.
pub(super) fn foot(about: &About) -> String {
    format!("\n---\n\n共 {} 篇\n", about.articles)
}

fn title(kept: &KeptArticle) -> String {
    let title = kept.reading.article.title.as_deref();
    escaped(title.unwrap_or("（无标题）"))
}

fn texts(out: &mut String, dossier: &Dossier, level: &str) {
    let kept = &dossier.current;
    if let Some(summary) = &kept.reading.article.summary {
        let _ = writeln!(out, "> {}\n", escaped(summary));
    }
    body(out, kept);
    for version in &dossier.versions {
        if version.version_no != kept.version_no {
            let _ = writeln!(
                out,
                "{level} 第 {} 版，{} 首次见到\n\n**{}**\n",
                version.version_no,
                minute(version.observed_at),
                title(version)
            );
            body(out, version);
        }
    }
}

fn body(out: &mut String, kept: &KeptArticle) {
    let text = kept.reading.article.body_text.as_deref();
    let lines = text.unwrap_or_default().lines();
    for paragraph in lines.filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(out, "{}\n", escaped(paragraph));
    }
}

/// `text` on one line, shown as it is: nothing in it is a mark or markup.
fn escaped(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len());
    for letter in harmless(&line).chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '!' => {
                out.extend(['\\', letter]);
            }
            letter => out.push(letter),
        }
    }
    // at the beginning of a line some signs make lists and rules
    let digits = out.bytes().take_while(u8::is_ascii_digit).count();
    let rest = out.get(digits..).unwrap_or_default();
    if digits > 0 && rest.starts_with(['.', ')']) {
        return format!("{}\\{rest}", out.get(..digits).unwrap_or_default());
    }
    if out.starts_with(['-', '+', '=']) {
        out.insert(0, '\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_text_is_shown_as_it_is() {
        for (text, shown) in [
            ("# 标题", "\\# 标题"),
            ("1. 第一", "1\\. 第一"),
            ("- 项 *强调* [a](b)", "\\- 项 \\*强调\\* \\[a\\](b)"),
            ("<script>\u{1b}[2J", "\\<script\\>\u{fffd}\\[2J"),
            ("    缩进\n第二行", "缩进 第二行"),
            ("2026年6月", "2026年6月"),
        ] {
            assert_eq!(escaped(text), shown, "{text}");
        }
    }
}
