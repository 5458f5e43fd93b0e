//! Alignment in bounded work: which elements of two sequences are the same, whatever a hostile
//! page makes of them.
//!
//! The bound counts work, not time, so that the same two articles give the same diff on every
//! machine.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How much may be compared before a diff becomes coarse.
#[derive(Debug)]
pub(super) struct Effort {
    left: usize,
}

impl Effort {
    /// Enough for any article a person edited by hand: some two thousand changed sentences or
    /// characters on either side at once.
    pub(super) const fn for_one_diff() -> Self {
        Self { left: 8_000_000 }
    }

    /// Takes `cost`, unless more than what is left is asked for.
    pub(super) const fn take(&mut self, cost: usize) -> bool {
        match self.left.checked_sub(cost) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

/// A stretch of both sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    /// The same elements.
    Same {
        old: Range<usize>,
        new: Range<usize>,
    },
    /// Other elements; either side may be empty.
    Replaced {
        old: Range<usize>,
        new: Range<usize>,
    },
}

/// Aligns two sequences; coarse in the middle where `effort` does not suffice.
pub(super) fn align<T: Eq + std::hash::Hash>(
    old: &[T],
    new: &[T],
    effort: &mut Effort,
) -> Vec<Stretch> {
    let head = common(old.iter(), new.iter());
    let tail = common(old.iter().skip(head).rev(), new.iter().skip(head).rev());
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut stretches = Vec::new();
    push_same(&mut stretches, 0..head, 0..head);
    let middle = (
        old.get(head..old_end).unwrap_or_default(),
        new.get(head..new_end).unwrap_or_default(),
    );
    let cost = middle.0.len().saturating_mul(middle.1.len());
    if cost > 0 && effort.take(cost) {
        for op in capture_diff_slices(Algorithm::Myers, middle.0, middle.1) {
            let moved = |range: Range<usize>| range.start + head..range.end + head;
            let (old, new) = (moved(op.old_range()), moved(op.new_range()));
            if matches!(op, DiffOp::Equal { .. }) {
                push_same(&mut stretches, old, new);
            } else {
                push_replaced(&mut stretches, old, new);
            }
        }
    } else {
        push_replaced(&mut stretches, head..old_end, head..new_end);
    }
    push_same(&mut stretches, old_end..old.len(), new_end..new.len());
    stretches
}

fn push_same(stretches: &mut Vec<Stretch>, old: Range<usize>, new: Range<usize>) {
    if !old.is_empty() {
        stretches.push(Stretch::Same { old, new });
    }
}

/// Adds a replaced stretch, joined to the one before where they touch.
fn push_replaced(stretches: &mut Vec<Stretch>, old: Range<usize>, new: Range<usize>) {
    if old.is_empty() && new.is_empty() {
        return;
    }
    if let Some(Stretch::Replaced { old: o, new: n }) = stretches.last_mut() {
        o.end = old.end;
        n.end = new.end;
    } else {
        stretches.push(Stretch::Replaced { old, new });
    }
}

fn common<T: Eq>(old: impl Iterator<Item = T>, new: impl Iterator<Item = T>) -> usize {
    old.zip(new).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn finds_what_both_have() {
        let found = align(
            &chars("abXcd"),
            &chars("abYYcd"),
            &mut Effort::for_one_diff(),
        );
        assert_eq!(
            found,
            [
                Stretch::Same {
                    old: 0..2,
                    new: 0..2
                },
                Stretch::Replaced {
                    old: 2..3,
                    new: 2..4
                },
                Stretch::Same {
                    old: 3..5,
                    new: 4..6
                },
            ]
        );
        assert_eq!(align::<char>(&[], &[], &mut Effort::for_one_diff()), []);
    }

    #[test]
    fn is_coarse_where_effort_is_spent() {
        let mut none = Effort { left: 0 };
        assert_eq!(
            align(&chars("aXbYc"), &chars("aPbQc"), &mut none),
            [
                Stretch::Same {
                    old: 0..1,
                    new: 0..1
                },
                Stretch::Replaced {
                    old: 1..4,
                    new: 1..4
                },
                Stretch::Same {
                    old: 4..5,
                    new: 4..5
                },
            ]
        );
    }
}
