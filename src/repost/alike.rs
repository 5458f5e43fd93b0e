//! Whether two texts are one, edited or not.

use std::cmp::Ordering;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::text::{LEAST_TOKENS, Number, Text};

/// Below so many tokens more has to be the same.
const SHORT: usize = 150;
const SHARE: f64 = 0.6;
const SHARE_OF_SHORT: f64 = 0.7;
/// In a short text a few words in the place of others make another text: the same notice of another hall.
const NAME: usize = 12;
/// The longer may be so many times the shorter: a roundup of ten reports is no repost of each.
const LONGER: usize = 3;
/// One number in so many may be another one: figures are corrected, but the next notice of a series
/// has other numbers throughout.
const CORRECTED: usize = 7;

/// How alike two texts are: the share of the shorter one that is in the longer one, or nothing where they
/// are not one text.
pub fn alike(one: &Text, other: &Text) -> Option<f64> {
    let (short, long) = if one.tokens() <= other.tokens() {
        (one, other)
    } else {
        (other, one)
    };
    if short.tokens() < LEAST_TOKENS || short.tokens() * LONGER < long.tokens() {
        return None;
    }
    let share = share(&short.shingles, &long.shingles);
    let least = if short.tokens() < SHORT {
        SHARE_OF_SHORT
    } else {
        SHARE
    };
    let same = share >= least
        && places(&one.title_numbers, &other.title_numbers).differ == 0
        && numbers_agree(one, other)
        && !titles_are_of_two(one, other)
        && (short.tokens() >= SHORT || !is_filled_in_otherwise(short, long));
    same.then_some(share)
}

/// Whether a few words stand in the place of others somewhere.
fn is_filled_in_otherwise(short: &Text, long: &Text) -> bool {
    let differences = capture_diff_slices(Algorithm::Myers, &short.body, &long.body);
    differences.iter().any(|difference| {
        matches!(difference, DiffOp::Replace { old_len, new_len, .. }
            if *old_len <= NAME && *new_len <= NAME)
    })
}

fn numbers_agree(one: &Text, other: &Text) -> bool {
    let found = places(&one.numbers, &other.numbers);
    found.differ == 0 || found.differ * CORRECTED < found.differ + found.agree
}

/// The share of `short` that is in `long`; both are in order.
fn share(short: &[u64], long: &[u64]) -> f64 {
    let mut rest = long.iter().peekable();
    let mut shared = 0_u32;
    for shingle in short {
        while rest.next_if(|next| *next < shingle).is_some() {}
        shared += u32::from(rest.peek() == Some(&shingle));
    }
    match u32::try_from(short.len()) {
        Ok(all) if all > 0 => f64::from(shared) / f64::from(all),
        _ => 0.0,
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Places {
    agree: usize,
    differ: usize,
}

/// In how many places that both texts have the numbers are the same, and in how many not. A place
/// that comes again and again, as in a table, agrees where one of its numbers does.
fn places(one: &[Number], other: &[Number]) -> Places {
    let mut found = Places::default();
    let by_place = |numbers: &'_ [Number]| numbers.first().map(|(place, _)| *place);
    let (mut one, mut other) = (one, other);
    while let (Some(here), Some(there)) = (by_place(one), by_place(other)) {
        match here.cmp(&there) {
            Ordering::Less => one = split(one).1,
            Ordering::Greater => other = split(other).1,
            Ordering::Equal => {
                let ((these, rest), (those, others)) = (split(one), split(other));
                if these.iter().any(|number| those.contains(number)) {
                    found.agree += 1;
                } else {
                    found.differ += 1;
                }
                (one, other) = (rest, others);
            }
        }
    }
    found
}

/// The numbers of the first place, and the rest.
fn split(numbers: &[Number]) -> (&[Number], &[Number]) {
    let place = numbers.first().map(|(place, _)| *place);
    let count = numbers
        .iter()
        .take_while(|(other, _)| Some(*other) == place)
        .count();
    numbers.split_at_checked(count).unwrap_or((numbers, &[]))
}

/// Whether two titles are one but for a name, and each body has its own name alone: 张三 and 李四 in the
/// same notice. A title that was only worded otherwise leaves the bodies as they were.
fn titles_are_of_two(one: &Text, other: &Text) -> bool {
    let (here, there) = (one.title.as_slice(), other.title.as_slice());
    let shorter = here.len().min(there.len());
    let before = here
        .iter()
        .zip(there)
        .take_while(|(one, other)| one == other)
        .count();
    let after = here
        .iter()
        .rev()
        .zip(there.iter().rev())
        .take(shorter - before)
        .take_while(|(one, other)| one == other)
        .count();
    if before + after < 4 || (before + after) * 5 < shorter * 2 {
        return false;
    }
    let middle = |title: &'_ [u64], wider: (usize, usize)| {
        let (start, end) = (before, title.len() - after);
        let part = title.get(start.checked_sub(wider.0)?..end + wider.1)?;
        (start < end).then(|| (end - start, part.to_vec()))
    };
    let has = |text: &Text, name: &[u64]| text.body.windows(name.len()).any(|part| part == name);
    // one character is everywhere: with the one before it, or with the one behind it
    [(0, 0), (1, 0), (0, 1)].into_iter().any(|wider| {
        let (Some((length, here)), Some((other_length, there))) =
            (middle(here, wider), middle(there, wider))
        else {
            return false;
        };
        let is_name = wider != (0, 0) || length.min(other_length) > 1;
        is_name && has(one, &here) && !has(one, &there) && has(other, &there) && !has(other, &here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "本届展会由行业协会与会展集团共同主办，组委会为参展企业准备了采购对接、新品发布和专业论坛三类活动，\
        并在每个展馆设立服务台，为观众提供路线、餐饮和翻译方面的帮助，展会结束以后还会公布满意度调查的结果。";

    fn check(one: (&str, &str), other: (&str, &str), expected: bool) {
        let read = |(title, body): (&str, &str)| Text::of(Some(title), body);
        let found = alike(&read(one), &read(other));
        assert_eq!(found.is_some(), expected, "{one:?} {other:?} {found:?}");
        assert_eq!(alike(&read(other), &read(one)), found, "either way");
    }

    #[test]
    fn numbers_in_the_same_place_must_agree() {
        let notice =
            |number: u32, day: u32| format!("第{number}期培训班将于5月{day}日举行。{LONG}{LONG}");
        check(("通知", &notice(3, 8)), ("通知", &notice(3, 8)), true);
        check(("通知", &notice(3, 8)), ("通知", &notice(4, 15)), false);
        check(
            ("第3期通知", &notice(3, 8)),
            ("第4期通知", &notice(3, 8)),
            false,
        );
    }

    #[test]
    fn one_corrected_figure_among_many_is_an_edit() {
        let report = |visitors: u32| {
            format!(
                "面积3万平方米，企业520家，国家41个，论坛16场，活动28场，展期4天，会议9次，观众{visitors}人。{LONG}{LONG}"
            )
        };
        check(("报告", &report(7000)), ("报告", &report(7100)), true);
    }

    #[test]
    fn a_name_that_titles_and_bodies_have_each_their_own_is_another_text() {
        let notice = |name: &str| format!("经研究，拟任命{name}同志为部门经理。{LONG}{LONG}");
        for (one, other) in [("张三", "李四"), ("王建国", "李建国"), ("张伟", "张强")]
        {
            let titles = [one, other].map(|name| format!("关于{name}同志任职前的公示"));
            check(
                (&titles[0], &notice(one)),
                (&titles[1], &notice(other)),
                false,
            );
            // the title alone was worded otherwise
            check((&titles[0], &notice(one)), (&titles[1], &notice(one)), true);
        }
    }

    #[test]
    fn a_short_text_filled_in_otherwise_is_another_one() {
        let notice = |place: &str| format!("{LONG}{place}展览中心将于明日闭馆检修。");
        check(("通知", &notice("上海")), ("通知", &notice("北京")), false);
        check(("通知", &notice("上海")), ("闭馆", &notice("上海")), true);
    }

    #[test]
    fn a_roundup_is_no_repost_of_each_of_its_parts() {
        let other: String = ('\u{5000}'..'\u{5400}').collect();
        check(("快讯", LONG), ("要闻", &format!("{LONG}{other}")), false);
        check(("快讯", LONG), ("要闻", &format!("{LONG}{LONG}")), true);
    }
}
