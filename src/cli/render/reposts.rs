//! Texts with all their pages, and who has whose.

use std::time::Duration;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::query::{Cluster, Copying, Standing};
use crate::repost::{Precision, Relation};

use super::super::output::{Paint, harmless};
use super::layout::{pad, shorten};
use super::report::duration;
use super::table::table;

/// Columns that a site's name may take.
const LONGEST_SITE: usize = 28;

/// A text and its pages, the first one first.
pub(crate) fn cluster(cluster: &Cluster, width: usize, paint: Paint) -> String {
    let first = cluster.pages.first();
    let title = first.and_then(|one| one.page.title.as_deref());
    let title = harmless(title.unwrap_or("(no title)"));
    let mut lines = vec![format!(
        "{}  {}",
        paint.bold(&shorten(&title, width.saturating_sub(20))),
        paint.dim(&format!(
            "{} on {}",
            counted(cluster.pages.len(), "page"),
            counted(cluster.sites, "site")
        ))
    )];
    let names = cluster
        .pages
        .iter()
        .map(|one| one.page.site.as_str().width());
    let names = names.max().unwrap_or(0).min(LONGEST_SITE);
    for one in &cluster.pages {
        let site = harmless(one.page.site.as_str());
        let head = format!(
            "  {}  {}  {}  ",
            relation(one, paint),
            pad(&shorten(&site, names), names),
            pad(&when(one), 22)
        );
        lines.push(format!("{head}{}", harmless(one.page.url.as_str())));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn relation(one: &Standing, paint: Paint) -> String {
    match one.place.relation {
        Relation::First => paint.green("first    "),
        Relation::Repost => "repost   ".to_owned(),
        Relation::Duplicate => paint.dim("duplicate"),
    }
}

/// When the first was there and how that is known; how long after it, and how alike, the others.
fn when(one: &Standing) -> String {
    if one.place.relation == Relation::First {
        let by = one.place.first_by.map_or("", |by| by.name());
        return match one.page.published {
            Some(time) if one.place.precision != Precision::Seen => {
                let time = time.to_string();
                format!("{} {by}", time.get(..16).unwrap_or(&time))
            }
            _ => {
                let at = one.place.at.to_string();
                format!("{} {by}", at.get(..10).unwrap_or(&at))
            }
        };
    }
    let after = one.place.lag_minutes.map_or_else(
        || "?".to_owned(),
        |minutes| match (minutes, one.place.precision) {
            (0, Precision::Day) => "same day".to_owned(),
            _ => format!("+{}", lag(minutes)),
        },
    );
    format!("{after} {:.0} %", one.similarity * 100.0)
}

fn lag(minutes: i64) -> String {
    let seconds = u64::try_from(minutes).unwrap_or(0).saturating_mul(60);
    duration(Duration::from_secs(seconds))
}

/// Who has whose texts.
pub(crate) fn copying(pairs: &[Copying], width: usize, paint: Paint) -> String {
    let rows: Vec<Vec<String>> = pairs
        .iter()
        .map(|pair| {
            let sites = format!("{} → {}", pair.from.as_str(), pair.to.as_str());
            let median = pair.median_lag_minutes.map_or_else(|| "?".to_owned(), lag);
            vec![harmless(&sites), pair.count.to_string(), median]
        })
        .collect();
    if rows.is_empty() {
        return "no site has another's texts, as far as is known".to_owned();
    }
    table(
        &["had first → has, too", "texts", "median lag"],
        &rows,
        width,
        paint,
    )
    .join("\n")
}

/// A text as an object.
pub(crate) fn cluster_object(cluster: &Cluster) -> Value {
    let pages = cluster.pages.iter().map(|one| {
        let (page, place) = (&one.page, &one.place);
        json!({
            "site": page.site.as_str(),
            "url": page.url.as_str(),
            "title": page.title,
            "source": page.source,
            "publish_time": page.published.map(|time| time.to_string()),
            "first_seen_at": page.first_seen.to_string(),
            "relation": place.relation.name(),
            "at": place.at.to_string(),
            "precision": place.precision.name(),
            "lag_minutes": place.lag_minutes,
            "similarity": one.similarity,
            "named_site": place.named.as_ref().map(crate::model::SiteId::as_str),
            "first_by": place.first_by.map(crate::repost::FirstBy::name),
        })
    });
    json!({
        "cluster": cluster.number.0,
        "sites": cluster.sites,
        "latest_at": cluster.latest().map(|at| at.to_string()),
        "pages": pages.collect::<Vec<_>>(),
    })
}

/// A pair of sites as an object.
pub(crate) fn copying_object(pair: &Copying) -> Value {
    json!({
        "from": pair.from.as_str(),
        "to": pair.to.as_str(),
        "texts": pair.count,
        "median_lag_minutes": pair.median_lag_minutes,
    })
}

fn counted(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
