//! The robots.txt files of a leased host: kept ones while they hold, fresh ones asked politely.

use std::collections::HashMap;

use bytes::Bytes;

use crate::archive::{ArchiveError, Lease};
use crate::decode;
use crate::model::{
    Conditional, FetchError, Fetched, KeptRobots, Notice, NoticeKind, PageUrl, Purpose, Request,
};
use crate::politeness::{CrawlDelay, RestReason};
use crate::robots::{RobotsPolicy, RobotsRules, policy};

use super::courier::{Held, Sent, send};
use super::event::Event;
use super::guest::{Leave, ask_leave, enter_last};
use super::shared::Shared;

/// What a host's robots.txt says of a page.
#[derive(Clone, Debug)]
pub(super) enum Permission {
    /// It may be asked for.
    Granted,
    /// It may not.
    Denied,
    /// Nobody knows: the file cannot be had, which forbids everything for now.
    Unknown {
        why: String,
        error: Option<FetchError>,
    },
    /// The host rests; nothing was asked.
    Resting,
    /// A stop was requested.
    Stopped,
}

/// The files of one leased host, by origin.
#[derive(Debug)]
pub(super) struct RobotsDesk {
    kept: HashMap<String, KeptRobots>,
    read: HashMap<String, RobotsRules>,
    notices: Vec<Notice>,
}

/// Redirects followed from a robots.txt (RFC 9309, 2.3.1.2).
const HOPS: usize = 5;
/// Of a robots.txt so much is received and kept.
const KEPT_BYTES: u64 = match Purpose::Robots.most_bytes() {
    Some(most) => most,
    None => u64::MAX,
};

/// How asking for a file ended.
enum Obtained {
    /// With an answer to be kept.
    Answer { status: u16, body: Bytes },
    /// Without one.
    None(FetchError),
    /// Not at all: its host rests.
    Resting(String),
    /// By a stop.
    Stopped,
}

impl RobotsDesk {
    /// The files that came with the lease.
    pub(super) fn of(lease: &Lease) -> Self {
        let by_origin = |robots: &KeptRobots| (robots.origin.clone(), robots.clone());
        Self {
            kept: lease.robots.iter().map(by_origin).collect(),
            read: HashMap::new(),
            notices: Vec::new(),
        }
    }

    /// Whether `url` may be asked for. Asks for the file where none is kept that still holds.
    pub(super) async fn permission(
        &mut self,
        shared: &Shared,
        held: &mut Held,
        url: &PageUrl,
    ) -> Result<Permission, ArchiveError> {
        let origin = url.origin();
        self.recall(shared, held, url).await?;
        if !self.read.contains_key(&origin) {
            match self.ask(shared, held, &origin, url).await? {
                Ok(rules) => self.take(shared, held, url, rules).await?,
                Err(instead) => return Ok(instead),
            }
        }
        let agent = &shared.world.settings.agent;
        let allowed = self
            .read
            .get(&origin)
            .is_some_and(|rules| rules.allows(agent, url));
        Ok(if allowed {
            Permission::Granted
        } else {
            Permission::Denied
        })
    }

    /// Takes up the file kept for the origin of `url`, where one still holds.
    pub(super) async fn recall(
        &mut self,
        shared: &Shared,
        held: &mut Held,
        url: &PageUrl,
    ) -> Result<(), ArchiveError> {
        let origin = url.origin();
        if self.read.contains_key(&origin) {
            return Ok(());
        }
        let now = shared.now();
        let kept = self.kept.get(&origin);
        let rules = kept
            .filter(|kept| kept.expires_at > now && kept.fetched_at <= now)
            .and_then(|kept| rules_of(kept.status, &kept.body));
        if let Some(rules) = rules {
            self.take(shared, held, url, rules).await?;
        }
        Ok(())
    }

    /// The sitemaps that the file of the origin of `url` names, where it was read.
    pub(super) fn sitemaps(&self, url: &PageUrl) -> &[String] {
        let read = self.read.get(&url.origin());
        read.map(RobotsRules::sitemaps).unwrap_or_default()
    }

    /// Goes by `rules` from now on.
    async fn take(
        &mut self,
        shared: &Shared,
        held: &mut Held,
        url: &PageUrl,
        rules: RobotsRules,
    ) -> Result<(), ArchiveError> {
        if let Some(asked) = rules.crawl_delay(&shared.world.settings.agent) {
            let gate = shared.gates.of(&shared.world, url);
            let heeded = enter_last(shared, held, &gate)
                .await?
                .heed_crawl_delay(asked);
            self.notices.extend(capped(url, heeded));
        }
        self.read.insert(url.origin(), rules);
        Ok(())
    }

    /// What a person should know of the files, once: to be kept with the next look.
    pub(super) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Asks for the file of `origin`, keeps the answer and tells of it.
    async fn ask(
        &mut self,
        shared: &Shared,
        held: &mut Held,
        origin: &str,
        page: &PageUrl,
    ) -> Result<Result<RobotsRules, Permission>, ArchiveError> {
        let asked_at = shared.now();
        let (status, body, failure) = match obtain(shared, held, page).await? {
            Obtained::Answer { status, body } => (Some(status), body, None),
            Obtained::None(error) => (None, Bytes::new(), Some(error)),
            Obtained::Resting(reason) => {
                // the host of a page rests by its own words; a guest's rest is an obstacle here
                let own = shared.gates.of(&shared.world, page);
                let own = enter_last(shared, held, &own).await?.state().resting_until;
                if own.is_some_and(|until| until > shared.now()) {
                    return Ok(Err(Permission::Resting));
                }
                let why = format!("it is on another host, which cannot be asked: {reason}");
                return Ok(Err(self.unreachable(shared, held, page, why, None).await?));
            }
            Obtained::Stopped => return Ok(Err(Permission::Stopped)),
        };
        let rules = failure.is_none().then(|| rules_of(status, &body)).flatten();
        let unreachable = rules.is_none().then(|| match (&failure, status) {
            (Some(error), _) => error.to_string(),
            (None, Some(status)) => format!("status {status}"),
            (None, None) => "no answer".to_owned(),
        });
        let asked = rules
            .as_ref()
            .and_then(|rules| rules.crawl_delay(&shared.world.settings.agent));
        let cap = shared.world.settings.gate.crawl_delay_cap;
        shared.tell(Event::RobotsRead {
            origin: origin.to_owned(),
            status,
            unreachable: unreachable.clone(),
            is_page: rules.as_ref().is_some_and(RobotsRules::is_page),
            crawl_delay: asked,
            capped_to: asked.filter(|asked| *asked > cap).map(|_| cap),
        });
        let result = match (rules, unreachable) {
            (Some(rules), _) => Ok(rules),
            (None, why) => {
                let why = why.unwrap_or_default();
                Err(self.unreachable(shared, held, page, why, failure).await?)
            }
        };
        let kept = KeptRobots {
            origin: origin.to_owned(),
            fetched_at: asked_at,
            expires_at: shared.now().plus(settled(status).holds_for()),
            status,
            body,
        };
        let gate = shared.gates.of(&shared.world, page);
        let state = enter_last(shared, held, &gate).await?.state();
        let archive = &shared.world.archive;
        archive.keep_robots(held.token, kept, state).await?;
        Ok(result)
    }

    /// Leaves the host alone for a while: what its file forbids is not known.
    async fn unreachable(
        &self,
        shared: &Shared,
        held: &mut Held,
        page: &PageUrl,
        why: String,
        error: Option<FetchError>,
    ) -> Result<Permission, ArchiveError> {
        if !error.as_ref().is_some_and(FetchError::was_never_sent) {
            let gate = shared.gates.of(&shared.world, page);
            let reason = RestReason::RobotsUnreachable(why.clone());
            let mut gate = enter_last(shared, held, &gate).await?;
            gate.rest_for(shared.now(), &reason);
        }
        Ok(Permission::Unknown { why, error })
    }
}

/// Asks for the robots.txt that speaks for `page`, following redirects to any host through that
/// host's own gate.
async fn obtain(
    shared: &Shared,
    held: &mut Held,
    page: &PageUrl,
) -> Result<Obtained, ArchiveError> {
    let Ok(mut url) = page.join("/robots.txt") else {
        return Ok(Obtained::Answer {
            status: 404,
            body: Bytes::new(),
        });
    };
    for hops_left in (0..=HOPS).rev() {
        let request = Request {
            url: url.clone(),
            conditional: Conditional::default(),
            referer: None,
            purpose: Purpose::Robots,
        };
        let result = match exchange(shared, held, page, request).await? {
            Ok(result) => result,
            Err(instead) => return Ok(instead),
        };
        let fetched = match result {
            Ok(fetched) => fetched,
            Err(error) => return Ok(Obtained::None(error)),
        };
        let next = match policy(Some(fetched.status)) {
            RobotsPolicy::FollowRedirect if hops_left > 0 => fetched
                .headers
                .first("location")
                .and_then(|location| url.join(location).ok()),
            _ => None,
        };
        match next {
            Some(next) => url = next,
            None => return Ok(received(shared, &fetched)),
        }
    }
    // the last hop returned above
    Ok(Obtained::Stopped)
}

/// One request and its answer, judged; or how it ended without either.
async fn exchange(
    shared: &Shared,
    held: &mut Held,
    page: &PageUrl,
    request: Request,
) -> Result<Result<Result<Fetched, FetchError>, Obtained>, ArchiveError> {
    let mut guest = None;
    let sent = if request.url.host() == page.host() {
        send(shared, held, request).await?
    } else {
        match ask_leave(shared, held, &request.url).await? {
            Leave::Given(given) => {
                let guest = guest.insert(given);
                guest.send(shared, held, request).await?
            }
            Leave::Refused(reason) => return Ok(Err(Obtained::Resting(reason))),
            Leave::Stopped => return Ok(Err(Obtained::Stopped)),
        }
    };
    let result = match sent {
        Sent::Ended(exchange) => {
            let result = exchange.result.clone();
            exchange.judge(false);
            Ok(result)
        }
        Sent::Resting(reason) => Err(Obtained::Resting(reason)),
        Sent::Crowded | Sent::Stopped => Err(Obtained::Stopped),
    };
    if let Some(guest) = guest {
        guest.leave(shared).await?;
    }
    Ok(result)
}

fn received(shared: &Shared, fetched: &Fetched) -> Obtained {
    if policy(Some(fetched.status)) != RobotsPolicy::Parse {
        return Obtained::Answer {
            status: fetched.status,
            body: Bytes::new(),
        };
    }
    let limit = shared.world.settings.body_limit_bytes.min(KEPT_BYTES);
    let length = u64::try_from(fetched.body.len()).unwrap_or(u64::MAX);
    match decode::undo_codings_of_beginning(fetched, limit, length >= limit) {
        Ok(body) => Obtained::Answer {
            status: fetched.status,
            body,
        },
        Err(error) => Obtained::None(error),
    }
}

/// The policy for a final answer. A redirect that leads nowhere, or on and on, is no file
/// (RFC 9309, 2.3.1.2); so is an unasked-for "not modified".
fn settled(status: Option<u16>) -> RobotsPolicy {
    match policy(status) {
        RobotsPolicy::FollowRedirect | RobotsPolicy::KeepKnown => RobotsPolicy::AllowAll,
        other => other,
    }
}

/// The rules that a final answer gives; none where it gives no answer.
pub(super) fn rules_of(status: Option<u16>, body: &[u8]) -> Option<RobotsRules> {
    match settled(status) {
        RobotsPolicy::Parse => Some(RobotsRules::parse(body)),
        RobotsPolicy::AllowAll => Some(RobotsRules::allow_all()),
        _ => None,
    }
}

/// Says that a Crawl-delay is not heeded in full.
fn capped(page: &PageUrl, delay: CrawlDelay) -> Option<Notice> {
    let CrawlDelay::Capped { asked, heeded } = delay else {
        return None;
    };
    let url = page.join("/robots.txt").ok()?;
    Some(Notice {
        kind: NoticeKind::CrawlDelay,
        message: format!(
            "{url} asks for {} s between two requests; {} s are kept",
            asked.as_secs_f64(),
            heeded.as_secs_f64()
        ),
        url,
    })
}
