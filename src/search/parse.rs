//! Reading a search: from what was typed to what it means.

use std::ops::Range;

use super::expression::{Expression, Filter, Part, Term};
use super::lexer::{Kind, Prefix, Token, tokens};
use super::mistake::{Mistake, SearchError};
use super::values::{ViewRange, date_bound, instant_bound};

/// Parentheses in parentheses, at most.
const DEPTH: usize = 32;

/// Words and filters, at most. SQLite would take some more; nobody types as many.
const TERMS: usize = 200;

/// What `search` means. Nothing typed means every article.
///
/// `NOT` binds closer than `AND`, which is also meant where two things follow one another, and `AND`
/// closer than `OR`.
pub fn parse(search: &str) -> Result<Expression, SearchError> {
    let tokens = tokens(search)?;
    let mut parser = Parser {
        search,
        tokens: &tokens,
        at: 0,
        terms: 0,
    };
    if tokens.is_empty() {
        return Ok(Expression::everything());
    }
    let meant = parser.any(None, 0)?;
    match parser.peek() {
        None => Ok(meant),
        Some(stray) => Err(parser.error(stray.place.clone(), Mistake::StrayParenthesis)),
    }
}

struct Parser<'a> {
    search: &'a str,
    tokens: &'a [Token],
    at: usize,
    terms: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Token> {
        let token = self.peek();
        self.at = self.at.saturating_add(1);
        token
    }

    fn next_if(&mut self, kind: &Kind) -> Option<&'a Token> {
        let token = self.peek().filter(|token| token.kind == *kind)?;
        self.at = self.at.saturating_add(1);
        Some(token)
    }

    fn error(&self, place: Range<usize>, mistake: Mistake) -> SearchError {
        SearchError {
            search: self.search.to_owned(),
            place,
            mistake,
        }
    }

    /// One thing or several with `OR` between them.
    fn any(&mut self, part: Option<Part>, depth: usize) -> Result<Expression, SearchError> {
        let mut these = vec![self.all(part, depth)?];
        while let Some(or) = self.next_if(&Kind::Or) {
            self.something_after("OR", or)?;
            these.push(self.all(part, depth)?);
        }
        Ok(Expression::of_any(these))
    }

    /// One thing or several with `AND` or nothing between them.
    fn all(&mut self, part: Option<Part>, depth: usize) -> Result<Expression, SearchError> {
        let mut these = vec![self.one(part, depth)?];
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::And => {
                    self.next();
                    self.something_after("AND", token)?;
                }
                Kind::Or | Kind::Close => break,
                _ => {}
            }
            these.push(self.one(part, depth)?);
        }
        Ok(Expression::of_all(these))
    }

    /// One thing, or that it is not so.
    fn one(&mut self, part: Option<Part>, depth: usize) -> Result<Expression, SearchError> {
        let mut negated = false;
        while let Some(not) = self.next_if(&Kind::Not) {
            self.something_after("NOT", not)?;
            negated = !negated;
        }
        let thing = self.thing(part, depth)?;
        Ok(if negated {
            Expression::Not(Box::new(thing))
        } else {
            thing
        })
    }

    fn thing(&mut self, part: Option<Part>, depth: usize) -> Result<Expression, SearchError> {
        let end = self.search.len();
        let Some(token) = self.next() else {
            // whoever asks has seen that something follows, but not behind a NOT
            return Err(self.error(
                end..end,
                Mistake::NothingToFind {
                    text: String::new(),
                },
            ));
        };
        match &token.kind {
            Kind::Word(text) | Kind::Quoted(text) => self.term(part, text, &token.place),
            Kind::Prefix(Prefix::Part(part)) => self.in_part(*part, token, depth),
            Kind::Prefix(prefix) => self.filter(*prefix, token),
            Kind::Open => self.group(part, token, depth),
            Kind::Close => Err(self.error(token.place.clone(), Mistake::StrayParenthesis)),
            Kind::And => Err(self.nothing("AND", "before", token)),
            Kind::Or => Err(self.nothing("OR", "before", token)),
            Kind::Not | Kind::Exactly => Err(self.nothing("NOT", "after", token)),
        }
    }

    /// What follows a prefix of words: a word, a phrase or a group, all in that part.
    fn in_part(
        &mut self,
        part: Part,
        prefix: &Token,
        depth: usize,
    ) -> Result<Expression, SearchError> {
        if self.next_if(&Kind::Exactly).is_some() {
            let (value, _) = self.value(Prefix::Part(part), prefix)?;
            self.count(&prefix.place)?;
            return Ok(Expression::Filter(match part {
                Part::Author => Filter::Author(value),
                _ => Filter::Source(value),
            }));
        }
        match self.peek().map(|token| &token.kind) {
            None | Some(Kind::And | Kind::Or | Kind::Close | Kind::Exactly) => {
                Err(self.error(prefix.place.clone(), no_value(Prefix::Part(part))))
            }
            Some(_) => self.one(Some(part), depth),
        }
    }

    fn group(
        &mut self,
        part: Option<Part>,
        open: &Token,
        depth: usize,
    ) -> Result<Expression, SearchError> {
        if depth >= DEPTH {
            return Err(self.error(open.place.clone(), Mistake::TooDeep { most: DEPTH }));
        }
        if let Some(close) = self.next_if(&Kind::Close) {
            let place = open.place.start..close.place.end;
            return Err(self.error(place, Mistake::EmptyParentheses));
        }
        if self.peek().is_none() {
            return Err(self.error(open.place.clone(), Mistake::OpenParenthesis));
        }
        let inside = self.any(part, depth.saturating_add(1))?;
        if self.next_if(&Kind::Close).is_none() {
            return Err(self.error(open.place.clone(), Mistake::OpenParenthesis));
        }
        Ok(inside)
    }

    fn term(
        &mut self,
        part: Option<Part>,
        text: &str,
        place: &Range<usize>,
    ) -> Result<Expression, SearchError> {
        self.count(place)?;
        match Term::new(part, text) {
            Some(term) => Ok(Expression::Term(term)),
            None => Err(self.error(
                place.clone(),
                Mistake::NothingToFind {
                    text: text.to_owned(),
                },
            )),
        }
    }

    fn filter(&mut self, prefix: Prefix, token: &Token) -> Result<Expression, SearchError> {
        let (value, place) = self.value(prefix, token)?;
        self.count(&place)?;
        let meant = match prefix {
            Prefix::Site => Some(Filter::Site(value.clone())),
            Prefix::Published(side) => {
                date_bound(&value).map(|bound| Filter::Published(side, bound))
            }
            Prefix::Seen(side) => instant_bound(&value).map(|bound| Filter::Seen(side, bound)),
            Prefix::Views => ViewRange::parse(&value).map(Filter::Views),
            Prefix::Language => {
                let tag = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
                value
                    .chars()
                    .all(tag)
                    .then(|| Filter::Language(value.clone()))
            }
            Prefix::Is => match value.to_lowercase().as_str() {
                "changed" => Some(Filter::Changed),
                "gone" => Some(Filter::Gone),
                _ => None,
            },
            // it takes words, not a value
            Prefix::Part(_) => None,
        };
        meant.map(Expression::Filter).ok_or_else(|| {
            self.error(
                place,
                Mistake::WrongValue {
                    prefix: prefix.name().to_owned(),
                    value,
                    example: prefix.example(),
                },
            )
        })
    }

    fn value(
        &mut self,
        prefix: Prefix,
        token: &Token,
    ) -> Result<(String, Range<usize>), SearchError> {
        match self.peek() {
            Some(Token {
                kind: Kind::Word(value) | Kind::Quoted(value),
                place,
            }) if !value.trim().is_empty() => {
                self.next();
                Ok((value.trim().to_owned(), place.clone()))
            }
            Some(Token {
                kind: Kind::Open,
                place,
            }) => Err(self.error(
                place.clone(),
                Mistake::NoGroup {
                    prefix: prefix.name().to_owned(),
                    example: prefix.example(),
                },
            )),
            _ => Err(self.error(token.place.clone(), no_value(prefix))),
        }
    }

    fn count(&mut self, place: &Range<usize>) -> Result<(), SearchError> {
        self.terms = self.terms.saturating_add(1);
        if self.terms > TERMS {
            return Err(self.error(place.clone(), Mistake::TooMany { most: TERMS }));
        }
        Ok(())
    }

    fn something_after(&self, operator: &'static str, token: &Token) -> Result<(), SearchError> {
        match self.peek().map(|token| &token.kind) {
            None | Some(Kind::Close | Kind::And | Kind::Or) => {
                Err(self.nothing(operator, "after", token))
            }
            Some(_) => Ok(()),
        }
    }

    fn nothing(&self, operator: &'static str, side: &'static str, token: &Token) -> SearchError {
        self.error(
            token.place.clone(),
            Mistake::NothingBeside { operator, side },
        )
    }
}

fn no_value(prefix: Prefix) -> Mistake {
    Mistake::NoValue {
        prefix: prefix.name().to_owned(),
        example: prefix.example(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(search: &str) -> String {
        match parse(search) {
            Ok(meant) => meant.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn searches_mean_what_they_are_written_as_here() {
        for (search, meant) in [
            ("", ""),
            ("   ", ""),
            ("会展", "会展"),
            ("会展 上海", "会展 上海"),
            ("会展　上海", "会展 上海"),
            ("会展、上海，北京", "会展 上海 北京"),
            ("会展 AND 上海", "会展 上海"),
            ("会展 && 上海", "会展 上海"),
            ("会展 ＡＮＤ 上海", "会展 上海"),
            ("会展 OR 上海", "会展 OR 上海"),
            ("会展 ｜ 上海", "会展 OR 上海"),
            ("a b OR c d", "(a b) OR (c d)"),
            ("a (b OR c) d", "a (b OR c) d"),
            ("a （b OR c） d", "a (b OR c) d"),
            ("会展 -上海", "会展 -上海"),
            ("会展 －上海", "会展 -上海"),
            ("会展 NOT 上海", "会展 -上海"),
            ("NOT NOT 会展", "会展"),
            ("-(a b)", "-(a b)"),
            ("\"国际 会展\"", "\"国际 会展\""),
            ("“国际会展”", "国际会展"),
            ("「国际会展」", "国际会展"),
            ("“国际会展\"", "国际会展"),
            ("and or not", "and or not"),
            ("\"AND\"", "\"AND\""),
            ("title:会展", "title:会展"),
            ("标题：会展", "title:会展"),
            ("標題: 会展", "title:会展"),
            ("来源:“优创 会展”", "source:\"优创 会展\""),
            (
                "title:(会展 OR 展会) 上海",
                "(title:会展 OR title:展会) 上海",
            ),
            ("title:-会展", "-title:会展"),
            ("-title:会展", "-title:会展"),
            ("title:(会展 body:上海)", "title:会展 body:上海"),
            ("source:=优创会展", "source:=优创会展"),
            ("作者：＝“张 三”", "author:=\"张 三\""),
            ("site:expo-company", "site:expo-company"),
            ("site:127.0.0.1:8080", "site:127.0.0.1:8080"),
            (
                "after:2026-11 before:2026年12月",
                "after:2026-11-01 before:2026-12-01",
            ),
            (
                "seen-after:2026-11-23T06:11:00Z",
                "seen-after:2026-11-23T06:11:00.000Z",
            ),
            ("after:\"2026-11-23 06:11\"", "after:\"2026-11-23 06:11\""),
            ("views:>1000", "views:>=1001"),
            ("浏览：＞1万", "views:>=10001"),
            ("lang:zh is:changed -is:gone", "lang:zh is:changed -is:gone"),
            ("主题：会展", "\"主题：会展\""),
            ("10:30", "\"10:30\""),
            ("B2B-平台", "\"B2B-平台\""),
            ("+会展", "会展"),
        ] {
            assert_eq!(read(search), meant, "{search}");
        }
    }

    #[test]
    fn mistakes_tell_their_place_and_the_fix() {
        for (search, character, says) in [
            ("会展 “上海", 4, "close it with ”"),
            ("会展 \"上海", 4, "close it with \""),
            ("会展 (上海", 4, "close it with )"),
            ("会展) 上海", 3, "never opened"),
            ("会展 ()", 4, "nothing in these parentheses"),
            ("(", 1, "has no end"),
            ("OR 会展", 1, "nothing before it"),
            ("会展 OR", 4, "nothing after it"),
            ("会展 AND OR 上海", 4, "nothing after it"),
            ("(会展 AND)", 5, "nothing after it"),
            ("会展 NOT", 4, "nothing after it"),
            ("title:", 1, "write title:会展"),
            ("会展 site: OR x", 4, "write site:NAME"),
            ("views:many", 7, "views:>1000"),
            ("after:2026-02-30", 7, "2026-11-23, 2026-11, 2026"),
            ("is:new", 4, "is:changed or is:gone"),
            ("lang:中文", 6, "lang:zh"),
            ("site:(a OR b)", 6, "no parentheses"),
            ("tite:会展", 1, "there are title: summary:"),
            ("https://expo.example.cn/", 1, "there is no `https:`"),
            ("会展 ·", 4, "nothing in `·` can be searched for"),
            ("\"\"", 1, "can be searched for"),
        ] {
            let error = parse(search).expect_err(search);
            assert_eq!(error.character(), character, "{search}: {error}");
            assert!(error.to_string().contains(says), "{search}: {error}");
        }
    }

    #[test]
    fn no_search_is_too_much_to_read() {
        let deep = format!("{}a{}", "(".repeat(40), ")".repeat(40));
        assert!(read(&deep).contains("32 deep"), "{}", read(&deep));
        assert!(parse(&"NOT ".repeat(100_000)).is_err());
        let long = "会展 ".repeat(300);
        assert!(read(&long).contains("200 words"), "{}", read(&long));
        assert!(parse(&"(".repeat(100_000)).is_err());
    }

    /// A search with every kind of thing in it.
    fn meant() -> impl Strategy<Value = Expression> {
        let part = prop_oneof![
            Just(None),
            proptest::sample::select(&Part::ALL[..]).prop_map(Some)
        ];
        let term = (part, "[a会展AND:\"“ -()国]{1,6}")
            .prop_filter_map("searchable", |(part, text)| Term::new(part, &text))
            .prop_map(Expression::Term);
        // blanks around a value are none of it
        let name = || "[a会(\"= ]{0,4}会".prop_map(|name| name.trim().to_owned());
        let filter = prop_oneof![
            name().prop_map(Filter::Site),
            name().prop_map(Filter::Source),
            name().prop_map(Filter::Author),
            Just(Filter::Changed),
            Just(Filter::Gone),
            (0..99_u64).prop_map(|least| Filter::Views(ViewRange {
                least: Some(least),
                most: None
            })),
            Just(Filter::Language("zh-Hant".to_owned())),
        ]
        .prop_map(Expression::Filter);
        prop_oneof![3 => term, 1 => filter].prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Expression::All),
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Expression::Any),
                inner
                    .prop_filter("once", |one| !matches!(one, Expression::Not(_)))
                    .prop_map(|one| Expression::Not(Box::new(one))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_as_it_was_meant(meant in meant()) {
            let printed = meant.to_string();
            prop_assert_eq!(parse(&printed), Ok(meant), "{}", printed);
        }

        #[test]
        fn whatever_is_typed_is_read_or_refused(search in "[ -~“”（）：－会展OR]{0,24}") {
            if let Err(error) = parse(&search) {
                prop_assert!(search.get(error.place.clone()).is_some());
            }
        }
    }
}
