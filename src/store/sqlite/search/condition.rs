//! A condition in SQL, of `version v` and its `page p`.

use rusqlite::types::Value;

use crate::search::{Condition, Filter, Side};

use super::way::Way;

/// Whether looks saw several versions of a page.
pub(in crate::store::sqlite) const EDITED: &str =
    "(p.versions > 1 AND EXISTS (SELECT 1 FROM fetch l
     WHERE l.page_id = p.id AND l.version_id <> p.current_version_id))";

/// When the version was first seen.
pub(super) const OBSERVED_AT: &str = "(SELECT fetched_at FROM fetch WHERE id = v.first_fetch_id)";

/// The condition in SQL for the version numbered `id`, its values behind those already in `values`; without what the
/// index is asked for anyway where the way begins with it.
pub(super) fn sql(condition: &Condition, way: Way, id: &str, values: &mut Vec<Value>) -> String {
    match (way, condition) {
        (Way::Words, Condition::Index(_)) => "1".to_owned(),
        (Way::Words, Condition::All(these)) => {
            let mut asked = false;
            let rest = these.iter().filter(|one| {
                let driver = !asked && matches!(one, Condition::Index(_));
                asked |= driver;
                !driver
            });
            joined(rest, " AND ", "1", id, values)
        }
        _ => whole(condition, id, values),
    }
}

fn whole(condition: &Condition, id: &str, values: &mut Vec<Value>) -> String {
    match condition {
        Condition::Index(fts) => {
            let fts = bound(values, fts.clone());
            format!("{id} IN (SELECT rowid FROM fts WHERE fts MATCH {fts})")
        }
        Condition::Filter(filter) => filtered(filter, values),
        Condition::All(these) => joined(these.iter(), " AND ", "1", id, values),
        Condition::Any(these) => joined(these.iter(), " OR ", "0", id, values),
        Condition::Not(inner) => format!("NOT {}", whole(inner, id, values)),
    }
}

fn joined<'a>(
    these: impl Iterator<Item = &'a Condition>,
    between: &str,
    none: &str,
    id: &str,
    values: &mut Vec<Value>,
) -> String {
    let parts: Vec<String> = these.map(|one| whole(one, id, values)).collect();
    if parts.is_empty() {
        return none.to_owned();
    }
    format!("({})", parts.join(between))
}

/// A filter in SQL; never NULL, so that its opposite is the rest.
fn filtered(filter: &Filter, values: &mut Vec<Value>) -> String {
    let side = |side: &Side| match side {
        Side::After => ">=",
        Side::Before => "<",
    };
    match filter {
        Filter::Site(key) => format!(
            "(p.site_id IS (SELECT id FROM site WHERE key = {}))",
            bound(values, key.clone())
        ),
        Filter::Source(name) => format!("v.source IS {}", bound(values, name.clone())),
        Filter::Author(name) => format!("v.author IS {}", bound(values, name.clone())),
        Filter::Published(which, time) => format!(
            "coalesce(v.publish_time {} {}, 0)",
            side(which),
            bound(values, time.clone())
        ),
        Filter::Seen(which, instant) => format!(
            "{OBSERVED_AT} {} {}",
            side(which),
            bound(values, instant.clone())
        ),
        Filter::Views(range) => {
            // more than SQLite can count is more than any count kept
            let mut within = |bound_at: Option<u64>, compared: &str| {
                bound_at.map(|number| {
                    let number = i64::try_from(number).unwrap_or(i64::MAX);
                    format!(" AND p.views {compared} {}", bound(values, number))
                })
            };
            let least = within(range.least, ">=").unwrap_or_default();
            let most = within(range.most, "<=").unwrap_or_default();
            format!("(p.views IS NOT NULL{least}{most})")
        }
        Filter::Language(tag) => {
            let tag = bound(values, tag.to_ascii_lowercase());
            format!(
                "coalesce(lower(v.lang) = {tag}
                     OR substr(lower(v.lang), 1, length({tag}) + 1) = {tag} || '-', 0)"
            )
        }
        Filter::Changed => EDITED.to_owned(),
        Filter::Gone => "(p.gone_in_a_row >= 2)".to_owned(),
    }
}

/// The place of a value in SQL.
pub(super) fn bound(values: &mut Vec<Value>, value: impl Into<Value>) -> String {
    values.push(value.into());
    format!("?{}", values.len())
}
