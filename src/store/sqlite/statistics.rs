//! Numbers of the sites, month by month.

use rusqlite::{Connection, named_params};

use crate::archive::SiteMonth;
use crate::model::SiteId;

use super::column;
use super::fault::Fault;
use super::plan::keys_text;

/// The months of `sites`, or of all, in the order of sites and months.
pub(super) fn months(connection: &Connection, sites: &[SiteId]) -> Result<Vec<SiteMonth>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT s.key AS site, substr(v.publish_time, 1, 7) AS month, count(*) AS published,
                count(v.source) AS with_source, sum(p.versions > 1 AND EXISTS (
                    SELECT 1 FROM fetch f WHERE f.page_id = p.id
                        AND f.version_id <> p.current_version_id)) AS edited,
                sum(p.gone_in_a_row >= 2) AS gone, count(p.views) AS counted,
                coalesce(sum(p.views), 0) AS views, sum(v.body_chars) AS characters
         FROM page p
         JOIN site s ON s.id = p.site_id
         JOIN version v ON v.id = p.current_version_id
         WHERE p.kind <> 'part'
           AND (:sites = '[]' OR s.key IN (SELECT value FROM json_each(:sites)))
         GROUP BY s.id, month ORDER BY s.key, month",
    )?;
    let mut rows = statement.query(named_params! {":sites": keys_text(sites)})?;
    let mut months = Vec::new();
    while let Some(row) = rows.next()? {
        months.push(SiteMonth {
            site: SiteId::new(row.get::<_, String>("site")?),
            month: row.get("month")?,
            published: column::count(row, "published")?,
            with_source: column::count(row, "with_source")?,
            edited: column::count(row, "edited")?,
            gone: column::count(row, "gone")?,
            counted: column::count(row, "counted")?,
            views: column::count(row, "views")?,
            characters: column::count(row, "characters")?,
        });
    }
    Ok(months)
}
