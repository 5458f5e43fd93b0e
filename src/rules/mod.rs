//! A site's rules, parsed and checked: what `selectors/*.toml` mean.

mod site;

pub use site::{FieldRule, Fingerprint, ListRules, Revisit, Role, RuleBook, SiteRules};
