//! What a complete answer is, by its status: a page, a way elsewhere, a refusal.

use crate::archive::{Answer, Observation, Redirect, Visit};
use crate::decode::{self, Entity};
use crate::extract;
use crate::model::{ContentHash, FetchError, Fetched, Outcome, PageKind, PageUrl};
use crate::schedule;

use super::super::screen::{Face, Pretence, screen};
use super::super::site::{are_neighbours, belongs, is_error_page, is_home};
use super::page::read;
use super::parts::Role;
use super::{DigestContext, Finding, Follow};

/// The reason of a redirect that no header told.
pub(in crate::crawl) const META_REFRESH: &str = "meta-refresh";
/// Redirects followed in one chain at most.
const MOST_REDIRECTS: usize = 10;
/// Of an error page so much is read, to recognise it.
const NOTICE_BYTES: usize = 64 * 1024;

/// What `fetched` is kept as and what is made of it.
pub(super) fn answered(
    visit: &Visit,
    fetched: &Fetched,
    context: &DigestContext,
    role: Role,
) -> (Observation, Finding) {
    let entity = if fetched.status == 304 {
        Ok(None)
    } else {
        let limit = context.body_limit_bytes.min(context.room_bytes);
        decode::undo_codings(fetched, limit).map(Some)
    };
    if context.room_bytes < context.body_limit_bytes
        && let Err(error @ FetchError::TooLarge { .. }) = &entity
    {
        return (
            Observation::Failed(error.clone()),
            Finding::without_room(visit),
        );
    }
    let entity = match entity {
        Ok(entity) => entity,
        // the status of a success without its body says nothing
        Err(error) if (200..300).contains(&fetched.status) => {
            let finding = Finding {
                backoff: Some(schedule::retry(&error)),
                ..Finding::of(visit, Outcome::Failed)
            };
            return (Observation::Failed(error), finding);
        }
        Err(_undecodable) => None,
    };
    let finding = match fetched.status {
        304 if visit.kept.is_some() || visit.history.read_by.is_some() => {
            Finding::of(visit, Outcome::NotModified)
        }
        300..=399 => location(fetched).map_or_else(
            || {
                let reason = format!("status {} without a way on", fetched.status);
                Finding::because(visit, Outcome::Failed, reason)
            },
            |to| {
                let permanent = matches!(fetched.status, 301 | 308);
                lead(visit, &to, permanent, None, context)
            },
        ),
        404 | 410 => Finding::of(visit, Outcome::Gone),
        200..=299 => match &entity {
            Some(entity) if !entity.body.is_empty() => read(visit, fetched, entity, context, role),
            _ => Finding::because(visit, Outcome::Listed, "empty"),
        },
        status => refused(visit, fetched, entity.as_ref(), status),
    };
    let (wire_length, wire_hash) = entity.as_ref().map_or_else(
        || {
            let length = u64::try_from(fetched.body.len()).unwrap_or(u64::MAX);
            (length, ContentHash::of(&fetched.body))
        },
        |entity| (entity.wire_length, entity.wire_hash),
    );
    let answer = Answer {
        status: fetched.status,
        headers: fetched.headers.clone(),
        entity: entity.map(|entity| entity.body),
        wire_length,
        wire_hash,
        elapsed: fetched.elapsed,
        peer: fetched.peer,
    };
    (Observation::Answered(answer), finding)
}

/// A status that gives no page, and whose page that is.
fn refused(visit: &Visit, fetched: &Fetched, entity: Option<&Entity>, status: u16) -> Finding {
    let pretence = entity
        .filter(|entity| entity.body.len() <= NOTICE_BYTES)
        .and_then(|entity| {
            let decoded = decode::decode(&entity.body, fetched.headers.first("content-type"));
            let html = extract::parse(&decoded.text);
            let face = Face::of(&html, &decoded.text);
            screen(status, &fetched.headers, &fetched.url, &face)
        });
    match pretence {
        Some(Pretence::Challenge(name) | Pretence::Firewall(name) | Pretence::Vacant(name)) => {
            Finding::because(visit, Outcome::Blocked, name)
        }
        Some(Pretence::Missing | Pretence::Elsewhere(_)) | None => {
            let outcome = if (400..500).contains(&status) {
                Outcome::Blocked
            } else {
                Outcome::Failed
            };
            Finding::because(visit, outcome, format!("status {status}"))
        }
    }
}

/// Where the answer's `Location` leads. Bytes beyond ASCII are kept as they are, escaped: old
/// servers send GBK there.
pub(in crate::crawl) fn location(fetched: &Fetched) -> Option<PageUrl> {
    let (_, value) = fetched
        .headers
        .iter()
        .find(|(name, _)| *name == "location")?;
    let mut reference = String::with_capacity(value.len());
    for byte in value {
        if byte.is_ascii() {
            reference.push(char::from(*byte));
        } else {
            reference.extend(['%', hexadecimal(byte >> 4), hexadecimal(byte & 15)]);
        }
    }
    let reference = reference.trim();
    if reference.is_empty() {
        return None;
    }
    fetched.url.join(reference).ok()
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// A page that leads elsewhere.
pub(super) fn lead(
    visit: &Visit,
    to: &PageUrl,
    permanent: bool,
    reason: Option<&str>,
    context: &DigestContext,
) -> Finding {
    let to = context.rules.page(to);
    // many sites send the visitor of a removed page home; were that the page's new address, all
    // removed articles would become the home page
    let was_page = matches!(
        visit.kind,
        PageKind::Article | PageKind::Feed | PageKind::Sitemap
    ) || visit.kept.is_some();
    let home = is_home(&to) && !is_home(&visit.url);
    let stands_in = are_neighbours(&visit.url, &to) && (home || is_error_page(&to));
    // the parts of an article lead to its first one, however many they are
    let is_part = reason.is_some_and(|reason| reason != META_REFRESH);
    let in_crowd = !is_part && context.crowded.contains(&to);
    if was_page && (stands_in || in_crowd) {
        return Finding::because(visit, Outcome::Gone, "soft-404");
    }
    if to == visit.url || context.trail.contains(&to) {
        return Finding::because(visit, Outcome::Failed, "redirect-loop");
    }
    if context.trail.len() >= MOST_REDIRECTS {
        return Finding::because(visit, Outcome::Failed, "too-many-redirects");
    }
    if context.follow == Follow::Site && !belongs(&context.rules, &visit.site, &to) {
        return Finding::because(visit, Outcome::Redirected, "leaves the site");
    }
    Finding {
        reason: reason.map(str::to_owned),
        redirect: Some(Redirect { to, permanent }),
        ..Finding::of(visit, Outcome::Redirected)
    }
}
