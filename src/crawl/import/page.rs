//! A page's looks of others among its own: each digested by what the page was at its time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::archive::{
    ArchiveError, Capture, ForeignLook, ForeignPage, Import, PageId, PastLook, PastPage, Reading,
    RunId, Visit,
};
use crate::model::{
    ContentHash, Kept, KnownVersion, Outcome, PageHistory, PageKind, PageUrl, SiteId, Timestamp,
};

use super::super::digest::{DigestContext, Digested, Follow, Sighting, open};
use super::super::reparse::off_hand;
use super::Importing;
use super::gather::{Gathered, gather};
use super::shelf::Shelf;
use super::sort::Foreign;
use super::whole::Whole;

/// How often a page is read that is looked at again and again meanwhile.
const ATTEMPTS: u32 = 5;

/// What was read of one page, and how its looks came about.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The page, in canonical form.
    pub(super) url: PageUrl,
    pub(super) site: SiteId,
    pub(super) looks: Vec<Foreign>,
    /// The address whose look is waited for.
    pub(super) waits_for: Option<String>,
}

impl Group {
    /// The page, to be made known.
    pub(super) fn page(&self) -> ForeignPage {
        ForeignPage {
            url: self.url.clone(),
            site: self.site.clone(),
            kind: PageKind::Other,
        }
    }
}

/// What became of a group.
#[derive(Debug, Default)]
pub(super) struct Brought {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) same: u64,
    /// Whether nobody had looked at the page.
    pub(super) is_new_page: bool,
    pub(super) versions: u64,
    pub(super) parts_missing: u64,
    /// Looks that only refer to others, which are not there.
    pub(super) unresolved: u64,
    pub(super) digests_differ: u64,
    /// To be read again when more of the files is read.
    pub(super) waits: Option<Group>,
    pub(super) failed: Option<String>,
}

/// Reads `group` and keeps what it comes to. What waits for something that may come is given back,
/// unless it is the `last` time.
pub(super) async fn bring(
    work: &Importing,
    run: Option<RunId>,
    mut page: Option<PageId>,
    group: Group,
    shelf: &Shelf,
    last: bool,
) -> Result<Brought, ArchiveError> {
    for _attempt in 0..ATTEMPTS {
        let past = match page {
            Some(page) => work.library.past(page).await?,
            None => None,
        };
        let past = past.unwrap_or_else(|| nothing_yet(&group));
        let is_new = past.looks.is_empty();
        let merging = Merging::of(work, run, &past, shelf, last);
        let (mut told, import) = match merging.read(&group).await {
            Ok(read) => read,
            // one page that is damaged must not keep the others from being read
            Err(error @ ArchiveError::Damaged { .. }) => {
                return Ok(Brought {
                    failed: Some(error.to_string()),
                    ..Brought::default()
                });
            }
            Err(error) => return Err(error),
        };
        told.is_new_page = is_new && import.is_some();
        let (Some(archive), Some(import)) = (&work.archive, import) else {
            return Ok(told);
        };
        if page.is_none() {
            page = archive.know(vec![group.page()]).await?.pop();
            continue;
        }
        if archive.import(import).await? {
            return Ok(told);
        }
    }
    Ok(Brought {
        failed: Some("it was looked at again and again meanwhile".to_owned()),
        ..Brought::default()
    })
}

fn nothing_yet(group: &Group) -> PastPage {
    PastPage {
        page: PageId(0),
        url: group.url.clone(),
        site: group.site.clone(),
        kind: PageKind::Other,
        depth: 0,
        referer: None,
        current_no: None,
        versions: Vec::new(),
        looks: Vec::new(),
    }
}

/// What a digest of a look that others made depends on.
pub(super) fn context(work: &Importing, run: Option<RunId>) -> DigestContext {
    DigestContext {
        run: run.unwrap_or(RunId(0)),
        rules: Arc::clone(&work.rules),
        // where a page led then is no work for today
        follow: Follow::Redirects,
        max_depth: 0,
        body_limit_bytes: work.body_limit_bytes,
        // nobody is asked for anything
        pictures: None,
        room_bytes: u64::MAX,
        trail: Vec::new(),
        crowded: Arc::new(HashSet::new()),
    }
}

enum Entry<'a> {
    Kept(&'a PastLook),
    New(Box<Whole>),
}

impl Entry<'_> {
    fn at(&self) -> Timestamp {
        match self {
            Self::Kept(look) => look.fetched_at,
            Self::New(whole) => whole.fetched.sent_at,
        }
    }
}

struct Merging<'a> {
    work: &'a Importing,
    run: Option<RunId>,
    past: &'a PastPage,
    shelf: &'a Shelf,
    last: bool,
    numbers: HashMap<(ContentHash, u32), u32>,
    readings: HashMap<u32, Arc<Reading>>,
    /// The version that each instant saw, for who says that it stands.
    seen_at: Vec<(Timestamp, u32)>,
    seen: Vec<KnownVersion>,
    current: Option<u32>,
    views: Option<u64>,
    failures: u32,
    kind: PageKind,
    versions: u32,
    told: Brought,
}

impl<'a> Merging<'a> {
    fn of(
        work: &'a Importing,
        run: Option<RunId>,
        past: &'a PastPage,
        shelf: &'a Shelf,
        last: bool,
    ) -> Self {
        let versions = past.versions.iter();
        Self {
            work,
            run,
            past,
            shelf,
            last,
            numbers: versions
                .map(|one| ((one.content, one.hash_rule), one.version_no))
                .collect(),
            readings: HashMap::new(),
            seen_at: Vec::new(),
            seen: Vec::new(),
            current: None,
            views: None,
            failures: 0,
            kind: past.kind,
            versions: u32::try_from(past.versions.len()).unwrap_or(u32::MAX),
            told: Brought::default(),
        }
    }

    async fn read(mut self, group: &Group) -> Result<(Brought, Option<Import>), ArchiveError> {
        let past = self.past;
        let before = self.versions;
        let mut rest = Group {
            looks: Vec::new(),
            ..group.clone()
        };
        let entries = self.entries(group, &mut rest).await?;
        let (mut looks, mut outcomes, mut due) = (Vec::new(), Vec::new(), None);
        for entry in entries {
            match entry {
                Entry::Kept(look) => {
                    if let Some(outcome) = self.pass(look) {
                        outcomes.push((look.look, outcome));
                    }
                }
                Entry::New(whole) => {
                    if let Some(look) = self.digest(*whole, group, &mut rest).await? {
                        due = Some(look.capture.next_visit_at);
                        looks.push(look);
                    }
                }
            }
        }
        let done = looks.iter().map(|look| look.capture.outcome);
        self.told.outcomes = done.collect();
        self.told.versions = u64::from(self.versions - before);
        if !rest.looks.is_empty() {
            self.told.waits = Some(rest);
        }
        let import = (!looks.is_empty()).then(|| Import {
            page: past.page,
            run: self.run.unwrap_or(RunId(0)),
            at: self.work.clock.now(),
            until: past.looks.iter().map(|look| look.look).max(),
            versions: before,
            looks,
            outcomes,
            due: due.filter(|_| self.work.due),
        });
        Ok((self.told, import))
    }

    /// Looks kept and looks that are news, in the order of their times.
    async fn entries(
        &mut self,
        group: &Group,
        rest: &mut Group,
    ) -> Result<Vec<Entry<'a>>, ArchiveError> {
        let mut news: Vec<Whole> = Vec::new();
        for foreign in &group.looks {
            let Some(whole) = Whole::of(self.work, foreign, self.shelf).await? else {
                self.put_off(foreign, None, rest);
                continue;
            };
            let twice = news.iter().any(|known| {
                known.fetched.sent_at == whole.fetched.sent_at
                    && known.fetched.url == whole.fetched.url
                    && known.fetched.status == whole.fetched.status
                    && known.entity == whole.entity
            });
            if twice || self.past.looks.iter().any(|look| whole.is(look)) {
                self.told.same += 1;
            } else {
                news.push(whole);
            }
        }
        let kept = self.past.looks.iter().map(Entry::Kept);
        let news = news.into_iter().map(|whole| Entry::New(Box::new(whole)));
        let mut entries: Vec<Entry<'a>> = kept.chain(news).collect();
        entries.sort_by_key(Entry::at);
        Ok(entries)
    }

    /// Has `foreign` wait for what it lacks, if that may come.
    fn put_off(&mut self, foreign: &Foreign, lacks: Option<String>, rest: &mut Group) {
        if self.last {
            self.told.unresolved += 1;
        } else {
            rest.looks.push(foreign.clone());
            rest.waits_for = lacks;
        }
    }

    /// Goes past a look that is kept; answers what it comes to where that is another thing now. Only what
    /// others saw is told anew: who looked here told what the run came to.
    fn pass(&mut self, look: &PastLook) -> Option<Outcome> {
        let told_anew = look.version_no.filter(|_| look.is_foreign);
        let outcome = told_anew.map(|number| self.judge(number, look.views));
        if let Some(number) = look.version_no {
            self.stand(number, look.fetched_at, look.views);
        }
        self.count(look.outcome);
        outcome.filter(|outcome| *outcome != look.outcome && look.outcome != Outcome::NotModified)
    }

    fn judge(&self, number: u32, views: Option<u64>) -> Outcome {
        match self.current {
            None => Outcome::New,
            Some(current) if current == number => {
                if views.is_some() && views != self.views {
                    Outcome::ViewsOnly
                } else {
                    Outcome::Unchanged
                }
            }
            Some(_) if self.seen.iter().any(|one| one.version_no == number) => Outcome::Reverted,
            Some(_) => Outcome::Changed,
        }
    }

    /// Takes version `number` for what the page is from `at` on.
    fn stand(&mut self, number: u32, at: Timestamp, views: Option<u64>) {
        self.seen_at.push((at, number));
        self.current = Some(number);
        self.views = views.or(self.views);
        if self.seen.iter().all(|one| one.version_no != number) {
            let known = self.numbers.iter().find(|(_, known)| **known == number);
            self.seen
                .extend(known.map(|((content, hash_rule), _)| KnownVersion {
                    version_no: number,
                    content: *content,
                    hash_rule: *hash_rule,
                }));
        }
    }

    fn count(&mut self, outcome: Outcome) {
        self.failures = match outcome {
            Outcome::Failed | Outcome::Blocked => self.failures.saturating_add(1),
            _ => 0,
        };
    }

    /// What `whole` comes to at its time; nothing where it waits for more.
    async fn digest(
        &mut self,
        whole: Whole,
        group: &Group,
        rest: &mut Group,
    ) -> Result<Option<ForeignLook>, ArchiveError> {
        let (at, fetched) = (whole.fetched.sent_at, whole.fetched.clone());
        let visit = Visit {
            page: self.past.page,
            url: fetched.url.clone(),
            site: self.past.site.clone(),
            kind: self.kind,
            depth: self.past.depth,
            referer: self.past.referer.clone(),
            history: PageHistory {
                failures_in_a_row: self.failures,
                ..PageHistory::default()
            },
            spoken_for: false,
            kept: self.kept().await?,
            known: self.seen.clone(),
        };
        let original = || {
            let looks = group.looks.iter();
            looks.filter(|look| look.at == at).cloned()
        };
        if fetched.status == 304 && visit.kept.is_none() {
            original().for_each(|look| self.put_off(&look, None, rest));
            return Ok(None);
        }
        let asked = (visit.clone(), context(self.work, self.run));
        let digested = off_hand(move || {
            let (visit, context) = asked;
            open(&visit, Sighting::Answered(fetched), &context)
        })
        .await?;
        let mut capture = match digested {
            None => return Ok(None),
            Some(Digested::Whole(capture, _items)) => *capture,
            Some(Digested::GoesOn(opening)) => {
                let gathered = gather(self.work, self.run, at, &visit, opening, self.shelf).await?;
                let Gathered {
                    opening,
                    gathering,
                    lacks,
                } = gathered;
                if let Some(lacks) = lacks {
                    if !self.last {
                        original().for_each(|look| self.put_off(&look, Some(lacks.clone()), rest));
                        return Ok(None);
                    }
                    self.told.parts_missing += 1;
                }
                let mut visit = visit;
                // who kept the page did not ask for it, which is no failure that passes
                visit.history.failures_in_a_row = u32::MAX;
                let context = context(self.work, self.run);
                let parts = gathering.rest();
                off_hand(move || opening.joined(&visit, parts.texts, parts.missing, None, &context))
                    .await?
            }
        };
        let version_no = self.version_of(&mut capture, &whole);
        let is_page = version_no.is_some()
            || matches!(capture.outcome, Outcome::Listed)
            || capture.kind == PageKind::Part;
        if self.past.looks.is_empty() && is_page {
            self.kind = capture.standing(self.kind).0;
        }
        if let Some(number) = version_no {
            let views = capture
                .reading
                .as_ref()
                .and_then(|reading| reading.article.views);
            self.stand(number, at, views);
        }
        self.count(capture.outcome);
        self.told.digests_differ += u64::from(whole.warning.is_some());
        Ok(Some(ForeignLook {
            capture,
            version_no,
        }))
    }

    /// The number of the version that `capture` saw.
    fn version_of(&mut self, capture: &mut Capture, whole: &Whole) -> Option<u32> {
        if capture.outcome == Outcome::NotModified {
            let since = whole.stands_since;
            let told = self.seen_at.iter().rev().find(|(at, _)| Some(*at) == since);
            return told.map(|(_, number)| *number).or(self.current);
        }
        let reading = capture.reading.as_mut()?;
        if let Some(warning) = &whole.warning {
            Arc::make_mut(reading).warnings.push(warning.clone());
        }
        let key = (reading.content, reading.hash_rule);
        // the same article under another rule of hashing is no new version
        let same = matches!(capture.outcome, Outcome::Unchanged | Outcome::ViewsOnly);
        let known = self.numbers.get(&key).copied();
        let known = known.or(self.current.filter(|_| same));
        let number = known.unwrap_or_else(|| {
            self.versions = self.versions.saturating_add(1);
            self.numbers.insert(key, self.versions);
            self.readings.insert(self.versions, Arc::clone(reading));
            self.versions
        });
        Some(number)
    }

    /// The current version, as the rules compare with it.
    async fn kept(&mut self) -> Result<Option<Kept>, ArchiveError> {
        let Some(number) = self.current else {
            return Ok(None);
        };
        if !self.readings.contains_key(&number) {
            let library = &self.work.library;
            if let Some(kept) = library.article(self.past.page, Some(number)).await? {
                self.readings.insert(number, Arc::new(kept.reading));
            }
        }
        Ok(self.readings.get(&number).map(|reading| Kept {
            version_no: number,
            content: reading.content,
            hash_rule: reading.hash_rule,
            article: crate::model::Article {
                views: self.views,
                ..reading.article.clone()
            },
        }))
    }
}
