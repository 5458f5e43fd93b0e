//! The columns of each table. Names and meanings are those of the views (`docs/schema.md`) where a view has
//! the same.

use super::{Column, Kind};
use crate::cli::args::What;

const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, about }
}

const SITE: Column = column("site", Kind::Text, "key of the site");
const URL: Column = column("url", Kind::Url, "where the article is");
const TITLE: Column = column("title", Kind::Text, "headline");
const OBSERVED_AT: Column = column("observed_at", Kind::Instant, "when it was first seen so");
const OBSERVED_DATE: Column = column("observed_date", Kind::Day, "the day of observed_at, in UTC");

/// What an article says, in both tables that hold texts.
const TEXT: [Column; 18] = [
    SITE,
    URL,
    TITLE,
    column("summary", Kind::Text, "abstract"),
    column("source", Kind::Text, "来源, the outlet named as source"),
    column("author", Kind::Text, "作者"),
    column("editor", Kind::Text, "责任编辑"),
    column(
        "publish_time",
        Kind::PublishTime,
        "发布时间 in the site's zone, as precise as printed",
    ),
    column("publish_date", Kind::Day, "the day of publish_time"),
    column("version_no", Kind::Integer, "number of the version, from 1"),
    OBSERVED_AT,
    OBSERVED_DATE,
    column("lang", Kind::Text, "language and script"),
    column("body_chars", Kind::Integer, "characters of the text"),
    column("body", Kind::Paragraphs, "the text, a paragraph a line"),
    column("images", Kind::Json, "pictures of the text: url and alt"),
    column(
        "content_sha256",
        Kind::Text,
        "digest of what makes the version distinct",
    ),
    column("parser", Kind::Text, "who read it"),
];

const ARTICLES: [Column; 9] = [
    column("views", Kind::Integer, "浏览次数, the last count seen"),
    column(
        "views_note",
        Kind::Text,
        "why there is none, or no exact one",
    ),
    column("views_at", Kind::Instant, "when that was"),
    column("versions", Kind::Integer, "how many versions are kept"),
    column(
        "edited",
        Kind::Boolean,
        "whether looks saw several versions",
    ),
    column("first_seen_at", Kind::Instant, "the first look"),
    column("last_fetched_at", Kind::Instant, "the last look"),
    column(
        "last_changed_at",
        Kind::Instant,
        "the last look that found another content",
    ),
    column("gone_at", Kind::Instant, "since when it is gone"),
];

const VERSIONS: [Column; 5] = [
    column("hash_rule", Kind::Integer, "which rule the digest follows"),
    column("encoding", Kind::Text, "encoding it was decoded with"),
    column("encoding_evidence", Kind::Text, "how that was known"),
    column("warnings", Kind::Json, "what a person should know"),
    column("provenance", Kind::Json, "which rule gave each field"),
];

const VIEWS: [Column; 9] = [
    SITE,
    URL,
    TITLE,
    column("fetched_at", Kind::Instant, "when it was seen"),
    column("fetched_date", Kind::Day, "the day of that, in UTC"),
    column("views", Kind::Integer, "浏览次数"),
    column(
        "delta",
        Kind::Integer,
        "since the count before; negative where the site reset its counter",
    ),
    column(
        "per_day",
        Kind::Real,
        "the same by day; none across a reset",
    ),
    column("version_no", Kind::Integer, "the version it was seen with"),
];

const LOOKS: [Column; 10] = [
    SITE,
    URL,
    TITLE,
    column("fetched_at", Kind::Instant, "when it was sent"),
    column("fetched_date", Kind::Day, "the day of that, in UTC"),
    column("status", Kind::Integer, "HTTP status"),
    column("outcome", Kind::Text, "what it came to"),
    column("reason", Kind::Text, "why, where the outcome does not say"),
    column("version_no", Kind::Integer, "the version it saw"),
    column("views", Kind::Integer, "the view count it saw"),
];

const CHANGES: [Column; 19] = [
    SITE,
    URL,
    TITLE,
    column("happening", Kind::Text, "edited or vanished"),
    column("observed_at", Kind::Instant, "when it was seen"),
    OBSERVED_DATE,
    column("seen_before_at", Kind::Instant, "the look before"),
    column("version_before", Kind::Integer, "the version before"),
    column("version_after", Kind::Integer, "the version after"),
    column(
        "other_reader",
        Kind::Boolean,
        "whether both were read by different readers",
    ),
    column("fields", Kind::Text, "what differs"),
    column(
        "chars_delta",
        Kind::Integer,
        "characters of text gained or lost",
    ),
    column("title_before", Kind::Text, "headline before"),
    column("source_before", Kind::Text, "source before"),
    column("source_after", Kind::Text, "source after"),
    column("author_before", Kind::Text, "author before"),
    column("author_after", Kind::Text, "author after"),
    column("removed", Kind::Paragraphs, "sentences as they were"),
    column("added", Kind::Paragraphs, "sentences as they became"),
];

/// The columns of a table of `what`, in order.
pub(in crate::cli::export) fn columns(what: What) -> Vec<Column> {
    match what {
        What::Articles => [&TEXT[..], &ARTICLES[..]].concat(),
        What::Versions => [&TEXT[..], &VERSIONS[..]].concat(),
        What::Views => VIEWS.to_vec(),
        What::Looks => LOOKS.to_vec(),
        What::Changes => CHANGES.to_vec(),
    }
}
