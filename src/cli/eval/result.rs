//! The result of an evaluation: as an object for programs, and read back from one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::score::{
    Asked, BodyScore, Checked, Comparison, Group, Judgement, Metric, Move, Outline, PageChange,
    PageOutline, PageScore, Score, Side, Verdict,
};

use super::meter::Cost;

/// The form of the object; another number when a key changes its meaning.
const FORMAT: &str = "zhanwen-eval/1";

/// One page, scored.
#[derive(Debug, Clone)]
pub(crate) struct ScoredPage {
    /// Its name in the folder.
    pub(crate) file: String,
    /// Its set.
    pub(crate) set: String,
    /// Its language.
    pub(crate) lang: String,
    /// Which rules read it.
    pub(crate) rules: Option<String>,
    /// Why nothing was read from it.
    pub(crate) error: Option<String>,
    /// How well it was read.
    pub(crate) score: PageScore,
    /// How much there is to mend.
    pub(crate) loss: f64,
}

/// Who read the pages.
#[derive(Debug, Clone)]
pub(crate) enum Reader {
    /// This program.
    Own {
        /// The folder of rules files.
        selectors: PathBuf,
        /// The rules that come from it.
        files: Vec<String>,
        /// Sites that have rules.
        sites: Vec<String>,
        /// Builders that have rules.
        builders: Vec<String>,
        /// What it cost.
        cost: Cost,
    },
    /// Another tool, or this one at another time.
    Predictions {
        /// The file.
        path: PathBuf,
        /// Pages with more than one line.
        repeated: Vec<String>,
        /// Pages that the truth does not have.
        strangers: Vec<String>,
    },
}

/// A folder, scored.
#[derive(Debug, Clone)]
pub(crate) struct Evaluation {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// The digest of its truth.
    pub(crate) truth_sha256: String,
    /// Who read the pages.
    pub(crate) reader: Reader,
    /// The numbers of each group.
    pub(crate) groups: BTreeMap<String, Group>,
    /// The pages, in the order of the truth.
    pub(crate) pages: Vec<ScoredPage>,
    /// The bounds asked for.
    pub(crate) bounds: Vec<Checked>,
}

impl Evaluation {
    /// Pages of which nothing was read.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (&ScoredPage, &str)> {
        let pages = self.pages.iter();
        pages.filter_map(|page| Some((page, page.error.as_deref()?)))
    }

    /// Pages with something to mend, the worst first.
    pub(crate) fn worst(&self) -> Vec<&ScoredPage> {
        let mut pages: Vec<_> = self.pages.iter().filter(|page| page.loss > 0.0).collect();
        pages.sort_by(|one, other| other.loss.total_cmp(&one.loss));
        pages
    }

    /// How many pages each of the rules read, and which they are.
    pub(crate) fn by_rules(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut by_rules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for page in &self.pages {
            if let Some(rules) = &page.rules {
                by_rules.entry(rules).or_default().push(&page.file);
            }
        }
        by_rules
    }

    /// What a comparison needs of it.
    pub(crate) fn outline(&self) -> Outline {
        let page = |page: &ScoredPage| PageOutline {
            body: page.score.body.map(BodyScore::f1),
            fields: page
                .score
                .fields
                .iter()
                .map(|field| (field.asked, (field.verdict, field.read.clone())))
                .collect(),
        };
        Outline {
            groups: self.groups.clone(),
            pages: self
                .pages
                .iter()
                .map(|one| (one.file.clone(), page(one)))
                .collect(),
        }
    }

    /// The whole as an object (`docs/json.md`).
    pub(crate) fn object(&self, against: Option<&Against>) -> Value {
        let groups: Map<String, Value> = self
            .groups
            .iter()
            .map(|(name, group)| (name.clone(), group_object(group)))
            .collect();
        let unread: Vec<Value> = self
            .unread()
            .map(|(page, error)| json!({"file": page.file, "error": error}))
            .collect();
        let (rules, predictions, cost) = match &self.reader {
            Reader::Own {
                selectors,
                files,
                sites,
                builders,
                cost,
            } => {
                let rules = json!({
                    "selectors": selectors.to_string_lossy(),
                    "files": files,
                    "sites": sites,
                    "builders": builders,
                    "pages": self.by_rules(),
                });
                (rules, Value::Null, cost_object(cost, self.pages.len()))
            }
            Reader::Predictions {
                path,
                repeated,
                strangers,
            } => {
                let predictions = json!({
                    "file": path.to_string_lossy(),
                    "repeated": repeated,
                    "strangers": strangers,
                });
                (Value::Null, predictions, Value::Null)
            }
        };
        json!({
            "format": FORMAT,
            "zhanwen": env!("CARGO_PKG_VERSION"),
            "folder": self.folder.to_string_lossy(),
            "truth_sha256": self.truth_sha256,
            "rules": rules,
            "predictions": predictions,
            "groups": groups,
            "pages": self.pages.iter().map(page_object).collect::<Vec<_>>(),
            "unread": unread,
            "bounds": self.bounds.iter().map(bound_object).collect::<Vec<_>>(),
            "against": against.map(Against::object),
            "cost": cost,
        })
    }
}

/// An earlier result and what has moved since.
#[derive(Debug, Clone)]
pub(crate) struct Against {
    /// The file.
    pub(crate) path: PathBuf,
    /// Whether the truth is another one now.
    pub(crate) truth_changed: bool,
    /// What moved.
    pub(crate) moved: Comparison,
}

impl Against {
    fn object(&self) -> Value {
        let metrics: Map<String, Value> = self
            .moved
            .metrics
            .iter()
            .map(|(group, changes)| {
                let changes = changes.iter().map(|change| {
                    let told = json!({
                        "before": change.before,
                        "now": change.now,
                        "difference": change.difference(),
                    });
                    (change.metric.name().to_owned(), told)
                });
                (group.clone(), Value::Object(changes.collect()))
            })
            .collect();
        let pages = |pages: &[PageChange]| -> Vec<Value> {
            pages
                .iter()
                .map(|page| {
                    let moves: Vec<Value> = page.moves.iter().map(move_object).collect();
                    json!({"file": page.file, "moves": moves})
                })
                .collect()
        };
        json!({
            "file": self.path.to_string_lossy(),
            "truth_changed": self.truth_changed,
            "metrics": metrics,
            "better": pages(&self.moved.better),
            "worse": pages(&self.moved.worse),
            "gone": self.moved.gone,
            "new": self.moved.new,
        })
    }
}

fn group_object(group: &Group) -> Value {
    let mut object = Map::new();
    object.insert("n".to_owned(), json!(group.pages));
    for (metric, score) in &group.scores {
        object.insert(metric.name().to_owned(), json!(score.value));
        object.insert(metric.pages_name(), json!(score.pages));
    }
    Value::Object(object)
}

fn page_object(page: &ScoredPage) -> Value {
    let fields: Map<String, Value> = page
        .score
        .fields
        .iter()
        .map(|field| (field.asked.name().to_owned(), field_object(field)))
        .collect();
    json!({
        "file": page.file,
        "set": page.set,
        "lang": page.lang,
        "rules": page.rules,
        "error": page.error,
        "loss": page.loss,
        "body": page.score.body.map(|body| {
            json!({"f1": body.f1(), "precision": body.precision(), "recall": body.recall()})
        }),
        "fields": fields,
    })
}

fn field_object(field: &Judgement) -> Value {
    json!({"verdict": field.verdict.name(), "expected": field.expected, "read": field.read})
}

fn bound_object(checked: &Checked) -> Value {
    let side = match checked.bound.side {
        Side::Floor => "floor",
        Side::Ceiling => "ceiling",
    };
    json!({
        "group": checked.group,
        "metric": checked.bound.metric.name(),
        "side": side,
        "bound": checked.bound.value,
        "value": checked.value,
        "holds": checked.holds,
    })
}

fn cost_object(cost: &Cost, pages: usize) -> Value {
    let cpu = cost.cpu.map(|cpu| cpu.as_secs_f64());
    json!({
        "jobs": cost.jobs,
        "seconds": cost.elapsed.as_secs_f64(),
        "cpu_seconds": cpu,
        "pages_per_cpu_second": cpu.and_then(|cpu| rate(pages, cpu)),
        "peak_memory_bytes": cost.peak_memory_bytes,
    })
}

/// How many of `pages` a second.
pub(crate) fn rate(pages: usize, seconds: f64) -> Option<f64> {
    let pages = f64::from(u32::try_from(pages).ok()?);
    (seconds > 0.0).then(|| pages / seconds)
}

fn move_object(moved: &Move) -> Value {
    match moved {
        Move::Body { before, now } => json!({"what": "body", "before": before, "now": now}),
        Move::Field {
            asked,
            before,
            read_before,
            now,
            read_now,
        } => json!({
            "what": asked.name(),
            "before": before.name(),
            "read_before": read_before,
            "now": now.name(),
            "read_now": read_now,
        }),
    }
}

/// An earlier result, as far as it is compared.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    /// The digest of its truth.
    pub(super) truth_sha256: String,
    /// What it says.
    pub(super) outline: Outline,
}

impl Earlier {
    /// Reads back what [`Evaluation::object`] made.
    pub(super) fn from_json(value: &Value) -> Result<Self, String> {
        if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(format!(
                "it is no result that `eval --save` wrote (no \"format\": \"{FORMAT}\")"
            ));
        }
        let outlined = || {
            let groups = value.get("groups")?.as_object()?;
            let pages = value.get("pages")?.as_array()?;
            Some(Self {
                truth_sha256: value.get("truth_sha256")?.as_str()?.to_owned(),
                outline: Outline {
                    groups: groups
                        .iter()
                        .map(|(name, group)| Some((name.clone(), group_from(group)?)))
                        .collect::<Option<_>>()?,
                    pages: pages.iter().map(page_from).collect::<Option<_>>()?,
                },
            })
        };
        outlined().ok_or_else(|| "a part of the result is missing".to_owned())
    }
}

fn group_from(value: &Value) -> Option<Group> {
    let count = |name: &str| u32::try_from(value.get(name)?.as_u64()?).ok();
    let scores = Metric::ALL.into_iter().filter_map(|metric| {
        let score = Score {
            value: value.get(metric.name())?.as_f64()?,
            pages: count(&metric.pages_name())?,
        };
        Some((metric, score))
    });
    Some(Group {
        pages: count("n")?,
        scores: scores.collect(),
    })
}

fn page_from(value: &Value) -> Option<(String, PageOutline)> {
    let file = value.get("file")?.as_str()?.to_owned();
    let body = value.get("body")?.get("f1").and_then(Value::as_f64);
    let fields = value.get("fields")?;
    let fields = Asked::ALL.into_iter().filter_map(|asked| {
        let field = fields.get(asked.name())?;
        let name = field.get("verdict")?.as_str()?;
        let verdict = Verdict::ALL
            .into_iter()
            .find(|verdict| verdict.name() == name)?;
        let read = field.get("read")?.as_str()?.to_owned();
        Some((asked, (verdict, read)))
    });
    let fields = fields.collect();
    Some((file, PageOutline { body, fields }))
}

/// Reads the earlier result at `path`.
pub(super) fn earlier(path: &Path) -> Result<Earlier, String> {
    let text = std::fs::read(path).map_err(|refused| refused.to_string())?;
    let value = serde_json::from_slice(&text).map_err(|wrong| format!("no JSON: {wrong}"))?;
    Earlier::from_json(&value)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::score::{Answer, Truth, judge, tally};

    use super::*;

    fn evaluation() -> Evaluation {
        let truth = json!({
            "file": "a.html", "set": "fairs", "title": "甲", "author": "张三",
            "publish_time": "2026-06-08 09:05", "body": "展会今天开幕", "kind": "news",
        });
        let answer = json!({"title": "甲", "source": "乙", "body": "展会今天", "kind": "list"});
        let truth = Truth::from_json(&truth).expect("a truth");
        let answer = Answer::from_json(answer.as_object().expect("an object"));
        let score = judge(&truth, &answer);
        Evaluation {
            folder: "pages".into(),
            truth_sha256: "00".to_owned(),
            reader: Reader::Own {
                selectors: "selectors".into(),
                files: vec!["example".to_owned()],
                sites: vec!["example".to_owned()],
                builders: Vec::new(),
                cost: Cost {
                    jobs: 2,
                    elapsed: Duration::from_secs(1),
                    cpu: Some(Duration::from_millis(500)),
                    peak_memory_bytes: None,
                },
            },
            groups: tally([(&truth, &score)]),
            pages: vec![ScoredPage {
                file: truth.file,
                set: truth.set,
                lang: truth.lang,
                rules: Some("site:example".to_owned()),
                error: None,
                loss: score.loss(|_| true),
                score,
            }],
            bounds: Vec::new(),
        }
    }

    #[test]
    fn a_saved_result_is_read_back_as_it_was() {
        let evaluation = evaluation();
        let text = evaluation.object(None).to_string();
        let value: Value = serde_json::from_str(&text).expect("an object");
        let earlier = Earlier::from_json(&value).expect("a result");
        assert_eq!(earlier.outline, evaluation.outline());
        assert_eq!(earlier.truth_sha256, "00");
        assert_eq!(value["cost"]["pages_per_cpu_second"], 2.0);
        assert_eq!(value["rules"]["pages"]["site:example"][0], "a.html");
    }

    #[test]
    fn what_is_no_result_is_refused() {
        for (value, words) in [
            (json!([]), "eval --save"),
            (json!({"format": "zhanwen-eval/99"}), "eval --save"),
            (json!({"format": FORMAT, "groups": {}}), "missing"),
        ] {
            let why = Earlier::from_json(&value).expect_err("no result");
            assert!(why.contains(words), "{why}");
        }
    }
}
