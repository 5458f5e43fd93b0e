//! What is known of an article beside its text, in the words that its pages use.

use crate::archive::Dossier;
use crate::model::Timestamp;

/// Labels and values, in the order of a reader; what is not known is left out.
pub(super) fn facts(dossier: &Dossier) -> Vec<(&'static str, String)> {
    let kept = &dossier.current;
    let article = &kept.reading.article;
    let instant = |at: Option<Timestamp>| at.map(minute);
    let views = article.views.map(|views| match dossier.views_at {
        Some(at) => format!("{views}（{}）", minute(at)),
        None => views.to_string(),
    });
    let versions = (kept.versions > 1).then(|| {
        let edited = if dossier.edited {
            "，发布后修改过"
        } else {
            ""
        };
        format!("第 {} 版，共 {} 版{edited}", kept.version_no, kept.versions)
    });
    let facts = [
        ("来源", article.source.clone()),
        ("作者", article.author.clone()),
        ("责任编辑", article.editor.clone()),
        (
            "发布时间",
            article.publish_time.map(|time| time.to_string()),
        ),
        ("浏览次数", views),
        ("站点", Some(kept.site.to_string())),
        ("网址", Some(kept.url.to_string())),
        ("版本", versions),
        ("首次见到", instant(dossier.first_seen_at)),
        ("最近查看", instant(dossier.last_fetched_at)),
        ("消失", instant(kept.gone_at)),
    ];
    let known = facts.into_iter();
    known
        .filter_map(|(label, value)| Some((label, value?)))
        .collect()
}

/// `2026-11-23T06:11:00.000Z` to the minute, as a reader takes it in.
pub(super) fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or(&text).replace('T', " ");
    format!("{minute} UTC")
}
