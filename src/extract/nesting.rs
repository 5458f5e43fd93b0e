//! A bound on how deep elements nest before the parse.
//!
//! The parsing rules of HTML look through all open elements at nearly every tag, so a page of a
//! hundred thousand unclosed `<div>`s would take minutes. Browsers stop nesting at 512 levels; so
//! does this, by leaving out the tags beyond.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

/// How many elements may be open at once.
const DEEPEST: usize = 512;

/// The source with the tags of elements beyond the bound left out.
pub(super) fn bounded(html: &str) -> Cow<'_, str> {
    let mut open = 0_usize;
    let mut left_out = 0_usize;
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(tag) = next_tag(html, at) {
        at = tag.end;
        if tag.closes {
            if left_out > 0 {
                left_out -= 1;
                cuts.push(tag.start..tag.end);
            } else {
                open = open.saturating_sub(1);
            }
        } else if open >= DEEPEST {
            left_out += 1;
            cuts.push(tag.start..tag.end);
        } else {
            open += 1;
        }
    }
    if cuts.is_empty() {
        return Cow::Borrowed(html);
    }
    let mut kept = String::with_capacity(html.len());
    let mut from = 0;
    for cut in cuts {
        kept.push_str(html.get(from..cut.start).unwrap_or_default());
        from = cut.end;
    }
    kept.push_str(html.get(from..).unwrap_or_default());
    Cow::Owned(kept)
}

/// A tag of an element that nests.
struct Tag {
    start: usize,
    end: usize,
    closes: bool,
}

/// The next tag of an element that nests, from `at` on; comments and scripts are stepped over.
fn next_tag(html: &str, mut at: usize) -> Option<Tag> {
    loop {
        let start = at + memchr(b'<', html.as_bytes().get(at..)?)?;
        let rest = html.get(start + 1..)?;
        if let Some(comment) = rest.strip_prefix("!--") {
            at = start + 4 + memmem::find(comment.as_bytes(), b"-->")?;
            continue;
        }
        let closes = rest.starts_with('/');
        let named = if closes { rest.get(1..)? } else { rest };
        let length = named
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':'))
            .count();
        let name = named.get(..length)?;
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            at = start + 1;
            continue;
        }
        let end = start + 1 + memchr(b'>', rest.as_bytes())? + 1;
        match habit(name) {
            Habit::Raw if !closes => at = end + end_of_raw(html.get(end..)?, name)?,
            Habit::Flat => at = end,
            Habit::Raw | Habit::Nests => return Some(Tag { start, end, closes }),
        }
    }
}

/// How an element takes part in nesting.
enum Habit {
    /// Its content holds no tags.
    Raw,
    /// It has no content, or its kin close one another.
    Flat,
    /// It may hold others of its kind.
    Nests,
}

/// The longest name that is told apart from the rest.
const LONGEST_NAME: usize = 8;

fn habit(name: &str) -> Habit {
    let mut lower = [0; LONGEST_NAME];
    let Some(lower) = lower.get_mut(..name.len()) else {
        return Habit::Nests;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"script" | b"style" | b"textarea" | b"title" | b"xmp" | b"iframe" => Habit::Raw,
        b"br" | b"img" | b"input" | b"meta" | b"link" | b"hr" | b"p" | b"li" | b"td" | b"tr"
        | b"th" | b"tbody" | b"thead" | b"tfoot" | b"dt" | b"dd" | b"option" | b"optgroup"
        | b"area" | b"base" | b"col" | b"colgroup" | b"embed" | b"param" | b"source" | b"track"
        | b"wbr" | b"html" | b"head" | b"body" | b"rt" | b"rp" | b"frame" => Habit::Flat,
        _ => Habit::Nests,
    }
}

/// Where the end tag of a raw element stands.
fn end_of_raw(text: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + memmem::find(text.as_bytes().get(at..)?, b"</")?;
        let after = text.get(found + 2..)?;
        if after
            .get(..name.len())
            .is_some_and(|end| end.eq_ignore_ascii_case(name))
        {
            return Some(found);
        }
        at = found + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_deep_is_left_out() {
        let page = "<div><p>a<b>b</b><br><script>'<div>'</script><!-- <div> --></div>";
        assert!(matches!(bounded(page), Cow::Borrowed(_)));
        let deep = format!(
            "{}text{}<p>after",
            "<div>".repeat(600),
            "</div>".repeat(600)
        );
        let flat = bounded(&deep);
        assert_eq!(flat.matches("<div>").count(), DEEPEST);
        assert_eq!(flat.matches("</div>").count(), DEEPEST);
        assert!(flat.ends_with("<p>after"));
        assert!(matches!(
            bounded("<p>".repeat(9999).as_str()),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn broken_tags_end_the_search() {
        for text in [
            "<",
            "<div",
            "</",
            "<!-- <div>",
            "<script>",
            "a < b > c",
            "<1>",
        ] {
            assert_eq!(bounded(text), text);
        }
    }
}
