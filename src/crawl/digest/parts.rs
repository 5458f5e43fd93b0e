//! An article over several pages: how it begins, what its later pages give, what the whole comes to.

use crate::archive::{Capture, Observation, Visit};
use crate::decode::Decoded;
use crate::extract::{self, Extraction, Part};
use crate::model::{FetchError, Outcome, PageKind, PageUrl, Warning};
use crate::rules::Uncounted;
use crate::schedule;

use super::super::reading::reading;
use super::counter::{self, Count, Counter};
use super::page::compared;
use super::{DigestContext, Finding, Look, Sighting, look};

/// Looks in a row that may miss a part of an article that is kept; the next keeps what there is.
/// The CMS may be about to write the pages anew, or the host may have a bad day.
const PATIENCE: u32 = 3;

/// Whether a page is read for itself or as a later part of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Page,
    Part,
}

/// The text of one page, not yet all there is of its article.
#[derive(Debug)]
pub(in crate::crawl) struct Text {
    extraction: Extraction,
    decoded: Decoded,
}

impl Text {
    pub(super) const fn new(extraction: Extraction, decoded: Decoded) -> Self {
        Self {
            extraction,
            decoded,
        }
    }

    /// Where the article goes on.
    pub(in crate::crawl) fn next(&self) -> Option<&PageUrl> {
        self.extraction.part.as_ref()?.next.as_ref()
    }

    /// Whether it says the same as `other`: some sites answer any number with their last part.
    pub(in crate::crawl) fn repeats(&self, other: &Self) -> bool {
        let article = |one: &Self| {
            let article = &one.extraction.article;
            (article.body_text.clone(), article.images.clone())
        };
        article(self) == article(other)
    }
}

/// The first part of an article, not yet joined to the others, and who is to be asked for its views.
#[derive(Debug)]
pub(in crate::crawl) struct Opening {
    pub(super) look: Look,
    pub(super) finding: Finding,
    pub(super) text: Box<Text>,
}

/// A part that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::crawl) struct Missing {
    /// Where it would be.
    pub(in crate::crawl) url: PageUrl,
    /// Why, in a few words.
    pub(in crate::crawl) why: String,
}

/// What a look at a later part of an article gave.
#[derive(Debug)]
pub(in crate::crawl) enum Piece {
    /// Its text.
    Text(Box<Text>),
    /// An address to be asked instead.
    Elsewhere(PageUrl),
    /// Nothing, and why.
    Nothing(String),
}

impl Opening {
    /// The first part's text.
    pub(in crate::crawl) const fn text(&self) -> &Text {
        &self.text
    }

    /// Who is to be asked for the article's views, where anybody is.
    pub(in crate::crawl) const fn take_counter(&mut self) -> Option<Result<Counter, Uncounted>> {
        self.finding.counter.take()
    }

    /// The first part as if it were all that could be had.
    pub(super) fn alone(self, visit: &Visit, context: &DigestContext) -> Capture {
        let missing = self.text.next().map(|url| Missing {
            url: url.clone(),
            why: "it was not asked for".to_owned(),
        });
        self.joined(visit, Vec::new(), missing, None, context)
    }

    /// The article of all its parts, with the views that its counter told. Where one is missing the article says so; and where a version
    /// is kept already, a text that only lacks a part is not taken for an edit at once.
    pub(in crate::crawl) fn joined(
        self,
        visit: &Visit,
        rest: Vec<Text>,
        missing: Option<Missing>,
        count: Option<Count>,
        context: &DigestContext,
    ) -> Capture {
        let Text {
            extraction,
            decoded,
        } = *self.text;
        let known: Vec<&str> = decoded.warnings.iter().map(|one| one.kind).collect();
        let rest = rest.into_iter().map(|text| {
            let mut extraction = text.extraction;
            let news = text.decoded.warnings.into_iter();
            let news = news.filter(|warning| !known.contains(&warning.kind));
            extraction.warnings.extend(news);
            extraction
        });
        let mut whole = extract::join(extraction, rest);
        if let Some(count) = count {
            counter::take(&mut whole, count);
        }
        let outcome = compared(visit, &whole.article);
        let is_news = matches!(outcome, Outcome::New | Outcome::Changed | Outcome::Reverted);
        let finding = match missing {
            Some(_)
                if is_news
                    && visit.kept.is_some()
                    && visit.history.failures_in_a_row < PATIENCE =>
            {
                Finding {
                    kind: PageKind::Article,
                    backoff: Some(schedule::refusal(Some(429))),
                    ..Finding::because(visit, Outcome::Failed, "part-missing")
                }
            }
            missing => {
                let unfinished = is_news && missing.is_some();
                if let Some(Missing { url, why }) = missing {
                    let message =
                        format!("the article goes on at {url}, which is not in it: {why}");
                    whole.warnings.push(Warning::new("part-missing", message));
                }
                Finding {
                    outcome,
                    reading: Some(reading(whole, &decoded)),
                    unfinished,
                    ..self.finding
                }
            }
        };
        self.look.capture(visit, finding, context)
    }
}

/// What a look at a later part of an article comes to, and what it gives to the article.
pub(in crate::crawl) fn digest_part(
    visit: &Visit,
    sighting: Sighting,
    context: &DigestContext,
) -> Option<(Capture, Piece)> {
    let (look, mut finding) = look(visit, sighting, context, Role::Part);
    if finding.needs_room {
        return None;
    }
    // asked for at once, so that nothing need be planned
    let redirect = finding.redirect.take();
    let piece = match (finding.text.take(), redirect) {
        (Some(text), _) => Piece::Text(text),
        (None, Some(redirect)) => Piece::Elsewhere(redirect.to),
        (None, None) => Piece::Nothing(why(&finding, &look.observation)),
    };
    Some((look.capture(visit, finding, context), piece))
}

/// Why a look gave no text, in words.
fn why(finding: &Finding, observation: &Observation) -> String {
    match (&finding.reason, observation) {
        (Some(reason), Observation::Failed(error)) => format!("{reason} ({})", error.kind()),
        (Some(reason), _) => reason.clone(),
        (None, Observation::Failed(error)) => FetchError::kind(error).to_owned(),
        (None, Observation::Answered(answer)) => format!("status {}", answer.status),
        (None, Observation::Refused) => finding.outcome.name().to_owned(),
    }
}

/// What is made of a later part's page.
pub(super) fn piece(visit: &Visit, text: Text) -> Finding {
    let extraction = &text.extraction;
    let article = &extraction.article;
    let is_list = extraction.kind == PageKind::List;
    if is_list || (article.body_text.is_none() && article.images.is_empty()) {
        return Finding::because(visit, Outcome::Listed, "no text found");
    }
    let of = visit
        .referer
        .as_ref()
        .map_or_else(String::new, |first| format!(" of {first}"));
    Finding {
        kind: PageKind::Part,
        reason: Some(format!("{}{of}", which(extraction.part.as_ref()))),
        text: Some(Box::new(text)),
        ..Finding::of(visit, Outcome::Part)
    }
}

/// `part 2`, as far as the page bar says.
pub(super) fn which(part: Option<&Part>) -> String {
    part.and_then(|part| part.number)
        .map_or_else(|| "part".to_owned(), |number| format!("part {number}"))
}
