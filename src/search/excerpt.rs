//! What was found, in its surroundings.

use std::ops::Range;

use crate::chinese::located::{Located, located};
use crate::model::Article;

use super::expression::{Expression, Part, Term};
use super::subject::text_of;

/// Characters shown before the first place.
const BEFORE: usize = 16;

/// A part of an article around what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The part.
    pub part: Part,
    /// Its text in pieces.
    pub pieces: Vec<Piece>,
    /// Whether the part has text before the first piece.
    pub cut_before: bool,
    /// Whether it goes on behind the last one.
    pub cut_after: bool,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it was searched for.
    pub found: bool,
}

/// All of `part`, what `search` found in it in pieces of their own. Nothing where the article does not have it.
pub fn marked(article: &Article, part: Part, search: &Expression) -> Vec<Piece> {
    let text = text_of(article, part).unwrap_or_default();
    let places = places(text, part, &search.wanted());
    pieces(text, 0..text.len(), &places)
}

/// About `width` characters of the part beside the headline that shows most of what `search` found: the text
/// first. Where nothing was found there, the beginning of the text or else of the summary.
pub fn excerpt(article: &Article, search: &Expression, width: usize) -> Option<Excerpt> {
    let terms = search.wanted();
    let shown = [Part::Body, Part::Summary, Part::Source, Part::Author];
    let found = shown.into_iter().find_map(|part| {
        let text = text_of(article, part)?;
        let places = places(text, part, &terms);
        (!places.is_empty()).then_some((part, text, places))
    });
    let (part, text, places) = match found {
        Some(found) => found,
        None => [Part::Body, Part::Summary].into_iter().find_map(|part| {
            let text = text_of(article, part).filter(|text| !text.trim().is_empty())?;
            Some((part, text, Vec::new()))
        })?,
    };
    let window = window(text, &places, width);
    Some(Excerpt {
        part,
        cut_before: !before(text, window.start).trim().is_empty(),
        cut_after: !text.get(window.end..).unwrap_or_default().trim().is_empty(),
        pieces: pieces(text, window, &places),
    })
}

/// The bytes of `text` where terms are found, in order, without overlaps.
fn places(text: &str, part: Part, terms: &[&Term]) -> Vec<Range<usize>> {
    let words = &located(text);
    let mut places: Vec<Range<usize>> = terms
        .iter()
        .filter(|term| term.part.is_none_or(|only| only == part))
        .flat_map(|term| {
            let phrase = term.phrase();
            let last = phrase.len().saturating_sub(1);
            phrase.places(words).filter_map(move |first| {
                let begin = words.get(first)?;
                let end = words.get(first.checked_add(last)?)?;
                let end = if phrase.is_open() {
                    end.first_end
                } else {
                    end.bytes.end
                };
                Some(begin.bytes.start..end)
            })
        })
        .collect();
    places.sort_by_key(|place| (place.start, place.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for place in places {
        match apart.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => apart.push(place),
        }
    }
    apart
}

/// The bytes around the place from which most places are seen within `width` characters.
fn window(text: &str, places: &[Range<usize>], width: usize) -> Range<usize> {
    let around = |place: usize| {
        let start = before(text, place)
            .char_indices()
            .rev()
            .take(BEFORE.min(width / 3))
            .last()
            .map_or(place, |(at, _)| at);
        let end = text
            .get(start..)
            .unwrap_or_default()
            .char_indices()
            .nth(width)
            .map_or(text.len(), |(at, _)| start.saturating_add(at));
        start..end
    };
    let mut best = (0, around(0));
    for place in places {
        let window = around(place.start);
        let seen = places
            .iter()
            .filter(|other| other.start >= place.start && other.end <= window.end)
            .count();
        // at equal terms the first
        if seen > best.0 {
            best = (seen, window);
        }
    }
    match places.first() {
        // longer than the window: its beginning
        Some(first) if best.0 == 0 => around(first.start),
        _ => best.1,
    }
}

fn before(text: &str, place: usize) -> &str {
    text.get(..place).unwrap_or_default()
}

fn pieces(text: &str, window: Range<usize>, places: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |bytes: Range<usize>, found: bool| {
        if let Some(text) = text.get(bytes).filter(|text| !text.is_empty()) {
            pieces.push(Piece {
                text: text.to_owned(),
                found,
            });
        }
    };
    let mut at = window.start;
    for place in places {
        let place = place.start.max(window.start)..place.end.min(window.end);
        if place.start < place.end {
            push(at..place.start, false);
            at = place.end;
            push(place, true);
        }
    }
    push(at..window.end, false);
    pieces
}

impl AsRef<str> for Located {
    fn as_ref(&self) -> &str {
        &self.word
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn told(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| {
                let (open, close) = if piece.found { ("[", "]") } else { ("", "") };
                [open, &piece.text, close].concat()
            })
            .collect()
    }

    #[test]
    fn what_was_found_is_marked_as_it_stands() {
        for (title, search, expected) in [
            ("第三届国际會展论坛", "会展", "第三届国际[會展]论坛"),
            ("国际会展", "国际会 会展", "[国际会展]"),
            ("会展，會", "会", "[会]展，[會]"),
            ("ＡＩ会展2020年", "ai会展", "[ＡＩ会展]2020年"),
            ("会展与展会", "展 -会", "会[展]与[展]会"),
            ("会展", "body:会展", "会展"),
            ("会展", "title:会展 OR x", "[会展]"),
            ("5㎡展位", "5m2", "[5㎡]展位"),
            ("Expo expos", "EXPO", "[Expo] expos"),
        ] {
            let article = Article {
                title: Some(title.to_owned()),
                ..Article::default()
            };
            let search = parse(search).expect(search);
            assert_eq!(told(&marked(&article, Part::Title, &search)), expected);
        }
    }

    #[test]
    fn an_excerpt_shows_where_most_was_found() {
        let body = format!(
            "会展。{}会展与展馆在这里{}",
            "甲".repeat(100),
            "乙".repeat(100)
        );
        let article = Article {
            body_text: Some(body),
            summary: Some("摘要里的论坛".to_owned()),
            ..Article::default()
        };
        let shown = |search: &str| {
            let excerpt = excerpt(&article, &parse(search).expect(search), 24).expect("a text");
            (
                excerpt.part,
                told(&excerpt.pieces),
                excerpt.cut_before,
                excerpt.cut_after,
            )
        };
        let (part, text, cut_before, cut_after) = shown("会展 展馆");
        assert_eq!(part, Part::Body);
        assert_eq!(text, "甲甲甲甲甲甲甲甲[会展]与[展馆]在这里乙乙乙乙乙乙乙乙");
        assert!(cut_before && cut_after);
        assert_eq!(
            shown("会展").1,
            format!("[会展]。{}", "甲".repeat(21)),
            "the first of two alike"
        );
        assert_eq!(
            shown("论坛"),
            (Part::Summary, "摘要里的[论坛]".to_owned(), false, false)
        );
        assert!(shown("没有").1.starts_with("会展。甲"), "the beginning");
    }
}
