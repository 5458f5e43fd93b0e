//! One worker, one leased host: asks for due pictures of articles, one after the other.
//!
//! A picture is asked for as a page is: under the lease of its host, through robots.txt, gate, address
//! clock and guard. But no page waits for it: a host is lent for its pictures when no page is to be
//! had, for a few of them at a time, and what they come to says nothing of how the site is.

use std::collections::HashMap;
use std::sync::Arc;

use tracing::Instrument as _;

use crate::archive::{
    Answer, ArchiveError, AssetCapture, AssetLease, AssetOutcome, AssetVisit, PageId,
};
use crate::asset::{self, AssetLimits, Judgement};
use crate::decode;
use crate::model::{
    Conditional, ContentHash, FetchError, Fetched, HostKey, HostState, Purpose, Request, Timestamp,
};
use crate::politeness::Observed;

use super::courier::{Exchange, Held, Sent, keep_lease, send};
use super::digest::location;
use super::event::Event;
use super::guest::enter_last;
use super::robots::{Permission, RobotsDesk};
use super::shared::Shared;

/// Redirects followed from a picture.
const MOST_HOPS: u32 = 5;

/// So many refusals in a row, and the host is asked for no more pictures in this run.
const MOST_REFUSALS: u32 = 3;

/// Asks for the pictures of `lease` and gives the host back. A lost lease ends the work, not the run.
pub(super) async fn collect(shared: Arc<Shared>, lease: AssetLease) -> Result<(), ArchiveError> {
    let AssetLease { lease, pictures } = lease;
    let collector = Collector {
        shared: &shared,
        robots: RobotsDesk::of(&lease),
        host: lease.host,
        held: Held {
            token: lease.token,
            until: lease.until,
        },
        articles: HashMap::new(),
        refusals: 0,
    };
    let all = collector.ask_for_all(pictures, lease.state, lease.left_behind);
    match all.await {
        Err(ArchiveError::LeaseLost { host }) => {
            shared.lost(host);
            Ok(())
        }
        other => other,
    }
}

struct Collector<'a> {
    shared: &'a Shared,
    host: HostKey,
    held: Held,
    robots: RobotsDesk,
    /// Bytes kept for each article in this lease.
    articles: HashMap<PageId, u64>,
    /// In a row.
    refusals: u32,
}

/// Whether to go on with the next picture of the host.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    /// The rest stays due.
    Leave,
}

impl Collector<'_> {
    async fn ask_for_all(
        mut self,
        pictures: Vec<AssetVisit>,
        state: HostState,
        left_behind: bool,
    ) -> Result<(), ArchiveError> {
        let shared = self.shared;
        let Some(first) = pictures.first().map(|picture| picture.url.clone()) else {
            return shared.world.archive.release(self.held.token, state).await;
        };
        drop(shared.gates.take_over(&shared.world, &first, &state).await);
        let gate = shared.gates.of(&shared.world, &first);
        if left_behind {
            self.robots.recall(shared, &mut self.held, &first).await?;
            let mut entered = enter_last(shared, &mut self.held, &gate).await?;
            entered.learn(shared.now(), Observed::Abandoned);
        }
        let mut failed = Ok(());
        for picture in pictures {
            let span = tracing::info_span!(
                "picture",
                host = %self.host,
                url = %picture.url,
                run = shared.run.0
            );
            match self.ask_for(&picture).instrument(span).await {
                Ok(Next::GoOn) => {}
                Ok(Next::Leave) => break,
                Err(error) => {
                    failed = Err(error);
                    break;
                }
            }
        }
        // held until the host is given back: a guest that waits here must not ask it afterwards
        let gate = match enter_last(shared, &mut self.held, &gate).await {
            Ok(entered) => entered,
            // to give the host back fails then, and says so
            Err(_lost) => gate.lock_owned().await,
        };
        let released = shared.world.archive.release(self.held.token, gate.state());
        let released = released.await;
        shared.gates.forget(&self.host);
        failed.and(released)
    }

    async fn ask_for(&mut self, picture: &AssetVisit) -> Result<Next, ArchiveError> {
        let shared = self.shared;
        if shared.stop.is_requested() || !shared.may_receive() {
            return Ok(Next::Leave);
        }
        let limits = shared.world.asset_limits(&picture.site);
        let begun = shared.begin_asset(&picture.site, limits.as_ref());
        let (Some(limits), Some(left)) = (limits, begun) else {
            return Ok(Next::GoOn);
        };
        let had = self.articles.get(&picture.page).copied().unwrap_or(0);
        let of_article = picture.article_bytes.saturating_add(had);
        let of_article = limits.article_bytes.saturating_sub(of_article);
        let most = limits.picture_bytes.min(of_article);
        if most == 0 {
            shared.withdraw_asset(&picture.site);
            let why = "its article has its share of bytes".to_owned();
            return self.settle(picture, AssetOutcome::PassedOver(why)).await;
        }
        let next = self.send(picture, &limits, most, left).await?;
        Ok(match next {
            Ended::Settled => Next::GoOn,
            Ended::Refused => {
                self.refusals += 1;
                if self.refusals < MOST_REFUSALS {
                    Next::GoOn
                } else {
                    shared.leave_assets_of(&self.host);
                    Next::Leave
                }
            }
            Ended::OverShare => {
                shared.spend_assets_of(&picture.site);
                Next::GoOn
            }
            Ended::NotSent => {
                shared.withdraw_asset(&picture.site);
                Next::Leave
            }
        })
    }

    /// Asks for `picture`, of which at most `most` bytes are taken, or the `left` ones of its site's
    /// share of the run, and commits what comes of it.
    async fn send(
        &mut self,
        picture: &AssetVisit,
        limits: &AssetLimits,
        most: u64,
        left: u64,
    ) -> Result<Ended, ArchiveError> {
        let shared = self.shared;
        let url = &picture.url;
        match self.robots.permission(shared, &mut self.held, url).await? {
            Permission::Granted => {}
            Permission::Denied => {
                shared.withdraw_asset(&picture.site);
                let outcome = AssetOutcome::Refused("robots.txt".to_owned());
                self.settle(picture, outcome).await?;
                return Ok(Ended::Settled);
            }
            Permission::Unknown { .. } => {
                shared.leave_assets_of(&self.host);
                return Ok(Ended::NotSent);
            }
            Permission::Resting | Permission::Stopped => return Ok(Ended::NotSent),
        }
        let request = Request {
            url: url.clone(),
            conditional: Conditional::default(),
            referer: asset::referrer(picture.referrer_policy, &picture.page_url, url),
            purpose: Purpose::Asset {
                most_bytes: most.min(left),
            },
        };
        let exchange = match send(shared, &mut self.held, request).await? {
            Sent::Ended(exchange) => exchange,
            Sent::Resting(_) | Sent::Crowded | Sent::Stopped => return Ok(Ended::NotSent),
        };
        let (sent_at, result) = (exchange.began, exchange.result.clone());
        learn(*exchange);
        let is_too_large = |error: &FetchError| matches!(error, FetchError::TooLarge { .. });
        let is_short = left < most && left < limits.run_bytes;
        let judged = match result {
            // what is left of the run's share may be too little for it, and the next run has more
            Err(error) if is_short && is_too_large(&error) => return Ok(Ended::OverShare),
            Err(error) => Judged::without(failure(&error, picture, shared.now())),
            Ok(answer) => {
                let (picture, limits) = (picture.clone(), limits.clone());
                let now = shared.now();
                let judging = move || Judged::of(&answer, &picture, &limits, most, now);
                // undone codings and digests of megabytes are work for processors
                match tokio::task::spawn_blocking(judging).await {
                    Ok(judged) => judged,
                    Err(_broke) => {
                        Judged::without(AssetOutcome::PassedOver("unreadable".to_owned()))
                    }
                }
            }
        };
        let wire = judged
            .answer
            .as_ref()
            .map_or(0, |answer| answer.wire_length);
        shared.receive_asset(&self.host, &picture.site, wire);
        let refused = judged.is_refusal;
        if !refused {
            self.refusals = 0;
        }
        if let (AssetOutcome::Kept(_), Some(answer)) = (&judged.outcome, &judged.answer) {
            let bytes = answer.entity.as_ref().map_or(0, bytes::Bytes::len);
            let had = self.articles.entry(picture.page).or_default();
            *had += u64::try_from(bytes).unwrap_or(u64::MAX);
        }
        self.commit(picture, sent_at, judged, true).await?;
        Ok(if refused {
            Ended::Refused
        } else {
            Ended::Settled
        })
    }

    /// Commits what `picture` comes to without being asked for.
    async fn settle(
        &mut self,
        picture: &AssetVisit,
        outcome: AssetOutcome,
    ) -> Result<Next, ArchiveError> {
        let judged = Judged::without(outcome);
        self.commit(picture, self.shared.now(), judged, false)
            .await?;
        Ok(Next::GoOn)
    }

    async fn commit(
        &mut self,
        picture: &AssetVisit,
        sent_at: Timestamp,
        judged: Judged,
        was_sent: bool,
    ) -> Result<(), ArchiveError> {
        let shared = self.shared;
        keep_lease(shared, &mut self.held, shared.now()).await?;
        let gate = shared.gates.of(&shared.world, &picture.url);
        let host_state = enter_last(shared, &mut self.held, &gate).await?.state();
        let state = judged.outcome.state();
        let told = Event::AssetSettled {
            url: picture.url.clone(),
            page: picture.page_url.clone(),
            state,
            reason: judged.outcome.reason().map(str::to_owned),
        };
        let wire = judged
            .answer
            .as_ref()
            .map_or(0, |answer| answer.wire_length);
        let capture = AssetCapture {
            asset: picture.asset,
            run: shared.run,
            url: picture.url.clone(),
            sent_at,
            answer: judged.answer,
            outcome: judged.outcome,
            host_state,
        };
        let archive = &shared.world.archive;
        archive.commit_asset(self.held.token, capture).await?;
        shared.amend(|report| report.pictures.note(state, was_sent, wire));
        shared.tell(told);
        Ok(())
    }
}

/// How a request for a picture ended.
enum Ended {
    /// What came of it is kept.
    Settled,
    /// It is, and the host refused.
    Refused,
    /// The picture is larger than what is left of the run's share.
    OverShare,
    /// It was not sent.
    NotSent,
}

/// Tells the gate how the exchange went. A picture that is refused or breaks the server says nothing of
/// the pages there, so it must not count against them; an answer that asks for patience does.
fn learn(exchange: Exchange) {
    let speaks_of_itself = exchange.result.as_ref().is_ok_and(|answer| {
        answer.status >= 400
            && !matches!(answer.status, 429 | 503)
            && answer.headers.first("retry-after").is_none()
    });
    if speaks_of_itself {
        exchange.set_aside();
    } else {
        exchange.judge(false);
    }
}

/// What an answer is kept as and what it comes to.
struct Judged {
    answer: Option<Answer>,
    outcome: AssetOutcome,
    /// Whether the host does not want to be asked.
    is_refusal: bool,
}

impl Judged {
    fn without(outcome: AssetOutcome) -> Self {
        Self {
            answer: None,
            outcome,
            is_refusal: false,
        }
    }

    fn of(
        fetched: &Fetched,
        picture: &AssetVisit,
        limits: &AssetLimits,
        most: u64,
        now: Timestamp,
    ) -> Self {
        let failed = |reason: String, is_gone: bool| AssetOutcome::Failed {
            reason,
            again_at: asset::retry_after(picture.tries.saturating_add(1), is_gone)
                .map(|wait| now.plus(wait)),
        };
        let by_status =
            |status: u16| failed(format!("status {status}"), matches!(status, 404 | 410));
        let mut answer = Answer {
            status: fetched.status,
            headers: fetched.headers.clone(),
            entity: None,
            wire_length: u64::try_from(fetched.body.len()).unwrap_or(u64::MAX),
            wire_hash: ContentHash::of(&fetched.body),
            elapsed: fetched.elapsed,
            peer: fetched.peer,
        };
        let mut is_refusal = matches!(fetched.status, 401 | 403 | 407 | 429 | 451 | 500..);
        let outcome = match fetched.status {
            200 => match decode::undo_codings(fetched, most) {
                Ok(entity) => match asset::judge(&entity.body, limits) {
                    Judgement::Kept(found) => {
                        answer.entity = Some(entity.body);
                        AssetOutcome::Kept(found)
                    }
                    Judgement::PassedOver(why) => AssetOutcome::PassedOver(why),
                    Judgement::Failed(why) => {
                        is_refusal = true;
                        failed(why, false)
                    }
                },
                Err(error) => failure(&error, picture, now),
            },
            status @ 300..=399 => match location(fetched) {
                Some(_) if picture.hops >= MOST_HOPS => {
                    failed("too many redirects".to_owned(), false)
                }
                Some(to) if to != picture.url => AssetOutcome::Moved(to),
                _ => by_status(status),
            },
            status => by_status(status),
        };
        Self {
            answer: Some(answer),
            outcome,
            is_refusal,
        }
    }
}

/// What a picture comes to that no answer brought.
fn failure(error: &FetchError, picture: &AssetVisit, now: Timestamp) -> AssetOutcome {
    match error {
        FetchError::TooLarge { limit, .. } => {
            AssetOutcome::PassedOver(format!("larger than {limit} bytes"))
        }
        error if error.was_never_sent() => AssetOutcome::Refused(error.kind().to_owned()),
        error => AssetOutcome::Failed {
            reason: error.kind().to_owned(),
            again_at: asset::retry_after(picture.tries.saturating_add(1), false)
                .map(|wait| now.plus(wait)),
        },
    }
}
