//! What reading the archive anew came to: a page field by field, and all of them summed up.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::archive::RunId;
use crate::crawl::{Became, Difference, Reparsed};

use super::super::output::{Paint, harmless};
use super::diff::diff;
use super::json::diff_object;

/// Examples kept for the report.
const EXAMPLES: usize = 10;

/// What the pages come to, counted as they are read.
#[derive(Debug, Default)]
pub(in crate::cli) struct Rereads {
    /// Pages read.
    pub(in crate::cli) pages: u64,
    /// Pages in scope.
    pub(in crate::cli) of: u64,
    /// Pages left as they were since they could not be read.
    pub(in crate::cli) failed: u64,
    run: Option<RunId>,
    answers: u64,
    pruned: u64,
    changed: u64,
    made: u64,
    by_field: BTreeMap<&'static str, u64>,
    articles_found: u64,
    articles_lost: u64,
    examples: Vec<String>,
}

impl Rereads {
    /// Notes how many pages there are, and the run's number.
    pub(in crate::cli) const fn begin(&mut self, pages: u64, run: Option<RunId>) {
        self.of = pages;
        self.run = run;
    }

    /// Counts a page in.
    pub(in crate::cli) fn count(&mut self, page: &Reparsed) {
        self.pages += 1;
        self.answers += page.answers;
        self.pruned += page.pruned;
        self.made += page.made;
        self.failed += u64::from(page.failed.is_some());
        self.changed += u64::from(page.is_news());
        for field in &page.fields {
            *self.by_field.entry(field).or_default() += 1;
        }
        self.articles_found += u64::from(page.became == Some(Became::Article));
        self.articles_lost += u64::from(page.became == Some(Became::NoArticle));
        if page.is_news() && self.examples.len() < EXAMPLES {
            let fields: Vec<&str> = page.fields.iter().copied().collect();
            let what = match page.became {
                Some(became) => said(became).to_owned(),
                None => fields.join(", "),
            };
            self.examples.push(format!("{}  {what}", page.url));
        }
    }

    /// The report as JSON.
    pub(in crate::cli) fn object(&self, dry: bool, all: bool) -> Value {
        json!({"report": {
            "run": self.run.map(|run| run.0),
            "dry_run": dry,
            "complete": all,
            "pages": self.pages,
            "answers": self.answers,
            "pruned": self.pruned,
            "changed": self.changed,
            "by_field": self.by_field,
            "articles_found": self.articles_found,
            "articles_lost": self.articles_lost,
            "versions_made": self.made,
            "failed": self.failed,
        }})
    }

    /// The report in words.
    pub(in crate::cli) fn report(&self, dry: bool, all: bool, paint: Paint) -> String {
        let mut lines = Vec::new();
        if !dry && !self.examples.is_empty() {
            lines.extend(self.examples.iter().map(|example| harmless(example)));
            let more = self.changed - u64::try_from(self.examples.len()).unwrap_or_default();
            if more > 0 {
                lines.push(paint.dim(&format!("… and {more} more")));
            }
            lines.push(String::new());
        }
        let fields = self.by_field.iter();
        let fields: Vec<String> = fields
            .map(|(field, pages)| format!("{field} {pages}"))
            .collect();
        let would = if dry { "would be " } else { "" };
        lines.push(format!(
            "{} of {} pages read, {} answers in them: {} {would}read otherwise{}",
            self.pages,
            self.of,
            self.answers,
            self.changed,
            if fields.is_empty() {
                String::new()
            } else {
                format!(" ({})", fields.join(", "))
            }
        ));
        if self.pruned > 0 {
            lines.push(format!(
                "{} answers could not be read again, since their bytes were pruned: they follow what was \
                 read of others like them, or stay as they were read",
                self.pruned
            ));
        }
        if self.articles_found + self.articles_lost > 0 {
            lines.push(format!(
                "{} become articles, {} are none any more",
                self.articles_found, self.articles_lost
            ));
        }
        if self.made > 0 {
            lines.push(format!("{} versions {would}made", self.made));
        }
        if self.failed > 0 {
            let failed = format!(
                "{} pages could not be read and stay as they were",
                self.failed
            );
            lines.push(paint.red(&failed));
        }
        if !all {
            lines.push(
                "stopped before the end: the next run begins anew, and what is done stays"
                    .to_owned(),
            );
        }
        lines.join("\n")
    }
}

const fn said(became: Became) -> &'static str {
    match became {
        Became::Article => "an article, which was none",
        Became::NoArticle => "no article any more",
    }
}

/// A page, old and new field by field.
pub(in crate::cli) fn reparsed(page: &Reparsed, width: usize, paint: Paint) -> String {
    let mut lines = vec![paint.bold(&harmless(page.url.as_str()))];
    if let Some(why) = &page.failed {
        lines.push(paint.red(&format!("not read: {}", harmless(why))));
    }
    if let Some(became) = page.became {
        lines.push(paint.yellow(said(became)));
    }
    for one in &page.differences {
        let looks = if one.looks == 1 { "look" } else { "looks" };
        let head = format!("{}, {} {looks}", which(one), one.looks);
        lines.push(paint.cyan(&head));
        lines.push(diff(&one.diff, width, paint));
    }
    if page.views > 0 {
        lines.push(format!("views: {} looks saw another count", page.views));
    }
    for beside in ["editor", "details", "kind"] {
        let told = page.differences.iter().flat_map(|one| &one.diff.fields);
        if page.fields.contains(beside) && !told.clone().any(|change| change.field == beside) {
            lines.push(format!("{beside}: read otherwise"));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn which(one: &Difference) -> String {
    match (one.from, one.to) {
        (Some(from), Some(to)) => format!("version {from} → version {to}"),
        (Some(from), None) => format!("version {from} → no article"),
        (None, Some(to)) => format!("no article → version {to}"),
        (None, None) => "no article".to_owned(),
    }
}

/// A page as JSON.
pub(in crate::cli) fn reparsed_object(page: &Reparsed) -> Value {
    let differences = page.differences.iter().map(|one| {
        let mut object = diff_object(page.url.as_str(), 0, 0, &one.diff);
        if let Some(object) = object.as_object_mut() {
            object.remove("url");
            object.insert("old".to_owned(), json!(one.from));
            object.insert("new".to_owned(), json!(one.to));
            object.insert("looks".to_owned(), json!(one.looks));
        }
        object
    });
    json!({
        "url": page.url.as_str(),
        "site": page.site.as_str(),
        "fields": page.fields,
        "article": match page.became {
            Some(Became::Article) => Some("found"),
            Some(Became::NoArticle) => Some("lost"),
            None => None,
        },
        "views": page.views,
        "versions_made": page.made,
        "differences": differences.collect::<Vec<_>>(),
        "failed": page.failed,
    })
}
