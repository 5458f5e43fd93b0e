//! Facts of each site's last weeks, for [`crate::health`] to judge.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::health::{ArticleFacts, LookFact, RestFacts, SiteFacts, WEEK};
use crate::model::{HostKey, Outcome, PublishTime, SiteId, Timestamp};

use super::column;
use super::fault::Fault;
use crate::store::progress::{had_page, is_failure};

/// The facts of each site with pages, by its key.
pub(super) fn facts(connection: &Connection, now: Timestamp) -> Result<Vec<SiteFacts>, Fault> {
    let mut sites = HashMap::new();
    let mut order = Vec::new();
    let mut statement = connection.prepare_cached("SELECT id, key FROM site ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get("id")?;
        let site = SiteId::new(row.get::<_, String>("key")?);
        if let Some(facts) = standing(connection, id, site, now)? {
            order.push(id);
            sites.insert(id, facts);
        }
    }
    looks(connection, now, &mut sites)?;
    Ok(order.iter().filter_map(|id| sites.remove(id)).collect())
}

/// What the pages and hosts of a site tell; nothing where it has no pages.
fn standing(
    connection: &Connection,
    id: i64,
    site: SiteId,
    now: Timestamp,
) -> Result<Option<SiteFacts>, Fault> {
    let mut facts = SiteFacts::nothing(site);
    let mut statement = connection.prepare_cached(
        "SELECT count(*) AS pages, max(p.last_fetched_at) AS last_look,
                max(CASE WHEN p.failures_in_a_row = 0 AND p.gone_in_a_row = 0
                         THEN p.last_fetched_at
                         ELSE max(ifnull(p.first_seen_at, ''), ifnull(p.last_changed_at, '')) END)
                    AS last_success,
                min(CASE WHEN p.kind NOT IN ('article', 'part', 'other') AND p.due_at <= ?2
                              AND ifnull(h.resting_until, '') <= ?2 THEN p.due_at END)
                    AS lists_due_since,
                count(p.current_version_id) FILTER (WHERE p.kind <> 'part') AS articles
         FROM page p JOIN host h ON h.id = p.host_id WHERE p.site_id = ?1",
    )?;
    let mut rows = statement.query(params![id, now.to_string()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    if column::count(row, "pages")? == 0 {
        return Ok(None);
    }
    facts.last_look = column::optional_instant(row, "last_look")?;
    let success: Option<String> = row.get("last_success")?;
    facts.last_success = success.and_then(|instant| instant.parse().ok());
    facts.lists_due_since = column::optional_instant(row, "lists_due_since")?;
    facts.article_count = column::count(row, "articles")?;
    facts.articles = articles(connection, id)?;
    facts.last_new = facts.articles.first().map(|article| article.first_seen);
    facts.published = published(connection, id)?;
    hosts(connection, id, now, &mut facts)?;
    Ok(Some(facts))
}

fn articles(connection: &Connection, site: i64) -> Result<Vec<ArticleFacts>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT p.first_seen_at, v.source IS NOT NULL AS source, v.author IS NOT NULL AS author,
                v.publish_time IS NOT NULL AS publish_time, p.views IS NOT NULL AS views
         FROM page p JOIN version v ON v.id = p.current_version_id
         WHERE p.site_id = ?1 AND p.kind <> 'part' AND p.first_seen_at IS NOT NULL
         ORDER BY p.first_seen_at DESC, p.id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![site, most_articles()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(ArticleFacts {
            first_seen: column::instant(row, "first_seen_at")?,
            source: row.get("source")?,
            author: row.get("author")?,
            publish_time: row.get("publish_time")?,
            views: row.get("views")?,
        });
    }
    Ok(found)
}

fn published(connection: &Connection, site: i64) -> Result<Vec<jiff::civil::Date>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT v.publish_time FROM page p JOIN version v ON v.id = p.current_version_id
         WHERE p.site_id = ?1 AND p.kind <> 'part' AND v.publish_time IS NOT NULL
         ORDER BY v.publish_time DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![site, most_articles()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let printed: String = row.get("publish_time")?;
        let printed: Option<PublishTime> = printed.parse().ok();
        found.extend(printed.map(|time| time.date));
    }
    Ok(found)
}

fn hosts(
    connection: &Connection,
    site: i64,
    now: Timestamp,
    facts: &mut SiteFacts,
) -> Result<(), Fault> {
    let of_site = "IN (SELECT DISTINCT host_id FROM page WHERE site_id = ?1)";
    let mut statement = connection.prepare_cached(&format!(
        "SELECT name, resting_until, resting_reason FROM host
         WHERE id {of_site} AND resting_until > ?2 ORDER BY name"
    ))?;
    let mut rows = statement.query(params![site, now.to_string()])?;
    while let Some(row) = rows.next()? {
        let reason: Option<String> = row.get("resting_reason")?;
        facts.resting.push(RestFacts {
            host: HostKey::from_kept(row.get::<_, String>("name")?),
            until: column::instant(row, "resting_until")?,
            reason: reason.unwrap_or_default(),
        });
    }
    let mut statement = connection.prepare_cached(&format!(
        "SELECT origin FROM robots
         WHERE host_id {of_site} AND (status IS NULL OR status = 429 OR status >= 500)
         ORDER BY origin"
    ))?;
    let mut rows = statement.query([site])?;
    while let Some(row) = rows.next()? {
        facts.robots_unreachable.push(row.get("origin")?);
    }
    Ok(())
}

/// Counts the looks of the last week, all sites in one pass from the latest backwards: looks have
/// no index by time, but are kept in the order in which they were made.
fn looks(
    connection: &Connection,
    now: Timestamp,
    sites: &mut HashMap<i64, SiteFacts>,
) -> Result<(), Fault> {
    let since = now.minus(WEEK);
    let mut statement = connection.prepare_cached(
        "SELECT p.site_id, f.fetched_at, f.outcome, f.reason
         FROM fetch f CROSS JOIN page p ON p.id = f.page_id ORDER BY f.id DESC",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let at = column::instant(row, "fetched_at")?;
        if at < since {
            break;
        }
        let outcome: String = row.get("outcome")?;
        let reason: Option<String> = row.get("reason")?;
        // of what a later zhanwen made of a look nothing is said
        let Some(outcome) = Outcome::from_name(&outcome) else {
            continue;
        };
        if let Some(facts) = sites.get_mut(&row.get("site_id")?) {
            let failed = is_failure(outcome, reason.as_deref());
            facts.note_look(LookFact { at, failed }, had_page(outcome));
        }
    }
    Ok(())
}

fn most_articles() -> i64 {
    i64::try_from(SiteFacts::MOST_ARTICLES).unwrap_or(i64::MAX)
}
