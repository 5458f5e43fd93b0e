//! Pages with their past, and what reading them anew came to.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::archive::{
    LookId, MadeVersion, PageId, PastLook, PastPage, PastVersion, Reading, RereadScope, Rereading,
    RunId,
};
use crate::model::{ContentHash, Outcome, PageKind, PageUrl, SiteId, Timestamp, ViewsNote};
use crate::store::PARTS_WITHIN;

use super::fault::Fault;
use super::plan::keys_text;
use super::{article, column, headers};

/// Pages in scope; the parameters are those of [`scope`].
const IN_SCOPE: &str = "p.last_fetched_at IS NOT NULL AND p.kind NOT IN ('feed', 'sitemap')
    AND (?1 IS NULL OR p.site_id IN (SELECT id FROM site WHERE key IN (SELECT value FROM json_each(?1))))
    AND (?2 IS NULL OR p.id IN (SELECT value FROM json_each(?2)))
    AND (?3 IS NULL OR p.last_fetched_at >= ?3)";

/// A look as [`look`] reads it.
fn looks_sql(connection: &Connection) -> Result<String, Fault> {
    Ok(format!(
        "SELECT f.id, f.run_id, f.url, f.fetched_at, f.status, {}, f.outcome,
             b.sha256, v.version_no, f.views, f.views_note
         FROM fetch f
         LEFT JOIN blob b ON b.id = f.blob_id
         LEFT JOIN version v ON v.id = f.version_id",
        headers::columns(connection)?
    ))
}

type Scope = (Option<String>, Option<String>, Option<String>);

fn scope(scope: &RereadScope) -> Scope {
    let pages: Vec<String> = scope.pages.iter().map(|page| page.0.to_string()).collect();
    (
        (!scope.sites.is_empty()).then(|| keys_text(&scope.sites)),
        (!pages.is_empty()).then(|| format!("[{}]", pages.join(","))),
        column::instant_text(scope.since),
    )
}

/// How many pages there are in scope.
pub(super) fn count(connection: &Connection, wanted: &RereadScope) -> Result<u64, Fault> {
    let (sites, pages, since) = scope(wanted);
    let count: i64 = connection
        .prepare_cached(&format!("SELECT count(*) FROM page p WHERE {IN_SCOPE}"))?
        .query_row(params![sites, pages, since], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// The next pages in scope.
pub(super) fn pages(
    connection: &Connection,
    wanted: &RereadScope,
    after: PageId,
    limit: usize,
) -> Result<Vec<PageId>, Fault> {
    let (sites, pages, since) = scope(wanted);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT p.id FROM page p WHERE {IN_SCOPE} AND p.id > ?4 ORDER BY p.id LIMIT ?5"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map(params![sites, pages, since, after.0, limit], |row| {
        Ok(PageId(row.get(0)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A page with its past, as of one instant.
pub(super) fn past(connection: &Connection, page: PageId) -> Result<Option<PastPage>, Fault> {
    let _one_state = connection.unchecked_transaction()?;
    let mut statement = connection.prepare_cached(
        "SELECT p.url, s.key, p.kind, p.depth, p.referer, v.version_no
         FROM page p
         JOIN site s ON s.id = p.site_id
         LEFT JOIN version v ON v.id = p.current_version_id
         WHERE p.id = ?1",
    )?;
    let mut rows = statement.query([page.0])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let kind: String = row.get("kind")?;
    let referer: Option<String> = row.get("referer")?;
    Ok(Some(PastPage {
        page,
        url: column::page_url(row, "url")?,
        site: SiteId::new(row.get::<_, String>("key")?),
        kind: PageKind::from_name(&kind).unwrap_or(PageKind::Other),
        depth: row.get("depth")?,
        referer: referer.and_then(|referer| PageUrl::parse(&referer).ok()),
        current_no: row.get("version_no")?,
        versions: versions(connection, page)?,
        looks: looks(connection, page)?,
    }))
}

fn versions(connection: &Connection, page: PageId) -> Result<Vec<PastVersion>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT version_no, content_sha256, hash_rule FROM version
         WHERE page_id = ?1 ORDER BY version_no",
    )?;
    let found = statement.query_map([page.0], |row| {
        Ok(PastVersion {
            version_no: row.get(0)?,
            content: ContentHash::from_bytes(row.get(1)?),
            hash_rule: row.get(2)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn looks(connection: &Connection, page: PageId) -> Result<Vec<PastLook>, Fault> {
    let sql = looks_sql(connection)? + " WHERE f.page_id = ?1 ORDER BY f.fetched_at, f.id";
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([page.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(look(row)?);
    }
    Ok(found)
}

fn look(row: &Row<'_>) -> Result<PastLook, Fault> {
    let outcome: String = row.get("outcome")?;
    let note: Option<String> = row.get("views_note")?;
    Ok(PastLook {
        look: LookId(row.get("id")?),
        run: RunId(row.get("run_id")?),
        url: column::page_url(row, "url")?,
        fetched_at: column::instant(row, "fetched_at")?,
        status: row.get("status")?,
        headers: headers::read(row)?,
        outcome: Outcome::from_name(&outcome).ok_or_else(|| {
            Fault::Unreadable(format!("`{outcome}` is no outcome this zhanwen knows"))
        })?,
        entity: row
            .get::<_, Option<[u8; 32]>>("sha256")?
            .map(ContentHash::from_bytes),
        version_no: row.get("version_no")?,
        views: column::optional_count(row, "views")?,
        views_note: note.and_then(|name| ViewsNote::from_name(&name)),
    })
}

/// The look at a part that belongs to the look `first` at its article.
pub(super) fn part(
    connection: &Connection,
    key: &str,
    first: &PastLook,
) -> Result<Option<PastLook>, Fault> {
    if is_import(connection, first.run)? {
        return foreign_part(connection, key, first.fetched_at);
    }
    let sql = looks_sql(connection)?
        + " WHERE f.page_id = (SELECT id FROM page WHERE urlkey = ?1) AND f.run_id = ?2
            ORDER BY (f.id < ?3 AND f.fetched_at >= ?4) DESC, f.id DESC LIMIT 1";
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        key,
        first.run.0,
        first.look.0,
        first.fetched_at.to_string()
    ])?;
    rows.next()?.map(look).transpose()
}

fn is_import(connection: &Connection, run: RunId) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM run WHERE id = ?1 AND kind = 'import')")?
        .query_row([run.0], |row| row.get(0))?)
}

/// The look at a part that belongs to an article's look at `first` which others made.
fn foreign_part(
    connection: &Connection,
    key: &str,
    first: Timestamp,
) -> Result<Option<PastLook>, Fault> {
    let sql = looks_sql(connection)?
        + " JOIN run r ON r.id = f.run_id
            WHERE f.page_id = (SELECT id FROM page WHERE urlkey = ?1) AND r.kind = 'import'
              AND f.fetched_at BETWEEN ?3 AND ?4
            ORDER BY abs(julianday(f.fetched_at) - julianday(?2)), f.id LIMIT 1";
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        key,
        first.to_string(),
        first.minus(PARTS_WITHIN).to_string(),
        first.plus(PARTS_WITHIN).to_string(),
    ])?;
    rows.next()?.map(look).transpose()
}

/// Keeps what reading a page anew came to, unless it is another page by now.
pub(super) fn keep(connection: &Connection, rereading: &Rereading) -> Result<bool, Fault> {
    let page = rereading.page.0;
    let stands: Option<(Option<i64>, u32)> = connection
        .prepare_cached(
            "SELECT (SELECT max(id) FROM fetch WHERE page_id = p.id), p.versions
             FROM page p WHERE p.id = ?1",
        )?
        .query_row([page], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if stands != Some((rereading.until.map(|look| look.0), rereading.versions)) {
        return Ok(false);
    }
    for made in &rereading.made {
        make(connection, rereading, made)?;
    }
    for (version_no, reading) in &rereading.refreshed {
        refresh(connection, page, *version_no, reading)?;
    }
    for again in &rereading.looks {
        connection
            .prepare_cached(
                "UPDATE fetch SET views = ?3, views_note = ?4,
                     version_id = (SELECT id FROM version WHERE page_id = ?1 AND version_no = ?5)
                 WHERE id = ?2 AND page_id = ?1",
            )?
            .execute(params![
                page,
                again.look.0,
                again.views.map(column::count_value),
                again.views_note.map(ViewsNote::name),
                again.version_no,
            ])?;
    }
    if !rereading.looks.is_empty() {
        follow_looks(connection, page)?;
    }
    connection
        .prepare_cached("UPDATE page SET kind = ?2 WHERE id = ?1 AND kind <> ?2")?
        .execute(params![page, rereading.kind.name()])?;
    Ok(true)
}

fn make(connection: &Connection, rereading: &Rereading, made: &MadeVersion) -> Result<(), Fault> {
    let page = rereading.page.0;
    let blob: Option<i64> = connection
        .prepare_cached("SELECT blob_id FROM fetch WHERE id = ?1")?
        .query_row([made.first.0], |row| row.get(0))?;
    let id = article::insert(
        connection,
        page,
        made.version_no,
        made.first.0,
        blob,
        &made.reading,
    )?;
    connection
        .prepare_cached("UPDATE version SET reread_in = ?2 WHERE id = ?1")?
        .execute([id, rereading.run.0])?;
    connection
        .prepare_cached("UPDATE page SET versions = ?2 WHERE id = ?1")?
        .execute(params![page, made.version_no])?;
    Ok(())
}

/// What no digest covers and the search index does not hold.
fn refresh(
    connection: &Connection,
    page: i64,
    version_no: u32,
    reading: &Reading,
) -> Result<(), Fault> {
    let article = &reading.article;
    connection
        .prepare_cached(
            "UPDATE version SET editor = ?3, publish_time_raw = ?4, lang = ?5, parser = ?6,
                 encoding = ?7, encoding_evidence = ?8, warnings = ?9, provenance = ?10,
                 body_html = ?11, as_printed = ?12
             WHERE page_id = ?1 AND version_no = ?2",
        )?
        .execute(params![
            page,
            version_no,
            article.editor,
            article.publish_time_raw,
            article.lang,
            reading.parser,
            reading.encoding,
            reading.encoding_evidence,
            column::warnings_text(&reading.warnings),
            column::provenance_text(&reading.provenance),
            article.body_html,
            column::as_printed_text(article),
        ])?;
    Ok(())
}

/// Brings to what the looks say now: which look first saw each version, which version is current, when
/// it last changed, and the last view count.
pub(super) fn follow_looks(connection: &Connection, page: i64) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "UPDATE version SET (first_fetch_id, blob_id) =
                 (SELECT f.id, f.blob_id FROM fetch f
                  WHERE f.page_id = ?1 AND f.version_id = version.id
                  ORDER BY f.blob_id IS NULL, f.fetched_at, f.id LIMIT 1)
             WHERE page_id = ?1
               AND EXISTS (SELECT 1 FROM fetch f WHERE f.page_id = ?1 AND f.version_id = version.id)",
        )?
        .execute([page])?;
    connection
        .prepare_cached(
            "WITH seen AS (
                 SELECT id, fetched_at, version_id, views, views_note,
                        lag(version_id) OVER (ORDER BY fetched_at, id) AS before
                 FROM fetch WHERE page_id = ?1 AND version_id IS NOT NULL),
             counted AS (
                 SELECT views, fetched_at, views_note FROM fetch
                 WHERE page_id = ?1 AND views IS NOT NULL ORDER BY fetched_at DESC, id DESC LIMIT 1),
             latest AS (SELECT version_id, views_note FROM seen ORDER BY fetched_at DESC, id DESC LIMIT 1)
             UPDATE page SET
                 current_version_id = (SELECT version_id FROM latest),
                 last_changed_at = coalesce(
                     (SELECT max(fetched_at) FROM seen WHERE version_id IS NOT before),
                     last_changed_at),
                 views = (SELECT views FROM counted),
                 views_at = (SELECT fetched_at FROM counted),
                 views_note = CASE WHEN EXISTS (SELECT 1 FROM counted)
                                   THEN (SELECT views_note FROM counted)
                                   ELSE (SELECT views_note FROM latest) END
             WHERE id = ?1",
        )?
        .execute([page])?;
    Ok(())
}
