//! An article as it was read from a page, and how each field was found.

use std::collections::BTreeMap;
use std::fmt;

use super::{PageUrl, PublishTime};

/// What a page says of one article. A field the page does not give is `None`, never a guess.
///
/// On annotated pages (來(lái)源) all fields hold the recovered simplified text;
/// [`Article::as_printed`] keeps what the page showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The headline as the reader sees it.
    pub title: Option<String>,
    /// A visible abstract block, without its label.
    pub summary: Option<String>,
    /// 来源: the outlet named as source.
    pub source: Option<String>,
    /// 作者: names joined by `、` as printed.
    pub author: Option<String>,
    /// 责任编辑.
    pub editor: Option<String>,
    /// 发布时间 in the site's zone, as precise as shown.
    pub publish_time: Option<PublishTime>,
    /// The characters the publish time was read from.
    pub publish_time_raw: Option<String>,
    /// 浏览次数 where the page itself prints a number, or a counter tells it that the site's rules
    /// state to be read-only.
    pub views: Option<u64>,
    /// Why `views` is absent or not exact.
    pub views_note: Option<ViewsNote>,
    /// One paragraph, sub-heading, list item, caption or table row per line, in page order.
    pub body_text: Option<String>,
    /// The body as safe HTML: nothing executable, links and images absolute.
    pub body_html: Option<String>,
    /// The body's pictures, in page order.
    pub images: Vec<Image>,
    /// BCP 47 language and script where they can be told: `zh-Hans`, `zh-Hant`, `en`.
    pub lang: Option<String>,
    /// The page's own words, where the fields hold recovered ones.
    pub as_printed: Option<AsPrinted>,
}

/// A picture in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where it is, lazy-loading attributes resolved.
    pub url: PageUrl,
    /// Its alternative text.
    pub alt: Option<String>,
}

/// Title and body of an annotated page before its text was recovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsPrinted {
    /// The title with its annotations.
    pub title: Option<String>,
    /// The body with its annotations.
    pub body_text: Option<String>,
}

/// Why a view count is absent or not exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewsNote {
    /// Only a script fills the number; the counter is not called, since reading it writes it, or
    /// gave no number.
    ScriptCounter,
    /// The page rounds: `1.2万`, `10万+`.
    Rounded,
}

impl ViewsNote {
    /// The note's stable name in JSON and in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ScriptCounter => "script-counter",
            Self::Rounded => "rounded",
        }
    }

    /// The note called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::ScriptCounter, Self::Rounded]
            .into_iter()
            .find(|note| note.name() == name)
    }
}

/// A field of an article, for provenance and rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// [`Article::title`].
    Title,
    /// [`Article::summary`].
    Summary,
    /// [`Article::source`].
    Source,
    /// [`Article::author`].
    Author,
    /// [`Article::editor`].
    Editor,
    /// [`Article::publish_time`].
    PublishTime,
    /// [`Article::views`].
    Views,
    /// [`Article::body_text`] and [`Article::body_html`].
    Body,
}

impl Field {
    /// Every field, in the order a reader expects.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Summary,
        Self::Source,
        Self::Author,
        Self::Editor,
        Self::PublishTime,
        Self::Views,
        Self::Body,
    ];

    /// The field's name in rules files, JSON and the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Source => "source",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::PublishTime => "publish_time",
            Self::Views => "views",
            Self::Body => "body",
        }
    }

    /// The field called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Which rule gave each field: `site:expo-company title[0]`, `labels 来源`, `json-ld`, `generic`.
pub type Provenance = BTreeMap<Field, String>;

/// Something a person should know about how a page was read. Reading itself never fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// A stable kebab-case name to filter by, as in `annotated-text`.
    pub kind: &'static str,
    /// One sentence with the facts.
    pub message: String,
}

impl Warning {
    /// A warning called `kind`.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.kind, self.message)
    }
}
