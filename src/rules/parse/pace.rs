//! When a site's pages are looked at, and how much of a run may go to it.

use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::super::budget::{Budget, duration_of};
use super::super::reader::Reader;
use super::super::site::{Revisit, USUAL_SAMPLES};
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

/// The ages of `[views]`.
pub(super) fn samples(reader: &mut Reader<'_>, top: &DeTable<'_>) -> Vec<Duration> {
    const FIX: &str = "write the ages at which views are looked at: sample = [\"1h\", \"1d\", \"7d\"], or \
                       sample = false";
    let usual = || USUAL_SAMPLES.to_vec();
    let Some(table) = reader.table(top, "views") else {
        return usual();
    };
    reader.refuse_unknown(table, "[views]", &["sample"]);
    let Some(value) = table.get("sample") else {
        return usual();
    };
    match value.get_ref() {
        DeValue::Boolean(true) => return usual(),
        DeValue::Boolean(false) => return Vec::new(),
        DeValue::String(_) | DeValue::Array(_) => {}
        _ => {
            reader.expected(value, "sample", "a list of ages", FIX);
            return Vec::new();
        }
    }
    let mut ages = Vec::new();
    for text in reader.texts(table, "sample") {
        match duration_of(&text.text).filter(|age| !age.is_zero()) {
            Some(age) => ages.push(age),
            None => reader.wrong(&text.span, format!("`{}` is no age", text.text), FIX),
        }
    }
    ages
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::rules::parse;

    const HEAD: &str = "name = 'x'\nhosts = ['www.example.cn']\n";

    fn told(text: &str) -> Vec<String> {
        let error = parse("a.toml", text).expect_err(text);
        let mistakes = error.mistakes().iter();
        mistakes
            .map(|mistake| format!("{mistake} | {}", mistake.fix()))
            .collect()
    }

    #[test]
    fn bounds_the_wrong_way_round_are_told() {
        let found = told(&format!("{HEAD}[revisit]\nleast = '2d'\nmost = '1d'"));
        assert_eq!(found.len(), 1);
        assert!(
            found[0].contains("`least` is more than `most`"),
            "{found:?}"
        );
        assert!(found[0].contains("shortest"), "{found:?}");
    }

    #[test]
    fn samples_are_ages_or_off() {
        let check = |text: &str, hours: &[u64]| {
            let rules = parse("a.toml", &format!("{HEAD}{text}")).expect(text);
            let found: Vec<u64> = rules
                .samples
                .iter()
                .map(|age| age.as_secs() / 3600)
                .collect();
            assert_eq!(found, hours, "{text}");
        };
        let usual = [1, 3, 6, 12, 24, 48, 96, 168, 336, 720];
        check("", &usual);
        check("[views]", &usual);
        check("[views]\nsample = true", &usual);
        check("[views]\nsample = false", &[]);
        check("[views]\nsample = []", &[]);
        check("[views]\nsample = '2h'", &[2]);
        check("[views]\nsample = ['1h', '1d', '2 周']", &[1, 24, 336]);
        let found = told(&format!("{HEAD}[views]\nsample = ['soon', '0h', '1d']"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`soon` is no age"), "{found:?}");
        assert_eq!(told(&format!("{HEAD}[views]\nsample = 3")).len(), 1);
    }

    #[test]
    fn a_budget_is_read_and_a_wrong_one_told() {
        let text = "[budget]\npages = 1_500\nbytes = '50 MB'\ntime = '20m'\n";
        let rules = parse("a.toml", &format!("{HEAD}{text}")).expect("rules");
        assert_eq!(rules.budget.pages, Some(1500));
        assert_eq!(rules.budget.bytes, Some(50_000_000));
        assert_eq!(rules.budget.time, Some(Duration::from_mins(20)));
        let found = told(&format!(
            "{HEAD}[budget]\npages = 'many'\nbytes = 'much'\ntime = 0\npage = 3\n"
        ));
        for part in [
            "`pages` should be a number, not text",
            "`bytes` is no size",
            "`time` is nothing",
            "did you mean `pages`?",
        ] {
            assert!(
                found.iter().any(|line| line.contains(part)),
                "{part}: {found:?}"
            );
        }
        let none = told(&format!("{HEAD}[budget]\npages = 0\nbytes = -3\n"));
        assert_eq!(none.len(), 2, "{none:?}");
    }
}
