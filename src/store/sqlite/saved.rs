//! Saved searches as rows, and the news of them.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::alert::{EventKind, Happened, Sight, Watch, happenings};
use crate::archive::{
    Claim, LookId, NewSearch, NewsEntry, PageId, Renamed, SavedSearch, SearchId, SearchName,
    SearchNews, TellingToken, Told,
};
use crate::model::{Outcome, SiteId, Timestamp};
use crate::search::Expression;
use crate::store::news::{IMPORT, LONGEST_TELLING, Question, in_order};

use super::column;
use super::fault::Fault;
use super::reading;
use super::writer::Desk;

/// Searches, with how many events were told of each.
const SEARCHES: &str =
    "SELECT s.*, (SELECT count(*) FROM saved_news n WHERE n.search_id = s.id) AS told
     FROM saved_search s";

/// Keeps a search.
pub(super) fn save(connection: &Connection, new: &NewSearch) -> Result<bool, Fault> {
    let kept = connection
        .prepare_cached(
            "INSERT INTO saved_search (key, name, query, events, created_at, told_until)
             SELECT lower(hex(randomblob(16))), ?1, ?2, ?3, ?4,
                    (SELECT coalesce(max(id), 0) FROM fetch)
             WHERE NOT EXISTS (SELECT 1 FROM saved_search WHERE name = ?1)",
        )?
        .execute(params![
            new.name.as_str(),
            new.query,
            new.watch.to_string(),
            new.at.to_string(),
        ])?;
    Ok(kept == 1)
}

/// Forgets a search and what was told of it.
pub(super) fn remove(connection: &Connection, name: &str) -> Result<bool, Fault> {
    connection.execute(
        "DELETE FROM saved_news WHERE search_id = (SELECT id FROM saved_search WHERE name = ?1)",
        [name],
    )?;
    let gone = connection.execute("DELETE FROM saved_search WHERE name = ?1", [name])?;
    Ok(gone == 1)
}

/// Gives a search another name.
pub(super) fn rename(
    connection: &Connection,
    from: &str,
    to: &SearchName,
) -> Result<Renamed, Fault> {
    let id_of = |name: &str| -> Result<Option<i64>, Fault> {
        Ok(connection
            .prepare_cached("SELECT id FROM saved_search WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?)
    };
    let Some(id) = id_of(from)? else {
        return Ok(Renamed::Unknown);
    };
    if id_of(to.as_str())?.is_some_and(|other| other != id) {
        return Ok(Renamed::Taken);
    }
    connection.execute(
        "UPDATE saved_search SET name = ?2 WHERE id = ?1",
        params![id, to.as_str()],
    )?;
    Ok(Renamed::Done)
}

/// Lends the right to tell of a search. What a process held that is known to be gone is free.
pub(super) fn begin_telling(
    connection: &Connection,
    desk: &Desk,
    name: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Claim, Fault> {
    let mut statement = connection.prepare_cached(&format!("{SEARCHES} WHERE s.name = ?1"))?;
    let mut rows = statement.query([name])?;
    let Some(row) = rows.next()? else {
        return Ok(Claim::Unknown);
    };
    let teller: Option<String> = row.get("teller")?;
    let is_gone = teller.is_none_or(|teller| desk.holder.knows_gone(&teller));
    let held = column::optional_instant(row, "telling_until")?;
    let held = held.filter(|until| *until > now && until.since(now) <= LONGEST_TELLING);
    if let Some(until) = held.filter(|_| !is_gone) {
        return Ok(Claim::Busy { until });
    }
    let search = search(row)?;
    let token: i64 = connection
        .prepare_cached(
            "UPDATE saved_search SET telling = random(), telling_until = ?2, teller = ?3
             WHERE id = ?1 RETURNING telling",
        )?
        .query_row(
            params![search.id.0, until.to_string(), desk.holder.text()],
            |row| row.get(0),
        )?;
    Ok(Claim::Yours(TellingToken(token), search))
}

/// Ends a telling.
pub(super) fn end_telling(
    connection: &Connection,
    token: TellingToken,
    told: Option<&Told>,
) -> Result<bool, Fault> {
    let search: Option<i64> = connection
        .prepare_cached(
            "UPDATE saved_search SET telling = NULL, telling_until = NULL, teller = NULL
             WHERE telling = ?1 RETURNING id",
        )?
        .query_row([token.0], |row| row.get(0))
        .optional()?;
    let Some(search) = search else {
        return Ok(false);
    };
    let Some(told) = told else { return Ok(true) };
    connection
        .prepare_cached(
            "UPDATE saved_search SET told_until = ?2, told_at = coalesce(?3, told_at) WHERE id = ?1",
        )?
        .execute(params![
            search,
            told.until.0,
            (!told.news.is_empty()).then(|| told.at.to_string()),
        ])?;
    let mut keep = connection.prepare_cached(
        "INSERT INTO saved_news (search_id, fetch_id, event, version_id, previous_id, since, found,
             views_before, views, told_at)
         SELECT :search, :look, :event, v.id,
                (SELECT id FROM version WHERE page_id = :page AND version_no = :previous),
                :since, :found, :views_before, :views, :at
         FROM version v WHERE v.page_id = :page AND v.version_no = :version",
    )?;
    for entry in &told.news {
        keep.execute(named_params! {
            ":search": search,
            ":look": entry.look.0,
            ":event": entry.kind.name(),
            ":page": entry.page.0,
            ":version": entry.version_no,
            ":previous": entry.previous_no,
            ":since": column::instant_text(entry.since),
            ":found": entry.found,
            ":views_before": entry.views.map(|(before, _)| column::count_value(before)),
            ":views": entry.views.map(|(_, now)| column::count_value(now)),
            ":at": told.at.to_string(),
        })?;
    }
    Ok(true)
}

/// The saved searches, by name; an archive of an older schema has none.
pub(super) fn searches(connection: &Connection) -> Result<Vec<SavedSearch>, Fault> {
    let known: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'saved_search')",
        )?
        .query_row([], |row| row.get(0))?;
    if !known {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(&format!("{SEARCHES} ORDER BY s.name"))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(search(row)?);
    }
    Ok(found)
}

fn search(row: &Row<'_>) -> Result<SavedSearch, Fault> {
    Ok(SavedSearch {
        id: SearchId(row.get("id")?),
        key: row.get("key")?,
        name: row.get("name")?,
        query: row.get("query")?,
        events: row.get("events")?,
        created_at: column::instant(row, "created_at")?,
        told_until: LookId(row.get("told_until")?),
        told_at: column::optional_instant(row, "told_at")?,
        told: column::count(row, "told")?,
    })
}

/// What was told of a search last; of kinds that a later zhanwen knows, nothing.
pub(super) fn told(
    connection: &Connection,
    search: SearchId,
    limit: usize,
) -> Result<Vec<NewsEntry>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT n.*, f.page_id, f.fetched_at, p.url, k.key AS site, v.version_no,
                o.version_no AS previous_no
         FROM saved_news n
         JOIN fetch f ON f.id = n.fetch_id
         JOIN page p ON p.id = f.page_id
         JOIN site k ON k.id = p.site_id
         JOIN version v ON v.id = n.version_id
         LEFT JOIN version o ON o.id = n.previous_id
         WHERE n.search_id = ?1 ORDER BY n.fetch_id DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![search.0, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(kind) = EventKind::from_name(&row.get::<_, String>("event")?) else {
            continue;
        };
        let views = column::optional_count(row, "views_before")?;
        found.push(NewsEntry {
            look: LookId(row.get("fetch_id")?),
            kind,
            page: PageId(row.get("page_id")?),
            url: column::page_url(row, "url")?,
            site: SiteId::new(row.get::<_, String>("site")?),
            observed_at: column::instant(row, "fetched_at")?,
            version_no: row.get("version_no")?,
            previous_no: row.get("previous_no")?,
            since: column::optional_instant(row, "since")?,
            found: row.get("found")?,
            views: views.zip(column::optional_count(row, "views")?),
        });
    }
    let mut found = in_order(found);
    found.reverse();
    Ok(found)
}

/// A page that was looked at since.
struct Candidate {
    page: PageId,
    /// How often.
    looks: u64,
    /// Whether a look found another content, or the page gone or there again.
    turned: bool,
}

/// What is new of a search, as the archive stands at one instant.
pub(super) fn news(
    connection: &Connection,
    search: &Expression,
    watch: Watch,
    after: LookId,
) -> Result<SearchNews, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let until: i64 = snapshot
        .prepare_cached("SELECT coalesce(max(id), 0) FROM fetch")?
        .query_row([], |row| row.get(0))?;
    let question = Question { search, watch };
    let mut entries = Vec::new();
    for candidate in candidates(&snapshot, &question, after.0, until)? {
        for happened in happened(&snapshot, &candidate, &question, after.0)? {
            let version = |number| reading::article(&snapshot, candidate.page, Some(number));
            entries.extend(question.answer(&happened, version)?);
        }
    }
    Ok(SearchNews {
        until: LookId(until),
        entries: in_order(entries),
    })
}

/// The pages whose looks since may have brought what is asked for.
fn candidates(
    connection: &Connection,
    question: &Question<'_>,
    after: i64,
    until: i64,
) -> Result<Vec<Candidate>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT n.page_id, n.looks, n.turned
         FROM (SELECT f.page_id, count(*) AS looks, max(f.views IS NOT NULL) AS counted,
                      max(f.outcome IN ('new', 'changed', 'reverted', 'gone')
                          OR f.version_id IS NOT NULL
                             AND EXISTS (SELECT 1 FROM fetch g
                                         WHERE g.page_id = f.page_id AND g.outcome = 'gone')) AS turned
               FROM fetch f JOIN run r ON r.id = f.run_id
               WHERE f.id > :after AND f.id <= :until AND r.kind <> :import
               GROUP BY f.page_id) n
         JOIN page p ON p.id = n.page_id
         WHERE p.kind <> 'part' AND (n.turned AND :turns OR n.counted AND :views)",
    )?;
    let found = statement.query_map(
        named_params! {
            ":after": after,
            ":until": until,
            ":import": IMPORT,
            ":turns": question.wants_turns(),
            ":views": question.watch.jump().is_some(),
        },
        |row| {
            Ok(Candidate {
                page: PageId(row.get(0)?),
                looks: row.get::<_, u32>(1)?.into(),
                turned: row.get(2)?,
            })
        },
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn happened(
    connection: &Connection,
    candidate: &Candidate,
    question: &Question<'_>,
    after: i64,
) -> Result<Vec<Happened>, Fault> {
    let jump = question.watch.jump();
    if candidate.turned {
        return Ok(happenings(
            &sights(connection, candidate.page)?,
            after,
            jump,
        ));
    }
    // a counter alone moved: the looks of the last days tell, however many there are before them
    let sights = recent_sights(connection, candidate, after)?;
    let mut found = happenings(&sights, after, jump);
    if !found.is_empty() {
        let changed: bool = connection
            .prepare_cached(
                "SELECT count(DISTINCT version_id) > 1 FROM fetch
                 WHERE page_id = ?1 AND version_id IS NOT NULL",
            )?
            .query_row([candidate.page.0], |row| row.get(0))?;
        for one in &mut found {
            (one.before.changed, one.after.changed) = (changed, changed);
        }
    }
    Ok(found)
}

const SIGHTS: &str =
    "SELECT f.id, f.fetched_at, f.outcome, f.views, v.version_no, r.kind AS run_kind
     FROM fetch f
     JOIN run r ON r.id = f.run_id
     LEFT JOIN version v ON v.id = f.version_id
     WHERE f.page_id = ?1";

/// All looks at a page, in the order in which they were committed.
fn sights(connection: &Connection, page: PageId) -> Result<Vec<Sight>, Fault> {
    let mut statement = connection.prepare_cached(&format!("{SIGHTS} ORDER BY f.id"))?;
    let mut rows = statement.query([page.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(sight(row)?);
    }
    Ok(found)
}

/// As many of the latest looks as it takes to judge the counts of the new ones: those, the count
/// before them and what that is compared with in its turn.
fn recent_sights(
    connection: &Connection,
    candidate: &Candidate,
    after: i64,
) -> Result<Vec<Sight>, Fault> {
    let mut statement =
        connection.prepare_cached(&format!("{SIGHTS} ORDER BY f.fetched_at DESC, f.id DESC"))?;
    let mut rows = statement.query([candidate.page.0])?;
    let mut found = Vec::new();
    let (mut new, mut before): (u64, Option<Timestamp>) = (0, None);
    while let Some(row) = rows.next()? {
        let sight = sight(row)?;
        found.push(sight);
        new += u64::from(sight.look > after && sight.live);
        if sight.look > after || !sight.live || sight.views.is_none() {
            continue;
        }
        match before {
            None => before = Some(sight.at),
            Some(before) if new >= candidate.looks && before.since(sight.at) > A_DAY => break,
            Some(_) => {}
        }
    }
    found.sort_by_key(|sight| sight.look);
    Ok(found)
}

/// Over which growth is measured.
const A_DAY: std::time::Duration = std::time::Duration::from_hours(24);

fn sight(row: &Row<'_>) -> Result<Sight, Fault> {
    let outcome: String = row.get("outcome")?;
    let run_kind: String = row.get("run_kind")?;
    Ok(Sight {
        look: row.get("id")?,
        at: column::instant(row, "fetched_at")?,
        outcome: Outcome::from_name(&outcome).ok_or_else(|| {
            Fault::Unreadable(format!("`{outcome}` is no outcome this zhanwen knows"))
        })?,
        version: row.get("version_no")?,
        views: column::optional_count(row, "views")?,
        live: run_kind != IMPORT,
    })
}
