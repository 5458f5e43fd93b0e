//! The rules that come with the program, compiled in.

use super::parse;
use super::site::SiteRules;

/// Every file of `selectors/`. Builders are asked in this order: the more particular look first.
const FILES: [(&str, &str); 12] = [
    ("wechat.toml", include_str!("../../selectors/wechat.toml")),
    ("300cn.toml", include_str!("../../selectors/300cn.toml")),
    ("discuz.toml", include_str!("../../selectors/discuz.toml")),
    ("metinfo.toml", include_str!("../../selectors/metinfo.toml")),
    (
        "pbootcms.toml",
        include_str!("../../selectors/pbootcms.toml"),
    ),
    ("eyoucms.toml", include_str!("../../selectors/eyoucms.toml")),
    ("phpcms.toml", include_str!("../../selectors/phpcms.toml")),
    (
        "empirecms.toml",
        include_str!("../../selectors/empirecms.toml"),
    ),
    ("dedecms.toml", include_str!("../../selectors/dedecms.toml")),
    (
        "wordpress.toml",
        include_str!("../../selectors/wordpress.toml"),
    ),
    ("giant.toml", include_str!("../../selectors/giant.toml")),
    (
        "example-company.toml",
        include_str!("../../selectors/example-company.toml"),
    ),
];

/// The rules of all shipped files. A test proves that each of them parses.
pub(super) fn rules() -> Vec<SiteRules> {
    FILES
        .iter()
        .filter_map(|(name, text)| parse(name, text).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Role;

    #[test]
    fn every_shipped_file_parses() {
        for (name, text) in FILES {
            match parse(name, text) {
                Ok(rules) => assert!(!rules.enabled || rules.role == Role::Builder, "{name}"),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(rules().len(), FILES.len());
    }
}
