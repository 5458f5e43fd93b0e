//! What a result consists of, a few values of each kind.

use serde_json::{Value, json};

use crate::archive::{Facet, Facets};
use crate::cli::output::{Paint, harmless};

use super::table::table;

/// The kinds of values under their names.
fn kinds(found: &Facets) -> [(&'static str, &Facet); 5] {
    [
        ("site", &found.sites),
        ("source", &found.sources),
        ("author", &found.authors),
        ("month", &found.months),
        ("lang", &found.languages),
    ]
}

/// Draws them for a terminal of `width` columns.
pub(in crate::cli) fn facets(found: &Facets, width: usize, paint: Paint) -> String {
    let mut parts = vec![format!(
        "{} in all, {} edited after publishing, {} gone",
        found.total, found.changed, found.gone
    )];
    for (name, facet) in kinds(found) {
        let row = |name: &str, count: u64| vec![name.to_owned(), count.to_string()];
        let mut rows: Vec<Vec<String>> = facet
            .values
            .iter()
            .map(|(value, count)| match value {
                Some(value) => row(&harmless(value), *count),
                None => row("—", *count),
            })
            .collect();
        if facet.others > 0 {
            rows.push(row("…", facet.others));
        }
        if !rows.is_empty() {
            parts.push(table(&[name, "articles"], &rows, width, paint).join("\n"));
        }
    }
    parts.join("\n\n")
}

/// The same as an object.
pub(in crate::cli) fn facets_object(found: &Facets) -> Value {
    let mut object = json!({
        "total": found.total,
        "edited": found.changed,
        "gone": found.gone,
    });
    if let Some(fields) = object.as_object_mut() {
        for (name, facet) in kinds(found) {
            let values = facet.values.iter();
            let values: Vec<Value> = values
                .map(|(value, count)| json!({"value": value, "articles": count}))
                .collect();
            let facet = json!({"values": values, "others": facet.others});
            fields.insert(name.to_owned(), facet);
        }
    }
    object
}
