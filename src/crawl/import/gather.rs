//! The later parts of an article that others looked at: from the files at hand, or out of the archive.

use crate::archive::{ArchiveError, LookId, PastLook, RunId, Visit};
use crate::canon::urlkey;
use crate::model::{Fetched, Headers, Outcome, PageUrl, Timestamp};

use super::super::CrawlSettings;
use super::super::digest::{Gathering, MOST_HOPS, Opening, Piece};
use super::super::reparse::{answer, read_part};
use super::Importing;
use super::page::context;
use super::shelf::Shelf;
use super::whole::Whole;

/// What came in of an article.
pub(super) struct Gathered {
    pub(super) opening: Box<Opening>,
    pub(super) gathering: Gathering,
    /// The address of a part that nobody looked at, as far as is known.
    pub(super) lacks: Option<String>,
}

/// The parts that follow `opening`, which was looked at at `at`.
pub(super) async fn gather(
    work: &Importing,
    run: Option<RunId>,
    at: Timestamp,
    visit: &Visit,
    opening: Box<Opening>,
    shelf: &Shelf,
) -> Result<Gathered, ArchiveError> {
    let limit = CrawlSettings::default().max_parts;
    let mut gathering = Gathering::of(&visit.url, &opening, limit);
    let mut lacks = None;
    while let Some(url) = gathering.next() {
        let piece = part(work, run, at, visit, url.clone(), &mut gathering, shelf).await?;
        let piece = piece.unwrap_or_else(|missing| {
            lacks = Some(missing);
            Piece::Nothing("nobody looked at it".to_owned())
        });
        gathering.put(&opening, url, piece);
    }
    Ok(Gathered {
        opening,
        gathering,
        lacks,
    })
}

/// One part, and where it redirected to; the address that nobody looked at, otherwise.
async fn part(
    work: &Importing,
    run: Option<RunId>,
    at: Timestamp,
    visit: &Visit,
    mut url: PageUrl,
    gathering: &mut Gathering,
    shelf: &Shelf,
) -> Result<Result<Piece, String>, ArchiveError> {
    for _hop in 0..MOST_HOPS {
        if url.host() != visit.url.host() {
            return Ok(Ok(Piece::Nothing("it is on another host".to_owned())));
        }
        let Some(fetched) = look_at(work, run, at, &url, shelf).await? else {
            return Ok(Err(urlkey(&url)));
        };
        match read_part(visit, &url, fetched, context(work, run)).await? {
            Piece::Elsewhere(to) if gathering.follows(&to) => url = to,
            piece => return Ok(Ok(piece)),
        }
    }
    Ok(Ok(Piece::Nothing("it redirects on and on".to_owned())))
}

/// The answer at `url` nearest to `at`.
async fn look_at(
    work: &Importing,
    run: Option<RunId>,
    at: Timestamp,
    url: &PageUrl,
    shelf: &Shelf,
) -> Result<Option<Fetched>, ArchiveError> {
    if let Some(foreign) = shelf.nearest(&urlkey(url), at)
        && let Some(whole) = Whole::of(work, foreign, shelf).await?
    {
        return Ok(Some(Fetched {
            url: url.clone(),
            ..whole.fetched
        }));
    }
    let Some(run) = run else {
        return Ok(None);
    };
    let first = PastLook {
        look: LookId(i64::MAX),
        run,
        is_foreign: true,
        url: url.clone(),
        fetched_at: at,
        status: None,
        headers: Headers::default(),
        outcome: Outcome::New,
        entity: None,
        version_no: None,
        views: None,
        views_note: None,
    };
    match work.library.past_part(url, &first).await? {
        Some(look) => answer(&work.library, &look).await,
        None => Ok(None),
    }
}
