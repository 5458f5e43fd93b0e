//! A run's report as JSON, and back: `docs/json.md` describes it.
//!
//! What came of the pages of each site and host is not in it: the looks themselves tell.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::archive::{FailedLook, RestingHost, RunReport, SpentHost};
use crate::model::{HostKey, Notice, NoticeKind, Outcome, PageUrl};
use crate::rules::Limit;

/// The version of the text.
const FORMAT: u64 = 1;

/// The report as it is kept; what says nothing is left out.
pub(super) fn text(report: &RunReport) -> String {
    let mut text = whole(report);
    if let Value::Object(fields) = &mut text {
        fields.retain(|name, value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::Array(items) => !items.is_empty(),
            Value::Object(items) => !items.is_empty(),
            // none of them, which is known, is not what is not known
            Value::Number(count) => {
                count.as_u64() != Some(0) || matches!(name.as_str(), "new_pages" | "left_due")
            }
            _ => true,
        });
    }
    text.to_string()
}

fn whole(report: &RunReport) -> Value {
    let total = report.total();
    let outcomes: Map<String, Value> = total
        .outcomes
        .iter()
        .map(|(outcome, looks)| (outcome.name().to_owned(), json!(looks)))
        .collect();
    let failed = report.failed.iter().map(|look| {
        json!({"url": look.url.as_str(), "outcome": look.outcome.name(), "reason": look.reason})
    });
    let resting = report.resting.iter().map(|rest| {
        json!({"host": rest.host.as_str(), "until": rest.until.to_string(), "reason": rest.reason})
    });
    let spent = report.spent.iter().map(|spent| {
        json!({"host": spent.host.as_str(), "used_up": spent.limit.name(), "left_due": spent.left_due})
    });
    let notices = report.notices.iter().map(|notice| {
        json!({"kind": notice.kind.name(), "url": notice.url.as_str(), "message": notice.message})
    });
    let gone: Vec<&str> = report.gone_starts.iter().map(PageUrl::as_str).collect();
    json!({
        "format": FORMAT,
        "looks": total.looks(),
        "outcomes": outcomes,
        "wire_bytes": total.wire_bytes,
        "new_pages": report.new_pages,
        "left_due": report.left_due,
        "interrupted": report.interrupted,
        "out_of_budget": report.out_of_budget(),
        "used_up": report.used_up.map(Limit::name),
        "spent": spent.collect::<Vec<_>>(),
        "held": report.held,
        "gone_starts": gone,
        "failed": failed.collect::<Vec<_>>(),
        "failed_by_reason": report.failed_by_reason,
        "resting": resting.collect::<Vec<_>>(),
        "notices": notices.collect::<Vec<_>>(),
        "more_notices": report.more_notices,
        "untold": report.untold,
        "counts": report.counts,
    })
}

/// The report in a kept text, but for its sites and hosts; nothing of a later zhanwen's. What
/// cannot be read in it is left out.
pub(super) fn read(text: &str) -> Option<RunReport> {
    let value: Value = serde_json::from_str(text).ok()?;
    if value.get("format")?.as_u64()? != FORMAT {
        return None;
    }
    let list = |key: &str| {
        let items = value.get(key).and_then(Value::as_array);
        items.into_iter().flatten()
    };
    let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
    let count = |key: &str| value.get(key).and_then(Value::as_u64);
    let counts = |key: &str| -> BTreeMap<String, u64> {
        let counts = value.get(key).and_then(Value::as_object);
        let counts = counts.into_iter().flatten();
        counts
            .filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)))
            .collect()
    };
    Some(RunReport {
        sites: BTreeMap::new(),
        hosts: BTreeMap::new(),
        new_pages: count("new_pages"),
        left_due: count("left_due"),
        interrupted: flag("interrupted"),
        used_up: value.get("used_up").and_then(limit),
        spent: list("spent").filter_map(spent).collect(),
        held: count("held").unwrap_or(0),
        gone_starts: list("gone_starts")
            .filter_map(|url| PageUrl::parse(url.as_str()?).ok())
            .collect(),
        failed: list("failed").filter_map(failed).collect(),
        failed_by_reason: counts("failed_by_reason"),
        resting: list("resting").filter_map(resting).collect(),
        notices: list("notices").filter_map(notice).collect(),
        more_notices: count("more_notices").unwrap_or(0),
        untold: count("untold").unwrap_or(0),
        counts: counts("counts"),
    })
}

fn failed(value: &Value) -> Option<FailedLook> {
    Some(FailedLook {
        url: PageUrl::parse(value.get("url")?.as_str()?).ok()?,
        outcome: Outcome::from_name(value.get("outcome")?.as_str()?)?,
        reason: value.get("reason")?.as_str()?.to_owned(),
    })
}

fn resting(value: &Value) -> Option<RestingHost> {
    Some(RestingHost {
        host: HostKey::from_kept(value.get("host")?.as_str()?),
        until: value.get("until")?.as_str()?.parse().ok()?,
        reason: value.get("reason")?.as_str()?.to_owned(),
    })
}

fn limit(value: &Value) -> Option<Limit> {
    Limit::from_name(value.as_str()?)
}

fn spent(value: &Value) -> Option<SpentHost> {
    Some(SpentHost {
        host: HostKey::from_kept(value.get("host")?.as_str()?),
        limit: value.get("used_up").and_then(limit)?,
        left_due: value.get("left_due")?.as_u64()?,
    })
}

fn notice(value: &Value) -> Option<Notice> {
    Some(Notice {
        kind: NoticeKind::from_name(value.get("kind")?.as_str()?)?,
        url: PageUrl::parse(value.get("url")?.as_str()?).ok()?,
        message: value.get("message")?.as_str()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_report_of_this_format_is_none() {
        for text in ["", "null", "[]", "{}", r#"{"format": 2, "failed": []}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_in_a_report_is_left_out() {
        let text = r#"{"format": 1, "failed": [{"url": "nonsense"}, 3], "resting": {},
                       "failed_by_reason": {"timeout": 2, "x": "y"}, "left_due": 4}"#;
        let report = read(text).expect("a report");
        assert_eq!(report.failed, []);
        assert_eq!(report.left_due, Some(4));
        assert_eq!(report.new_pages, None);
        let timeouts = BTreeMap::from([("timeout".to_owned(), 2)]);
        assert_eq!(report.failed_by_reason, timeouts);
    }
}
