//! A site's rules, parsed and checked: what `selectors/*.toml` mean.
//!
//! [`parse`] turns one file into [`SiteRules`] or into every mistake in it, each with its place
//! and its fix. Selectors and patterns are compiled there, once; afterwards nothing can fail.
//! [`RuleBook`] holds all rules in force and says which of them speak for a page. `docs/rules.md`
//! is the guide for the people who write the files.

mod ajax;
mod book;
mod budget;
mod builtin;
mod counter;
mod marks;
mod mistake;
mod parse;
mod reader;
mod site;
mod suggest;
mod urls;
mod values;

pub use ajax::{AjaxAnswer, AjaxFound, AjaxList, UrlPiece};
pub use book::{RuleBook, path_and_query};
pub use budget::{Budget, Limit, bytes_of, duration_of};
pub use counter::{CounterRule, Uncounted};
pub use mistake::{Mistake, RuleError};
pub use parse::{home_zone, parse};
pub use site::{
    FieldRule, Fingerprint, ListRules, Revisit, Role, SiteRules, Sitemaps, USUAL_SAMPLES, UrlRules,
};
pub(crate) use suggest::nearest;
