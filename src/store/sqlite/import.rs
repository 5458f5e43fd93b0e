//! Keeping looks that others made, at their own times.

use rusqlite::{Connection, Row, params};

use crate::archive::{Capture, ForeignPage, Import, LookId, PageId};
use crate::canon::urlkey;
use crate::model::{Outcome, PageKind, PageUrl, Timestamp};
use crate::store::progress::{Progress, brought_in, gone};

use super::commit::{Prepared, insert_fetch, saw_page};
use super::fault::Fault;
use super::plan::{host_number, keep_spelling, own_page, site_number};
use super::reread::follow_looks;
use super::{article, blob, column, lease, training};

/// A look whose body is packed already or is to be packed when those before it are kept: of many bodies of
/// one page the first is what the others are kept against.
#[derive(Debug)]
pub(super) enum Packing {
    Done(Box<Prepared>),
    Later(Box<Capture>),
}

/// The number of a site with the instant, where that is ripe for a dictionary.
pub(super) type Ripe = Option<(i64, Timestamp)>;

/// Makes `pages` known without making them due.
pub(super) fn know(connection: &Connection, pages: &[ForeignPage]) -> Result<Vec<PageId>, Fault> {
    let mut known = Vec::with_capacity(pages.len());
    for page in pages {
        let key = urlkey(&page.url);
        let id = if let Some(id) = own_page(connection, &key)? {
            keep_spelling(connection, id, &key, page.url.as_str())?;
            id
        } else {
            connection
                .prepare_cached(
                    "INSERT INTO page (site_id, host_id, urlkey, url, kind, depth)
                     VALUES (?1, ?2, ?3, ?4, ?5, 0)",
                )?
                .execute(params![
                    site_number(connection, &page.site)?,
                    host_number(connection, &page.url.host())?,
                    key,
                    page.url.as_str(),
                    page.kind.name(),
                ])?;
            PageId(connection.last_insert_rowid())
        };
        known.push(id);
    }
    Ok(known)
}

/// What keeping needs to know of its page.
struct PageRow {
    site: i64,
    host: i64,
    kind: PageKind,
    versions: u32,
    last_look: Option<i64>,
    base: Option<i64>,
    progress: Progress,
}

fn page_row(row: &Row<'_>) -> Result<PageRow, Fault> {
    let kind: String = row.get("kind")?;
    Ok(PageRow {
        site: row.get("site_id")?,
        host: row.get("host_id")?,
        kind: PageKind::from_name(&kind).unwrap_or(PageKind::Other),
        versions: row.get("versions")?,
        last_look: row.get("last_look")?,
        base: row.get("base_id")?,
        progress: Progress {
            history: lease::history(row)?,
            gone_since: column::optional_instant(row, "gone_since")?,
        },
    })
}

/// Keeps `looks` of `import`, unless its page is another one by now.
pub(super) fn keep(
    connection: &Connection,
    import: &Import,
    looks: Vec<(Packing, Option<u32>)>,
) -> Result<(bool, Ripe), Fault> {
    let Some(mut page) = find(connection, import.page)? else {
        return Ok((false, None));
    };
    if (page.last_look, page.versions) != (import.until.map(|look| look.0), import.versions) {
        return Ok((false, None));
    }
    let (mut ripe, mut has_article) = (false, false);
    for (packing, version_no) in looks {
        let (prepared, blob) = keep_body(connection, import.page, &mut page, packing, &mut ripe)?;
        let fetch = insert_fetch(connection, page.host, &prepared, blob)?;
        if let Some(number) = version_no {
            has_article = true;
            see(
                connection,
                import.page,
                &mut page,
                &prepared,
                (number, fetch, blob),
            )?;
        }
        keep_page(connection, import.page, &mut page, prepared.capture())?;
    }
    for (look, outcome) in &import.outcomes {
        amend(connection, import.page, *look, *outcome)?;
    }
    if has_article {
        follow_looks(connection, import.page.0)?;
    }
    follow_gone(connection, import.page)?;
    if let Some(due) = import.due.filter(|_| page.kind != PageKind::Part) {
        connection
            .prepare_cached(
                "UPDATE page SET due_at = ?2 WHERE id = ?1 AND (due_at IS NULL OR due_at > ?2)",
            )?
            .execute(params![import.page.0, due.to_string()])?;
    }
    Ok((true, ripe.then_some((page.site, import.at))))
}

fn find(connection: &Connection, page: PageId) -> Result<Option<PageRow>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT p.*, (SELECT max(id) FROM fetch WHERE page_id = p.id) AS last_look
         FROM page p WHERE p.id = ?1",
    )?;
    let mut rows = statement.query([page.0])?;
    rows.next()?.map(page_row).transpose()
}

fn keep_body(
    connection: &Connection,
    id: PageId,
    page: &mut PageRow,
    packing: Packing,
    ripe: &mut bool,
) -> Result<(Prepared, Option<i64>), Fault> {
    let mut prepared = match packing {
        Packing::Done(prepared) => *prepared,
        Packing::Later(capture) => Prepared::of(*capture, Some(connection)),
    };
    let mut help = Some(connection);
    let kept = loop {
        let Some(packed) = prepared.body() else {
            return Ok((prepared, None));
        };
        if let Some(kept) = blob::keep(connection, packed)? {
            *ripe |= training::count(connection, page.site, page.kind, packed, kept)?;
            break kept;
        }
        // what it was packed with is there no more; what stands alone always is kept
        prepared = Prepared::of(prepared.undone(), help.take());
    };
    if kept.whole && (kept.new.is_some() || page.base.is_none()) {
        page.base = Some(kept.id);
        connection
            .prepare_cached("UPDATE page SET base_id = ?2 WHERE id = ?1")?
            .execute([id.0, kept.id])?;
    }
    Ok((prepared, Some(kept.id)))
}

/// Notes that look `fetch` saw version `number`, which is made where the page has it not.
fn see(
    connection: &Connection,
    id: PageId,
    page: &mut PageRow,
    prepared: &Prepared,
    (number, fetch, blob): (u32, i64, Option<i64>),
) -> Result<(), Fault> {
    if number > page.versions
        && let Some(reading) = &prepared.capture().reading
    {
        article::insert(connection, id.0, number, fetch, blob, reading)?;
        page.versions = number;
    }
    connection
        .prepare_cached(
            "UPDATE fetch
             SET version_id = (SELECT id FROM version WHERE page_id = ?2 AND version_no = ?3)
             WHERE id = ?1",
        )?
        .execute(params![fetch, id.0, number])?;
    Ok(())
}

/// Moves the page on where `capture` is its latest look, and fills its past otherwise.
fn keep_page(
    connection: &Connection,
    id: PageId,
    page: &mut PageRow,
    capture: &Capture,
) -> Result<(), Fault> {
    let (progress, is_latest) = brought_in(std::mem::take(&mut page.progress), capture);
    page.progress = progress;
    if is_latest {
        page.kind = capture.standing(page.kind).0;
    }
    let history = &page.progress.history;
    connection
        .prepare_cached(
            "UPDATE page SET kind = ?2, first_seen_at = ?3, last_fetched_at = ?4,
                 last_changed_at = ?5, unchanged_in_a_row = ?6, failures_in_a_row = ?7, etag = ?8,
                 last_modified = ?9, read_by = ?10, versions = ?11, fetches = fetches + 1,
                 canonical_url = CASE WHEN ?12 THEN ?13 ELSE canonical_url END
             WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            page.kind.name(),
            column::instant_text(history.first_seen_at),
            column::instant_text(history.last_fetched_at),
            column::instant_text(history.last_changed_at),
            history.unchanged_in_a_row,
            history.failures_in_a_row,
            history.validators.etag,
            history.validators.last_modified,
            history.read_by,
            page.versions,
            is_latest && saw_page(capture),
            capture.calls_itself.as_ref().map(PageUrl::as_str),
        ])?;
    Ok(())
}

fn amend(
    connection: &Connection,
    page: PageId,
    look: LookId,
    outcome: Outcome,
) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE fetch SET outcome = ?3 WHERE id = ?2 AND page_id = ?1")?
        .execute(params![page.0, look.0, outcome.name()])?;
    Ok(())
}

/// Whether the page is gone, by all its looks in their order.
fn follow_gone(connection: &Connection, page: PageId) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT outcome, fetched_at FROM fetch WHERE page_id = ?1
         ORDER BY fetched_at DESC, id DESC",
    )?;
    let mut rows = statement.query([page.0])?;
    let mut latest = Vec::new();
    while let Some(row) = rows.next()? {
        let outcome: String = row.get("outcome")?;
        let Some(outcome) = Outcome::from_name(&outcome) else {
            break;
        };
        latest.push((outcome, column::instant(row, "fetched_at")?));
        if !matches!(outcome, Outcome::Gone | Outcome::Failed | Outcome::Blocked) {
            break;
        }
    }
    let (in_a_row, since) = gone(latest);
    connection
        .prepare_cached("UPDATE page SET gone_in_a_row = ?2, gone_since = ?3 WHERE id = ?1")?
        .execute(params![page.0, in_a_row, column::instant_text(since)])?;
    Ok(())
}
