//! One look read anew: its answer as it came, through the digest of the crawl.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::archive::{ArchiveError, Capture, Library, PastLook, PastPage, RunId, Visit};
use crate::model::{Fetched, Headers, Kept, KnownVersion, Outcome, PageHistory, PageKind, PageUrl};

use super::super::CrawlSettings;
use super::super::digest::{
    DigestContext, Digested, Follow, Gathering, MOST_HOPS, Opening, Piece, Sighting, digest_part,
    open,
};
use super::Reparse;

/// Whether the answer of `look` may hold an article. A later part is read with its article.
pub(super) fn has_page(look: &PastLook) -> bool {
    look.entity.is_some()
        && look.outcome != Outcome::Part
        && look
            .status
            .is_some_and(|status| (200..300).contains(&status))
}

/// What was seen of the page before.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// The version current at the last look that found one.
    pub(super) kept: Option<Kept>,
    /// All versions seen.
    pub(super) known: Vec<KnownVersion>,
    /// Looks in a row that failed.
    pub(super) failures: u32,
}

/// What `look` comes to today, and whether anything but its own answer had a say in it. Nothing
/// where its body is not kept.
pub(super) async fn read(
    work: &Reparse,
    run: Option<RunId>,
    past: &PastPage,
    look: &PastLook,
    before: Before,
) -> Result<Option<(Capture, bool)>, ArchiveError> {
    let Some(fetched) = answer(&work.library, look).await? else {
        return Ok(None);
    };
    let mut visit = Visit {
        page: past.page,
        url: look.url.clone(),
        site: past.site.clone(),
        kind: past.kind,
        depth: past.depth,
        referer: past.referer.clone(),
        history: PageHistory {
            failures_in_a_row: before.failures,
            ..PageHistory::default()
        },
        spoken_for: false,
        kept: before.kept,
        known: before.known,
    };
    let context = context(work, run);
    let asked = (visit.clone(), context.clone());
    let digested = off_hand(move || {
        let (visit, context) = asked;
        open(&visit, Sighting::Answered(fetched), &context)
    })
    .await?;
    let opening = match digested {
        None => return Ok(None),
        Some(Digested::Whole(capture, _items)) => return Ok(Some((*capture, false))),
        Some(Digested::GoesOn(opening)) => opening,
    };
    let is_alone = opening.text().next().is_none();
    let gathered = gather(work, run, look, &visit, opening).await?;
    let (opening, gathering, unasked) = gathered;
    if unasked {
        // what nobody asked for then is not missing for a while
        visit.history.failures_in_a_row = u32::MAX;
    }
    let rest = gathering.rest();
    // who counted the views is not asked again: the look keeps its number
    let joined =
        off_hand(move || opening.joined(&visit, rest.texts, rest.missing, None, &context)).await?;
    Ok(Some((joined, !is_alone)))
}

/// The parts that follow, as they were kept in the same visit; and whether one was not asked for.
async fn gather(
    work: &Reparse,
    run: Option<RunId>,
    first: &PastLook,
    visit: &Visit,
    opening: Box<Opening>,
) -> Result<(Box<Opening>, Gathering, bool), ArchiveError> {
    let limit = CrawlSettings::default().max_parts;
    let mut gathering = Gathering::of(&visit.url, &opening, limit);
    let mut unasked = false;
    while let Some(url) = gathering.next() {
        let piece = part(work, run, first, visit, url.clone(), &mut gathering).await?;
        let piece = piece.unwrap_or_else(|| {
            unasked = true;
            Piece::Nothing("it was not asked for".to_owned())
        });
        gathering.put(&opening, url, piece);
    }
    Ok((opening, gathering, unasked))
}

/// One part, and where it redirected to; nothing where it was not asked for.
async fn part(
    work: &Reparse,
    run: Option<RunId>,
    first: &PastLook,
    visit: &Visit,
    mut url: PageUrl,
    gathering: &mut Gathering,
) -> Result<Option<Piece>, ArchiveError> {
    for _hop in 0..MOST_HOPS {
        if url.host() != visit.url.host() {
            return Ok(Some(Piece::Nothing("it is on another host".to_owned())));
        }
        let Some(look) = work.library.past_part(&url, first).await? else {
            return Ok(None);
        };
        let Some(fetched) = answer(&work.library, &look).await? else {
            return Ok(Some(Piece::Nothing(look.outcome.name().to_owned())));
        };
        match read_part(visit, &url, fetched, context(work, run)).await? {
            Piece::Elsewhere(to) if gathering.follows(&to) => url = to,
            piece => return Ok(Some(piece)),
        }
    }
    Ok(Some(Piece::Nothing("it redirects on and on".to_owned())))
}

/// What the answer that is kept of `url` has of the article of `visit`.
pub(in crate::crawl) async fn read_part(
    visit: &Visit,
    url: &PageUrl,
    fetched: Fetched,
    context: DigestContext,
) -> Result<Piece, ArchiveError> {
    let asked = Visit {
        url: url.clone(),
        kind: PageKind::Part,
        referer: Some(visit.url.clone()),
        history: PageHistory::default(),
        kept: None,
        known: Vec::new(),
        ..visit.clone()
    };
    let digested =
        off_hand(move || digest_part(&asked, Sighting::Answered(fetched), &context)).await?;
    Ok(digested.map_or_else(
        || Piece::Nothing("unreadable".to_owned()),
        |(_look, piece)| piece,
    ))
}

/// The answer as it came, but for codings that are undone; nothing where none came or it is gone.
pub(in crate::crawl) async fn answer(
    library: &Arc<dyn Library>,
    look: &PastLook,
) -> Result<Option<Fetched>, ArchiveError> {
    let Some(status) = look.status else {
        return Ok(None);
    };
    let body = match look.entity {
        Some(hash) => match library.entity(hash).await {
            Err(ArchiveError::Pruned { .. }) => None,
            read => read?,
        },
        None if (200..300).contains(&status) => None,
        None => Some(Bytes::new()),
    };
    let plain = look
        .headers
        .iter()
        .filter(|(name, _value)| *name != "content-encoding");
    Ok(body.map(|body| Fetched {
        url: look.url.clone(),
        status,
        headers: Headers::new(
            plain.map(|(name, value)| (name.to_owned(), Bytes::copy_from_slice(value))),
        ),
        body,
        sent_at: look.fetched_at,
        elapsed: Duration::ZERO,
        peer: None,
    }))
}

fn context(work: &Reparse, run: Option<RunId>) -> DigestContext {
    DigestContext {
        run: run.unwrap_or(RunId(0)),
        rules: Arc::clone(&work.rules),
        // where a page leads was planned when it was looked at
        follow: Follow::Redirects,
        max_depth: 0,
        // it was kept, so it was no larger than that
        body_limit_bytes: u64::MAX,
        room_bytes: u64::MAX,
        trail: Vec::new(),
        crowded: Arc::new(HashSet::new()),
        pictures: None,
    }
}

/// Reading is work for processors, and a parsed page may not cross an `.await`.
pub(in crate::crawl) async fn off_hand<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ArchiveError> {
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|broke| ArchiveError::Store {
            doing: "read a page anew",
            source: broke.into(),
        })
}
