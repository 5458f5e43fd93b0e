//! Searches in pieces: words, quoted phrases, prefixes, operators, parentheses, each with its place.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::expression::{Part, Side};
use super::mistake::{Mistake, SearchError};

/// A piece of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) place: Range<usize>,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word(String),
    Quoted(String),
    Prefix(Prefix),
    /// `=` right behind a prefix: the value is the whole of the field.
    Exactly,
    And,
    Or,
    Not,
    Open,
    Close,
}

/// What stands before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    Part(Part),
    Site,
    Published(Side),
    Seen(Side),
    Views,
    Language,
    Is,
}

/// Every prefix, in the order in which a person is told of them.
pub(super) const PREFIXES: [Prefix; 13] = [
    Prefix::Part(Part::Title),
    Prefix::Part(Part::Summary),
    Prefix::Part(Part::Source),
    Prefix::Part(Part::Author),
    Prefix::Part(Part::Body),
    Prefix::Site,
    Prefix::Published(Side::After),
    Prefix::Published(Side::Before),
    Prefix::Seen(Side::After),
    Prefix::Seen(Side::Before),
    Prefix::Views,
    Prefix::Language,
    Prefix::Is,
];

impl Prefix {
    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Part(part) => part.name(),
            Self::Site => "site",
            Self::Published(Side::After) => "after",
            Self::Published(Side::Before) => "before",
            Self::Seen(Side::After) => "seen-after",
            Self::Seen(Side::Before) => "seen-before",
            Self::Views => "views",
            Self::Language => "lang",
            Self::Is => "is",
        }
    }

    /// How it is used.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Part(Part::Title) => "title:会展 or title:(会展 OR 展会)",
            Self::Part(Part::Summary) => "summary:会展",
            Self::Part(Part::Source) => "source:会展, or source:=NAME for the whole name",
            Self::Part(Part::Author) => "author:展务部, or author:=NAME for the whole name",
            Self::Part(Part::Body) => "body:会展",
            Self::Site => "site:NAME, as `zhanwen health` lists them",
            Self::Published(_) => "a day, month or year: 2026-11-23, 2026-11, 2026",
            Self::Seen(_) => "a day, month, year or instant: 2026-11-23, 2026-11-23T06:11:00Z",
            Self::Views => "views:>1000, views:<=1.2万 or views:100..500",
            Self::Language => "lang:zh, lang:zh-Hant or lang:en",
            Self::Is => "is:changed or is:gone",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let chinese = match name.as_str() {
            "标题" | "標題" => Self::Part(Part::Title),
            "摘要" => Self::Part(Part::Summary),
            "来源" | "來源" => Self::Part(Part::Source),
            "作者" => Self::Part(Part::Author),
            "正文" => Self::Part(Part::Body),
            "网站" | "站点" | "網站" | "站點" => Self::Site,
            "浏览" | "瀏覽" => Self::Views,
            _ => return PREFIXES.into_iter().find(|one| one.name() == name),
        };
        Some(chinese)
    }
}

/// Whether a word is taken for an operator unless it is quoted.
pub(super) fn is_operator(word: &str) -> bool {
    operator(word).is_some()
}

fn operator(word: &str) -> Option<Kind> {
    let narrow: String = word.nfkc().collect();
    match narrow.as_str() {
        "AND" | "&" | "&&" => Some(Kind::And),
        "OR" | "|" | "||" => Some(Kind::Or),
        "NOT" => Some(Kind::Not),
        _ => None,
    }
}

/// What ends the quote that `letter` begins.
const fn closing(letter: char) -> Option<char> {
    match letter {
        '"' | '＂' => Some('"'),
        '“' | '”' | '„' | '‟' => Some('”'),
        '「' => Some('」'),
        '『' => Some('』'),
        _ => None,
    }
}

/// Whether `letter` ends a quote that `close` should: the double quotes of any keyboard are one.
fn ends_quote(letter: char, close: char) -> bool {
    letter == close
        || matches!(close, '"' | '”') && matches!(letter, '"' | '＂' | '“' | '”' | '„' | '‟')
}

const fn opens(letter: char) -> bool {
    matches!(letter, '(' | '（')
}

const fn closes(letter: char) -> bool {
    matches!(letter, ')' | '）')
}

const fn is_minus(letter: char) -> bool {
    matches!(letter, '-' | '－' | '−')
}

const fn is_colon(letter: char) -> bool {
    matches!(letter, ':' | '：')
}

/// What parts words as a blank does: signs that are no part of any word.
fn parts_words(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '，' | '、' | '；' | '。')
}

/// The pieces of `search`.
pub(super) fn tokens(search: &str) -> Result<Vec<Token>, SearchError> {
    let mut lexer = Lexer {
        search,
        at: 0,
        tokens: Vec::new(),
    };
    while let Some(letter) = lexer.peek() {
        lexer.piece(letter)?;
    }
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    search: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.search.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let place = self.at..self.at + length;
        self.at = place.end;
        self.tokens.push(Token { kind, place });
    }

    fn piece(&mut self, letter: char) -> Result<(), SearchError> {
        let length = letter.len_utf8();
        let after_prefix = matches!(
            self.tokens.last(),
            Some(Token { kind: Kind::Prefix(_), place }) if place.end == self.at
        );
        if parts_words(letter) {
            self.at += length;
        } else if opens(letter) {
            self.push(Kind::Open, length);
        } else if closes(letter) {
            self.push(Kind::Close, length);
        } else if let Some(close) = closing(letter) {
            self.quoted(letter, close)?;
        } else if after_prefix && matches!(letter, '=' | '＝') && self.names_a_part() {
            self.push(Kind::Exactly, length);
        } else if is_minus(letter) && !self.wants_a_value() && self.leads_a_term(length) {
            self.push(Kind::Not, length);
        } else if matches!(letter, '+' | '＋') && !self.wants_a_value() && self.leads_a_term(length)
        {
            // asked for anyway
            self.at += length;
        } else {
            self.word()?;
        }
        Ok(())
    }

    /// Whether the prefix just read can be asked for exactly.
    fn names_a_part(&self) -> bool {
        let last = self.tokens.last().map(|token| &token.kind);
        matches!(
            last,
            Some(Kind::Prefix(Prefix::Part(Part::Source | Part::Author)))
        )
    }

    /// Whether what comes next is a filter's value, in which signs are no operators.
    fn wants_a_value(&self) -> bool {
        match self.tokens.last().map(|token| &token.kind) {
            Some(Kind::Prefix(prefix)) => !matches!(prefix, Prefix::Part(_)),
            Some(Kind::Exactly) => true,
            _ => false,
        }
    }

    /// Whether something follows a sign at once.
    fn leads_a_term(&self, sign: usize) -> bool {
        let next = self.rest().get(sign..).and_then(|rest| rest.chars().next());
        next.is_some_and(|next| !parts_words(next) && !closes(next) && !is_minus(next))
    }

    fn quoted(&mut self, letter: char, close: char) -> Result<(), SearchError> {
        let inside = self.rest().get(letter.len_utf8()..).unwrap_or_default();
        let Some((length, end)) = inside
            .char_indices()
            .find(|(_, letter)| ends_quote(*letter, close))
        else {
            return Err(SearchError {
                search: self.search.to_owned(),
                place: self.at..self.search.len(),
                mistake: Mistake::OpenQuote { close },
            });
        };
        let text = inside.get(..length).unwrap_or_default().to_owned();
        self.push(
            Kind::Quoted(text),
            letter.len_utf8() + length + end.len_utf8(),
        );
        Ok(())
    }

    fn word(&mut self) -> Result<(), SearchError> {
        let rest = self.rest();
        // the value of a filter may hold colons: 2026-11-23T06:11
        let after_prefix = matches!(
            self.tokens.last().map(|token| &token.kind),
            Some(Kind::Prefix(_) | Kind::Exactly)
        );
        let touches_prefix = after_prefix
            && self
                .tokens
                .last()
                .is_some_and(|last| last.place.end == self.at);
        let ends = |letter: char| {
            parts_words(letter) || opens(letter) || closes(letter) || closing(letter).is_some()
        };
        let length = rest.find(ends).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        if !after_prefix
            && let Some((name, colon)) = word
                .char_indices()
                .find(|(_, letter)| is_colon(*letter))
                .and_then(|(end, colon)| Some((word.get(..end)?, colon)))
        {
            let narrow: String = name.nfkc().collect();
            if let Some(prefix) = Prefix::from_name(&narrow) {
                self.push(Kind::Prefix(prefix), name.len() + colon.len_utf8());
                return Ok(());
            }
            let looks_like_one = narrow.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && narrow
                    .chars()
                    .all(|letter| letter.is_ascii_alphabetic() || letter == '-');
            if looks_like_one {
                return Err(SearchError {
                    search: self.search.to_owned(),
                    place: self.at..self.at + name.len() + colon.len_utf8(),
                    mistake: Mistake::UnknownPrefix { prefix: narrow },
                });
            }
        }
        let kind = match operator(word) {
            // with a blank before it, it is no value: `site: OR`
            Some(operator) if !touches_prefix => operator,
            _ => Kind::Word(word.to_owned()),
        };
        self.push(kind, length);
        Ok(())
    }
}
