//! Saved searches in memory.

use crate::alert::{Sight, Watch, happenings};
use crate::archive::{
    Claim, LookId, NewSearch, NewsEntry, Renamed, SavedSearch, SearchId, SearchName, SearchNews,
    TellingToken, Told,
};
use crate::model::{PageKind, Timestamp};
use crate::search::Expression;
use crate::store::news::{IMPORT, LONGEST_TELLING, Question, in_order};

use super::state::{Page, State};

/// A search, who tells of it, and what was told.
#[derive(Debug)]
pub(super) struct Saved {
    search: SavedSearch,
    telling: Option<(TellingToken, Timestamp)>,
    news: Vec<(Timestamp, NewsEntry)>,
}

impl State {
    /// Keeps a search.
    pub(super) fn save_search(&mut self, new: &NewSearch) -> bool {
        let taken = |saved: &Saved| saved.search.name == new.name.as_str();
        if self.saved.iter().any(taken) {
            return false;
        }
        self.tokens += 1;
        self.saved.push(Saved {
            search: SavedSearch {
                id: SearchId(self.tokens),
                key: format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)),
                name: new.name.to_string(),
                query: new.query.clone(),
                events: new.watch.to_string(),
                created_at: new.at,
                told_until: LookId(self.last_look),
                told_at: None,
                told: 0,
            },
            telling: None,
            news: Vec::new(),
        });
        true
    }

    /// Forgets a search.
    pub(super) fn remove_search(&mut self, name: &str) -> bool {
        let before = self.saved.len();
        self.saved.retain(|saved| saved.search.name != name);
        self.saved.len() < before
    }

    /// Gives a search another name.
    pub(super) fn rename_search(&mut self, from: &str, to: &SearchName) -> Renamed {
        let others = self.saved.iter().filter(|saved| saved.search.name != from);
        let taken = others
            .into_iter()
            .any(|saved| saved.search.name == to.as_str());
        match self.search_called(from) {
            None => Renamed::Unknown,
            Some(_) if taken => Renamed::Taken,
            Some(saved) => {
                saved.search.name = to.to_string();
                Renamed::Done
            }
        }
    }

    fn search_called(&mut self, name: &str) -> Option<&mut Saved> {
        self.saved
            .iter_mut()
            .find(|saved| saved.search.name == name)
    }

    /// Lends the right to tell of a search.
    pub(super) fn begin_telling(&mut self, name: &str, now: Timestamp, until: Timestamp) -> Claim {
        self.tokens += 1;
        let token = TellingToken(self.tokens);
        let Some(saved) = self.search_called(name) else {
            return Claim::Unknown;
        };
        match saved.telling {
            Some((_, until)) if until > now && until.since(now) <= LONGEST_TELLING => {
                Claim::Busy { until }
            }
            _ => {
                saved.telling = Some((token, until));
                Claim::Yours(token, saved.search.clone())
            }
        }
    }

    /// Ends a telling.
    pub(super) fn end_telling(&mut self, token: TellingToken, told: Option<Told>) -> bool {
        let holds = |saved: &&mut Saved| saved.telling.is_some_and(|(held, _)| held == token);
        let Some(saved) = self.saved.iter_mut().find(holds) else {
            return false;
        };
        saved.telling = None;
        let Some(told) = told else { return true };
        saved.search.told_until = told.until;
        if !told.news.is_empty() {
            saved.search.told_at = Some(told.at);
        }
        saved
            .news
            .extend(told.news.into_iter().map(|entry| (told.at, entry)));
        saved.search.told = u64::try_from(saved.news.len()).unwrap_or(u64::MAX);
        true
    }

    /// The saved searches, by name.
    pub(super) fn saved_searches(&self) -> Vec<SavedSearch> {
        let mut found: Vec<SavedSearch> = self
            .saved
            .iter()
            .map(|saved| saved.search.clone())
            .collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }

    /// What was told last.
    pub(super) fn told(&self, search: SearchId, limit: usize) -> Vec<NewsEntry> {
        let saved = self.saved.iter().find(|saved| saved.search.id == search);
        let news = saved.into_iter().flat_map(|saved| saved.news.iter().rev());
        news.take(limit).map(|(_, entry)| entry.clone()).collect()
    }

    /// What is new.
    pub(super) fn news(&self, search: &Expression, watch: Watch, after: LookId) -> SearchNews {
        let question = Question { search, watch };
        let pages = self.pages.iter().filter(|page| page.kind != PageKind::Part);
        let mut entries = Vec::new();
        for page in pages {
            for happened in happenings(&self.sights(page), after.0, watch.jump()) {
                let version = |number| Ok(self.article(page.id, Some(number)));
                let Ok::<_, std::convert::Infallible>(entry) = question.answer(&happened, version);
                entries.extend(entry);
            }
        }
        SearchNews {
            until: LookId(self.last_look),
            entries: in_order(entries),
        }
    }

    fn sights(&self, page: &Page) -> Vec<Sight> {
        let looks = page.looks.iter();
        looks
            .map(|past| {
                let place = usize::try_from(past.run.0.saturating_sub(1)).ok();
                let run = place.and_then(|place| self.runs.get(place));
                Sight {
                    look: past.id.0,
                    at: past.look.fetched_at,
                    outcome: past.look.outcome,
                    version: past.look.version_no,
                    views: past.look.views,
                    live: run.is_none_or(|run| run.start.kind.name() != IMPORT),
                }
            })
            .collect()
    }
}
