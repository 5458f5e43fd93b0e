//! When a site's pages are looked at, and how much of a run may go to it.

use toml::de::DeTable;

use super::super::budget::Budget;
use super::super::reader::Reader;
use super::super::site::Revisit;
use super::super::values;

/// The bounds of `[revisit]`.
pub(super) fn revisit(reader: &mut Reader<'_>, top: &DeTable<'_>) -> Revisit {
    let usual = Revisit::default();
    let Some(table) = reader.table(top, "revisit") else {
        return usual;
    };
    reader.refuse_unknown(table, "[revisit]", &["least", "most"]);
    let least = values::duration(reader, table, "least");
    let most = values::duration(reader, table, "most");
    // one bound beyond the other's usual value moves that value, not the other way round
    let revisit = match (least, most) {
        (Some(least), None) => Revisit {
            least,
            most: usual.most.max(least),
        },
        (None, Some(most)) => Revisit {
            least: usual.least.min(most),
            most,
        },
        (least, most) => Revisit {
            least: least.unwrap_or(usual.least),
            most: most.unwrap_or(usual.most),
        },
    };
    if revisit.least > revisit.most
        && let Some(value) = table.get("least")
    {
        let fix = "`least` is the shortest time between two looks, `most` the longest";
        reader.wrong(&value.span(), "`least` is more than `most`", fix);
    }
    revisit
}

/// The bounds of `[budget]`.
pub(super) fn budget(reader: &mut Reader<'_>, top: &DeTable<'_>) -> Budget {
    let Some(table) = reader.table(top, "budget") else {
        return Budget::default();
    };
    reader.refuse_unknown(table, "[budget]", &["pages", "bytes", "time"]);
    Budget {
        pages: values::number(reader, table, "pages"),
        bytes: values::size(reader, table, "bytes"),
        time: values::duration(reader, table, "time"),
    }
}
