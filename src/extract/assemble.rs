//! The order of rules: site, builder, metadata line, head; and the article that comes of it.

use std::sync::Arc;

use super::body::{self, Body, Worth};
use super::head::Head;
use super::lines::Line;
use super::metadata::{Region, Statement};
use super::outline::Outline;
use super::printed::Printed;
use super::site_rules::Applied;
use super::title::Title;
use super::{
    Extraction, Page, beside, clean, credits, following, kind, language, names, summary, time,
    title, views,
};
use crate::chinese::dates::{DateContext, DateKind};
use crate::chinese::labels;
use crate::chinese::{dates, numbers};
use crate::model::{Article, AsPrinted, Field, PageKind, Provenance, ViewsNote, Warning};
use crate::rules::{RuleBook, SiteRules};

/// How many columns beside an article may hold more text than it.
const MOST_STRANGERS: usize = 3;

/// Reads a page by the rules in force for it.
pub fn extract(page: &Page, book: &RuleBook) -> Extraction {
    let rules = rules_for(page, book);
    let applied = rules.as_deref().map(Applied::new);
    let reading = Reading::new(page, applied.as_ref());
    reading.extraction()
}

fn rules_for(page: &Page, book: &RuleBook) -> Option<Arc<SiteRules>> {
    page.url
        .as_ref()
        .and_then(|url| book.site_for(url))
        .or_else(|| book.builder_for(page))
}

/// Everything known of a page while its article is put together.
struct Reading<'page> {
    page: &'page Page,
    rules: Option<&'page Applied<'page>>,
    outline: Outline<'page>,
    head: Head,
    body: Body,
    title: Option<Title>,
    region: Region,
    stated: Vec<Statement>,
    context: DateContext,
    provenance: Provenance,
    warnings: Vec<Warning>,
}

impl<'page> Reading<'page> {
    fn new(page: &'page Page, rules: Option<&'page Applied<'page>>) -> Self {
        let mut outline = Outline::new(&page.html);
        let head = Head::read(&page.html);
        let mut provenance = Provenance::new();
        let mut warnings = Vec::new();
        if page.is_cut {
            let message = "it has more elements than are read; the rest was taken as text";
            warnings.push(Warning::new("page-cut", message));
        }
        if let Some(rules) = rules {
            for noise in rules.noise(page, &outline) {
                outline.discard(noise);
            }
        }
        let given = rules.and_then(|rules| rules.body(page, &outline));
        let is_given = given.is_some();
        let mut body = match given {
            Some((element, from)) => {
                provenance.insert(Field::Body, from);
                body::within(&outline, &Worth::weigh(&outline), element)
            }
            None => body::find(&outline),
        };
        let mut title = title::find(&outline, &head, &body);
        let mut refused = Vec::new();
        while !is_given
            && refused.len() < MOST_STRANGERS
            && let Some(stranger) = beside::stranger(&outline, title.as_ref(), &body)
        {
            refused.push(stranger);
            body = body::find_outside(&outline, &refused);
            title = title::find(&outline, &head, &body).or(title);
        }
        body.begin_after(&outline, title.as_ref());
        if !is_given {
            following::cut(&outline, title.as_ref(), &mut body);
        }
        let region = Region::around(&outline, title.as_ref(), &body);
        let stated = region.statements(&outline);
        let zone = rules.map_or_else(default_zone, Applied::time_zone);
        let context = DateContext {
            now: page.fetched_at,
            zone,
        };
        Self {
            page,
            rules,
            outline,
            head,
            body,
            title,
            region,
            stated,
            context,
            provenance,
            warnings,
        }
    }

    fn extraction(mut self) -> Extraction {
        let mut article = Article::default();
        self.times(&mut article);
        self.views(&mut article);
        self.title(&mut article);
        self.summary(&mut article);
        let credits = self.body(&mut article);
        self.opening(&mut article);
        self.names(&mut article, credits);
        self.printed(&mut article);
        article.lang = language::of(
            article
                .body_text
                .as_deref()
                .or(article.title.as_deref())
                .unwrap_or_default(),
            self.head.lang.as_deref(),
        );
        let size = article.body_text.as_deref().map_or(0, |text| {
            text.chars()
                .map(|letter| if super::lines::is_cjk(letter) { 2 } else { 1 })
                .sum()
        });
        let kind = kind::judge(
            &self.outline,
            &self.body,
            &self.stated,
            self.title.as_ref(),
            article.publish_time.is_some(),
            size,
        );
        if kind == PageKind::List {
            let title = title::of_list(&self.head).or(article.title);
            article = Article {
                title,
                lang: article.lang,
                ..Article::default()
            };
            self.provenance.retain(|field, _| *field == Field::Title);
        }
        Extraction {
            article,
            kind,
            warnings: self.warnings,
            provenance: self.provenance,
            rules: self
                .rules
                .map_or_else(|| "generic".to_owned(), |rules| rules.name().to_owned()),
        }
    }

    /// The first value that a site's rules give for a field, with its rule noted.
    fn given<T>(&mut self, field: Field, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let rules = self.rules?;
        let (value, from) = rules
            .values(self.page, field)
            .find_map(|(text, from)| Some((read(&text)?, from)))?;
        self.provenance.insert(field, from);
        Some(value)
    }

    fn times(&mut self, article: &mut Article) {
        let context = self.context.clone();
        let given = self.given(Field::PublishTime, |text| dates::read(text, &context));
        if let Some(reading) = given {
            article.publish_time = reading.time;
            article.publish_time_raw = Some(reading.raw);
            // where a page shows 昨天, its script may know the minute
            let exact = (reading.kind == DateKind::Relative)
                .then(|| time::scripted(&self.outline, &self.context))
                .flatten();
            if let Some(exact) = exact {
                article.publish_time = exact.time;
                article.publish_time_raw = Some(exact.raw);
                self.provenance.insert(Field::PublishTime, exact.from);
            }
            if article.publish_time.is_some() {
                return;
            }
        }
        let found = time::find(
            &self.outline,
            &self.region,
            &self.stated,
            &self.head,
            &self.context,
        );
        if let Some(found) = found {
            article.publish_time = found.time;
            article.publish_time_raw = Some(found.raw);
            self.provenance.insert(Field::PublishTime, found.from);
        }
        if article.publish_time.is_none()
            && let Some(raw) = &article.publish_time_raw
        {
            let message = format!("the publish time `{raw}` has no year; none was guessed");
            self.warnings
                .push(Warning::new("date-without-year", message));
        }
    }

    fn views(&mut self, article: &mut Article) {
        if let Some(count) = self.given(Field::Views, numbers::count) {
            article.views = Some(count.value);
            article.views_note = count.rounded.then_some(ViewsNote::Rounded);
            return;
        }
        if let Some(found) = views::find(&self.outline, &self.region, &self.stated) {
            article.views = found.count;
            article.views_note = found.note;
            self.provenance.insert(Field::Views, found.from);
        }
    }

    fn title(&mut self, article: &mut Article) {
        article.title = self.given(Field::Title, |text| Some(text.to_owned()));
        if article.title.is_none()
            && let Some(title) = &self.title
        {
            article.title = Some(title.text.clone());
            self.provenance.insert(Field::Title, title.from.to_owned());
        }
    }

    /// The text; gives what its ends credit.
    fn body(&mut self, article: &mut Article) -> credits::Credits {
        let mut text: Vec<String> = self
            .body
            .lines
            .iter()
            .filter_map(|&index| self.outline.lines.get(index))
            .map(Line::plain)
            .collect();
        let credits = credits::take(&mut text);
        let (html, images) = clean::body(self.page, &self.outline, &self.body);
        article.body_html = html;
        article.images = images;
        let text = text.join("\n");
        if !text.is_empty() {
            article.body_text = Some(text);
            self.provenance
                .entry(Field::Body)
                .or_insert_with(|| "generic".to_owned());
        }
        credits
    }

    fn names(&mut self, article: &mut Article, credits: credits::Credits) {
        article.source = self.given(Field::Source, names::outlet);
        if article.source.is_none() {
            let found = names::source(&self.outline, &self.region, &self.stated, &self.head)
                .or_else(|| credits.source.map(|name| (name, "credit".to_owned())));
            article.source = self.noted(Field::Source, found);
        }
        article.author = self.given(Field::Author, names::persons);
        if article.author.is_none() {
            let found = names::author(&self.outline, &self.region, &self.stated, &self.head);
            let found = match (found, credits.author) {
                (Some((_, from)), Some(name)) if from == "json-ld" => {
                    Some((name, "credit".to_owned()))
                }
                (None, Some(name)) => Some((name, "credit".to_owned())),
                (found, _) => found,
            };
            article.author = self.noted(Field::Author, found);
        }
        article.editor = self.given(Field::Editor, names::persons);
        if article.editor.is_none() {
            let found = names::editor(&self.stated)
                .or_else(|| credits.editor.map(|name| (name, "credit".to_owned())));
            article.editor = self.noted(Field::Editor, found);
        }
        for (field, value) in [
            (Field::Source, &article.source),
            (Field::Author, &article.author),
            (Field::Editor, &article.editor),
        ] {
            if let Some(value) = value
                && labels::is_placeholder(field, value)
            {
                let message =
                    format!("{field} `{value}` is what a CMS prints where nobody wrote anything");
                self.warnings.push(Warning::new("placeholder", message));
            }
        }
    }

    fn noted(&mut self, field: Field, found: Option<names::Named>) -> Option<String> {
        let (name, from) = found?;
        self.provenance.insert(field, from);
        Some(name)
    }

    /// A visible abstract.
    fn summary(&mut self, article: &mut Article) {
        article.summary = self.given(Field::Summary, |text| {
            Some(summary::without_label(text)).filter(|text| !text.is_empty())
        });
        if article.summary.is_some() {
            return;
        }
        let Some(found) = summary::find(&self.outline, &self.region, &self.stated) else {
            return;
        };
        // an abstract inside the text's element is no part of the text, unless it is all of it
        let kept: Vec<usize> = self
            .body
            .lines
            .iter()
            .copied()
            .filter(|line| !found.lines.contains(line))
            .collect();
        let size = |lines: &[usize]| -> usize {
            let lines = lines
                .iter()
                .filter_map(|&line| self.outline.lines.get(line));
            lines.map(|line| line.size).sum()
        };
        if size(&kept) * 2 >= size(&self.body.lines) {
            self.body.lines = kept;
        }
        article.summary = Some(found.text);
        self.provenance.insert(Field::Summary, found.from);
    }

    /// Keeps beside the recovered words the page's own.
    fn printed(&mut self, article: &mut Article) {
        let Some(annotation) = &self.page.annotation else {
            return;
        };
        let printed = Printed::new(&annotation.printed, &self.outline);
        article.as_printed = Some(AsPrinted {
            title: printed.title(article.title.as_deref(), self.title.as_ref()),
            body_text: printed.body(&self.body, article.body_text.as_deref()),
        });
        let mended = match annotation.scars_repaired {
            0 => String::new(),
            count => format!(", {count} torn places were mended"),
        };
        let lossy = if annotation.lossy {
            "; some characters may be missing or wrong"
        } else {
            ""
        };
        let message = format!(
            "{} pinyin annotations were taken out and the text simplified{mended}{lossy}",
            annotation.count
        );
        self.warnings.push(Warning::new("annotated-text", message));
    }

    /// Where the text repeats its opening, it keeps it once.
    fn opening(&mut self, article: &mut Article) {
        let Some(text) = article.body_text.as_deref() else {
            return;
        };
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let found = summary::part(&mut lines);
        article.body_text = Some(lines.join("\n"));
        if article.summary.is_none()
            && let Some(found) = found
        {
            article.summary = Some(found);
            self.provenance
                .insert(Field::Summary, "repeated opening".to_owned());
        }
    }
}

fn default_zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC)
}
