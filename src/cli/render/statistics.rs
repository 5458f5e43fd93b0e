//! The archive in numbers.

use serde_json::{Value, json};

use crate::archive::SiteMonth;
use crate::chart::blocks;
use crate::cli::output::{Paint, harmless};
use crate::query::SiteStatistics;

use super::table::table;

/// All sites, a line each.
pub(in crate::cli) fn statistics(found: &[SiteStatistics], width: usize, paint: Paint) -> String {
    if found.is_empty() {
        return "no article is kept yet".to_owned();
    }
    let months = found.first().map_or(0, |site| site.months.len());
    let last = format!("last {months} months");
    let head = [
        "site",
        "articles",
        &last,
        "versions",
        "edited",
        "gone",
        "source",
        "views",
        "characters",
    ];
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|site| {
            let published: Vec<u64> = site.months.iter().map(|month| month.published).collect();
            let whole = &site.whole;
            vec![
                harmless(site.summary.site.as_str()),
                whole.published.to_string(),
                blocks(&published, 0),
                site.summary.versions.to_string(),
                whole.edited.to_string(),
                whole.gone.to_string(),
                share(whole.with_source, whole.published),
                mean(whole.views, whole.counted),
                mean(whole.characters, whole.published),
            ]
        })
        .collect();
    let mut lines = table(&head, &rows, width, paint);
    lines
        .push(paint.dim(
            "source: articles that give one; views and characters: of an article, on average",
        ));
    lines.join("\n")
}

/// One site, a line for each month.
pub(in crate::cli) fn months(site: &SiteStatistics, width: usize, paint: Paint) -> String {
    const BAR: u64 = 20;
    let head = [
        "month",
        "articles",
        "",
        "edited",
        "gone",
        "source",
        "views",
        "characters",
    ];
    let most = site.months.iter().map(|month| month.published).max();
    let most = most.unwrap_or_default().max(1);
    let row = |name: &str, month: &SiteMonth, bar: u64| -> Vec<String> {
        let bar = usize::try_from(bar).unwrap_or_default();
        vec![
            name.to_owned(),
            month.published.to_string(),
            format!("{:<20}", "█".repeat(bar)),
            month.edited.to_string(),
            month.gone.to_string(),
            share(month.with_source, month.published),
            mean(month.views, month.counted),
            mean(month.characters, month.published),
        ]
    };
    let mut rows: Vec<Vec<String>> = site
        .months
        .iter()
        .map(|month| {
            let bar = month.published.saturating_mul(BAR).div_ceil(most);
            row(month.month.as_deref().unwrap_or("—"), month, bar)
        })
        .collect();
    rows.push(row("all time", &site.whole, 0));
    let mut lines = vec![paint.bold(&harmless(site.summary.site.as_str()))];
    lines.extend(table(&head, &rows, width, paint));
    lines.join("\n")
}

/// So many of a hundred.
fn share(part: u64, whole: u64) -> String {
    (part * 100)
        .checked_div(whole)
        .map_or_else(|| "—".to_owned(), |share| format!("{share}%"))
}

fn mean(sum: u64, count: u64) -> String {
    sum.checked_div(count)
        .map_or_else(|| "—".to_owned(), |mean| mean.to_string())
}

/// A site's numbers as an object.
pub(in crate::cli) fn statistics_object(site: &SiteStatistics) -> Value {
    let month = |month: &SiteMonth| {
        json!({
            "month": month.month,
            "published": month.published,
            "with_source": month.with_source,
            "edited": month.edited,
            "gone": month.gone,
            "counted": month.counted,
            "views": month.views,
            "characters": month.characters,
        })
    };
    let months: Vec<Value> = site.months.iter().map(month).collect();
    let mut whole = month(&site.whole);
    if let Some(whole) = whole.as_object_mut() {
        whole.shift_remove("month");
    }
    json!({
        "site": site.summary.site.as_str(),
        "versions": site.summary.versions,
        "looks": site.summary.fetches,
        "last_fetched_at": site.summary.last_fetched_at.map(|at| at.to_string()),
        "all_time": whole,
        "months": months,
    })
}
