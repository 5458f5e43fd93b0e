//! Reposts: what is new is fingerprinted and compared, and what is alike told by cluster.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::archive::{
    Archive, ArchiveError, Fingerprint, Fingerprinted, KeptPlace, Library, PageId, PageText,
    RepostPage,
};
use crate::model::{SiteId, Timestamp};
use crate::repost::{
    DEFINITION, Index, Key, Member, Outlet, Place, RULE, Relation, Text, alike, clusters, judge,
};

/// Pages that are fingerprinted and kept together.
const BATCH: usize = 512;
/// Texts that are remembered from one batch to the next, some 20 KB each.
const REMEMBERED: usize = 1024;

/// What a search for reposts came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Pages that were new, or had a new version.
    pub read: usize,
    /// Pairs that are alike among them and with older ones.
    pub pairs: usize,
    /// Places in clusters that are other than they were.
    pub moved: usize,
}

/// Looks for reposts among what came since the last time, and keeps what it finds. `tell` hears how
/// many pages are read.
pub async fn find_reposts(
    archive: &Arc<dyn Archive>,
    library: &Arc<dyn Library>,
    outlets: &[Outlet],
    mut tell: impl FnMut(usize),
) -> Result<Found, ArchiveError> {
    let mut found = Found::default();
    let mut after = PageId(0);
    let mut desk: Option<Desk> = None;
    loop {
        let unread = library.texts_without_fingerprint(RULE, after, BATCH);
        let unread = unread.await?;
        let Some(last) = unread.last() else { break };
        after = last.page;
        let desk = match &mut desk {
            Some(desk) => desk,
            None => desk.insert(Desk::over(library.fingerprints(RULE).await?)),
        };
        found.read += unread.len();
        let fingerprinted = desk.take(library, unread).await?;
        found.pairs += fingerprinted
            .iter()
            .map(|page| page.alike.len())
            .sum::<usize>();
        archive
            .keep_fingerprints(RULE, DEFINITION, fingerprinted)
            .await?;
        tell(found.read);
    }
    drop(desk);
    found.moved = place(archive, library, outlets).await?;
    Ok(found)
}

/// What is at hand while pages are compared.
struct Desk {
    index: Index,
    /// Which version each page in the index was put in with.
    known: HashMap<i64, Vec<Key>>,
    texts: HashMap<PageId, Arc<Text>>,
}

impl Desk {
    fn over(fingerprints: Vec<Fingerprint>) -> Self {
        let mut desk = Self {
            index: Index::default(),
            known: HashMap::new(),
            texts: HashMap::new(),
        };
        for fingerprint in fingerprints {
            desk.index.insert(fingerprint.page.0, &fingerprint.keys);
        }
        desk
    }

    /// Fingerprints pages and compares them with what is known.
    async fn take(
        &mut self,
        library: &Arc<dyn Library>,
        unread: Vec<PageText>,
    ) -> Result<Vec<Fingerprinted>, ArchiveError> {
        let mut read = Vec::new();
        let mut wanted: Vec<Vec<PageId>> = Vec::new();
        for (page, text) in prepared(unread).await? {
            let keys = text.keys();
            let name = page.page.0;
            let candidates = self.index.candidates(&keys).into_iter();
            let others: HashSet<i64> = candidates.filter(|other| *other != name).collect();
            let mut others: Vec<PageId> = others.into_iter().map(PageId).collect();
            others.sort_unstable();
            wanted.push(others);
            // an older version's keys stay in the index until the end: they lead here as well
            self.index.insert(name, &keys);
            self.known.insert(name, keys);
            self.texts.insert(page.page, Arc::new(text));
            read.push(page);
        }
        let missing: HashSet<PageId> = wanted.iter().flatten().copied().collect();
        let mut missing: Vec<PageId> = missing.into_iter().collect();
        missing.retain(|page| !self.texts.contains_key(page));
        missing.sort_unstable();
        for (page, text) in prepared(library.texts(missing).await?).await? {
            self.texts.insert(page.page, Arc::new(text));
        }
        let found = read.into_iter().zip(wanted).map(|(page, others)| {
            let text = self.texts.get(&page.page);
            let likeness = |other: PageId| {
                let similarity = alike(text?, self.texts.get(&other)?)?;
                Some((other, similarity))
            };
            Fingerprinted {
                alike: others.into_iter().filter_map(likeness).collect(),
                fingerprint: Fingerprint {
                    page: page.page,
                    version_no: page.version_no,
                    tokens: text.map_or(0, |text| text.tokens()),
                    keys: self.known.remove(&page.page.0).unwrap_or_default(),
                },
            }
        });
        let found = found.collect();
        if self.texts.len() > REMEMBERED {
            self.texts.clear();
        }
        Ok(found)
    }
}

/// Texts made ready on all cores, in their order.
async fn prepared(pages: Vec<PageText>) -> Result<Vec<(PageText, Text)>, ArchiveError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = pages.len().div_ceil(cores).max(1);
    let mut pages = pages.into_iter().peekable();
    let mut tasks = Vec::new();
    while pages.peek().is_some() {
        let part: Vec<PageText> = pages.by_ref().take(share).collect();
        tasks.push(tokio::task::spawn_blocking(move || {
            let made = part.into_iter().map(|page| {
                let text = Text::of(page.title.as_deref(), &page.body);
                let body = String::new();
                (PageText { body, ..page }, text)
            });
            made.collect::<Vec<_>>()
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.map_err(|broke| ArchiveError::Store {
            doing: "compare texts",
            source: broke.into(),
        })?);
    }
    Ok(all)
}

/// Makes clusters of what is alike, and keeps the places that are other than they were.
async fn place(
    archive: &Arc<dyn Archive>,
    library: &Arc<dyn Library>,
    outlets: &[Outlet],
) -> Result<usize, ArchiveError> {
    let pairs = library.alike_pairs(RULE).await?;
    let mut nearest: HashMap<i64, f64> = HashMap::new();
    for pair in &pairs {
        for page in [pair.page.0, pair.other.0] {
            let known = nearest.entry(page).or_insert(0.0);
            *known = known.max(pair.similarity);
        }
    }
    let found = clusters(pairs.iter().map(|pair| (pair.page.0, pair.other.0)));
    let pages = found.iter().flatten().map(|page| PageId(*page)).collect();
    let pages = library.repost_pages(pages).await?;
    let pages: HashMap<i64, RepostPage> =
        pages.into_iter().map(|page| (page.page.0, page)).collect();
    let mut places: BTreeMap<i64, KeptPlace> = BTreeMap::new();
    for cluster in &found {
        let members = cluster.iter().filter_map(|page| pages.get(page));
        let members: Vec<Member> = members.map(member).collect();
        let Some(lowest) = cluster.first() else {
            continue;
        };
        for place in judge(&members, outlets) {
            let similarity = nearest.get(&place.page).copied().unwrap_or(0.0);
            let kept = KeptPlace {
                cluster: PageId(*lowest),
                place,
                similarity,
            };
            places.insert(kept.place.page, kept);
        }
    }
    let before = library.places(RULE).await?;
    let gone = before.iter().map(|kept| kept.place.page);
    let gone: Vec<PageId> = gone
        .filter(|page| !places.contains_key(page))
        .map(PageId)
        .collect();
    for kept in before {
        let page = kept.place.page;
        if places.get(&page) == Some(&kept) {
            places.remove(&page);
        }
    }
    let moved = places.len() + gone.len();
    if moved > 0 {
        let places = places.into_values().collect();
        archive.keep_places(RULE, places, gone).await?;
    }
    Ok(moved)
}

fn member(page: &RepostPage) -> Member {
    Member {
        page: page.page.0,
        site: page.site.clone(),
        source: page.source.clone(),
        published: page.published,
        first_seen: page.first_seen,
    }
}

/// Which clusters are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The cluster of this page alone.
    pub page: Option<PageId>,
    /// With a page of this site.
    pub site: Option<SiteId>,
    /// With a page that was there at this instant or later.
    pub since: Option<Timestamp>,
    /// With pages of so many sites.
    pub least_sites: usize,
}

/// A page of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The page.
    pub page: RepostPage,
    /// Its place.
    pub place: Place,
    /// How alike the nearest page of the cluster is.
    pub similarity: f64,
}

/// Pages with one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The lowest of them.
    pub number: PageId,
    /// The first first, the others in their order of time.
    pub pages: Vec<Standing>,
    /// Of how many sites.
    pub sites: usize,
}

impl Cluster {
    /// When the last of its pages came.
    pub fn latest(&self) -> Option<Timestamp> {
        self.pages.iter().map(|page| page.place.at).max()
    }
}

/// The clusters that are wanted, as they were found last: those of most sites first, then those of
/// most pages, then the latest.
pub async fn reposts(
    library: &Arc<dyn Library>,
    wanted: &Wanted,
) -> Result<Vec<Cluster>, ArchiveError> {
    let places = library.places(RULE).await?;
    let own = wanted.page.map(|page| {
        let own = places.iter().find(|kept| kept.place.page == page.0);
        own.map(|kept| kept.cluster)
    });
    let mut found: BTreeMap<PageId, Vec<KeptPlace>> = BTreeMap::new();
    for kept in places {
        if own.is_none_or(|own| own == Some(kept.cluster)) {
            found.entry(kept.cluster).or_default().push(kept);
        }
    }
    let pages = found.values().flatten().map(|kept| PageId(kept.place.page));
    let pages = library.repost_pages(pages.collect()).await?;
    let mut pages: HashMap<i64, RepostPage> =
        pages.into_iter().map(|page| (page.page.0, page)).collect();
    let mut clusters: Vec<Cluster> = found
        .into_iter()
        .map(|(number, places)| {
            let standing = places.into_iter().filter_map(|kept| {
                Some(Standing {
                    page: pages.remove(&kept.place.page)?,
                    place: kept.place,
                    similarity: kept.similarity,
                })
            });
            let mut standing: Vec<Standing> = standing.collect();
            standing.sort_by_key(|one| {
                let is_first = one.place.relation == Relation::First;
                (!is_first, one.place.at, one.page.page)
            });
            let sites: HashSet<&SiteId> = standing.iter().map(|one| &one.page.site).collect();
            Cluster {
                number,
                sites: sites.len(),
                pages: standing,
            }
        })
        .filter(|cluster| wanted.is_met_by(cluster))
        .collect();
    clusters.sort_by_key(|cluster| {
        let size = (cluster.sites, cluster.pages.len(), cluster.latest());
        std::cmp::Reverse((size, cluster.number))
    });
    Ok(clusters)
}

impl Wanted {
    fn is_met_by(&self, cluster: &Cluster) -> bool {
        let mut sites = cluster.pages.iter().map(|one| &one.page.site);
        let of_site = self.site.as_ref();
        let of_site = of_site.is_none_or(|site| sites.any(|other| other == site));
        let since = self
            .since
            .is_none_or(|since| cluster.latest() >= Some(since));
        of_site && since && cluster.sites >= self.least_sites
    }
}

/// How often a site has what another had first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copying {
    /// Whose text it was.
    pub from: SiteId,
    /// Who has it, too.
    pub to: SiteId,
    /// How many texts.
    pub count: usize,
    /// After how many minutes, as a rule; where it is known of any.
    pub median_lag_minutes: Option<i64>,
}

/// Who copies whom in `clusters`, most first.
pub fn copying(clusters: &[Cluster]) -> Vec<Copying> {
    let mut lags: BTreeMap<(&SiteId, &SiteId), (usize, Vec<i64>)> = BTreeMap::new();
    for cluster in clusters {
        let Some(first) = cluster.pages.first() else {
            continue;
        };
        let reposts = cluster.pages.iter();
        for one in reposts.filter(|one| one.place.relation == Relation::Repost) {
            let (count, known) = lags.entry((&first.page.site, &one.page.site)).or_default();
            *count += 1;
            known.extend(one.place.lag_minutes);
        }
    }
    let mut found: Vec<Copying> = lags
        .into_iter()
        .map(|((from, to), (count, mut lags))| {
            lags.sort_unstable();
            Copying {
                from: from.clone(),
                to: to.clone(),
                count,
                median_lag_minutes: lags.get(lags.len() / 2).copied(),
            }
        })
        .collect();
    found.sort_by_key(|pair| std::cmp::Reverse(pair.count));
    found
}
