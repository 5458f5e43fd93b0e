//! What a reader is told of pages: the article, its versions, the looks, and lists of them.

use rusqlite::{Connection, OptionalExtension, Params, params};

use crate::archive::{
    ArticleLine, FoundVersion, KeptArticle, Look, PageId, RunId, SiteSummary, VersionEntry,
};
use crate::model::{ContentHash, Outcome, SiteId};

use super::column;
use super::fault::Fault;
use super::search::EDITED;

/// A page that moved is found where it moved to, unless its article stayed behind: sites send
/// the visitors of deleted articles to their front page.
pub(super) fn find(connection: &Connection, key: &str) -> Result<Option<PageId>, Fault> {
    let page: Option<i64> = connection
        .prepare_cached(
            "SELECT coalesce(
                 (SELECT CASE WHEN target.current_version_id IS NULL
                                   AND own.current_version_id IS NOT NULL
                              THEN own.id ELSE target.id END
                  FROM page_alias a
                  JOIN page target ON target.id = a.page_id
                  LEFT JOIN page own ON own.urlkey = a.urlkey
                  WHERE a.urlkey = ?1 AND a.reason = 'redirect'),
                 (SELECT id FROM page WHERE urlkey = ?1))",
        )?
        .query_row([key], |row| row.get(0))?;
    Ok(page.map(PageId))
}

pub(super) fn article(
    connection: &Connection,
    page: PageId,
    version_no: Option<u32>,
) -> Result<Option<KeptArticle>, Fault> {
    read(
        connection,
        "p.id = ?1 AND CASE WHEN ?2 IS NULL THEN v.id = p.current_version_id
                            ELSE v.version_no = ?2 END",
        params![page.0, version_no],
    )
}

/// The version numbered `version` among all.
pub(super) fn version(connection: &Connection, version: i64) -> Result<Option<KeptArticle>, Fault> {
    read(connection, "v.id = ?1", [version])
}

/// These versions, as they are at one instant.
pub(super) fn kept(
    connection: &Connection,
    versions: &[FoundVersion],
) -> Result<Vec<KeptArticle>, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let mut kept = Vec::with_capacity(versions.len());
    for found in versions {
        kept.extend(read(
            &snapshot,
            "v.page_id = ?1 AND v.version_no = ?2",
            params![found.page.0, found.version_no],
        )?);
    }
    Ok(kept)
}

fn read(
    connection: &Connection,
    which: &str,
    values: impl Params,
) -> Result<Option<KeptArticle>, Fault> {
    let sql = format!(
        "SELECT {}, p.id AS page_id, p.url, s.key AS site, p.versions, f.fetched_at, f.status,
                CASE WHEN p.gone_in_a_row >= 2 THEN p.gone_since END AS gone_at, {EDITED} AS edited
         FROM page p
         JOIN site s ON s.id = p.site_id
         JOIN version v ON v.page_id = p.id
         JOIN fetch f ON f.id = v.first_fetch_id
         WHERE {which}",
        super::article::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(values)?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(KeptArticle {
        page: PageId(row.get("page_id")?),
        url: column::page_url(row, "url")?,
        site: SiteId::new(row.get::<_, String>("site")?),
        version_no: row.get("version_no")?,
        versions: row.get("versions")?,
        edited: row.get("edited")?,
        observed_at: column::instant(row, "fetched_at")?,
        status: row.get("status")?,
        reading: super::article::reading(row)?,
        gone_at: column::optional_instant(row, "gone_at")?,
    }))
}

pub(super) fn versions(connection: &Connection, page: PageId) -> Result<Vec<VersionEntry>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT v.*, f.fetched_at
         FROM version v JOIN fetch f ON f.id = v.first_fetch_id
         WHERE v.page_id = ?1 ORDER BY v.version_no",
    )?;
    let mut rows = statement.query([page.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(VersionEntry {
            version_no: row.get("version_no")?,
            observed_at: column::instant(row, "fetched_at")?,
            content: ContentHash::from_bytes(row.get("content_sha256")?),
            title: row.get("title")?,
            body_chars: column::count(row, "body_chars")?,
            parser: row.get("parser")?,
            // archives of earlier versions lack it
            reread_in: match row.get("reread_in") {
                Err(rusqlite::Error::InvalidColumnName(_)) => None,
                other => other?,
            }
            .map(RunId),
        });
    }
    Ok(found)
}

pub(super) fn looks(connection: &Connection, page: PageId) -> Result<Vec<Look>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT f.fetched_at, f.status, f.outcome, f.reason, v.version_no, f.views, b.sha256
         FROM fetch f
         LEFT JOIN version v ON v.id = f.version_id
         LEFT JOIN blob b ON b.id = f.blob_id
         WHERE f.page_id = ?1 ORDER BY f.fetched_at, f.id",
    )?;
    let mut rows = statement.query([page.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let outcome: String = row.get("outcome")?;
        found.push(Look {
            fetched_at: column::instant(row, "fetched_at")?,
            status: row.get("status")?,
            outcome: Outcome::from_name(&outcome).ok_or_else(|| {
                Fault::Unreadable(format!("`{outcome}` is no outcome this zhanwen knows"))
            })?,
            reason: row.get("reason")?,
            version_no: row.get("version_no")?,
            views: column::optional_count(row, "views")?,
            entity_hash: row
                .get::<_, Option<[u8; 32]>>("sha256")?
                .map(ContentHash::from_bytes),
        });
    }
    Ok(found)
}

pub(super) fn sites(connection: &Connection) -> Result<Vec<SiteSummary>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT s.key,
                count(p.current_version_id) FILTER (WHERE p.kind <> 'part') AS articles,
                coalesce(sum(p.versions), 0) AS versions, coalesce(sum(p.fetches), 0) AS fetches,
                max(p.last_fetched_at) AS last_fetched_at
         FROM site s JOIN page p ON p.site_id = s.id
         GROUP BY s.id ORDER BY s.key",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(SiteSummary {
            site: SiteId::new(row.get::<_, String>("key")?),
            articles: column::count(row, "articles")?,
            versions: column::count(row, "versions")?,
            fetches: column::count(row, "fetches")?,
            last_fetched_at: column::optional_instant(row, "last_fetched_at")?,
        });
    }
    Ok(found)
}

pub(super) fn articles(
    connection: &Connection,
    site: Option<&str>,
    limit: usize,
) -> Result<Vec<ArticleLine>, Fault> {
    let site = match site {
        None => None,
        Some(key) => {
            let known: Option<i64> = connection
                .prepare_cached("SELECT id FROM site WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()?;
            match known {
                None => return Ok(Vec::new()),
                known => known,
            }
        }
    };
    // CROSS JOIN keeps the order: versions by publish time, so that a limit ends the work early
    let mut statement = connection.prepare_cached(
        "SELECT p.url, s.key, v.title, v.publish_time, v.source, p.views, p.versions,
                v.encoding, p.gone_since
         FROM version v
         CROSS JOIN page p ON p.current_version_id = v.id
         CROSS JOIN site s ON s.id = p.site_id
         WHERE (?1 IS NULL OR p.site_id = ?1) AND p.kind <> 'part'
         ORDER BY v.publish_time DESC, p.id DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![site, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(ArticleLine {
            url: column::page_url(row, "url")?,
            site: SiteId::new(row.get::<_, String>("key")?),
            title: row.get("title")?,
            publish_time: row.get("publish_time")?,
            source: row.get("source")?,
            views: column::optional_count(row, "views")?,
            versions: row.get("versions")?,
            encoding: row.get("encoding")?,
            missing_since: column::optional_instant(row, "gone_since")?,
        });
    }
    Ok(found)
}
