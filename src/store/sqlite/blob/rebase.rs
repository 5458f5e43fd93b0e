//! Bodies kept against a base that is to go: each made ready to be kept otherwise, then kept so.

use rusqlite::{Connection, OptionalExtension, params};

use crate::archive::PageId;
use crate::model::ContentHash;
use crate::store::sqlite::fault::Fault;

use super::{By, Form, Means, base_of, find, form, read};

/// A body kept against another, made ready to be kept otherwise.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Recoded {
    id: i64,
    hash: ContentHash,
    /// What it is kept against until now.
    from: i64,
    form: Form,
}

/// The latest `limit` of the bodies kept against the blob `base`.
pub(in crate::store::sqlite) fn kept_against(
    connection: &Connection,
    base: i64,
    limit: i64,
) -> Result<Vec<i64>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM blob WHERE base_id = ?1 ORDER BY id DESC LIMIT ?2")?;
    let found = statement.query_map([base, limit], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Reads the blob `id`, a body of `page`'s site, checks it, and packs it with that site's dictionary or
/// against the blob `onto`. Nothing where it is no longer kept against `from`.
pub(in crate::store::sqlite) fn recode(
    connection: &Connection,
    page: PageId,
    id: i64,
    from: i64,
    onto: Option<i64>,
) -> Result<Option<Recoded>, Fault> {
    let stands: Option<i64> = connection
        .prepare_cached("SELECT base_id FROM blob WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .flatten();
    let Some(row) = find(connection, &By::Id(id))?.filter(|_| stands == Some(from)) else {
        return Ok(None);
    };
    let hash = row.of.hash;
    let body = row.body(connection)?;
    let means = Means {
        base: match onto {
            Some(onto) => base_of(connection, onto)?,
            None => None,
        },
        dictionary: Means::of(connection, page, &body)?.dictionary,
    };
    Ok(Some(Recoded {
        id,
        hash,
        from,
        form: form(&body, &means),
    }))
}

/// Keeps `recoded` as it was made ready, and reads it back. `false`, and nothing written, where what it
/// relies on is there no more, or somebody keeps it otherwise by now.
pub(in crate::store::sqlite) fn keep_recoded(
    connection: &Connection,
    recoded: &Recoded,
) -> Result<bool, Fault> {
    let form = &recoded.form;
    let Some((dictionary, base)) = form.needs(connection)? else {
        return Ok(false);
    };
    let written = connection
        .prepare_cached(
            "UPDATE blob SET codec = ?4, data = ?5, dict_id = ?6, base_id = ?7
             WHERE id = ?1 AND sha256 = ?2 AND base_id = ?3",
        )?
        .execute(params![
            recoded.id,
            recoded.hash.as_bytes(),
            recoded.from,
            form.coding.name(),
            form.data,
            dictionary,
            base,
        ])?;
    if written == 0 {
        return Ok(false);
    }
    match read(connection, recoded.hash)? {
        Some(_checked) => Ok(true),
        None => Err(Fault::Damaged(recoded.hash)),
    }
}
