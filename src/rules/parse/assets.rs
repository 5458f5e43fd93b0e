//! `assets`: whether pictures of articles are kept, and how many.

use toml::de::{DeTable, DeValue};

use super::super::reader::{Reader, listed};
use super::super::values;
use crate::asset::{AssetLimits, Assets, Kind};

const KEYS: [&str; 8] = [
    "keep",
    "picture-bytes",
    "article-pictures",
    "article-bytes",
    "run-pictures",
    "run-bytes",
    "least-side",
    "types",
];

/// What a file says of pictures: `assets = true`, `assets = false` or `[assets]` with limits.
pub(super) fn assets(reader: &mut Reader<'_>, top: &DeTable<'_>) -> Assets {
    const FIX: &str = "write assets = true, assets = false, or a section [assets] with limits";
    let Some(value) = top.get("assets") else {
        return Assets::default();
    };
    match value.get_ref() {
        DeValue::Boolean(true) => Assets::Always(AssetLimits::default()),
        DeValue::Boolean(false) => Assets::Never,
        DeValue::Table(table) => section(reader, table),
        _ => {
            reader.expected(value, "assets", "true, false or a section", FIX);
            Assets::default()
        }
    }
}

fn section(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Assets {
    reader.refuse_unknown(table, "[assets]", &KEYS);
    let usual = AssetLimits::default();
    let whole = |number: Option<u64>, usual: u32| {
        number.map_or(usual, |number| u32::try_from(number).unwrap_or(u32::MAX))
    };
    let limits = AssetLimits {
        picture_bytes: values::size(reader, table, "picture-bytes").unwrap_or(usual.picture_bytes),
        article_pictures: whole(
            values::number(reader, table, "article-pictures"),
            usual.article_pictures,
        ),
        article_bytes: values::size(reader, table, "article-bytes").unwrap_or(usual.article_bytes),
        run_pictures: values::number(reader, table, "run-pictures").unwrap_or(usual.run_pictures),
        run_bytes: values::size(reader, table, "run-bytes").unwrap_or(usual.run_bytes),
        least_side: whole(
            values::number(reader, table, "least-side"),
            usual.least_side,
        ),
        kinds: kinds(reader, table).unwrap_or(usual.kinds),
    };
    match (table.contains_key("keep"), reader.flag(table, "keep", true)) {
        // limits alone do not ask for pictures
        (false, _) => Assets::Asked(limits),
        (true, true) => Assets::Always(limits),
        (true, false) => Assets::Never,
    }
}

fn kinds(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Vec<Kind>> {
    table.get("types")?;
    let mut kinds = Vec::new();
    for text in reader.texts(table, "types") {
        if let Some(kind) = Kind::from_name(text.text.trim()) {
            kinds.push(kind);
        } else {
            let message = format!("`{}` is no kind of picture", text.text);
            let fix = format!("the kinds are {}", listed(&Kind::ALL.map(Kind::name)));
            reader.wrong(&text.span, message, fix);
        }
    }
    Some(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::parse;

    const HEAD: &str = "name = 'x'\nhosts = ['www.example.cn']\n";

    #[test]
    fn a_file_says_whether_pictures_are_kept() {
        let check = |text: &str, expected: Assets| {
            let rules = parse("a.toml", &format!("{HEAD}{text}")).expect(text);
            assert_eq!(rules.assets, expected, "{text}");
        };
        let usual = AssetLimits::default;
        check("", Assets::Asked(usual()));
        check("assets = true", Assets::Always(usual()));
        check("assets = false", Assets::Never);
        check("[assets]", Assets::Asked(usual()));
        check("[assets]\nkeep = true", Assets::Always(usual()));
        check("[assets]\nkeep = false", Assets::Never);
        check(
            "[assets]\npicture-bytes = '2 MB'\narticle-pictures = 3\narticle-bytes = 7\n\
             run-pictures = 9\nrun-bytes = '1 GB'\nleast-side = 100\ntypes = ['jpg', 'png']",
            Assets::Asked(AssetLimits {
                picture_bytes: 2_000_000,
                article_pictures: 3,
                article_bytes: 7,
                run_pictures: 9,
                run_bytes: 1_000_000_000,
                least_side: 100,
                kinds: vec![Kind::Jpeg, Kind::Png],
            }),
        );
    }

    #[test]
    fn mistakes_are_told() {
        let check = |text: &str, expected: &str| {
            let error = parse("a.toml", &format!("{HEAD}{text}")).expect_err(text);
            let told: Vec<String> = error.mistakes().iter().map(ToString::to_string).collect();
            assert!(
                told.iter().any(|told| told.contains(expected)),
                "{text}: {told:?}"
            );
        };
        check(
            "assets = 'yes'",
            "`assets` should be true, false or a section",
        );
        check("[assets]\nbytes = 3", "unknown key `bytes` in [assets]");
        check(
            "[assets]\npicture-bytes = 'huge'",
            "`picture-bytes` is no size",
        );
        check("[assets]\ntypes = ['exe']", "`exe` is no kind of picture");
    }
}
