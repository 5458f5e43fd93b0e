//! The later parts of an article: asked for one after the other in the same visit.
//!
//! Each is a page like any other: it waits its turn under the host's gate, passes the robots rules
//! and the address guard, and its look is committed as soon as it is made. Only the article waits
//! until all its parts are there, so that a run that is killed in between leaves no half of it.

use crate::archive::{ArchiveError, Due, Planned, Visit};
use crate::model::{PageHistory, PageKind, PageUrl};

use super::super::courier::{Sent, send};
use super::super::digest::{Gathering, MOST_HOPS, Opening, Piece, Rest, digest_part};
use super::{Undigested, Way, Worker, learn};

/// What asking for one part came to.
enum Asked {
    Piece(Piece),
    /// A stop was requested, or there was no room: the article is for another time.
    Stopped,
}

impl Worker<'_> {
    /// Asks for the parts that follow `opening`; nothing where a stop was requested meanwhile.
    pub(super) async fn gather(
        &mut self,
        visit: &Visit,
        opening: &Opening,
    ) -> Result<Option<Rest>, ArchiveError> {
        let limit = self.shared.world.settings.max_parts;
        let mut gathering = Gathering::of(&visit.url, opening, limit);
        while let Some(url) = gathering.next() {
            match self.part(visit, url.clone(), &mut gathering).await? {
                Asked::Stopped => return Ok(None),
                Asked::Piece(piece) => gathering.put(opening, url, piece),
            }
        }
        Ok(Some(gathering.rest()))
    }

    /// Asks for one part, and where it redirects to within the host.
    async fn part(
        &mut self,
        first: &Visit,
        mut url: PageUrl,
        gathering: &mut Gathering,
    ) -> Result<Asked, ArchiveError> {
        for _hop in 0..MOST_HOPS {
            if url.host() != self.host {
                return Ok(Asked::Piece(Piece::Nothing(
                    "it is on another host".to_owned(),
                )));
            }
            let visit = self.visit_of_part(first, &url).await?;
            match self.look_at_part(visit).await? {
                Asked::Piece(Piece::Elsewhere(to)) if gathering.follows(&to) => {
                    url = to;
                }
                asked => return Ok(asked),
            }
        }
        Ok(Asked::Piece(Piece::Nothing(
            "it redirects on and on".to_owned(),
        )))
    }

    /// Makes the part known.
    async fn visit_of_part(&self, first: &Visit, url: &PageUrl) -> Result<Visit, ArchiveError> {
        let planned = Planned {
            url: url.clone(),
            site: first.site.clone(),
            kind: PageKind::Part,
            due: Due::IfNew(self.shared.now()),
            depth: first.depth,
            referer: Some(first.url.clone()),
            claim: None,
        };
        let pages = self.shared.world.archive.plan(vec![planned]).await?;
        Ok(Visit {
            // the archive answers with a number for each page planned
            page: pages.first().copied().unwrap_or(first.page),
            url: url.clone(),
            site: first.site.clone(),
            kind: PageKind::Part,
            depth: first.depth,
            referer: Some(first.url.clone()),
            history: PageHistory::default(),
            spoken_for: false,
            kept: None,
            known: Vec::new(),
        })
    }

    /// Looks at one part and commits the look.
    async fn look_at_part(&mut self, visit: Visit) -> Result<Asked, ArchiveError> {
        let shared = self.shared;
        let resting = |why: &str| Asked::Piece(Piece::Nothing(format!("the host rests ({why})")));
        let permission = self
            .robots
            .permission(shared, &mut self.held, &visit.url)
            .await?;
        match Way::of(permission, shared.now()) {
            Way::Free => {}
            Way::Stopped => return Ok(Asked::Stopped),
            Way::Resting => return Ok(resting("robots.txt")),
            Way::Barred(sighting) => {
                let context = self.context(&visit.url);
                let Some((mut capture, piece)) = digest_part(&visit, *sighting, &context) else {
                    return Ok(Asked::Piece(Piece::Nothing("unreadable".to_owned())));
                };
                capture.host_state = self.clock_of(&visit.url).await?;
                self.commit(&visit, capture).await?;
                return Ok(Asked::Piece(piece));
            }
        }
        let request = self.request(&visit);
        let exchange = match send(shared, &mut self.held, request).await? {
            Sent::Ended(exchange) => exchange,
            Sent::Resting(reason) => return Ok(resting(&reason)),
            Sent::Crowded | Sent::Stopped => return Ok(Asked::Stopped),
        };
        let read = self.read(&visit, &exchange, true, digest_part).await;
        let (mut capture, piece, _desk) = match read {
            Ok(((capture, piece), desk)) => (capture, piece, Some(desk)),
            Err(Undigested::Unreadable) => {
                let piece = Piece::Nothing("unreadable".to_owned());
                (self.unreadable(&visit), piece, None)
            }
            Err(Undigested::Stopped) => {
                exchange.judge(false);
                return Ok(Asked::Stopped);
            }
        };
        capture.host_state = learn(*exchange, &capture);
        self.commit(&visit, capture).await?;
        Ok(Asked::Piece(piece))
    }
}
