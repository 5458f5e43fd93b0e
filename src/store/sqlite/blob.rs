//! Bodies as they are kept: content addressed, compressed, checked when they are read.
//!
//! A body is kept alone, with its site's dictionary, or as what differs from the page's base: one body
//! that is never kept against another itself. [`pack`] chooses, outside the writer's thread; [`keep`]
//! writes, if all that the choice relied on is still there.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha1::{Digest, Sha1};

use crate::archive::{PageId, RunId};
use crate::model::ContentHash;

use super::codec;
use super::column;
use super::dictionary::Dictionary;
use super::fault::{Fault, Helper};
use super::migrate::schema_version;

/// A body is kept against the page's base where that takes at most so many hundredths of what it
/// takes whole; else it becomes the base for those after it.
const WORTH_A_BASE: usize = 30;

/// The codec of a body whose bytes were given up.
const PRUNED: &str = "pruned";

/// A body made ready for the writer, so that its thread neither hashes nor compresses.
#[derive(Debug)]
pub(super) struct Packed {
    hash: ContentHash,
    /// The dictionary for the page's site as it was packed.
    pub(super) dictionary: Option<i64>,
    /// Nothing where the same bytes were kept already.
    form: Option<Form>,
}

/// A body as it is to be kept.
#[derive(Debug)]
struct Form {
    sha1: [u8; 20],
    length: usize,
    coding: Coding,
    data: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Coding {
    Raw,
    Alone,
    With(Dictionary),
    Against { id: i64, hash: ContentHash },
}

impl Coding {
    const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Alone => "zstd",
            Self::With(_) => "zstd+dict",
            Self::Against { .. } => "zstd+base",
        }
    }
}

/// What of a body is in the archive now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// The blob's number.
    pub(super) id: i64,
    /// Whether others may be kept against it.
    pub(super) whole: bool,
    /// Bytes and bytes it is kept in, where it is new.
    pub(super) new: Option<(usize, usize)>,
}

impl Packed {
    /// Whether it relies on nothing, so that the writer can keep it whatever happened since.
    pub(super) fn stands_alone(&self) -> bool {
        let coding = self.form.as_ref().map(|form| form.coding);
        matches!(coding, Some(Coding::Raw | Coding::Alone))
    }
}

/// Hashes `body` and compresses it by itself.
pub(super) fn pack_alone(body: &[u8]) -> Packed {
    Packed {
        hash: ContentHash::of(body),
        dictionary: None,
        form: Some(form(body, &Means::default())),
    }
}

/// Hashes `body` of `page` and, unless it is kept already, compresses it with what the archive has to
/// help.
pub(super) fn pack(connection: &Connection, page: PageId, body: &[u8]) -> Result<Packed, Fault> {
    let hash = ContentHash::of(body);
    let known: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1 AND codec <> 'pruned')",
        )?
        .query_row([hash.as_bytes()], |row| row.get(0))?;
    if known {
        return Ok(Packed {
            hash,
            dictionary: None,
            form: None,
        });
    }
    let means = Means::of(connection, page, body)?;
    Ok(Packed {
        hash,
        dictionary: means.dictionary.as_ref().map(|(named, _)| named.id),
        form: Some(form(body, &means)),
    })
}

/// What may help to keep a body small.
#[derive(Default)]
struct Means {
    dictionary: Option<(Dictionary, std::sync::Arc<zstd::zstd_safe::CDict<'static>>)>,
    base: Option<Base>,
}

struct Base {
    id: i64,
    hash: ContentHash,
    body: Bytes,
    /// Bytes it is kept in itself.
    kept_in: usize,
}

impl Means {
    /// What there is for `page`. Help that cannot be had is done without: the page is to be kept.
    fn of(connection: &Connection, page: PageId, body: &[u8]) -> Result<Self, Fault> {
        if !codec::may_have_help(body) {
            return Ok(Self::default());
        }
        let found = connection
            .prepare_cached(
                "SELECT p.base_id, d.id, d.sha256
                 FROM page p
                 JOIN site s ON s.id = p.site_id
                 LEFT JOIN dict d ON d.id = s.dict_id AND d.sha256 IS NOT NULL
                 WHERE p.id = ?1",
            )?
            .query_row([page.0], |row| {
                let (id, hash): (Option<i64>, Option<[u8; 32]>) = (row.get(1)?, row.get(2)?);
                let named = id.zip(hash).map(|(id, hash)| Dictionary {
                    id,
                    hash: ContentHash::from_bytes(hash),
                });
                Ok((row.get::<_, Option<i64>>(0)?, named))
            })
            .optional()?;
        let Some((base, named)) = found else {
            return Ok(Self::default());
        };
        Ok(Self {
            dictionary: named.and_then(|named| match named.encoder(connection) {
                Ok(ready) => Some((named, ready)),
                Err(trouble) => {
                    tracing::warn!(?trouble, "a page is kept without its site's dictionary");
                    None
                }
            }),
            base: base.and_then(|id| match base_of(connection, id) {
                Ok(base) => base,
                Err(fault) => {
                    tracing::warn!(?fault, "a page is kept without its base");
                    None
                }
            }),
        })
    }
}

fn base_of(connection: &Connection, id: i64) -> Result<Option<Base>, Fault> {
    let Some(row) = find(connection, &By::Id(id))? else {
        return Ok(None);
    };
    if matches!(row.of.codec.as_str(), "zstd+base" | PRUNED) {
        return Ok(None);
    }
    let (hash, kept_in) = (row.of.hash, row.of.data.len());
    let body = row.body(connection)?;
    Ok(codec::may_help(&body).then(|| Base {
        id,
        hash,
        body,
        kept_in,
    }))
}

/// The smallest form of `body`: against the base where that is much less than any other.
fn form(body: &[u8], means: &Means) -> Form {
    let against = means.base.as_ref().and_then(|base| {
        let data = codec::against(body, &base.body)?;
        let coding = Coding::Against {
            id: base.id,
            hash: base.hash,
        };
        Some((coding, data, base))
    });
    let much_less = |data: &[u8], whole: usize| {
        data.len().saturating_mul(100) <= whole.saturating_mul(WORTH_A_BASE)
    };
    // what it would take whole, judged by what the base took, is not tried where that is clear
    let (coding, data) = match against {
        Some((coding, data, base))
            if much_less(
                &data,
                base.kept_in.saturating_mul(body.len()) / base.body.len().max(1),
            ) =>
        {
            (coding, data)
        }
        Some((coding, data, _)) => {
            let whole = whole(body, means);
            if much_less(&data, whole.1.len()) {
                (coding, data)
            } else {
                whole
            }
        }
        None => whole(body, means),
    };
    Form {
        sha1: Sha1::digest(body).into(),
        length: body.len(),
        coding,
        data,
    }
}

fn whole(body: &[u8], means: &Means) -> (Coding, Vec<u8>) {
    let with = means.dictionary.as_ref().and_then(|(named, ready)| {
        Some((Coding::With(*named), codec::with_dictionary(body, ready)?))
    });
    with.or_else(|| Some((Coding::Alone, codec::alone(body)?)))
        .filter(|(_, data)| data.len() < body.len())
        .unwrap_or_else(|| (Coding::Raw, body.to_vec()))
}

/// Keeps `packed` unless its bytes are kept already. Nothing where what it relied on when it was packed
/// is there no more; nothing was written then.
pub(super) fn keep(connection: &Connection, packed: &Packed) -> Result<Option<Kept>, Fault> {
    let known: Option<(i64, String)> = connection
        .prepare_cached("SELECT id, codec FROM blob WHERE sha256 = ?1")?
        .query_row([packed.hash.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let pruned = match known {
        Some((id, codec)) if codec == PRUNED => Some(id),
        Some((id, codec)) => {
            return Ok(Some(Kept {
                id,
                whole: codec != "zstd+base",
                new: None,
            }));
        }
        None => None,
    };
    let Some(form) = &packed.form else {
        return Ok(None);
    };
    let Some((dictionary, base)) = form.needs(connection)? else {
        return Ok(None);
    };
    let kept = |id| Kept {
        id,
        whole: base.is_none(),
        new: Some((form.length, form.data.len())),
    };
    if let Some(id) = pruned {
        // the same bytes again: the looks that had them have them again
        connection
            .prepare_cached(
                "UPDATE blob SET codec = ?2, data = ?3, dict_id = ?4, base_id = ?5, pruned_in = NULL
                 WHERE id = ?1",
            )?
            .execute(params![id, form.coding.name(), form.data, dictionary, base])?;
        return Ok(Some(kept(id)));
    }
    connection
        .prepare_cached(
            "INSERT INTO blob (sha256, sha1, raw_length, codec, data, dict_id, base_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            packed.hash.as_bytes(),
            form.sha1,
            i64::try_from(form.length).unwrap_or(i64::MAX),
            form.coding.name(),
            form.data,
            dictionary,
            base,
        ])?;
    Ok(Some(kept(connection.last_insert_rowid())))
}

/// The numbers of a dictionary and a base, where one is needed.
type Needs = (Option<i64>, Option<i64>);

impl Form {
    /// What it needs; nothing where that is there no more.
    fn needs(&self, connection: &Connection) -> Result<Option<Needs>, Fault> {
        Ok(match self.coding {
            Coding::Raw | Coding::Alone => Some((None, None)),
            Coding::With(named) => named
                .is_in_use(connection)?
                .then_some((Some(named.id), None)),
            Coding::Against { id, hash } => {
                may_be_base(connection, id, hash)?.then_some((None, Some(id)))
            }
        })
    }
}

fn may_be_base(connection: &Connection, id: i64, hash: ContentHash) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM blob
                            WHERE id = ?1 AND sha256 = ?2
                              AND codec NOT IN ('zstd+base', 'pruned'))",
        )?
        .query_row((id, hash.as_bytes()), |row| row.get(0))?)
}

/// The body kept under `hash`, checked against it.
pub(super) fn read(connection: &Connection, hash: ContentHash) -> Result<Option<Bytes>, Fault> {
    find(connection, &By::Hash(hash))?
        .map(|row| row.body(connection))
        .transpose()
}

enum By {
    Hash(ContentHash),
    Id(i64),
}

/// A blob with what it is kept against, read in one statement: between two, another process may have
/// kept them otherwise.
struct BlobRow {
    of: Coded,
    base: Option<Coded>,
}

/// A blob by itself.
struct Coded {
    hash: ContentHash,
    raw_length: i64,
    codec: String,
    data: Vec<u8>,
    dictionary: Option<Dictionary>,
}

impl Coded {
    fn from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let dictionary: Option<i64> = row.get(first + 4)?;
        let named: Option<[u8; 32]> = row.get(first + 5)?;
        Ok(Self {
            hash: ContentHash::from_bytes(row.get(first)?),
            raw_length: row.get(first + 1)?,
            codec: row.get(first + 2)?,
            data: row.get(first + 3)?,
            dictionary: dictionary.zip(named).map(|(id, hash)| Dictionary {
                id,
                hash: ContentHash::from_bytes(hash),
            }),
        })
    }

    /// The body, where nothing but a dictionary is needed, checked.
    fn body(self, connection: &Connection) -> Result<Bytes, Fault> {
        let hash = self.hash;
        let damaged = || Fault::Damaged(hash);
        let length = usize::try_from(self.raw_length).map_err(|_negative| damaged())?;
        let body = match self.codec.as_str() {
            "raw" => self.data,
            "zstd" => codec::unpack(&self.data, length).ok_or_else(damaged)?,
            "zstd+dict" => {
                let helpless = |helper| Fault::Helpless(hash, helper);
                let named = self
                    .dictionary
                    .ok_or_else(|| helpless(Helper::Missing("dictionary".to_owned())))?;
                let ready = named.decoder(connection).map_err(helpless)?;
                codec::unpack_with(&self.data, length, &ready).ok_or_else(damaged)?
            }
            PRUNED => return Err(pruned(connection, hash)?),
            other => {
                return Err(Fault::Unreadable(format!(
                    "the codec of blob {hash} is `{other}`, which this zhanwen does not know"
                )));
            }
        };
        checked(body, hash)
    }
}

impl BlobRow {
    fn body(self, connection: &Connection) -> Result<Bytes, Fault> {
        if self.of.codec != "zstd+base" {
            return self.of.body(connection);
        }
        let hash = self.of.hash;
        let helpless = |helper| Fault::Helpless(hash, helper);
        let base = self
            .base
            .ok_or_else(|| helpless(Helper::Missing("blob".to_owned())))?;
        let base_hash = base.hash;
        let base = base.body(connection).map_err(|fault| match fault {
            Fault::Damaged(_) => helpless(Helper::Damaged(format!("blob {base_hash}"))),
            Fault::Pruned { .. } => helpless(Helper::Missing(format!("blob {base_hash}"))),
            Fault::Helpless(_, helper) => helpless(helper),
            other => other,
        })?;
        let body = usize::try_from(self.of.raw_length)
            .ok()
            .and_then(|length| codec::unpack_against(&self.of.data, length, &base))
            .ok_or(Fault::Damaged(hash))?;
        checked(body, hash)
    }
}

/// That a body's bytes were given up, and by which run.
fn pruned(connection: &Connection, hash: ContentHash) -> Result<Fault, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT r.id, r.started_at FROM blob b JOIN run r ON r.id = b.pruned_in WHERE b.sha256 = ?1",
    )?;
    let mut rows = statement.query([hash.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(Fault::Unreadable(format!(
            "blob {hash} is said to be pruned, and by no run"
        )));
    };
    Ok(Fault::Pruned {
        hash,
        run: RunId(row.get("id")?),
        at: column::instant(row, "started_at")?,
    })
}

fn checked(body: Vec<u8>, hash: ContentHash) -> Result<Bytes, Fault> {
    if ContentHash::of(&body) == hash {
        Ok(Bytes::from(body))
    } else {
        Err(Fault::Damaged(hash))
    }
}

/// The schema since when blobs may need others.
const WITH_HELP: i64 = 6;

fn find(connection: &Connection, by: &By) -> Result<Option<BlobRow>, Fault> {
    let from = if schema_version(connection)? < WITH_HELP {
        "b.sha256, b.raw_length, b.codec, b.data, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL
         FROM blob b"
    } else {
        "b.sha256, b.raw_length, b.codec, b.data, b.dict_id, d.sha256,
         o.sha256, o.raw_length, o.codec, o.data, o.dict_id, e.sha256
         FROM blob b
         LEFT JOIN dict d ON d.id = b.dict_id
         LEFT JOIN blob o ON o.id = b.base_id
         LEFT JOIN dict e ON e.id = o.dict_id"
    };
    let read = |row: &Row<'_>| {
        let has_base = row.get::<_, Option<[u8; 32]>>(6)?.is_some();
        Ok(BlobRow {
            of: Coded::from_row(row, 0)?,
            base: has_base.then(|| Coded::from_row(row, 6)).transpose()?,
        })
    };
    Ok(match by {
        By::Hash(hash) => connection
            .prepare_cached(&format!("SELECT {from} WHERE b.sha256 = ?1"))?
            .query_row([hash.as_bytes()], read),
        By::Id(id) => connection
            .prepare_cached(&format!("SELECT {from} WHERE b.id = ?1"))?
            .query_row([id], read),
    }
    .optional()?)
}

pub(super) mod rebase;

#[cfg(test)]
mod tests;
