//! `[urls]`: which parameters name a page of the site.

use toml::de::DeTable;

use super::super::reader::{Reader, shortened};
use super::super::site::UrlRules;

/// What `[urls]` says.
pub(super) fn urls(reader: &mut Reader<'_>, top: &DeTable<'_>) -> UrlRules {
    let Some(table) = reader.table(top, "urls") else {
        return UrlRules::default();
    };
    reader.refuse_unknown(table, "[urls]", &["drop", "keep"]);
    let drop = names(reader, table, "drop");
    let keep = names(reader, table, "keep");
    if !drop.is_empty()
        && !keep.is_empty()
        && let Some(value) = table.get("drop")
    {
        let fix = "`keep` drops all others; write one of the two";
        reader.wrong(&value.span(), "`drop` beside `keep`", fix);
    }
    UrlRules { drop, keep }
}

fn names(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Vec<String> {
    let mut names = Vec::new();
    for text in reader.texts(table, key) {
        let name = text.text.trim();
        if name.contains(['=', '&', '?', '/']) {
            let message = format!("`{}` is no name of a parameter", shortened(name));
            let fix = "write the names alone: drop = [\"from\", \"share\"]";
            reader.wrong(&text.span, message, fix);
        } else {
            names.push(name.to_ascii_lowercase());
        }
    }
    names
}
