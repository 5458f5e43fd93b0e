//! Articles as a table, a line each.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::archive::{Cursor, Hits, KeptArticle};
use crate::cli::args::PlaceArgs;
use crate::cli::output::{Paint, harmless};

use super::layout::{pad, shorten};
use super::table::table;

/// Columns that a site or source may take.
const NAME: usize = 16;

/// Draws what was found for a terminal of `width` columns.
pub(in crate::cli) fn article_table(
    found: &Hits,
    place: &PlaceArgs,
    width: usize,
    paint: Paint,
) -> String {
    if found.articles.is_empty() {
        return counted(found, place);
    }
    let head = [
        "title",
        "published",
        "site",
        "source",
        "views",
        "versions",
        "",
    ];
    let told = found.articles.iter();
    let site = column(head[2], told.clone().map(|kept| kept.site.as_str()));
    let source = column(
        head[3],
        told.clone()
            .map(|kept| kept.reading.article.source.as_deref().unwrap_or_default()),
    );
    let marks: Vec<String> = told.clone().map(marks).collect();
    let widest = marks.iter().map(|marks| marks.width()).max();
    let rows: Vec<Vec<String>> = told
        .zip(site.iter().skip(1).zip(source.iter().skip(1)).zip(&marks))
        .map(|(kept, ((site, source), marks))| {
            let article = &kept.reading.article;
            let day = article.publish_time.map(|time| time.to_string());
            let day: String = day.unwrap_or_default().chars().take(10).collect();
            vec![
                harmless(article.title.as_deref().unwrap_or("(no title)")),
                pad(&day, 10),
                site.clone(),
                source.clone(),
                article
                    .views
                    .map_or_else(String::new, |views| views.to_string()),
                kept.versions.to_string(),
                pad(marks, widest.unwrap_or_default()),
            ]
        })
        .collect();
    let names = [&site, &source].map(|column| column.first().map_or("", String::as_str));
    let head = [
        head[0],
        "published ",
        names[0],
        names[1],
        head[4],
        head[5],
        "",
    ];
    let mut lines: Vec<String> = table(&head, &rows, width, paint)
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.push(paint.dim(&counted(found, place)));
    lines.join("\n")
}

/// Names of one width, under their head.
fn column<'a>(head: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<String> = std::iter::once(head.to_owned())
        .chain(names.map(|name| shorten(&harmless(name), NAME)))
        .collect();
    let widest = names.iter().map(|name| name.width()).max().unwrap_or(0);
    names.iter().map(|name| pad(name, widest)).collect()
}

fn marks(kept: &KeptArticle) -> String {
    let version = format!("v{}", kept.version_no);
    let marks = [
        kept.edited.then_some("edited"),
        (kept.versions > 1).then_some(version.as_str()),
        kept.gone_at.map(|_| "gone"),
    ];
    marks.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// How many there are, which of them are shown, and how to see more.
pub(super) fn counted(found: &Hits, place: &PlaceArgs) -> String {
    let name = if place.all_versions {
        "version"
    } else {
        "article"
    };
    let total = match found.total {
        0 => return format!("no {name} has it"),
        1 => format!("1 {name}"),
        more => format!("{more} {name}s"),
    };
    let shown = found.articles.len();
    if place.after_cursor.is_some() {
        return match shown {
            0 => format!("{total}, none of them behind that place"),
            shown => format!("{total}, here the next {shown}"),
        };
    }
    if u64::try_from(shown) == Ok(found.total) {
        total
    } else if shown == 0 {
        format!("{total}, none of them behind the first {}", place.offset)
    } else {
        let first = place.offset.saturating_add(1);
        let last = place.offset.saturating_add(shown);
        format!("{total}, here {first} to {last}")
    }
}

/// An article as an object.
pub(in crate::cli) fn listed_object(kept: &KeptArticle, cursor: &Cursor) -> Value {
    let article = &kept.reading.article;
    json!({
        "url": kept.url.as_str(),
        "site": kept.site.as_str(),
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "publish_time": article.publish_time.map(|time| time.to_string()),
        "views": article.views,
        "lang": article.lang,
        "version": kept.version_no,
        "versions": kept.versions,
        "edited": kept.edited,
        "observed_at": kept.observed_at.to_string(),
        "gone_at": kept.gone_at.map(|at| at.to_string()),
        "cursor": cursor.to_string(),
    })
}
