//! Kept version against new reading.

use crate::model::{Article, ContentHash, Kept, KnownVersion};

use super::diff::{Diff, diff};
use super::hash::{HASH_RULE, content_hash};

/// What a new reading is to the version kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing is kept of this page yet.
    First,
    /// The same article.
    Same,
    /// The same article; its counter moved.
    ViewsOnly {
        /// The count last seen.
        before: Option<u64>,
        /// The count seen now.
        after: Option<u64>,
    },
    /// Content not seen on this page before.
    Changed(Diff),
    /// Content seen before, after a different one.
    Reverted {
        /// The number of the version it is again.
        to: u32,
        /// From the kept version to it.
        diff: Diff,
    },
}

/// Judges `article` by the version `kept` and all versions `known` of its page.
pub fn compare(kept: Option<&Kept>, known: &[KnownVersion], article: &Article) -> Change {
    let Some(kept) = kept else {
        return Change::First;
    };
    let content = content_hash(article);
    if content == hash_today(kept) {
        let (before, after) = (kept.article.views, article.views);
        return if after.is_some() && after != before {
            Change::ViewsOnly { before, after }
        } else {
            Change::Same
        };
    }
    let difference = diff(&kept.article, article);
    let seen_before = known.iter().find(|version| {
        version.hash_rule == HASH_RULE
            && version.content == content
            && version.version_no != kept.version_no
    });
    match seen_before {
        Some(version) => Change::Reverted {
            to: version.version_no,
            diff: difference,
        },
        None => Change::Changed(difference),
    }
}

/// The kept version's hash under today's rule: a new rule is no edit.
fn hash_today(kept: &Kept) -> ContentHash {
    if kept.hash_rule == HASH_RULE {
        kept.content
    } else {
        content_hash(&kept.article)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(body: &str, views: Option<u64>) -> Article {
        Article {
            title: Some("展会".to_owned()),
            body_text: Some(body.to_owned()),
            views,
            ..Article::default()
        }
    }

    fn kept(version_no: u32, article: Article) -> Kept {
        Kept {
            version_no,
            content: content_hash(&article),
            hash_rule: HASH_RULE,
            article,
        }
    }

    fn known(version_no: u32, article: &Article) -> KnownVersion {
        KnownVersion {
            version_no,
            content: content_hash(article),
            hash_rule: HASH_RULE,
        }
    }

    #[test]
    fn the_first_reading_is_first() {
        assert_eq!(compare(None, &[], &article("甲。", None)), Change::First);
    }

    #[test]
    fn a_counter_is_not_an_edit() {
        let check = |before, after, expected: &Change| {
            let kept = kept(1, article("甲。", before));
            let known = [known(1, &kept.article)];
            assert_eq!(
                compare(Some(&kept), &known, &article("甲。", after)),
                *expected
            );
        };
        let moved = |before, after| Change::ViewsOnly { before, after };
        check(Some(3), Some(3), &Change::Same);
        check(Some(3), Some(4), &moved(Some(3), Some(4)));
        check(None, Some(4), &moved(None, Some(4)));
        // a page that stopped printing its counter has not moved it
        check(Some(3), None, &Change::Same);
    }

    #[test]
    fn an_edit_is_changed_and_its_withdrawal_reverted() {
        let (first, second) = (article("甲。", None), article("乙。", None));
        let known = [known(1, &first), known(2, &second)];
        let changed = compare(Some(&kept(1, first.clone())), &known[..1], &second);
        assert!(matches!(changed, Change::Changed(_)), "{changed:?}");
        let reverted = compare(Some(&kept(2, second)), &known, &first);
        assert!(
            matches!(reverted, Change::Reverted { to: 1, .. }),
            "{reverted:?}"
        );
    }

    #[test]
    fn a_new_hash_rule_is_no_edit() {
        let old = Kept {
            content: ContentHash::of(b"another rule"),
            hash_rule: HASH_RULE + 1,
            ..kept(1, article("甲。", None))
        };
        assert_eq!(
            compare(Some(&old), &[], &article("甲。", None)),
            Change::Same
        );
        assert!(matches!(
            compare(Some(&old), &[], &article("乙。", None)),
            Change::Changed(_)
        ));
    }
}
