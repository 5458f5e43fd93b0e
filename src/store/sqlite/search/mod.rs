//! Searching: what the index answers, joined with what is known of pages; and versions that wait for the index
//! judged one by one, so that nothing kept is missed.

mod condition;
mod facets;
mod order;
mod question;
mod way;

use rusqlite::Connection;

use crate::archive::{Cursor, FoundVersion, Hits, PageId, SearchOrder, SearchPage, Versions};
use crate::search::Expression;

use super::fault::Fault;
use super::reading;
pub(super) use condition::EDITED;
pub(super) use facets::facets;
use question::Question;

/// What `search` finds in the archive as it stands at one instant.
pub(super) fn search(
    connection: &Connection,
    search: &Expression,
    page: &SearchPage,
) -> Result<Hits, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let mut question = Question::new(&snapshot, search, page.order, page.versions)?;
    let mut waiting = question.waiting()?;
    let total = question.count()?.saturating_add(waiting.len());
    if let Some(cursor) = &page.after {
        question.go_on_behind(cursor)?;
        waiting.retain(|place| question.is_told(place));
    }
    let last = page.offset.saturating_add(page.limit);
    let mut found = Vec::new();
    let mut number = 0_usize;
    question.each(waiting, last, total, |place| {
        if number >= page.offset {
            found.push(place);
        }
        number = number.saturating_add(1);
        Ok(())
    })?;
    let (mut articles, mut cursors) = (Vec::new(), Vec::new());
    for place in found {
        if let Some(article) = reading::version(&snapshot, place.serial)? {
            articles.push(article);
            cursors.push(Cursor::new(
                search,
                page.order,
                page.versions,
                place,
                question.scored(),
            ));
        }
    }
    Ok(Hits {
        total: u64::try_from(total).unwrap_or(u64::MAX),
        articles,
        cursors,
    })
}

/// Every version that `search` means, in order.
pub(super) fn found(
    connection: &Connection,
    search: &Expression,
    order: SearchOrder,
    versions: Versions,
) -> Result<Vec<FoundVersion>, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let question = Question::new(&snapshot, search, order, versions)?;
    let waiting = question.waiting()?;
    let mut found = Vec::new();
    let mut name = snapshot.prepare_cached(&question.name())?;
    question.each(waiting, usize::MAX, usize::MAX, |place| {
        found.push(name.query_row([place.serial], |row| {
            Ok(FoundVersion {
                page: PageId(row.get(0)?),
                version_no: row.get(1)?,
            })
        })?);
        Ok(())
    })?;
    Ok(found)
}
