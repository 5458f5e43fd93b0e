//! What an index is asked for: an expression in pieces that a full-text index answers alone.

use super::expression::{Expression, Filter, Term};

/// A search as a store answers it: `Index` is FTS5's own language, over the columns `title`,
/// `summary`, `source`, `author` and `body` of words as [`index_text`](crate::chinese::bigrams::index_text)
/// gives them.
///
/// FTS5 knows no `NOT` by itself, nor filters. As much as it can do in one go is one expression; the
/// rest is put together from sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The index gives it for these words.
    Index(String),
    /// The filter lets it pass.
    Filter(Filter),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

impl Condition {
    /// The condition that `expression` states.
    pub fn of(expression: &Expression) -> Self {
        match expression {
            Expression::Filter(filter) => Self::Filter(filter.clone()),
            Expression::Term(term) => Self::Index(term_in_fts(term)),
            Expression::All(these) => Self::all(these),
            Expression::Any(these) => Self::any(these),
            Expression::Not(inner) => Self::Not(Box::new(Self::of(inner))),
        }
    }

    /// The question to the index that everything found must answer, where there is one.
    pub fn driver(&self) -> Option<&str> {
        match self {
            Self::Index(fts) => Some(fts),
            Self::All(all) => all.iter().find_map(|one| match one {
                Self::Index(fts) => Some(fts.as_str()),
                _ => None,
            }),
            Self::Filter(_) | Self::Any(_) | Self::Not(_) => None,
        }
    }

    fn all(these: &[Expression]) -> Self {
        let (mut wanted, mut unwanted, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        for one in these {
            match Self::of(one) {
                Self::Index(fts) => wanted.push(fts),
                Self::Not(inner) => match *inner {
                    Self::Index(fts) => unwanted.push(fts),
                    other => conditions.push(Self::Not(Box::new(other))),
                },
                other => conditions.push(other),
            }
        }
        if wanted.is_empty() {
            // FTS5 must be told what to take away from
            let unwanted = unwanted.into_iter().map(Self::Index);
            conditions.extend(unwanted.map(|one| Self::Not(Box::new(one))));
        } else {
            let mut fts = grouped(&wanted, " AND ");
            if !unwanted.is_empty() {
                fts = format!("({fts} NOT {})", grouped(&unwanted, " OR "));
            }
            conditions.insert(0, Self::Index(fts));
        }
        Self::one_or(conditions, Self::All)
    }

    fn any(these: &[Expression]) -> Self {
        let (mut wanted, mut conditions) = (Vec::new(), Vec::new());
        for one in these {
            match Self::of(one) {
                Self::Index(fts) => wanted.push(fts),
                other => conditions.push(other),
            }
        }
        if !wanted.is_empty() {
            conditions.insert(0, Self::Index(grouped(&wanted, " OR ")));
        }
        Self::one_or(conditions, Self::Any)
    }

    fn one_or(mut these: Vec<Self>, many: impl FnOnce(Vec<Self>) -> Self) -> Self {
        match (these.pop(), these.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                these.extend(last);
                many(these)
            }
        }
    }
}

fn term_in_fts(term: &Term) -> String {
    let phrase = term.phrase().expression();
    match term.part {
        Some(part) => format!("({} : {phrase})", part.name()),
        None => format!("({phrase})"),
    }
}

fn grouped(these: &[String], between: &str) -> String {
    match these {
        [one] => one.clone(),
        these => format!("({})", these.join(between)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn told(condition: &Condition) -> String {
        let list = |these: &[Condition]| these.iter().map(told).collect::<Vec<_>>().join(", ");
        match condition {
            Condition::Index(index) => format!("fts[{index}]"),
            Condition::Filter(filter) => filter.to_string(),
            Condition::All(these) => format!("all({})", list(these)),
            Condition::Any(these) => format!("any({})", list(these)),
            Condition::Not(inner) => format!("not({})", told(inner)),
        }
    }

    #[test]
    fn as_much_as_the_index_can_do_is_one_question() {
        for (search, expected) in [
            ("会展", r#"fts[("会展")]"#),
            ("國際會展", r#"fts[("国际 际会 会展")]"#),
            ("会", r#"fts[("会" *)]"#),
            ("标题：会展", r#"fts[(title : "会展")]"#),
            ("a b", r#"fts[(("a") AND ("b"))]"#),
            (
                "a b -c -d",
                r#"fts[((("a") AND ("b")) NOT (("c") OR ("d")))]"#,
            ),
            ("a OR b c", r#"fts[(("a") OR (("b") AND ("c")))]"#),
            ("a -(b OR c)", r#"fts[(("a") NOT (("b") OR ("c")))]"#),
            ("-a", r#"not(fts[("a")])"#),
            ("-a -b", r#"all(not(fts[("a")]), not(fts[("b")]))"#),
            ("a OR -b", r#"any(fts[("a")], not(fts[("b")]))"#),
            (
                "a (b OR -c)",
                r#"all(fts[("a")], any(fts[("b")], not(fts[("c")])))"#,
            ),
            ("a site:x", r#"all(fts[("a")], site:x)"#),
            ("a OR site:x OR b", r#"any(fts[(("a") OR ("b"))], site:x)"#),
            ("site:x", "site:x"),
            ("-(a site:x)", r#"not(all(fts[("a")], site:x))"#),
            ("", "all()"),
        ] {
            let meant = parse(search).expect(search);
            assert_eq!(told(&Condition::of(&meant)), expected, "{search}");
        }
    }
}
