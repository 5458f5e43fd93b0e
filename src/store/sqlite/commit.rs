//! Keeping one look with all that follows from it.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::archive::{
    Capture, Committed, Due, LeaseToken, Observation, PageId, Planned, Reading, Redirect, RunId,
};
use crate::canon::urlkey;
use crate::model::{FetchError, Outcome, PageKind, PageUrl, SiteId, Timestamp, ViewsNote};
use crate::store::discovered::plan_all;
use crate::store::progress::{Counter, Discovered, Progress, Walk, brings_version, saw_version};

use super::article;
use super::blob::{self, Packed};
use super::fault::Fault;
use super::plan::{keep_spelling, plan, resolve};
use super::{claims, column, headers, lease, notice, training};

/// A capture with its body and headers made ready outside the writer's thread.
#[derive(Debug)]
pub(super) struct Prepared {
    capture: Capture,
    body: Option<Packed>,
    headers: Option<headers::Packed>,
    /// The body itself, where the writer may find that it must be packed otherwise.
    entity: Option<Bytes>,
}

/// What became of a capture.
#[derive(Debug)]
pub(super) enum Kept {
    /// It is kept; and the number of its site with the instant, where that is ripe for a dictionary.
    Whole(Committed, Option<(i64, Timestamp)>),
    /// Nothing of it is: what its body was packed with is there no more.
    Not(Box<Capture>),
}

impl Prepared {
    /// Hashes, compresses and writes out what the writer's thread need not do itself. Through
    /// `reader` the body is kept with the help of what is kept already, as far as that can be read.
    pub(super) fn of(mut capture: Capture, reader: Option<&Connection>) -> Self {
        let (mut body, mut headers, mut entity) = (None, None, None);
        let page = capture.page;
        if let Observation::Answered(answer) = &mut capture.observation {
            entity = answer.entity.take();
            body = entity.as_deref().map(|entity| match reader {
                Some(reader) => blob::pack(reader, page, entity).unwrap_or_else(|fault| {
                    tracing::debug!(?fault, "a body is kept by itself");
                    blob::pack_alone(entity)
                }),
                None => blob::pack_alone(entity),
            });
            let asked = (page, capture.sent_at);
            headers = Some(headers::pack(&answer.headers, asked, reader));
        }
        if body.as_ref().is_some_and(Packed::stands_alone) {
            // packed, it is needed no more
            entity = None;
        }
        Self {
            capture,
            body,
            headers,
            entity,
        }
    }

    /// The capture, its body taken out.
    pub(super) const fn capture(&self) -> &Capture {
        &self.capture
    }

    /// Its body.
    pub(super) const fn body(&self) -> Option<&Packed> {
        self.body.as_ref()
    }

    /// The capture as it was before.
    pub(super) fn undone(self) -> Capture {
        let mut capture = self.capture;
        if let Observation::Answered(answer) = &mut capture.observation {
            answer.entity = self.entity;
        }
        capture
    }
}

/// Keeps `prepared`, if `token` still stands for the page's host.
pub(super) fn commit(
    connection: &Connection,
    token: LeaseToken,
    prepared: Prepared,
) -> Result<Kept, Fault> {
    let page = leased_page(connection, token, &prepared.capture)?;
    let (mut blob, mut base, mut ripe) = (None, page.base, false);
    if let Some(packed) = &prepared.body {
        let Some(kept) = blob::keep(connection, packed)? else {
            return Ok(Kept::Not(Box::new(prepared.undone())));
        };
        blob = Some(kept.id);
        if kept.whole && (kept.new.is_some() || base.is_none()) {
            base = blob;
        }
        ripe = training::count(connection, page.site_id, page.kind, packed, kept)?;
    }
    let fetch = insert_fetch(connection, page.host, &prepared, blob)?;
    let capture = &prepared.capture;
    let sight = see_version(connection, &page, capture, fetch, blob)?;

    let mut planner = connection;
    let done = plan_all(
        &mut planner,
        &capture.discovered,
        capture.new_at_most,
        page.walk,
    )?;
    let mut new_pages = done.new_pages;
    let claim = claims::claimed_at(connection, page.id)?;
    if let Some(came_true) = page.progress.judged(claim, capture.outcome) {
        claims::count(connection, page.host, came_true)?;
    }
    keep_page(connection, &page, capture, &sight, base, done)?;
    notice::keep(connection, page.id, capture)?;
    if let Some(redirect) = &capture.redirect {
        new_pages += u64::from(follow(connection, &page, capture, redirect)?);
    }
    lease::keep_state(connection, page.host, &capture.host_state)?;
    let committed = Committed {
        version_no: sight.version_no,
        new_pages,
    };
    let ripe = ripe.then_some((page.site_id, capture.sent_at));
    Ok(Kept::Whole(committed, ripe))
}

/// What a commit needs to know of its page.
struct PageRow {
    id: PageId,
    host: i64,
    site: SiteId,
    site_id: i64,
    urlkey: String,
    url: String,
    kind: PageKind,
    depth: u32,
    current: Option<i64>,
    current_no: Option<u32>,
    versions: u32,
    progress: Progress,
    counter: Counter,
    walk: Walk,
    /// What its bodies are kept against.
    base: Option<i64>,
}

fn leased_page(
    connection: &Connection,
    token: LeaseToken,
    capture: &Capture,
) -> Result<PageRow, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT p.*, s.key AS site_key, v.version_no AS current_no
         FROM lease l
         JOIN page p ON p.host_id = l.host_id
         JOIN site s ON s.id = p.site_id
         LEFT JOIN version v ON v.id = p.current_version_id
         WHERE l.token = ?1 AND p.id = ?2",
    )?;
    let mut rows = statement.query(params![token.0, capture.page.0])?;
    match rows.next()? {
        Some(row) => page_row(row),
        None => Err(Fault::LeaseLost(capture.url.host())),
    }
}

fn page_row(row: &Row<'_>) -> Result<PageRow, Fault> {
    let kind: String = row.get("kind")?;
    let note: Option<String> = row.get("views_note")?;
    Ok(PageRow {
        id: PageId(row.get("id")?),
        host: row.get("host_id")?,
        site: SiteId::new(row.get::<_, String>("site_key")?),
        site_id: row.get("site_id")?,
        base: row.get("base_id")?,
        urlkey: row.get("urlkey")?,
        url: row.get("url")?,
        kind: PageKind::from_name(&kind).unwrap_or(PageKind::Other),
        depth: row.get("depth")?,
        current: row.get("current_version_id")?,
        current_no: row.get("current_no")?,
        versions: row.get("versions")?,
        progress: Progress {
            history: lease::history(row)?,
            gone_since: column::optional_instant(row, "gone_since")?,
        },
        counter: Counter {
            views: column::optional_count(row, "views")?,
            seen_at: column::optional_instant(row, "views_at")?,
            note: note.and_then(|name| ViewsNote::from_name(&name)),
        },
        walk: Walk {
            looked_after: row.get("looked_after")?,
            began_after: row.get("walk_began_after")?,
        },
    })
}

pub(super) fn insert_fetch(
    connection: &Connection,
    host: i64,
    prepared: &Prepared,
    blob: Option<i64>,
) -> Result<i64, Fault> {
    let capture = &prepared.capture;
    let (header_set, header_values) = match &prepared.headers {
        Some(packed) => headers::keep(connection, host, packed)?,
        None => (None, None),
    };
    let answer = match &capture.observation {
        Observation::Answered(answer) => Some(answer),
        Observation::Failed(_) | Observation::Refused => None,
    };
    let error = match &capture.observation {
        Observation::Failed(error) => Some(error),
        Observation::Answered(_) | Observation::Refused => None,
    };
    let article = capture.reading.as_ref().map(|reading| &reading.article);
    connection
        .prepare_cached(
            "INSERT INTO fetch (page_id, run_id, fetched_at, outcome, reason, status, views,
                 views_note, blob_id, elapsed_ms, wire_length, wire_sha256, content_type, peer,
                 error, error_detail, url, redirect_to, header_set_id, header_values)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 ?18, ?19, ?20)",
        )?
        .execute(params![
            capture.page.0,
            capture.run.0,
            capture.sent_at.to_string(),
            capture.outcome.name(),
            capture.reason,
            answer.map(|answer| answer.status),
            article
                .and_then(|article| article.views)
                .map(column::count_value),
            article
                .and_then(|article| article.views_note)
                .map(ViewsNote::name),
            blob,
            answer.map(|answer| i64::try_from(answer.elapsed.as_millis()).unwrap_or(i64::MAX)),
            answer.map(|answer| column::count_value(answer.wire_length)),
            answer.map(|answer| *answer.wire_hash.as_bytes()),
            answer.and_then(|answer| answer.headers.first("content-type")),
            answer.and_then(|answer| answer.peer.map(|peer| peer.to_string())),
            error.map(FetchError::kind),
            error.map(ToString::to_string),
            capture.url.as_str(),
            capture
                .redirect
                .as_ref()
                .map(|redirect| redirect.to.as_str()),
            header_set,
            header_values,
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Which version a look saw, and what is current after it.
struct Sight {
    current: Option<i64>,
    version_no: Option<u32>,
    versions: u32,
}

fn see_version(
    connection: &Connection,
    page: &PageRow,
    capture: &Capture,
    fetch: i64,
    blob: Option<i64>,
) -> Result<Sight, Fault> {
    let mut sight = Sight {
        current: page.current,
        version_no: page.current_no,
        versions: page.versions,
    };
    if !saw_version(capture.outcome) {
        return Ok(sight);
    }
    if let Some(reading) = &capture.reading {
        let known = find_version(connection, page.id, reading)?;
        let (id, version_no) = match known {
            Some(known) => known,
            // the same article under another rule of hashing is no new version
            None if !brings_version(capture.outcome) && page.current.is_some() => {
                return mark_seen(connection, fetch, sight);
            }
            None => {
                sight.versions = page.versions.saturating_add(1);
                let number = sight.versions;
                let id = article::insert(connection, page.id.0, number, fetch, blob, reading)?;
                (id, number)
            }
        };
        sight.current = Some(id);
        sight.version_no = Some(version_no);
    }
    mark_seen(connection, fetch, sight)
}

fn mark_seen(connection: &Connection, fetch: i64, sight: Sight) -> Result<Sight, Fault> {
    connection
        .prepare_cached("UPDATE fetch SET version_id = ?2 WHERE id = ?1")?
        .execute(params![fetch, sight.current])?;
    Ok(sight)
}

fn find_version(
    connection: &Connection,
    page: PageId,
    reading: &Reading,
) -> Result<Option<(i64, u32)>, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT id, version_no FROM version
             WHERE page_id = ?1 AND content_sha256 = ?2 AND hash_rule = ?3",
        )?
        .query_row(
            params![page.0, reading.content.as_bytes(), reading.hash_rule],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?)
}

fn keep_page(
    connection: &Connection,
    page: &PageRow,
    capture: &Capture,
    sight: &Sight,
    base: Option<i64>,
    planned: Discovered,
) -> Result<(), Fault> {
    let progress = page.progress.clone().after(capture, planned);
    let counter = page
        .counter
        .after(capture.reading.as_deref(), capture.sent_at);
    let history = progress.history;
    let (kind, due) = capture.standing(page.kind);
    connection
        .prepare_cached(
            "UPDATE page SET kind = ?2, due_at = ?3, first_seen_at = ?4, last_fetched_at = ?5,
                 last_changed_at = ?6, unchanged_in_a_row = ?7, failures_in_a_row = ?8,
                 gone_in_a_row = ?9, gone_since = ?10, etag = ?11, last_modified = ?12,
                 current_version_id = ?13, versions = ?14, views = ?15, views_at = ?16,
                 views_note = ?17, read_by = ?18, fetches = fetches + 1,
                 canonical_url = CASE WHEN ?19 THEN ?20 ELSE canonical_url END,
                 looked_after = CASE WHEN ?21 THEN (SELECT max(id) FROM page) ELSE looked_after END,
                 walk_began_after = CASE WHEN ?21 THEN NULL ELSE walk_began_after END,
                 base_id = ?22
             WHERE id = ?1",
        )?
        .execute(params![
            page.id.0,
            kind.name(),
            column::instant_text(due),
            column::instant_text(history.first_seen_at),
            column::instant_text(history.last_fetched_at),
            column::instant_text(history.last_changed_at),
            history.unchanged_in_a_row,
            history.failures_in_a_row,
            history.gone_in_a_row,
            column::instant_text(progress.gone_since),
            history.validators.etag,
            history.validators.last_modified,
            sight.current,
            sight.versions,
            counter.views.map(column::count_value),
            column::instant_text(counter.seen_at),
            counter.note.map(ViewsNote::name),
            history.read_by,
            saw_page(capture),
            capture.calls_itself.as_ref().map(PageUrl::as_str),
            capture.outcome == Outcome::Listed,
            base,
        ])?;
    Ok(())
}

/// Whether the look saw the page itself, and so what it calls itself or that it does not.
pub(super) fn saw_page(capture: &Capture) -> bool {
    saw_version(capture.outcome) && capture.outcome != Outcome::NotModified
        || matches!(capture.outcome, Outcome::Listed | Outcome::Part)
}

/// Plans where a redirect leads; answers whether that page had not been known.
fn follow(
    connection: &Connection,
    page: &PageRow,
    capture: &Capture,
    redirect: &Redirect,
) -> Result<bool, Fault> {
    let key = urlkey(&redirect.to);
    if key == page.urlkey {
        respell(connection, page, capture, redirect)?;
        return Ok(false);
    }
    if redirect.permanent {
        // the newer redirect of two that point at each other is the one that holds
        connection
            .prepare_cached(
                "DELETE FROM page_alias
                 WHERE urlkey = ?1 AND page_id = ?2 AND reason = 'redirect'",
            )?
            .execute(params![key, page.id.0])?;
    }
    let asked = match resolve(connection, &key)? {
        Some(target) => asked_in_run(connection, target, capture.run)?,
        None => false,
    };
    let planned = Planned {
        url: redirect.to.clone(),
        site: page.site.clone(),
        kind: page.kind.of_target(),
        due: if asked {
            Due::IfNew(capture.next_visit_at)
        } else {
            Due::At(capture.sent_at)
        },
        depth: page.depth.saturating_add(1),
        referer: Some(capture.url.clone()),
        claim: None,
    };
    let (target, new) = plan(connection, &planned)?;
    if redirect.permanent && target != page.id {
        stand_for(connection, page, target)?;
    }
    Ok(new)
}

/// A redirect to another spelling of the same page, as from http to https: that spelling is asked
/// for from now on, and at once unless this run already did.
fn respell(
    connection: &Connection,
    page: &PageRow,
    capture: &Capture,
    redirect: &Redirect,
) -> Result<(), Fault> {
    let target = redirect.to.as_str();
    if target == capture.url.as_str() {
        return Ok(());
    }
    connection
        .prepare_cached("UPDATE page SET url = ?2 WHERE id = ?1")?
        .execute(params![page.id.0, target])?;
    keep_spelling(connection, page.id, &page.urlkey, &page.url)?;
    let asked: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM fetch WHERE page_id = ?1 AND run_id = ?2 AND url = ?3)",
        )?
        .query_row(params![page.id.0, capture.run.0, target], |row| row.get(0))?;
    if !asked {
        make_due(connection, page.id, Some(capture.sent_at))?;
    }
    Ok(())
}

/// `target` stands for the page from now on, and for whatever the page stood for.
fn stand_for(connection: &Connection, page: &PageRow, target: PageId) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM page_alias WHERE urlkey = ?1 AND reason = 'redirect'")?
        .execute([&page.urlkey])?;
    connection
        .prepare_cached(
            "UPDATE page_alias SET page_id = ?2 WHERE page_id = ?1 AND reason = 'redirect'",
        )?
        .execute(params![page.id.0, target.0])?;
    connection
        .prepare_cached(
            "INSERT INTO page_alias (url, urlkey, page_id, reason) VALUES (?1, ?2, ?3, 'redirect')
             ON CONFLICT (url) DO UPDATE SET page_id = excluded.page_id, reason = excluded.reason",
        )?
        .execute(params![page.url, page.urlkey, target.0])?;
    make_due(connection, page.id, None)
}

fn make_due(connection: &Connection, page: PageId, due: Option<Timestamp>) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE page SET due_at = ?2 WHERE id = ?1")?
        .execute(params![page.0, column::instant_text(due)])?;
    Ok(())
}

fn asked_in_run(connection: &Connection, page: PageId, run: RunId) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM fetch WHERE page_id = ?1 AND run_id = ?2)")?
        .query_row(params![page.0, run.0], |row| row.get(0))?)
}
