//! Reposts as rows: fingerprints, pairs and places, and the texts that lack a fingerprint.

use rusqlite::{Connection, Row, params};

use crate::archive::{
    AlikePair, Fingerprint, Fingerprinted, KeptPlace, PageId, PageText, RepostPage,
};
use crate::model::SiteId;
use crate::repost::{FirstBy, Key, Place, Precision, Relation};

use super::column;
use super::fault::Fault;

/// The texts of pages numbered above `after` without a fingerprint of their current version.
pub(super) fn unread(
    connection: &Connection,
    rule: u32,
    after: PageId,
    limit: usize,
) -> Result<Vec<PageText>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id, v.version_no, v.title, v.body_text
         FROM page p JOIN version v ON v.id = p.current_version_id
         LEFT JOIN fingerprint f ON f.page_id = p.id AND f.version_id = v.id AND f.rule = ?1
         WHERE p.id > ?2 AND p.kind <> 'part' AND f.page_id IS NULL
         ORDER BY p.id LIMIT ?3",
    )?;
    let mut rows = statement.query(params![rule, after.0, limit_value(limit)])?;
    let mut texts = Vec::new();
    while let Some(row) = rows.next()? {
        texts.push(text(row)?);
    }
    Ok(texts)
}

/// The current texts of `pages`.
pub(super) fn texts(connection: &Connection, pages: &[PageId]) -> Result<Vec<PageText>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id, v.version_no, v.title, v.body_text
         FROM page p JOIN version v ON v.id = p.current_version_id WHERE p.id = ?1",
    )?;
    let mut texts = Vec::new();
    for page in pages {
        let mut rows = statement.query([page.0])?;
        if let Some(row) = rows.next()? {
            texts.push(text(row)?);
        }
    }
    Ok(texts)
}

fn text(row: &Row<'_>) -> Result<PageText, Fault> {
    Ok(PageText {
        page: PageId(row.get(0)?),
        version_no: row.get(1)?,
        title: row.get(2)?,
        body: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
    })
}

/// Every fingerprint of `rule`.
pub(super) fn fingerprints(connection: &Connection, rule: u32) -> Result<Vec<Fingerprint>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT f.page_id, v.version_no, f.tokens, f.keys
         FROM fingerprint f JOIN version v ON v.id = f.version_id
         WHERE f.rule = ?1 ORDER BY f.page_id",
    )?;
    let mut rows = statement.query([rule])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let keys: Vec<u8> = row.get(3)?;
        let (keys, _) = keys.as_chunks::<4>();
        found.push(Fingerprint {
            page: PageId(row.get(0)?),
            version_no: row.get(1)?,
            tokens: usize::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
            keys: keys.iter().map(|key| Key::from_be_bytes(*key)).collect(),
        });
    }
    Ok(found)
}

/// Every pair of `rule`.
pub(super) fn pairs(connection: &Connection, rule: u32) -> Result<Vec<AlikePair>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT page_id, other_id, similarity FROM repost_pair
         WHERE rule = ?1 ORDER BY page_id, other_id",
    )?;
    let pairs = statement.query_map([rule], |row| {
        Ok(AlikePair {
            page: PageId(row.get(0)?),
            other: PageId(row.get(1)?),
            similarity: row.get(2)?,
        })
    })?;
    Ok(pairs.collect::<Result<_, _>>()?)
}

/// What is to be told of `pages`.
pub(super) fn pages(connection: &Connection, pages: &[PageId]) -> Result<Vec<RepostPage>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id, s.key, p.url, v.title, v.source, v.publish_time,
                coalesce(p.first_seen_at, p.last_fetched_at) AS seen_at
         FROM page p JOIN site s ON s.id = p.site_id JOIN version v ON v.id = p.current_version_id
         WHERE p.id = ?1",
    )?;
    let mut found = Vec::new();
    for page in pages {
        let mut rows = statement.query([page.0])?;
        let Some(row) = rows.next()? else { continue };
        let published: Option<String> = row.get("publish_time")?;
        found.push(RepostPage {
            page: *page,
            site: SiteId::new(row.get::<_, String>("key")?),
            url: column::page_url(row, "url")?,
            title: row.get("title")?,
            source: row.get("source")?,
            published: published.and_then(|time| time.parse().ok()),
            first_seen: column::instant(row, "seen_at")?,
        });
    }
    Ok(found)
}

/// Every kept place; those of a later zhanwen that it cannot name are left out.
pub(super) fn places(connection: &Connection, rule: u32) -> Result<Vec<KeptPlace>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT page_id, cluster_id, relation, at, precision, lag_minutes, similarity, named_site,
                first_by
         FROM repost WHERE rule = ?1 ORDER BY page_id",
    )?;
    let mut rows = statement.query([rule])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let relation = Relation::from_name(&row.get::<_, String>("relation")?);
        let precision = Precision::from_name(&row.get::<_, String>("precision")?);
        let (Some(relation), Some(precision)) = (relation, precision) else {
            continue;
        };
        let named: Option<String> = row.get("named_site")?;
        let first_by: Option<String> = row.get("first_by")?;
        found.push(KeptPlace {
            cluster: PageId(row.get("cluster_id")?),
            place: Place {
                page: row.get("page_id")?,
                relation,
                at: column::instant(row, "at")?,
                precision,
                lag_minutes: row.get("lag_minutes")?,
                named: named.map(SiteId::new),
                first_by: first_by.and_then(|name| FirstBy::from_name(&name)),
            },
            similarity: row.get("similarity")?,
        });
    }
    Ok(found)
}

/// Keeps fingerprints in the place of older ones, and what is alike in the place of what was.
pub(super) fn keep_fingerprints(
    connection: &Connection,
    rule: u32,
    definition: &str,
    all: &[Fingerprinted],
) -> Result<(), Fault> {
    under(connection, rule, definition)?;
    let mut forget =
        connection.prepare_cached("DELETE FROM repost_pair WHERE page_id = ?1 OR other_id = ?1")?;
    let mut keep = connection.prepare_cached(
        "INSERT INTO fingerprint (page_id, version_id, rule, tokens, keys)
         SELECT page_id, id, ?3, ?4, ?5 FROM version WHERE page_id = ?1 AND version_no = ?2
         ON CONFLICT (page_id) DO UPDATE SET version_id = excluded.version_id,
             rule = excluded.rule, tokens = excluded.tokens, keys = excluded.keys",
    )?;
    for Fingerprinted { fingerprint, .. } in all {
        let keys: Vec<u8> = fingerprint
            .keys
            .iter()
            .flat_map(|key| key.to_be_bytes())
            .collect();
        forget.execute([fingerprint.page.0])?;
        keep.execute(params![
            fingerprint.page.0,
            fingerprint.version_no,
            rule,
            limit_value(fingerprint.tokens),
            keys
        ])?;
    }
    // once nothing more is forgotten: two pages of one call may be alike
    let mut pair = connection.prepare_cached(
        "INSERT OR REPLACE INTO repost_pair (page_id, other_id, rule, similarity)
         VALUES (?1, ?2, ?3, ?4)",
    )?;
    for Fingerprinted { fingerprint, alike } in all {
        for (other, similarity) in alike {
            let (page, other) = (fingerprint.page.0, other.0);
            pair.execute(params![page.min(other), page.max(other), rule, similarity])?;
        }
    }
    Ok(())
}

/// Makes `rule` the one rule: what was found under another is forgotten.
fn under(connection: &Connection, rule: u32, definition: &str) -> Result<(), Fault> {
    let known: i64 = connection
        .prepare_cached("SELECT count(*) FROM repost_rule WHERE rule = ?1")?
        .query_row([rule], |row| row.get(0))?;
    if known == 1 {
        return Ok(());
    }
    connection.execute_batch(
        "DELETE FROM repost; DELETE FROM repost_pair; DELETE FROM fingerprint;
         DELETE FROM repost_rule;",
    )?;
    connection.execute(
        "INSERT INTO repost_rule (rule, definition) VALUES (?1, ?2)",
        params![rule, definition],
    )?;
    Ok(())
}

/// Keeps places, in the place of those that the pages had, and forgets those of `gone`.
pub(super) fn keep_places(
    connection: &Connection,
    rule: u32,
    places: &[KeptPlace],
    gone: &[PageId],
) -> Result<(), Fault> {
    let mut forget = connection.prepare_cached("DELETE FROM repost WHERE page_id = ?1")?;
    for page in gone {
        forget.execute([page.0])?;
    }
    let mut keep = connection.prepare_cached(
        "INSERT OR REPLACE INTO repost (page_id, cluster_id, rule, relation, at, precision,
             lag_minutes, similarity, named_site, first_by)
         SELECT ?1, ?2, rule, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM repost_rule WHERE rule = ?3",
    )?;
    for kept in places {
        let place = &kept.place;
        keep.execute(params![
            place.page,
            kept.cluster.0,
            rule,
            place.relation.name(),
            place.at.to_string(),
            place.precision.name(),
            place.lag_minutes,
            kept.similarity,
            place.named.as_ref().map(SiteId::as_str),
            place.first_by.map(FirstBy::name),
        ])?;
    }
    Ok(())
}

fn limit_value(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
