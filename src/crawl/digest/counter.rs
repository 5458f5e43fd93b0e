//! A counter of views that a site's rules allow to be called: whether an article's number is to be
//! asked for there, what the answer says, and what becomes of it.

use std::sync::Arc;

use crate::decode;
use crate::extract::{Extraction, Page};
use crate::model::{Fetched, Field, PageUrl, Purpose, ViewsNote, Warning};
use crate::rules::{RuleBook, SiteRules, Uncounted};

/// The number and who said it, or why there is none.
pub(in crate::crawl) type Count = Result<(u64, PageUrl), Uncounted>;

/// A counter to be asked for the views of one article.
#[derive(Clone, Debug)]
pub(in crate::crawl) struct Counter {
    url: PageUrl,
    rules: Arc<SiteRules>,
}

impl Counter {
    /// Where it is.
    pub(in crate::crawl) const fn url(&self) -> &PageUrl {
        &self.url
    }

    /// What its answer says. It is followed nowhere: elsewhere may be a counter that writes.
    pub(in crate::crawl) fn read(self, answer: &Fetched) -> Count {
        let failed = |why: String| Uncounted::Failed(format!("{}: {why}", self.url));
        if answer.status != 200 {
            return Err(failed(format!("status {}", answer.status)));
        }
        let limit = Purpose::Counter.most_bytes().unwrap_or(u64::MAX);
        let entity = decode::undo_codings(answer, limit);
        let entity = entity.map_err(|error| failed(error.kind().to_owned()))?;
        let decoded = decode::decode(&entity.body, answer.headers.first("content-type"));
        let counter = self.rules.counter.as_ref();
        let number = counter.and_then(|counter| counter.read(&decoded.text));
        let number = number.ok_or_else(|| failed("no number in its answer".to_owned()))?;
        Ok((number, self.url))
    }
}

/// The counter to be asked for the views of the article read from `page`: where only a script
/// fills them and the site's rules name one.
pub(super) fn counter(
    page: &Page,
    extraction: &Extraction,
    rules: &RuleBook,
) -> Option<Result<Counter, Uncounted>> {
    if extraction.article.views_note != Some(ViewsNote::ScriptCounter) {
        return None;
    }
    let rules = rules.site_for(page.url.as_ref()?)?;
    let found = rules.counter_of(page)?;
    Some(found.map(|url| Counter { url, rules }))
}

/// Takes up what asking the counter came to.
pub(super) fn take(extraction: &mut Extraction, count: Count) {
    let (kind, why) = match count {
        Ok((number, url)) => {
            extraction.article.views = Some(number);
            extraction.article.views_note = None;
            let said = format!("counter {url}");
            extraction.provenance.insert(Field::Views, said);
            return;
        }
        Err(Uncounted::Refused(why)) => ("counter-refused", why),
        Err(Uncounted::Failed(why)) => ("counter-failed", why),
    };
    extraction.warnings.push(Warning::new(kind, why));
}
