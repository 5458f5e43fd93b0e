//! Judging one article by a search, without an index.

use std::cell::OnceCell;

use crate::chinese::bigrams::index_text;
use crate::model::{Article, Timestamp};

use super::expression::{Expression, Filter, Part, Side, Term};

/// The words of an article's parts, as the index has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words([Vec<String>; 5]);

impl Words {
    /// The words of `article`.
    pub fn of(article: &Article) -> Self {
        Self(Part::ALL.map(|part| {
            let text = text_of(article, part).unwrap_or_default();
            let words = index_text(text);
            words.split(' ').map(str::to_owned).collect()
        }))
    }

    /// Those of one part.
    pub fn part(&self, part: Part) -> &[String] {
        let [title, summary, source, author, body] = &self.0;
        match part {
            Part::Title => title,
            Part::Summary => summary,
            Part::Source => source,
            Part::Author => author,
            Part::Body => body,
        }
    }

    /// Where `term` is found, by part.
    pub(super) fn places<'a>(&'a self, term: &'a Term) -> impl Iterator<Item = (Part, usize)> + 'a {
        Part::ALL
            .into_iter()
            .filter(|part| term.part.is_none_or(|only| only == *part))
            .flat_map(move |part| {
                let places = term.phrase().places(self.part(part));
                places.map(move |place| (part, place))
            })
    }

    fn have(&self, term: &Term) -> bool {
        self.places(term).next().is_some()
    }
}

/// The text of a part.
pub(super) fn text_of(article: &Article, part: Part) -> Option<&str> {
    match part {
        Part::Title => article.title.as_deref(),
        Part::Summary => article.summary.as_deref(),
        Part::Source => article.source.as_deref(),
        Part::Author => article.author.as_deref(),
        Part::Body => article.body_text.as_deref(),
    }
}

/// One version of an article, with what its page is known for.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The key of its site.
    pub site: &'a str,
    /// The article.
    pub article: &'a Article,
    /// When this version was first seen.
    pub observed_at: Timestamp,
    /// The views seen last on its page.
    pub views: Option<u64>,
    /// Whether looks saw several versions of it.
    pub changed: bool,
    /// Whether the page is gone.
    pub gone: bool,
    /// Its words, read when they are first asked for.
    pub words: OnceCell<Words>,
}

impl Subject<'_> {
    /// Whether it is what `search` means.
    pub fn is(&self, search: &Expression) -> bool {
        match search {
            Expression::Term(term) => self.words().have(term),
            Expression::Filter(filter) => self.passes(filter),
            Expression::All(these) => these.iter().all(|one| self.is(one)),
            Expression::Any(these) => these.iter().any(|one| self.is(one)),
            Expression::Not(inner) => !self.is(inner),
        }
    }

    /// Its words.
    pub fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::of(self.article))
    }

    fn passes(&self, filter: &Filter) -> bool {
        let within = |value: &str, side: Side, bound: &str| match side {
            Side::After => value >= bound,
            Side::Before => value < bound,
        };
        match filter {
            Filter::Site(key) => self.site == key,
            Filter::Source(name) => self.article.source.as_ref() == Some(name),
            Filter::Author(name) => self.article.author.as_ref() == Some(name),
            Filter::Published(side, bound) => self
                .article
                .publish_time
                .is_some_and(|time| within(&time.to_string(), *side, bound)),
            Filter::Seen(side, bound) => within(&self.observed_at.to_string(), *side, bound),
            Filter::Views(range) => self.views.is_some_and(|views| range.holds(views)),
            Filter::Language(tag) => self
                .article
                .lang
                .as_deref()
                .is_some_and(|lang| is_kind_of(lang, tag)),
            Filter::Changed => self.changed,
            Filter::Gone => self.gone,
        }
    }
}

/// Whether the language `lang` is `tag` or a kind of it, as zh-Hant is of zh.
fn is_kind_of(lang: &str, tag: &str) -> bool {
    let (lang, tag) = (lang.to_ascii_lowercase(), tag.to_ascii_lowercase());
    lang.strip_prefix(&tag)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
