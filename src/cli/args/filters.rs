//! What commands that list articles have in common: which articles, in which order, which of them.

use clap::{Args, ValueEnum};

use crate::archive::{Cursor, SearchOrder, SearchPage, Versions};
use crate::search::{Expression, Filter, Side, ViewRange, date_bound, instant_bound};

/// Which articles. Each option is a part of the search; one that is given twice means one of both.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which articles")]
pub struct FilterArgs {
    /// Of this site
    #[arg(long = "site", value_name = "NAME")]
    pub sites: Vec<String>,
    /// Whose source (来源) is exactly this
    #[arg(long = "source", value_name = "NAME")]
    pub sources: Vec<String>,
    /// Whose author is exactly this
    #[arg(long = "author", value_name = "NAME")]
    pub authors: Vec<String>,
    /// Published from this day, month or year on
    #[arg(long, value_name = "DATE", value_parser = published)]
    pub after: Option<String>,
    /// Published before it
    #[arg(long, value_name = "DATE", value_parser = published)]
    pub before: Option<String>,
    /// In a version first seen from then on, in UTC
    #[arg(long, value_name = "TIME", value_parser = seen)]
    pub seen_after: Option<String>,
    /// In a version first seen before
    #[arg(long, value_name = "TIME", value_parser = seen)]
    pub seen_before: Option<String>,
    /// With so many views: 1000, '>=1000', 1万..5万
    #[arg(long, value_name = "RANGE", value_parser = views)]
    pub views: Option<ViewRange>,
    /// In this language or a kind of it: zh, zh-Hant
    #[arg(long = "lang", value_name = "TAG", value_parser = language)]
    pub languages: Vec<String>,
    /// Edited after publishing
    #[arg(long)]
    pub changed: bool,
    /// Vanished
    #[arg(long)]
    pub gone: bool,
}

impl FilterArgs {
    /// What the options mean.
    pub fn expression(&self) -> Expression {
        let one_of = |values: &[String], filter: fn(String) -> Filter| {
            let filters = values.iter().cloned().map(filter);
            let any: Vec<Expression> = filters.map(Expression::Filter).collect();
            (!any.is_empty()).then(|| Expression::of_any(any))
        };
        let bound = |value: &Option<String>, filter: fn(Side, String) -> Filter, side| {
            let value = value.clone()?;
            Some(Expression::Filter(filter(side, value)))
        };
        let only = |wanted: bool, filter| wanted.then_some(Expression::Filter(filter));
        [
            one_of(&self.sites, Filter::Site),
            one_of(&self.sources, Filter::Source),
            one_of(&self.authors, Filter::Author),
            bound(&self.after, Filter::Published, Side::After),
            bound(&self.before, Filter::Published, Side::Before),
            bound(&self.seen_after, Filter::Seen, Side::After),
            bound(&self.seen_before, Filter::Seen, Side::Before),
            self.views
                .map(|range| Expression::Filter(Filter::Views(range))),
            one_of(&self.languages, Filter::Language),
            only(self.changed, Filter::Changed),
            only(self.gone, Filter::Gone),
        ]
        .into_iter()
        .flatten()
        .fold(Expression::everything(), Expression::and)
    }
}

/// In which order, and which of what is found.
#[derive(Clone, Debug, Args)]
pub struct PlaceArgs {
    /// What comes first
    #[arg(
        short,
        long,
        value_enum,
        value_name = "ORDER",
        default_value = "relevance"
    )]
    pub sort: SortBy,
    /// Every version that was kept, not the current ones alone
    #[arg(long)]
    pub all_versions: bool,
    /// Show so many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Pass over so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: usize,
    /// Go on behind this place, which an earlier answer told; nothing is told twice or left out
    /// because of what was kept since
    #[arg(long, value_name = "PLACE")]
    pub after_cursor: Option<Cursor>,
}

impl PlaceArgs {
    /// What is asked of the archive.
    pub fn page(&self) -> SearchPage {
        SearchPage {
            order: self.sort.into(),
            versions: if self.all_versions {
                Versions::All
            } else {
                Versions::Current
            },
            after: self.after_cursor.clone(),
            offset: self.offset,
            limit: self.limit,
        }
    }
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// The best answer: said often, said in the headline, said nowhere else; the latest published
    /// where there are no words.
    Relevance,
    /// The latest published.
    Published,
    /// The most viewed.
    Views,
    /// The most views a day of late.
    Growth,
    /// The version seen last.
    Changed,
}

impl SortBy {
    /// Its name on the command line and in what is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Published => "published",
            Self::Views => "views",
            Self::Growth => "growth",
            Self::Changed => "changed",
        }
    }
}

impl From<SortBy> for SearchOrder {
    fn from(sort: SortBy) -> Self {
        match sort {
            SortBy::Relevance => Self::Relevance,
            SortBy::Published => Self::Published,
            SortBy::Views => Self::Views,
            SortBy::Growth => Self::Growth,
            SortBy::Changed => Self::Changed,
        }
    }
}

fn published(text: &str) -> Result<String, String> {
    date_bound(text).ok_or_else(|| {
        "write a day, month, year or time, as in 2026-06-08, 2026-06 or '2026-06-08 09:30'"
            .to_owned()
    })
}

fn seen(text: &str) -> Result<String, String> {
    instant_bound(text).ok_or_else(|| {
        "write a day or an instant, as in 2026-06-08 or 2026-06-08T09:30Z".to_owned()
    })
}

fn views(text: &str) -> Result<ViewRange, String> {
    ViewRange::parse(text)
        .ok_or_else(|| "write a number or a range, as in '>=1000', 100..500 or 1.2万..".to_owned())
}

fn language(text: &str) -> Result<String, String> {
    let tag = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if !text.is_empty() && text.chars().all(tag) {
        Ok(text.to_owned())
    } else {
        Err("write a language's tag, as in zh, zh-Hant or en".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Typed {
        #[command(flatten)]
        filters: FilterArgs,
    }

    fn meant(options: &[&str]) -> String {
        let typed = Typed::try_parse_from(["x"].iter().chain(options));
        match typed {
            Ok(typed) => typed.filters.expression().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn options_are_parts_of_one_search() {
        for (options, expected) in [
            (&[][..], ""),
            (&["--site", "expo"], "site:expo"),
            (&["--site", "a", "--site", "b"], "site:a OR site:b"),
            (
                &["--site", "a", "--site", "b", "--gone"],
                "(site:a OR site:b) is:gone",
            ),
            (
                &["--source", "示例 会展", "--author", "张三"],
                "source:=\"示例 会展\" author:=张三",
            ),
            (
                &["--after", "2026/6", "--before", "2026年7月2日"],
                "after:2026-06-01 before:2026-07-02",
            ),
            (&["--seen-after", "2026"], "seen-after:2026-01-01"),
            (&["--views", ">1千"], "write a number or a range"),
            (&["--views", ">1万"], "views:>=10001"),
            (&["--lang", "zh-Hant"], "lang:zh-Hant"),
            (&["--lang", "中文"], "write a language's tag"),
            (&["--changed", "--gone"], "is:changed is:gone"),
            (&["--after", "gestern"], "write a day, month, year or time"),
            (&["--seen-before", "?"], "write a day or an instant"),
        ] {
            let told = meant(options);
            if expected.starts_with("write") {
                assert!(told.contains(expected), "{options:?}: {told}");
            } else {
                assert_eq!(told, expected, "{options:?}");
                let read = crate::search::parse(&told).expect("as it can be typed");
                assert_eq!(read.to_string(), told, "{options:?}");
            }
        }
    }
}
