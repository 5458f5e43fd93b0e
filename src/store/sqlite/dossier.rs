//! Everything that is kept of articles, as it stands at one instant.

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::archive::{Dossier, DossierScope, PageId};
use crate::model::Timestamp;

use super::column;
use super::fault::Fault;
use super::reading;

/// Of `pages`, in their order; those without an article are left out.
pub(super) fn dossiers(
    connection: &Connection,
    pages: &[PageId],
    scope: DossierScope,
) -> Result<Vec<Dossier>, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let mut found = Vec::with_capacity(pages.len());
    for page in pages {
        found.extend(dossier(&snapshot, *page, scope)?);
    }
    Ok(found)
}

fn dossier(
    connection: &Connection,
    page: PageId,
    scope: DossierScope,
) -> Result<Option<Dossier>, Fault> {
    let Some(current) = reading::article(connection, page, None)? else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached(
        "SELECT first_seen_at, last_fetched_at, last_changed_at, views_at,
                versions > 1 AND EXISTS (SELECT 1 FROM fetch f WHERE f.page_id = page.id
                    AND f.version_id <> page.current_version_id) AS edited
         FROM page WHERE id = ?1",
    )?;
    let facts = statement
        .query_row([page.0], |row| Ok(Facts::of(row)))
        .optional()?
        .transpose()?
        .unwrap_or_default();
    let versions = if !scope.all_versions {
        Vec::new()
    } else if current.versions == 1 {
        vec![current.clone()]
    } else {
        let mut versions = Vec::new();
        for number in 1..=current.versions {
            versions.extend(reading::article(connection, page, Some(number))?);
        }
        versions
    };
    let looks = if scope.looks {
        reading::looks(connection, page)?
    } else {
        Vec::new()
    };
    Ok(Some(Dossier {
        page,
        current,
        versions,
        looks,
        first_seen_at: facts.first_seen_at,
        last_fetched_at: facts.last_fetched_at,
        last_changed_at: facts.last_changed_at,
        views_at: facts.views_at,
        edited: facts.edited,
    }))
}

#[derive(Default)]
struct Facts {
    first_seen_at: Option<Timestamp>,
    last_fetched_at: Option<Timestamp>,
    last_changed_at: Option<Timestamp>,
    views_at: Option<Timestamp>,
    edited: bool,
}

impl Facts {
    fn of(row: &Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            first_seen_at: column::optional_instant(row, "first_seen_at")?,
            last_fetched_at: column::optional_instant(row, "last_fetched_at")?,
            last_changed_at: column::optional_instant(row, "last_changed_at")?,
            views_at: column::optional_instant(row, "views_at")?,
            edited: row.get("edited")?,
        })
    }
}
