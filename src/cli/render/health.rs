//! How well a site is, for a person and as JSON.

use serde_json::{Value, json};

use crate::archive::KeptNotice;
use crate::health::{Health, Share};
use crate::model::Timestamp;

use super::super::output::{Paint, harmless};
use super::report::duration;

/// A site and what is to be known of it.
pub(crate) fn health(
    health: &Health,
    notices: &[&KeptNotice],
    now: Timestamp,
    paint: Paint,
) -> String {
    let facts = &health.facts;
    let mark = if health.is_wrong() {
        paint.red("✗")
    } else if health.findings.is_empty() {
        paint.green("✓")
    } else {
        paint.yellow("!")
    };
    let ago = |instant: Option<Timestamp>| {
        instant.map_or_else(
            || "never".to_owned(),
            |instant| format!("{} ago", duration(now.since(instant))),
        )
    };
    let mut lines = vec![format!(
        "{mark} {}  {} article{}, last had {}, last article found {}, {} of {} last looks failed",
        paint.bold(&harmless(facts.site.as_str())),
        facts.article_count,
        if facts.article_count == 1 { "" } else { "s" },
        ago(facts.last_success),
        ago(facts.last_new),
        health.last_looks.part,
        health.last_looks.whole
    )];
    for finding in &health.findings {
        let words = format!(
            "    {}: {}",
            finding.kind.name(),
            harmless(&finding.message)
        );
        lines.push(if finding.kind.is_wrong() {
            paint.red(&words)
        } else {
            paint.yellow(&words)
        });
    }
    lines.extend(notices.iter().map(|kept| {
        let words = harmless(&kept.notice.message);
        paint.dim(&format!("    {}: {words}", kept.notice.kind.name()))
    }));
    lines.join("\n")
}

/// A site as an object.
pub(crate) fn health_object(health: &Health, notices: &[&KeptNotice]) -> Value {
    let facts = &health.facts;
    let instant = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string());
    let share = |share: Share| json!({"failed": share.part, "looks": share.whole});
    let fields = health.fields.iter().map(|fill| {
        let lately = json!({"given": fill.lately.part, "articles": fill.lately.whole});
        let before = json!({"given": fill.before.part, "articles": fill.before.whole});
        json!({"field": fill.field, "lately": lately, "before": before,
               "stopped": fill.has_stopped()})
    });
    let findings = health.findings.iter().map(|finding| {
        json!({"kind": finding.kind.name(), "wrong": finding.kind.is_wrong(),
               "message": finding.message})
    });
    let resting = facts.resting.iter().map(|rest| {
        json!({"host": rest.host.as_str(), "until": rest.until.to_string(), "reason": rest.reason})
    });
    let notices = notices.iter().map(|kept| {
        json!({"kind": kept.notice.kind.name(), "url": kept.notice.url.as_str(),
               "message": kept.notice.message, "noticed_at": kept.noticed_at.to_string()})
    });
    json!({
        "site": facts.site.as_str(),
        "well": !health.is_wrong(),
        "watched": facts.watched,
        "articles": facts.article_count,
        "last_look_at": instant(facts.last_look),
        "last_success_at": instant(facts.last_success),
        "last_new_at": instant(facts.last_new),
        "lists_due_since": instant(facts.lists_due_since),
        "last_looks": share(health.last_looks),
        "last_7_days": share(facts.week),
        "usual_gap_days": health.rhythm.map(|rhythm| rhythm.usual_gap_days),
        "last_news_on": health.rhythm.map(|rhythm| rhythm.last_news.to_string()),
        "silent_days": health.rhythm.map(|rhythm| rhythm.silent_days),
        "fields": fields.collect::<Vec<_>>(),
        "resting": resting.collect::<Vec<_>>(),
        "robots_unreachable": facts.robots_unreachable,
        "notices": notices.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}
