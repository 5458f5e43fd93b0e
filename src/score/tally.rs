//! Pages summed up: by set and language, and pooled.

use std::collections::{BTreeMap, BTreeSet};

use super::body::{BodyScore, harmonic};
use super::judge::{Asked, PageScore, Verdict};
use super::metric::Metric;
use super::truth::Truth;

/// All Chinese pages.
const CHINESE: &str = "ALL-zh";
/// All Chinese news.
const CHINESE_NEWS: &str = "ALL-zh-news";
/// All Chinese pages in other bytes than UTF-8.
const CHINESE_LEGACY: &str = "ALL-zh-nonutf8";
/// All pages in other languages.
const OTHER: &str = "ALL-en";

/// A number and how many pages it is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// From 0 to 1.
    pub value: f64,
    /// Pages asked.
    pub pages: u32,
}

/// What pages of one group came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// How many pages.
    pub pages: u32,
    /// The numbers there are; none for what no page of the group was asked.
    pub scores: BTreeMap<Metric, Score>,
}

impl Group {
    /// The names of the two groups that every page is in one of.
    pub const POOLED: [&'static str; 2] = [CHINESE, OTHER];
}

/// The groups that the page belongs to: its set and language, its language, and among Chinese
/// pages the news (a page that says nothing else is one) and those that say that their bytes are
/// not UTF-8.
pub fn groups_of(truth: &Truth) -> Vec<String> {
    let own = format!("{} {}", truth.set, truth.lang);
    let mut groups = vec![own.trim().to_owned()];
    if truth.is_chinese() {
        groups.push(CHINESE.to_owned());
        if truth.kind.as_deref().is_none_or(|kind| kind == "news") {
            groups.push(CHINESE_NEWS.to_owned());
        }
        if truth.enc.as_deref().is_some_and(|name| name != "utf-8") {
            groups.push(CHINESE_LEGACY.to_owned());
        }
    } else {
        groups.push(OTHER.to_owned());
    }
    groups
}

/// Which fields the truth of each set gives on any page at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labelled(BTreeSet<(String, String, Asked)>);

impl Labelled {
    /// What `truths` give.
    pub fn of<'page>(truths: impl IntoIterator<Item = &'page Truth>) -> Self {
        let mut found = BTreeSet::new();
        for truth in truths {
            for (asked, is_given) in [
                (Asked::Author, truth.author.is_some()),
                (Asked::Source, truth.source.is_some()),
                (Asked::Views, truth.views.is_some()),
            ] {
                if is_given {
                    found.insert((truth.set.clone(), truth.lang.clone(), asked));
                }
            }
        }
        Self(found)
    }

    /// Whether `asked` was looked for in the set of `truth`.
    pub fn covers(&self, truth: &Truth, asked: Asked) -> bool {
        let key = (truth.set.clone(), truth.lang.clone(), asked);
        self.0.contains(&key)
    }
}

/// Sums `pages` up by group.
pub fn tally<'page>(
    pages: impl IntoIterator<Item = (&'page Truth, &'page PageScore)>,
) -> BTreeMap<String, Group> {
    let mut heaps: BTreeMap<String, Vec<&PageScore>> = BTreeMap::new();
    for (truth, score) in pages {
        for group in groups_of(truth) {
            heaps.entry(group).or_default().push(score);
        }
    }
    heaps
        .into_iter()
        .map(|(name, pages)| (name, sum(&pages)))
        .collect()
}

fn sum(pages: &[&PageScore]) -> Group {
    let mut counts: BTreeMap<Metric, (u32, u32)> = BTreeMap::new();
    for judgement in pages.iter().flat_map(|page| &page.fields) {
        let metric = match judgement.verdict {
            Verdict::Right | Verdict::Wrong | Verdict::Missed => {
                Some(Metric::of_right(judgement.asked))
            }
            Verdict::Invented | Verdict::Nothing => Metric::of_invented(judgement.asked),
        };
        let Some(metric) = metric else {
            continue;
        };
        let (counted, all) = counts.entry(metric).or_default();
        *counted += u32::from(matches!(
            judgement.verdict,
            Verdict::Right | Verdict::Invented
        ));
        *all += 1;
    }
    let mut scores: BTreeMap<Metric, Score> = counts
        .into_iter()
        .map(|(metric, (counted, pages))| {
            let value = f64::from(counted) / f64::from(pages);
            (metric, Score { value, pages })
        })
        .collect();
    let bodies: Vec<BodyScore> = pages.iter().filter_map(|page| page.body).collect();
    scores.extend(bodies_together(&bodies));
    Group {
        pages: count(pages.len()),
        scores,
    }
}

/// What `bodies` came to. A page of which nothing was read has no precision, and one without a
/// word no recall: they do not weigh in the mean.
fn bodies_together(bodies: &[BodyScore]) -> Vec<(Metric, Score)> {
    if bodies.is_empty() {
        return Vec::new();
    }
    let read = bodies.iter().filter(|body| body.has_read());
    let said = bodies.iter().filter(|body| body.has_truth());
    let precision = mean(read.map(|body| body.precision()));
    let recall = mean(said.map(|body| body.recall()));
    let failed = bodies.iter().map(|body| f64::from(body.f1() < 0.5));
    let pages = count(bodies.len());
    [
        (Metric::BodyF1, harmonic(precision, recall)),
        (Metric::BodyPrecision, precision),
        (Metric::BodyRecall, recall),
        (
            Metric::BodyF1Page,
            mean(bodies.iter().map(|body| body.f1())),
        ),
        (Metric::BodyFail, mean(failed)),
    ]
    .map(|(metric, value)| (metric, Score { value, pages }))
    .into()
}

/// The mean; 0 of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 {
        0.0
    } else {
        sum / f64::from(count)
    }
}

fn count(pages: usize) -> u32 {
    u32::try_from(pages).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::judge::judge;
    use super::super::truth::Answer;
    use super::*;

    /// Sums pages up, each written as its truth and what was read.
    fn summed(pages: &[(Value, Value)]) -> BTreeMap<String, Group> {
        let judged: Vec<(Truth, PageScore)> = pages
            .iter()
            .map(|(truth, answer)| {
                let truth = Truth::from_json(truth).expect("a truth");
                let answer = Answer::from_json(answer.as_object().expect("an object"));
                let score = judge(&truth, &answer);
                (truth, score)
            })
            .collect();
        tally(judged.iter().map(|(truth, score)| (truth, score)))
    }

    fn check(
        groups: &BTreeMap<String, Group>,
        group: &str,
        metric: Metric,
        value: f64,
        pages: u32,
    ) {
        let found = groups[group].scores[&metric];
        assert!(
            (found.value - value).abs() < 1e-12 && found.pages == pages,
            "{group} {}: {found:?}, not {value} of {pages}",
            metric.name()
        );
    }

    #[test]
    fn bodies_are_pooled_by_mean_precision_and_mean_recall() {
        let truth = |file: &str| json!({"file": file, "body": "展会今天开幕"});
        let groups = summed(&[
            (truth("whole"), json!({"body": "展会今天开幕"})),
            // a third of it: precision 1, recall 1/3, F1 1/2
            (truth("cut"), json!({"body": "展会今天"})),
            // nothing: no precision, recall 0, F1 0
            (truth("empty"), json!({})),
            // no body marked: not asked
            (
                json!({"file": "list", "kind": "list"}),
                json!({"body": "首页"}),
            ),
        ]);
        let (precision, recall) = (1.0, (1.0 + 1.0 / 3.0) / 3.0);
        check(&groups, "zh", Metric::BodyPrecision, precision, 3);
        check(&groups, "zh", Metric::BodyRecall, recall, 3);
        let f1 = 2.0 * recall / (1.0 + recall);
        check(&groups, "zh", Metric::BodyF1, f1, 3);
        check(&groups, "zh", Metric::BodyF1Page, 0.5, 3);
        // a half is not under a half
        check(&groups, "zh", Metric::BodyFail, 1.0 / 3.0, 3);
        assert_eq!(groups["zh"].pages, 4);
        assert_eq!(groups["ALL-zh-news"].pages, 3);
    }

    #[test]
    fn fields_are_counted_where_the_page_has_them_and_noise_where_not() {
        let groups = summed(&[
            (
                json!({"file": "1", "author": "张三"}),
                json!({"author": "张三"}),
            ),
            (
                json!({"file": "2", "author": "张三"}),
                json!({"author": "李四"}),
            ),
            (json!({"file": "3"}), json!({"author": "admin"})),
            (json!({"file": "4"}), json!({})),
            (json!({"file": "5"}), json!({})),
        ]);
        check(&groups, "ALL-zh", Metric::Author, 0.5, 2);
        check(&groups, "ALL-zh", Metric::AuthorNoise, 1.0 / 3.0, 3);
        check(&groups, "ALL-zh", Metric::SourceNoise, 0.0, 5);
        assert!(!groups["ALL-zh"].scores.contains_key(&Metric::Title));
        assert!(!groups["ALL-zh"].scores.contains_key(&Metric::BodyF1));
    }

    #[test]
    fn a_field_that_no_page_of_a_set_has_was_not_looked_for() {
        let truth = |line: Value| Truth::from_json(&line).expect("a truth");
        let (one, other, foreign) = (
            truth(json!({"file": "1", "set": "a", "author": null})),
            truth(json!({"file": "2", "set": "a"})),
            truth(json!({"file": "3", "set": "a", "lang": "en", "views": 3})),
        );
        let labelled = Labelled::of([&one, &other, &foreign]);
        assert!(labelled.covers(&other, Asked::Author));
        assert!(!labelled.covers(&other, Asked::Views));
        assert!(!labelled.covers(&foreign, Asked::Author));
        assert!(labelled.covers(&foreign, Asked::Views));
    }

    #[test]
    fn a_page_is_in_its_set_and_in_the_pools() {
        for (line, expected) in [
            (
                json!({"file": "a", "set": "fairs", "lang": "zh", "enc": "gb18030", "kind": "news"}),
                ["fairs zh", "ALL-zh", "ALL-zh-news", "ALL-zh-nonutf8"].as_slice(),
            ),
            (
                json!({"file": "a", "lang": "zh-Hant", "kind": "article", "enc": "utf-8"}),
                &["zh-Hant", "ALL-zh"],
            ),
            (json!({"file": "a"}), &["zh", "ALL-zh", "ALL-zh-news"]),
            (
                json!({"file": "a", "set": "x", "lang": "de"}),
                &["x de", "ALL-en"],
            ),
        ] {
            let truth = Truth::from_json(&line).expect("a truth");
            assert_eq!(groups_of(&truth), expected, "{line}");
        }
    }
}
