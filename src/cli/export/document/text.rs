//! Plain text: what a person reads, and nothing that a terminal obeys.

use std::fmt::Write as _;

use super::super::choice::About;
use super::super::facts::{facts, minute};
use crate::archive::{Dossier, KeptArticle};
use crate::cli::output::harmless;

const RULE: &str = "────────────────────────────────────────\n";

/// An article: its headline, what is known of it, its text; earlier versions behind it where they are
/// there.
pub(super) fn article(dossier: &Dossier) -> String {
    let mut out = String::new();
    let kept = &dossier.current;
    let title = kept
        .reading
        .article
        .title
        .as_deref()
        .unwrap_or("（无标题）");
    let _ = writeln!(out, "{}\n", harmless(title));
    for (label, value) in facts(dossier) {
        let _ = writeln!(out, "{label}：{}", harmless(&value));
    }
    out.push('\n');
    body(&mut out, kept);
    for version in &dossier.versions {
        if version.version_no == kept.version_no {
            continue;
        }
        let title = version.reading.article.title.as_deref();
        let _ = writeln!(
            out,
            "\n{RULE}第 {} 版，{} 首次见到\n\n{}\n",
            version.version_no,
            minute(version.observed_at),
            harmless(title.unwrap_or("（无标题）"))
        );
        body(&mut out, version);
    }
    out
}

/// An article among others.
pub(super) fn among(dossier: &Dossier) -> String {
    format!("{RULE}\n{}\n", article(dossier))
}

/// What stands before all.
pub(super) fn head(about: &About) -> String {
    let search = if about.search.is_empty() {
        "全部文章"
    } else {
        &about.search
    };
    format!(
        "展闻导出\n\n检索：{}\n时间：{}\n档案：{}\n工具：{}\n\n",
        harmless(search),
        about.exported_at,
        harmless(&about.archive),
        about.tool
    )
}

/// What stands behind all.
pub(super) fn foot(about: &About) -> String {
    format!("{RULE}共 {} 篇\n", about.articles)
}

fn body(out: &mut String, kept: &KeptArticle) {
    let article = &kept.reading.article;
    let text = article.body_text.as_deref().unwrap_or_default();
    for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(out, "{}\n", harmless(paragraph.trim()));
    }
}
