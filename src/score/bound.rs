//! Bounds: a number that must not sink under a floor or rise over a ceiling.

use std::collections::BTreeMap;

use super::metric::Metric;
use super::tally::Group;

/// Which side of the value is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Less is wrong.
    Floor,
    /// More is wrong.
    Ceiling,
}

/// A bound as it is written: `METRIC=VALUE` or `GROUP:METRIC=VALUE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The side.
    pub side: Side,
    /// The group; without one, each pooled group that was asked.
    pub group: Option<String>,
    /// The number.
    pub metric: Metric,
    /// Where it ends.
    pub value: f64,
}

/// Why a bound cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundError {
    /// Not `METRIC=VALUE`.
    #[error("write METRIC=VALUE or GROUP:METRIC=VALUE, as in body_f1=0.97 or ALL-zh:title=0.95")]
    Shape,
    /// No such metric.
    #[error("there is no metric `{name}`; there are {known}")]
    Unknown {
        /// As written.
        name: String,
        /// All names.
        known: String,
    },
    /// A share is from 0 to 1.
    #[error("a value is a share from 0 to 1")]
    Range,
    /// A floor under a number that is better when it is small, or the other way round.
    #[error("{metric} is better the {better} it is: write --{option}")]
    Side {
        /// The metric.
        metric: &'static str,
        /// Smaller or greater.
        better: &'static str,
        /// What to write.
        option: &'static str,
    },
}

impl Bound {
    /// Understands `written`.
    pub fn parse(written: &str, side: Side) -> Result<Self, BoundError> {
        let (name, value) = written.rsplit_once('=').ok_or(BoundError::Shape)?;
        let (group, name) = match name.rsplit_once(':') {
            Some((group, name)) => (Some(group.trim().to_owned()), name.trim()),
            None => (None, name.trim()),
        };
        let metric = Metric::from_name(name).ok_or_else(|| BoundError::Unknown {
            name: name.to_owned(),
            known: Metric::ALL.map(Metric::name).join(", "),
        })?;
        let Ok(value) = value.trim().parse::<f64>() else {
            return Err(BoundError::Shape);
        };
        if !(0.0..=1.0).contains(&value) {
            return Err(BoundError::Range);
        }
        match (side, metric.is_better_small()) {
            (Side::Floor, true) => Err(BoundError::Side {
                metric: metric.name(),
                better: "smaller",
                option: "ceiling",
            }),
            (Side::Ceiling, false) => Err(BoundError::Side {
                metric: metric.name(),
                better: "greater",
                option: "floor",
            }),
            _ => Ok(Self {
                side,
                group,
                metric,
                value,
            }),
        }
    }
}

/// A bound held against one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The bound.
    pub bound: Bound,
    /// The group it was held against; none where no pooled group was asked.
    pub group: Option<String>,
    /// What the group came to; none where no page of it was asked.
    pub value: Option<f64>,
    /// Whether it holds. A number that is not there holds nothing.
    pub holds: bool,
}

/// Holds `bounds` against `groups`.
pub fn check(bounds: &[Bound], groups: &BTreeMap<String, Group>) -> Vec<Checked> {
    bounds
        .iter()
        .flat_map(|bound| match &bound.group {
            Some(group) => vec![held(bound, Some(group), groups)],
            None => pooled(bound, groups),
        })
        .collect()
}

fn pooled(bound: &Bound, groups: &BTreeMap<String, Group>) -> Vec<Checked> {
    let asked: Vec<Checked> = Group::POOLED
        .into_iter()
        .map(|group| held(bound, Some(group), groups))
        .filter(|checked| checked.value.is_some())
        .collect();
    if asked.is_empty() {
        vec![held(bound, None, groups)]
    } else {
        asked
    }
}

fn held(bound: &Bound, group: Option<&str>, groups: &BTreeMap<String, Group>) -> Checked {
    /// Far less than a page weighs, more than adding up in another order does.
    const SLACK: f64 = 1e-9;
    let value = group
        .and_then(|group| groups.get(group))
        .and_then(|group| group.scores.get(&bound.metric))
        .map(|score| score.value);
    let holds = value.is_some_and(|value| match bound.side {
        Side::Floor => value + SLACK >= bound.value,
        Side::Ceiling => value - SLACK <= bound.value,
    });
    Checked {
        bound: bound.clone(),
        group: group.map(str::to_owned),
        value,
        holds,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::Score;
    use super::*;

    fn group(scores: &[(Metric, f64)]) -> Group {
        Group {
            pages: 10,
            scores: scores
                .iter()
                .map(|(metric, value)| {
                    let (value, pages) = (*value, 10);
                    (*metric, Score { value, pages })
                })
                .collect(),
        }
    }

    #[test]
    fn bounds_are_read_as_written() {
        let bound = Bound::parse("fairs zh:body_f1=0.97", Side::Floor).expect("a bound");
        assert_eq!(bound.group.as_deref(), Some("fairs zh"));
        assert_eq!((bound.metric, bound.value), (Metric::BodyF1, 0.97));
        let shape = BoundError::Shape;
        for (written, side, expected) in [
            ("body_f1", Side::Floor, shape.clone()),
            ("body_f1=", Side::Floor, shape.clone()),
            ("body_f1=97%", Side::Floor, shape),
            ("body_f1=97", Side::Floor, BoundError::Range),
            ("body_f1=NaN", Side::Floor, BoundError::Range),
            (
                "author_noise=0.9",
                Side::Floor,
                BoundError::Side {
                    metric: "author_noise",
                    better: "smaller",
                    option: "ceiling",
                },
            ),
            (
                "title=0.9",
                Side::Ceiling,
                BoundError::Side {
                    metric: "title",
                    better: "greater",
                    option: "floor",
                },
            ),
        ] {
            assert_eq!(Bound::parse(written, side), Err(expected), "{written}");
        }
        let unknown = Bound::parse("body=0.9", Side::Floor).expect_err("no such metric");
        assert!(unknown.to_string().contains("body_f1, "), "{unknown}");
    }

    #[test]
    fn bounds_hold_at_their_value_and_never_without_one() {
        let groups = BTreeMap::from([
            (
                "ALL-zh".to_owned(),
                group(&[(Metric::Title, 0.9), (Metric::AuthorNoise, 0.1)]),
            ),
            ("ALL-en".to_owned(), group(&[(Metric::AuthorNoise, 0.7)])),
        ]);
        let check = |written: &str, side: Side| -> Vec<(Option<String>, bool)> {
            let bound = Bound::parse(written, side).expect("a bound");
            let checked = check(&[bound], &groups);
            checked
                .into_iter()
                .map(|one| (one.group, one.holds))
                .collect()
        };
        let zh = || Some("ALL-zh".to_owned());
        let en = || Some("ALL-en".to_owned());
        // without a group: each pool that was asked
        assert_eq!(check("title=0.9", Side::Floor), [(zh(), true)]);
        assert_eq!(check("title=0.901", Side::Floor), [(zh(), false)]);
        assert_eq!(
            check("author_noise=0.5", Side::Ceiling),
            [(zh(), true), (en(), false)]
        );
        assert_eq!(
            check("ALL-zh:author_noise=0.1", Side::Ceiling),
            [(zh(), true)]
        );
        // nobody was asked: a floor that cannot be checked does not hold
        assert_eq!(check("views=0.1", Side::Floor), [(None, false)]);
        assert_eq!(check("ALL-en:title=0", Side::Floor), [(en(), false)]);
    }
}
