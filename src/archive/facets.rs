//! What a result consists of: how many of its articles are of each site, source, month and so on.

use std::cmp::Reverse;
use std::collections::HashMap;

/// What a search found, by what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// How many articles, or versions where all are searched.
    pub total: u64,
    /// By site.
    pub sites: Facet,
    /// By source (来源).
    pub sources: Facet,
    /// By author.
    pub authors: Facet,
    /// By the month in which they were published, the latest first.
    pub months: Facet,
    /// By language.
    pub languages: Facet,
    /// How many were edited after publishing.
    pub changed: u64,
    /// How many vanished.
    pub gone: u64,
}

/// How often each value comes; the frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// The values that are told; none stands for articles that do not say.
    pub values: Vec<(Option<String>, u64)>,
    /// How many have one of the other values.
    pub others: u64,
}

/// One thing found, as it is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted<'a> {
    pub(crate) site: &'a str,
    pub(crate) source: Option<&'a str>,
    pub(crate) author: Option<&'a str>,
    pub(crate) publish_time: Option<&'a str>,
    pub(crate) language: Option<&'a str>,
    pub(crate) changed: bool,
    pub(crate) gone: bool,
}

/// Counts what is found.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    total: u64,
    sites: Values,
    sources: Values,
    authors: Values,
    months: Values,
    languages: Values,
    changed: u64,
    gone: u64,
}

impl Counts {
    /// Counts one.
    pub(crate) fn add(&mut self, one: &Counted<'_>) {
        self.total += 1;
        self.sites.add(Some(one.site));
        self.sources.add(one.source);
        self.authors.add(one.author);
        self.months
            .add(one.publish_time.and_then(|time| time.get(..7)));
        self.languages.add(one.language);
        self.changed += u64::from(one.changed);
        self.gone += u64::from(one.gone);
    }

    /// The counts, `most` values of each kind at most.
    pub(crate) fn facets(self, most: usize) -> Facets {
        let by_count = |one: &(Option<String>, u64)| (Reverse(one.1), one.0.clone());
        Facets {
            total: self.total,
            sites: self.sites.facet(most, by_count),
            sources: self.sources.facet(most, by_count),
            authors: self.authors.facet(most, by_count),
            months: self.months.facet(most, |one| Reverse(one.0.clone())),
            languages: self.languages.facet(most, by_count),
            changed: self.changed,
            gone: self.gone,
        }
    }
}

#[derive(Debug, Default)]
struct Values {
    known: HashMap<String, u64>,
    unknown: u64,
}

impl Values {
    fn add(&mut self, value: Option<&str>) {
        match value {
            None => self.unknown += 1,
            Some(value) => match self.known.get_mut(value) {
                Some(count) => *count += 1,
                None => {
                    self.known.insert(value.to_owned(), 1);
                }
            },
        }
    }

    fn facet<K: Ord>(self, most: usize, key: impl Fn(&(Option<String>, u64)) -> K) -> Facet {
        let known = self.known.into_iter();
        let mut values: Vec<(Option<String>, u64)> =
            known.map(|(value, count)| (Some(value), count)).collect();
        if self.unknown > 0 {
            values.push((None, self.unknown));
        }
        values.sort_by_cached_key(key);
        let others = values.iter().skip(most).map(|(_, count)| count).sum();
        values.truncate(most);
        Facet { values, others }
    }
}
