//! The order of rules: site, builder, metadata line, head; and the article that comes of it.

use std::sync::Arc;

use super::body::Body;
use super::credits::{self, Credits};
use super::cuts::CutRule;
use super::explain::{BodyTrace, Explanation, Ledger};
use super::head::Head;
use super::lines::{Line, is_cjk};
use super::metadata::Scene;
use super::outline::Outline;
use super::parts::{self, Part};
use super::printed::Printed;
use super::refusal::Refusal;
use super::site_rules::{Applied, values};
use super::text::Text;
use super::title::{self, Title};
use super::worth;
use super::{
    Extraction, Page, author, clean, kind, language, names, persons, source, summary, time, views,
};
use crate::chinese::dates::DateContext;
use crate::chinese::labels;
use crate::model::{Article, AsPrinted, Field, PageKind, Warning};
use crate::rules::{RuleBook, SiteRules};

/// Reads a page by the rules in force for it.
pub fn extract(page: &Page, book: &RuleBook) -> Extraction {
    let rules = rules_for(page, book);
    let applied = rules.as_deref().map(Applied::new);
    Reading::of(page, applied.as_ref(), false).extraction()
}

/// Reads a page as [`extract`] does, and tells what was considered on the way.
pub fn explain(page: &Page, book: &RuleBook) -> (Extraction, Explanation) {
    let rules = rules_for(page, book);
    let applied = rules.as_deref().map(Applied::new);
    let reading = Reading::of(page, applied.as_ref(), true);
    let explanation = reading.explanation();
    (reading.extraction(), explanation)
}

fn rules_for(page: &Page, book: &RuleBook) -> Option<Arc<SiteRules>> {
    page.url
        .as_ref()
        .and_then(|url| book.site_for(url))
        .or_else(|| book.builder_for(page))
}

/// What to say of a page that is not read as a whole.
fn cut(page: &Page) -> Option<Warning> {
    let message = "it has more elements than are read; the rest was taken as text";
    page.is_cut.then(|| Warning::new("page-cut", message))
}

/// Everything known of a page while its article is put together.
struct Reading<'page> {
    page: &'page Page,
    rules: Option<&'page Applied<'page>>,
    scene: Scene<'page>,
    body: Body,
    strangers: Vec<usize>,
    title: Option<Title>,
    credits: Credits,
    article: Article,
    kind: PageKind,
    why: &'static str,
    part: Option<Part>,
    ledger: Ledger,
    warnings: Vec<Warning>,
}

impl<'page> Reading<'page> {
    fn of(page: &'page Page, rules: Option<&'page Applied<'page>>, wanted: bool) -> Self {
        let mut reading = Self::new(page, rules, wanted);
        reading.time();
        reading.views();
        reading.summary();
        reading.body();
        reading.names();
        reading.printed();
        reading.language();
        reading.judge();
        reading
    }

    /// Finds text, headline and what stands around them.
    fn new(page: &'page Page, rules: Option<&'page Applied<'page>>, wanted: bool) -> Self {
        let mut ledger = Ledger::new(wanted);
        let mut outline = Outline::new(&page.html);
        let head = Head::read(&page.html);
        for noise in rules.map_or_else(Vec::new, |rules| rules.noise(page, &outline)) {
            outline.discard(noise);
        }
        let given = rules.and_then(|rules| rules.body(page, &outline));
        let given = given.filter(|(element, _)| {
            rules.is_some_and(Applied::are_a_sites) || worth::has_a_share(&outline, *element)
        });
        let element = given.map(|(element, from)| {
            ledger.provenance.insert(Field::Body, from);
            element
        });
        let text = Text::find(&outline, &head, element, wanted);
        let ruled = ledger.pick(Field::Title, values(rules, page, Field::Title));
        let title = ledger.note(Field::Title, text.title);
        let article = Article {
            title: ruled.or_else(|| Some(title.as_ref()?.text.clone())),
            ..Article::default()
        };
        let dates = DateContext {
            now: page.fetched_at,
            zone: rules.and_then(Applied::time_zone).or_else(|| {
                let said = opening(&outline, &text.body, article.title.as_deref());
                is_at_home(&said, page, &head).then(home_zone)?
            }),
        };
        let scene = Scene::around(outline, head, title.as_ref(), &text.body, dates);
        Self {
            page,
            rules,
            scene,
            body: text.body,
            strangers: text.strangers,
            title,
            credits: Credits::default(),
            article,
            kind: PageKind::Other,
            why: "",
            part: rules.and_then(|rules| parts::of(page, rules.next_part())),
            ledger,
            warnings: cut(page).into_iter().collect(),
        }
    }

    fn time(&mut self) {
        let given = || values(self.rules, self.page, Field::PublishTime);
        let dates = time::candidates(&self.scene, given);
        let Some(found) = self.ledger.pick(Field::PublishTime, dates) else {
            return;
        };
        if found.time.is_none() {
            let raw = &found.raw;
            let message = format!("the publish time `{raw}` has no year; none was guessed");
            self.warnings
                .push(Warning::new("date-without-year", message));
        }
        self.article.publish_time = found.time;
        self.article.publish_time_raw = Some(found.raw);
    }

    fn views(&mut self) {
        let given = values(self.rules, self.page, Field::Views);
        let counts = views::candidates(&self.scene, given);
        if let Some(found) = self.ledger.pick(Field::Views, counts) {
            self.article.views = found.count;
            self.article.views_note = found.note;
        }
    }

    /// A visible abstract.
    fn summary(&mut self) {
        let given = values(self.rules, self.page, Field::Summary);
        let abstracts = summary::candidates(&self.scene, given);
        let Some(found) = self.ledger.pick(Field::Summary, abstracts) else {
            return;
        };
        // an abstract inside the text's element is no part of the text, unless it is all of it
        let lines = &self.scene.outline.lines;
        let size = |line: &usize| lines.get(*line).map_or(0, |line| line.size);
        let all: usize = self.body.lines.iter().map(size).sum();
        let own = |line: &&usize| found.lines.contains(*line);
        let shown: usize = self.body.lines.iter().filter(own).map(size).sum();
        if shown * 2 <= all {
            self.body
                .retain(CutRule::Summary, |line| !found.lines.contains(&line));
        }
        self.article.summary = Some(found.text);
    }

    /// The text without the credits at its ends, and without its opening where it repeats that.
    fn body(&mut self) {
        let lines = &self.scene.outline.lines;
        let body = self.body.lines.iter();
        let mut text: Vec<String> = body
            .filter_map(|&index| lines.get(index))
            .map(Line::plain)
            .collect();
        self.credits = credits::take(&mut text);
        let repeated = summary::part(&mut text);
        let text = text.join("\n");
        let (html, images) = clean::body(self.page, &self.scene.outline, &self.body, &text);
        self.article.body_html = html;
        self.article.images = images;
        if text.is_empty() {
            return;
        }
        if let Some(found) = self.ledger.pick(Field::Summary, repeated.into_iter()) {
            self.article.summary.get_or_insert(found.text);
        }
        self.article.body_text = Some(text);
        let provenance = &mut self.ledger.provenance;
        provenance
            .entry(Field::Body)
            .or_insert_with(|| "generic".to_owned());
    }

    fn names(&mut self) {
        let (scene, credits) = (&self.scene, &self.credits);
        let outlet = |name: String| names::outlet(&name).ok_or(Refusal::NotAName);
        let persons = |name: String| persons::persons(&name).ok_or(Refusal::NotAName);
        let given = |field| values(self.rules, self.page, field);
        let authors = given(Field::Author).map(|name| name.and_then(persons));
        let authors = authors.chain(author::candidates(scene, credits.author.as_deref()));
        self.article.author = self.ledger.pick(Field::Author, authors);
        let author = self.article.author.as_deref();
        let sources = given(Field::Source).map(|name| name.and_then(outlet));
        let sources = sources.chain(source::candidates(scene, author, credits.source.as_deref()));
        self.article.source = self.ledger.pick(Field::Source, sources);
        let editors = given(Field::Editor).map(|name| name.and_then(persons));
        let editors = editors.chain(author::editors(scene, credits.editor.as_deref()));
        self.article.editor = self.ledger.pick(Field::Editor, editors);
        for (field, value) in [
            (Field::Source, &self.article.source),
            (Field::Author, &self.article.author),
            (Field::Editor, &self.article.editor),
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

    /// Keeps beside the recovered words the page's own.
    fn printed(&mut self) {
        let Some(annotation) = &self.page.annotation else {
            return;
        };
        let printed = Printed::new(&annotation.printed, &self.scene.outline);
        let (title, text) = (&self.article.title, &self.article.body_text);
        self.article.as_printed = Some(AsPrinted {
            title: printed.title(title.as_deref(), self.title.as_ref()),
            body_text: printed.body(&self.body, text.as_deref()),
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

    /// Of headline and text together: either alone may be short.
    fn language(&mut self) {
        let article = &self.article;
        let texts = [&article.title, &article.summary, &article.body_text];
        let texts: Vec<&str> = texts.into_iter().filter_map(Option::as_deref).collect();
        let hints = hints(self.page, &self.scene.head);
        self.article.lang = language::of(&texts.join("\n"), hints);
    }

    /// What the page is; a list has no fields but its title.
    fn judge(&mut self) {
        let text = self.article.body_text.as_deref().unwrap_or_default();
        let size = |letter| if is_cjk(letter) { 2 } else { 1 };
        (self.kind, self.why) = kind::judge(
            &self.scene.outline,
            &self.body,
            &self.scene.stated,
            self.title.as_ref(),
            &kind::Known {
                says_article: self.scene.head.is_article,
                has_time: self.article.publish_time.is_some(),
                in_parts: self.part.is_some(),
                body_size: text.chars().map(size).sum(),
            },
        );
        if self.kind == PageKind::List {
            self.part = None;
            let article = std::mem::take(&mut self.article);
            let named = title::of_list(&self.scene.head);
            let named = self.ledger.prefer(Field::Title, named.into_iter());
            self.article = Article {
                title: named.or(article.title),
                lang: article.lang,
                ..Article::default()
            };
            self.ledger.dismiss(Field::Title);
        }
    }

    fn explanation(&self) -> Explanation {
        let outline = &self.scene.outline;
        let text = self.article.body_text.as_deref().unwrap_or_default();
        Explanation {
            fields: self.ledger.tell(self.page, outline),
            body: BodyTrace::of(
                outline,
                &self.body,
                &self.strangers,
                &self.credits.cut,
                text.lines().count(),
            ),
            kind: self.why,
        }
    }

    fn extraction(self) -> Extraction {
        let rules = self.rules.map(|rules| rules.name().to_owned());
        Extraction {
            article: self.article,
            kind: self.kind,
            warnings: self.warnings,
            provenance: self.ledger.provenance,
            part: self.part,
            rules: rules.unwrap_or_else(|| "generic".to_owned()),
        }
    }
}

/// Headline and first lines: enough to tell the language by.
fn opening(outline: &Outline<'_>, body: &Body, title: Option<&str>) -> String {
    const LINES: usize = 12;
    let first = body.lines.iter().take(LINES);
    let lines = first.filter_map(|&line| Some(outline.lines.get(line)?.text.as_str()));
    let all: Vec<&str> = title.into_iter().chain(lines).collect();
    all.join("\n")
}

fn hints<'page>(page: &Page, head: &'page Head) -> language::Hints<'page> {
    language::Hints {
        declared: head.lang.as_deref(),
        encoding: page.encoding,
    }
}

/// Whether a text was written where one zone holds for all: in Chinese. Other pages keep the clock
/// of the offset they print.
fn is_at_home(text: &str, page: &Page, head: &Head) -> bool {
    language::of(text, hints(page, head)).is_none_or(|language| language.starts_with("zh"))
}

fn home_zone() -> Option<jiff::tz::TimeZone> {
    jiff::tz::TimeZone::get("Asia/Shanghai").ok()
}
