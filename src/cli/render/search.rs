//! What a search found: a heading for each article, and its text around the words.

use serde_json::{Value, json};

use crate::archive::{Hits, KeptArticle};
use crate::cli::output::{Paint, harmless};
use crate::search::{Excerpt, Expression, Part, Piece, excerpt, marked};

use super::layout::shorten;

/// Draws what was found for a terminal of `width` columns, the first `offset` left out.
pub(in crate::cli) fn hits(
    found: &Hits,
    search: &Expression,
    offset: usize,
    width: usize,
    paint: Paint,
) -> String {
    let total = match found.total {
        0 => return "no article has it".to_owned(),
        1 => "1 article".to_owned(),
        more => format!("{more} articles"),
    };
    let shown = found.articles.len();
    let told = if u64::try_from(shown) == Ok(found.total) {
        total
    } else if shown == 0 {
        format!("{total}, none of them behind the first {offset}")
    } else {
        let (first, last) = (offset.saturating_add(1), offset.saturating_add(shown));
        format!("{total}, here {first} to {last}")
    };
    let mut parts = vec![paint.cyan(&told)];
    let articles = found.articles.iter();
    parts.extend(articles.map(|article| one(article, search, width, paint)));
    parts.join("\n\n")
}

fn one(kept: &KeptArticle, search: &Expression, width: usize, paint: Paint) -> String {
    let article = &kept.reading.article;
    let title = marked(article, Part::Title, search);
    let title = if title.is_empty() {
        paint.dim("(no title)")
    } else {
        drawn(&title, paint, |text| paint.bold(text))
    };
    let views = article.views.map(|views| format!("{views} views"));
    let edited = (kept.version_no > 1).then(|| format!("version {}", kept.version_no));
    let gone = kept.gone_at.map(|at| {
        let day: String = at.to_string().chars().take(10).collect();
        format!("gone since {day}")
    });
    let by: Vec<String> = [
        article.publish_time.map(|time| time.to_string()),
        Some(kept.site.to_string()),
        article.source.clone(),
        article.author.clone(),
        views,
        edited,
        gone,
    ]
    .into_iter()
    .flatten()
    .map(|part| harmless(&part))
    .collect();
    let mut lines = vec![
        title,
        paint.dim(&shorten(&by.join(" · "), width)),
        kept.url.to_string(),
    ];
    // of Chinese text, whose characters are two columns wide, two lines
    if let Some(excerpt) = excerpt(article, search, width.saturating_sub(4)) {
        lines.push(surroundings(&excerpt, paint));
    }
    lines.join("\n")
}

fn surroundings(excerpt: &Excerpt, paint: Paint) -> String {
    let mark = |cut: bool| if cut { "…" } else { "" };
    format!(
        "{}{}{}",
        mark(excerpt.cut_before),
        drawn(&excerpt.pieces, paint, str::to_owned),
        mark(excerpt.cut_after)
    )
}

/// Pieces in a row: what was found is coloured, or in brackets where there is no colour.
fn drawn(pieces: &[Piece], paint: Paint, other: impl Fn(&str) -> String) -> String {
    pieces
        .iter()
        .map(|piece| {
            let text = harmless(&piece.text.replace('\n', " "));
            match (piece.found, paint.yellow(&text)) {
                (false, _) => other(&text),
                (true, plain) if plain == text => format!("【{text}】"),
                (true, colored) => colored,
            }
        })
        .collect()
}

/// An article that was found, as an object.
pub(in crate::cli) fn hit_object(kept: &KeptArticle, search: &Expression) -> Value {
    const EXCERPT: usize = 160;
    let article = &kept.reading.article;
    let excerpt = excerpt(article, search, EXCERPT).map(|excerpt| {
        json!({
            "part": excerpt.part.name(),
            "cut_before": excerpt.cut_before,
            "cut_after": excerpt.cut_after,
            "pieces": pieces_value(&excerpt.pieces),
        })
    });
    json!({
        "url": kept.url.as_str(),
        "site": kept.site.as_str(),
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "publish_time": article.publish_time.map(|time| time.to_string()),
        "views": article.views,
        "lang": article.lang,
        "version": kept.version_no,
        "observed_at": kept.observed_at.to_string(),
        "gone_at": kept.gone_at.map(|at| at.to_string()),
        "title_pieces": pieces_value(&marked(article, Part::Title, search)),
        "excerpt": excerpt,
    })
}

fn pieces_value(pieces: &[Piece]) -> Value {
    let piece = |piece: &Piece| json!({"text": piece.text, "found": piece.found});
    Value::Array(pieces.iter().map(piece).collect())
}
