//! What an element's names say of its content: a share bar, comments, an advertisement.
//!
//! Names are hints, never verdicts: a theme may call its whole page `comment-open`. The body finder
//! weighs them against how much text they cover.

use std::sync::LazyLock;

use regex::Regex;
use scraper::node::Element;

/// What an element's tag, class and id say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hint {
    /// Nothing.
    #[default]
    Plain,
    /// Probably the headline.
    Title,
    /// Probably no part of the article.
    Noise,
    /// Not shown to the reader.
    Hidden,
}

/// Names of what surrounds an article. Each alternative must be rare inside names of content.
static NOISE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let anywhere = "comment|disqus|pinglun|recommend|related|relevant|xiangguan|tuijian|copyright|\
        breadcrumb|crumbs|sidebar|side_bar|side-bar|newsletter|subscri|sponsor|promo|advert|\
        qrcode|qr_code|erweima|pagination|pagelist|prevnext|prev_next|prev-next|prevandnext|\
        previewnext|toolbar|shengming|disclaimer|mianze|fenxiang|bdshare|jiathis|bshare|\
        social|pl_css_ganrao|popup|modal|cookie|outbrain|taboola|xgyd|hotnews|hot_news|\
        hot-news|footer|masthead|topshare|sharebar|share-bar|share_bar|addthis|trending|\
        most-read|mostread|most-popular|read-more|readmore|next-article|author-bio|authorbio|\
        about-author|about-the-author|relatebox|morelink|more-link|signup|sign-up|paywall";
    let words = "ads?|adv|ggs?|guanggao|share|shares|sharing|nav|navi|navbar|navigation|menu|\
        hot|rank|ranking|paihang|tag|tags|keywords|pages?list|pager|paging|prev|next|side|aside|\
        foot|login|search|tools?|widget|related?|relate|digg|diggbox|newdigg|vote|like|likes|\
        report|jubao|ewm|code|banner|follow|cmt|tie|reply|replies|forum|location|position|place|\
        dangqian|weizhi|erwm|zan|unfold|statement|notice|links|friendlink|kefu|service|contact|download|context";
    Regex::new(&format!(
        "(?:{anywhere})|(?:^|[^a-z0-9])(?:{words})(?:[^a-z0-9]|$)"
    ))
    .ok()
});

/// How tools that ask for consent name their own elements; pages are about other things.
static CONSENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "cmpbox|onetrust-|didomi-|qc-cmp|usercentrics|cookiebot|cookie-?consent|\
         (?:consent|gdpr)-?(?:dialog|banner|modal|popup|manager|overlay|notice)",
    )
    .ok()
});

static TITLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "title|headline|heading|subject|(?:^|[^a-z0-9])(?:tit|h1|biaoti|bt|hd)\\d?(?:[^a-z0-9]|$)",
    )
    .ok()
});

/// What class and id say.
pub(super) fn of_names(class: &str, id: &str) -> Hint {
    if class.is_empty() && id.is_empty() {
        return Hint::Plain;
    }
    let id = if is_slug(id) { "" } else { id };
    // page-wide state classes can be kilobytes long; what names an element stands first
    let names: String =
        split_humps(class.chars().take(80)) + " " + &split_humps(id.chars().take(100));
    let says = |pattern: &LazyLock<Option<Regex>>| {
        pattern
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(&names))
    };
    if names.contains("pl_css_ganrao") || says(&CONSENT) {
        Hint::Hidden
    } else if says(&NOISE) {
        Hint::Noise
    } else if says(&TITLE) {
        Hint::Title
    } else {
        Hint::Plain
    }
}

/// Whether an id is a heading's words, as generators of pages make them: they say what the section
/// is about, not what it is.
fn is_slug(id: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    id.split('-').filter(|word| is_word(word)).count() >= 4
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The attributes that say how an element is to be read, found in one pass: asking for each by
/// name costs more than all else that is done with most elements.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner<'page> {
    pub(super) class: &'page str,
    pub(super) id: &'page str,
    is_hidden: bool,
    is_headline: bool,
}

impl<'page> Manner<'page> {
    /// Reads them off an element.
    pub(super) fn of(element: &'page Element) -> Self {
        let mut manner = Self::default();
        for (name, value) in element.attrs() {
            match name {
                "class" => manner.class = value,
                "id" => manner.id = value,
                "hidden" => manner.is_hidden = true,
                "style" => manner.is_hidden |= hides(value),
                "itemprop" => manner.is_headline = value == "headline",
                _ => {}
            }
        }
        manner
    }
}

/// What the element itself says, beside its names.
pub(super) fn of_element(element: &Element, manner: &Manner<'_>, names: Hint) -> Hint {
    if manner.is_hidden && !is_the_text(manner.id) {
        return Hint::Hidden;
    }
    match element.name() {
        "html" | "body" | "main" | "article" => Hint::Plain,
        "nav" | "footer" | "aside" | "menu" => Hint::Noise,
        _ if names == Hint::Plain && manner.is_headline => Hint::Title,
        _ => names,
    }
}

/// Whether an id, which only one element has, names it the article's text: a page may hide it until
/// a script has asked for consent, and no reader is meant to miss it.
fn is_the_text(id: &str) -> bool {
    ["article", "news", "post", "entry"].iter().any(|kind| {
        let begins = id.get(..kind.len());
        let rest = id
            .get(kind.len()..)
            .map(|rest| rest.trim_start_matches(['-', '_']));
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case(kind))
            && rest.is_some_and(|rest| {
                let parts = ["body", "content", "text"];
                parts.iter().any(|part| rest.eq_ignore_ascii_case(part))
            })
    })
}

/// Whether a style takes its element out of the page.
fn hides(style: &str) -> bool {
    let mut declarations = style.split(';');
    declarations.any(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("display")
                && value
                    .split('!')
                    .next()
                    .is_some_and(|value| value.trim().eq_ignore_ascii_case("none"))
        })
    })
}

/// `postShareBox` is three words, as `post-share-box` is.
fn split_humps(letters: impl Iterator<Item = char>) -> String {
    let mut words = String::new();
    let mut after_small = false;
    for letter in letters {
        if letter.is_ascii_uppercase() && after_small {
            words.push('-');
        }
        after_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hint_at_what_surrounds_an_article() {
        for (class, expected) in [
            ("postShareBox", Hint::Noise),
            ("e_box p_PrevAndNext", Hint::Noise),
            ("pl_css_ganrao", Hint::Hidden),
            ("e_box p_articles", Hint::Plain),
            ("met-editor lazyload", Hint::Plain),
            ("newsDetailTitle", Hint::Title),
            ("shadow", Hint::Plain),
            ("c12", Hint::Plain),
            ("cmpbox cmpboxWelcomeGDPR", Hint::Hidden),
            ("about-gdpr", Hint::Plain),
        ] {
            assert_eq!(of_names(class, ""), expected, "{class}");
        }
        for (id, expected) in [
            ("sharing-with-a-single-reader", Hint::Plain),
            ("what-is-hot-in-spring", Hint::Plain),
            ("post-share-box", Hint::Noise),
            ("sharing", Hint::Noise),
        ] {
            assert_eq!(of_names("", id), expected, "{id}");
        }
    }
}
