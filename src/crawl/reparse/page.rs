//! A page with all its looks, read anew and kept.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::archive::{
    ArchiveError, LookAgain, MadeVersion, PageId, PastLook, PastPage, Reading, Rereading, RunId,
};
use crate::model::{
    ContentHash, Field, Kept, KnownVersion, Outcome, PageKind, PageUrl, SiteId, ViewsNote,
};
use crate::version::{self, Diff, HASH_RULE, content_hash};

use super::Reparse;
use super::look::{Before, has_page, read};

/// How often a page is read that is looked at again and again meanwhile; then the next run has it.
const ATTEMPTS: u32 = 5;

/// What a page was read as.
#[derive(Clone, Debug)]
pub struct Reparsed {
    /// The page.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// Answers that were read.
    pub answers: u64,
    /// Answers that saw a page and whose bytes are there no more.
    pub pruned: u64,
    /// What differs, first to last.
    pub differences: Vec<Difference>,
    /// The fields that differ in any of them: those of [`Diff`], `body`, `views`, and `details` for
    /// what is kept beside the content (encoding, reader, HTML, warnings …).
    pub fields: BTreeSet<&'static str>,
    /// Looks that saw another view count.
    pub views: u64,
    /// Versions made.
    pub made: u64,
    /// What became of the article as a whole.
    pub became: Option<Became>,
    /// Why the page was left as it was.
    pub failed: Option<String>,
}

/// One difference between what was read and what is read.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The version that was seen; none where no article was.
    pub from: Option<u32>,
    /// The version that is seen; none where no article is.
    pub to: Option<u32>,
    /// How many looks it is about.
    pub looks: u64,
    /// What differs.
    pub diff: Diff,
}

/// What became of a page's article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Became {
    /// There was none.
    Article,
    /// There is none.
    NoArticle,
}

impl Reparsed {
    fn of(past: &PastPage) -> Self {
        Self {
            url: past.url.clone(),
            site: past.site.clone(),
            answers: 0,
            pruned: 0,
            differences: Vec::new(),
            fields: BTreeSet::new(),
            views: 0,
            made: 0,
            became: None,
            failed: None,
        }
    }

    /// Whether anything is read otherwise.
    pub fn is_news(&self) -> bool {
        !self.differences.is_empty() || !self.fields.is_empty() || self.became.is_some()
    }
}

/// Reads `page` anew and keeps what it comes to; nothing where there is no such page.
pub(super) async fn reread(
    work: &Reparse,
    run: Option<RunId>,
    page: PageId,
) -> Result<Option<Reparsed>, ArchiveError> {
    let mut failed = None;
    for _attempt in 0..ATTEMPTS {
        let Some(past) = work.library.past(page).await? else {
            return Ok(None);
        };
        let (told, rereading) = match Reader::of(work, run, &past).read().await {
            Ok(read) => read,
            // one page that is damaged must not keep the others from being read
            Err(error @ ArchiveError::Damaged { .. }) => {
                return Ok(Some(Reparsed {
                    failed: Some(error.to_string()),
                    ..Reparsed::of(&past)
                }));
            }
            Err(error) => return Err(error),
        };
        match &work.archive {
            Some(archive) if rereading.is_news(past.kind) => {
                if archive.reread(rereading).await? {
                    return Ok(Some(told));
                }
            }
            _ => return Ok(Some(told)),
        }
        failed = Some(Reparsed {
            failed: Some("it was looked at again and again meanwhile".to_owned()),
            ..Reparsed::of(&past)
        });
    }
    Ok(failed)
}

/// Answers are read once for each that is the same in all that reading depends on. The version that
/// was read tells whether the instant had a say, as with 昨天.
type Same = (ContentHash, Option<String>, PageUrl, Option<u32>);

/// What an answer was read as.
#[derive(Clone, Copy)]
struct Seen {
    version_no: Option<u32>,
    views: Option<u64>,
    note: Option<ViewsNote>,
    outcome: Outcome,
    kind: PageKind,
}

struct Reader<'a> {
    work: &'a Reparse,
    run: Option<RunId>,
    past: &'a PastPage,
    before: Before,
    same: HashMap<Same, Seen>,
    readings: HashMap<u32, Arc<Reading>>,
    numbers: HashMap<(ContentHash, u32), u32>,
    /// What a look that saw this version was read as last.
    moved: HashMap<u32, Option<u32>>,
    made: Vec<MadeVersion>,
    looks: Vec<LookAgain>,
    kind: PageKind,
    current: Option<u32>,
    told: Reparsed,
}

impl<'a> Reader<'a> {
    fn of(work: &'a Reparse, run: Option<RunId>, past: &'a PastPage) -> Self {
        let numbers = past.versions.iter();
        Self {
            work,
            run,
            past,
            before: Before::default(),
            same: HashMap::new(),
            readings: HashMap::new(),
            numbers: numbers
                .map(|one| ((one.content, one.hash_rule), one.version_no))
                .collect(),
            moved: HashMap::new(),
            made: Vec::new(),
            looks: Vec::new(),
            kind: past.kind,
            current: None,
            told: Reparsed::of(past),
        }
    }

    async fn read(mut self) -> Result<(Reparsed, Rereading), ArchiveError> {
        let past = self.past;
        let mut pairs: Vec<(Option<u32>, Option<u32>, u64)> = Vec::new();
        for look in &past.looks {
            let again = self.again(look).await?;
            if again.views != look.views {
                self.told.views += 1;
                self.told.fields.insert("views");
            }
            if again.version_no != look.version_no {
                let pair = (look.version_no, again.version_no);
                match pairs.iter_mut().find(|(from, to, _)| (*from, *to) == pair) {
                    Some((_, _, looks)) => *looks += 1,
                    None => pairs.push((pair.0, pair.1, 1)),
                }
            }
            if (again.version_no, again.views, again.views_note)
                != (look.version_no, look.views, look.views_note)
            {
                self.looks.push(again);
            }
        }
        for (from, to, looks) in pairs {
            self.differ(from, to, looks).await?;
        }
        let refreshed = self.refreshed().await?;
        if self.kind != past.kind {
            self.told.fields.insert("kind");
        }
        self.told.made = u64::try_from(self.made.len()).unwrap_or(u64::MAX);
        self.told.became = match (past.current_no, self.current) {
            (None, Some(_)) => Some(Became::Article),
            (Some(_), None) => Some(Became::NoArticle),
            _ => None,
        };
        let rereading = Rereading {
            page: past.page,
            run: self.run.unwrap_or(RunId(0)),
            until: past.looks.iter().map(|look| look.look).max(),
            versions: u32::try_from(past.versions.len()).unwrap_or(u32::MAX),
            looks: self.looks,
            made: self.made,
            refreshed,
            kind: self.kind,
        };
        Ok((self.told, rereading))
    }

    /// What `look` saw after all.
    async fn again(&mut self, look: &PastLook) -> Result<LookAgain, ArchiveError> {
        let mut again = LookAgain {
            look: look.look,
            version_no: look.version_no,
            views: look.views,
            views_note: look.views_note,
        };
        let seen = if has_page(look) {
            self.see(look).await?
        } else {
            None
        };
        let Some(seen) = seen else {
            self.told.pruned += u64::from(has_page(look));
            if look.outcome == Outcome::NotModified {
                again.version_no = self.current;
            } else if let Some(kept) = look.version_no {
                // its body is no longer there: it goes where others went that had seen the same, else
                // the reader's change would look like two edits; without them what was read stands
                again.version_no = self.moved.get(&kept).copied().unwrap_or(Some(kept));
                if let Some(number) = again.version_no {
                    self.stand(number).await?;
                }
            }
            self.count(look.outcome);
            return Ok(again);
        };
        again.version_no = seen.version_no;
        if let Some(before) = look.version_no {
            self.moved.insert(before, seen.version_no);
        }
        let told_by_counter = seen.version_no.is_some()
            && seen.views.is_none()
            && seen.note == Some(ViewsNote::ScriptCounter)
            && look.views.is_some();
        if !told_by_counter {
            (again.views, again.views_note) = (seen.views, seen.note);
        }
        if let Some(number) = seen.version_no {
            self.stand(number).await?;
        }
        if matches!(seen.outcome, Outcome::Listed) || seen.version_no.is_some() {
            self.kind = seen.kind;
        } else if seen.kind == PageKind::Part {
            self.kind = PageKind::Part;
        }
        self.count(seen.outcome);
        Ok(again)
    }

    fn count(&mut self, outcome: Outcome) {
        self.before.failures = match outcome {
            Outcome::Failed | Outcome::Blocked => self.before.failures.saturating_add(1),
            _ => 0,
        };
    }

    /// What the answer of `look` is read as; nothing where it is not kept.
    async fn see(&mut self, look: &PastLook) -> Result<Option<Seen>, ArchiveError> {
        let content_type = look.headers.first("content-type").map(str::to_owned);
        let same = look
            .entity
            .map(|entity| (entity, content_type, look.url.clone(), look.version_no));
        if let Some(seen) = same.as_ref().and_then(|same| self.same.get(same)) {
            return Ok(Some(*seen));
        }
        let before = self.before.clone();
        let read = read(self.work, self.run, self.past, look, before).await?;
        let Some((capture, in_parts)) = read else {
            return Ok(None);
        };
        self.told.answers += 1;
        let (kind, _due) = capture.standing(self.past.kind);
        let version_no = match &capture.reading {
            Some(reading) => Some(self.number(look, reading).await?),
            None => None,
        };
        let article = capture.reading.as_ref().map(|reading| &reading.article);
        let seen = Seen {
            version_no,
            views: article.and_then(|article| article.views),
            note: article.and_then(|article| article.views_note),
            outcome: capture.outcome,
            kind,
        };
        if let Some(same) = same.filter(|_| !in_parts && seen.outcome != Outcome::Failed) {
            self.same.insert(same, seen);
        }
        Ok(Some(seen))
    }

    /// The number of the version that `reading` is: one of the page's, or one to be made.
    async fn number(
        &mut self,
        look: &PastLook,
        reading: &Arc<Reading>,
    ) -> Result<u32, ArchiveError> {
        let key = (reading.content, reading.hash_rule);
        let known = match self.numbers.get(&key) {
            Some(number) => Some(*number),
            None => self.under_another_rule(look, reading).await?,
        };
        let number = known.unwrap_or_else(|| {
            let number = self.past.versions.len() + self.made.len() + 1;
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            self.made.push(MadeVersion {
                version_no: number,
                first: look.look,
                reading: Arc::clone(reading),
            });
            number
        });
        self.numbers.insert(key, number);
        let first = || Arc::clone(reading);
        self.readings.entry(number).or_insert_with(first);
        Ok(number)
    }

    /// The same content under another rule of hashing is no new version.
    async fn under_another_rule(
        &self,
        look: &PastLook,
        reading: &Reading,
    ) -> Result<Option<u32>, ArchiveError> {
        let seen = self.past.versions.iter();
        let mut seen = seen.filter(|one| Some(one.version_no) == look.version_no);
        let Some(other) = seen.find(|one| one.hash_rule != HASH_RULE) else {
            return Ok(None);
        };
        let kept = self.kept(other.version_no).await?;
        let is_same = kept.is_some_and(|kept| content_hash(&kept.article) == reading.content);
        Ok(is_same.then_some(other.version_no))
    }

    /// A version as it is kept.
    async fn kept(&self, number: u32) -> Result<Option<Reading>, ArchiveError> {
        let library = &self.work.library;
        let kept = library.article(self.past.page, Some(number)).await?;
        Ok(kept.map(|kept| kept.reading))
    }

    /// Takes version `number` for what the page is from here on.
    async fn stand(&mut self, number: u32) -> Result<(), ArchiveError> {
        if self.current == Some(number) && self.before.kept.is_some() {
            return Ok(());
        }
        self.current = Some(number);
        let reading = match self.readings.get(&number) {
            Some(reading) => Some(Arc::clone(reading)),
            None => self.kept(number).await?.map(Arc::new),
        };
        self.before.kept = reading.map(|reading| Kept {
            version_no: number,
            content: reading.content,
            hash_rule: reading.hash_rule,
            article: reading.article.clone(),
        });
        let kept = self.before.kept.as_ref();
        let known = kept.map(|kept| KnownVersion {
            version_no: number,
            content: kept.content,
            hash_rule: kept.hash_rule,
        });
        if !self.before.known.iter().any(|one| one.version_no == number) {
            self.before.known.extend(known);
        }
        Ok(())
    }

    /// Notes what differs between two versions.
    async fn differ(
        &mut self,
        from: Option<u32>,
        to: Option<u32>,
        looks: u64,
    ) -> Result<(), ArchiveError> {
        let old = match from {
            Some(number) => self.kept(number).await?,
            None => None,
        };
        let new = to.and_then(|number| self.readings.get(&number).cloned());
        let new = match (new, to) {
            (None, Some(number)) => self.kept(number).await?.map(Arc::new),
            (new, _) => new,
        };
        let old = old.map(|old| old.article).unwrap_or_default();
        let new = new.map(|new| new.article.clone()).unwrap_or_default();
        let diff = version::diff(&old, &new);
        if from.is_some() && to.is_some() {
            self.told
                .fields
                .extend(diff.fields.iter().map(|one| one.field));
            if !diff.body.is_empty() {
                self.told.fields.insert("body");
            }
        }
        self.told.differences.push(Difference {
            from,
            to,
            looks,
            diff,
        });
        Ok(())
    }

    /// The versions of which something beside their content is read otherwise.
    async fn refreshed(&mut self) -> Result<Vec<(u32, Arc<Reading>)>, ArchiveError> {
        let versions = u32::try_from(self.past.versions.len()).unwrap_or(u32::MAX);
        let mut refreshed = Vec::new();
        for number in 1..=versions {
            let (Some(read), Some(kept)) = (self.readings.get(&number), self.kept(number).await?)
            else {
                continue;
            };
            let new = with_counter(read.beside(&kept), &kept);
            if new != kept {
                let is_editor = new.article.editor != kept.article.editor;
                let field = if is_editor { "editor" } else { "details" };
                self.told.fields.insert(field);
                refreshed.push((number, Arc::new(new)));
            }
        }
        Ok(refreshed)
    }
}

/// `new` with what others said when `kept` was read: the counter asked for its views, and who did not
/// give a part that is missing still.
fn with_counter(mut new: Reading, kept: &Reading) -> Reading {
    let counted = kept.provenance.get(&Field::Views);
    if let Some(counted) = counted.filter(|by| by.starts_with("counter ")) {
        new.provenance.insert(Field::Views, counted.clone());
    }
    let lacks = |reading: &Reading| {
        let mut warnings = reading.warnings.iter();
        warnings.any(|warning| warning.starts_with("part-missing"))
    };
    let still_lacks = lacks(&new) && lacks(kept);
    let is_theirs = |warning: &str| {
        warning.starts_with("counter-") || (still_lacks && warning.starts_with("part-missing"))
    };
    let said = kept.warnings.iter().filter(|warning| is_theirs(warning));
    let said: Vec<String> = said.cloned().collect();
    new.warnings.retain(|warning| !is_theirs(warning));
    new.warnings.extend(said);
    new
}
