//! Dictionaries as rows, checked when they are read and kept ready for use.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension};
use zstd::zstd_safe::{CDict, DDict};

use crate::model::ContentHash;

use super::codec;
use super::fault::{Fault, Helper};

/// A dictionary by its number and the digest of its bytes. Numbers are given anew where the last row
/// is deleted, digests are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dictionary {
    pub(super) id: i64,
    pub(super) hash: ContentHash,
}

/// Prepared dictionaries of this process, last used first. Each for packing takes about as much memory
/// again as the dictionary has bytes for its tables, each for reading a quarter of that.
static ENCODERS: Ready<CDict<'static>> = Ready(Mutex::new(Vec::new()));
static DECODERS: Ready<DDict<'static>> = Ready(Mutex::new(Vec::new()));

/// How many of each are kept ready: a crawl has pages of so many sites in hand at once.
const MOST_READY: usize = 16;

struct Ready<T>(Mutex<Vec<(ContentHash, Arc<T>)>>);

impl<T> Ready<T> {
    fn find(&self, hash: ContentHash) -> Option<Arc<T>> {
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = ready.iter().position(|(kept, _)| *kept == hash)?;
        ready.get_mut(..=place)?.rotate_right(1);
        ready.first().map(|(_, found)| Arc::clone(found))
    }

    fn keep(&self, hash: ContentHash, made: T) -> Arc<T> {
        let made = Arc::new(made);
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready.insert(0, (hash, Arc::clone(&made)));
        ready.truncate(MOST_READY);
        made
    }
}

impl Dictionary {
    /// The one numbered `id`, if it is in use.
    pub(super) fn find(connection: &Connection, id: i64) -> Result<Option<Self>, Fault> {
        let hash: Option<[u8; 32]> = connection
            .prepare_cached("SELECT sha256 FROM dict WHERE id = ?1 AND sha256 IS NOT NULL")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        Ok(hash.map(|hash| Self {
            id,
            hash: ContentHash::from_bytes(hash),
        }))
    }

    /// Ready for packing.
    pub(super) fn encoder(self, connection: &Connection) -> Result<Arc<CDict<'static>>, Helper> {
        if let Some(ready) = ENCODERS.find(self.hash) {
            return Ok(ready);
        }
        let made = codec::encoder(&self.data(connection)?).ok_or(self.damaged())?;
        Ok(ENCODERS.keep(self.hash, made))
    }

    /// Ready for reading.
    pub(super) fn decoder(self, connection: &Connection) -> Result<Arc<DDict<'static>>, Helper> {
        if let Some(ready) = DECODERS.find(self.hash) {
            return Ok(ready);
        }
        let made = DDict::try_create(&self.data(connection)?).ok_or(self.damaged())?;
        Ok(DECODERS.keep(self.hash, made))
    }

    /// Its bytes, checked.
    fn data(self, connection: &Connection) -> Result<Vec<u8>, Helper> {
        let data: Option<Vec<u8>> = connection
            .prepare_cached("SELECT data FROM dict WHERE id = ?1")
            .and_then(|mut rows| rows.query_row([self.id], |row| row.get(0)).optional())
            .map_err(Helper::from)?
            .flatten();
        match data {
            Some(data) if ContentHash::of(&data) == self.hash => Ok(data),
            Some(_) => Err(self.damaged()),
            None => Err(Helper::Missing(format!("dictionary {}", self.id))),
        }
    }

    fn damaged(self) -> Helper {
        Helper::Damaged(format!("dictionary {}", self.id))
    }

    /// Whether it is the one for its site's next bodies. Another one may be gone at any moment.
    pub(super) fn is_in_use(self, connection: &Connection) -> Result<bool, Fault> {
        Ok(connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM dict d JOIN site s ON s.id = d.site_id
                                WHERE d.id = ?1 AND d.sha256 = ?2 AND s.dict_id = d.id)",
            )?
            .query_row((self.id, self.hash.as_bytes()), |row| row.get(0))?)
    }
}
