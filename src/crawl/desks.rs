//! Where answers are read: as many at once as there are processors, and a large one alone.
//!
//! Reading is work for processors, so more at once would only take more memory: a document takes up
//! to thirty times what its page does, and every host may have a large one.

use std::thread::available_parallelism;

use tokio::sync::{Semaphore, SemaphorePermit};

/// An answer beyond is read alone.
const LARGE: usize = 1 << 20;

/// The desks of a run.
#[derive(Debug)]
pub(super) struct Desks {
    free: Semaphore,
    all: u32,
}

impl Default for Desks {
    fn default() -> Self {
        // where the system does not tell, one is enough to go on
        let all = available_parallelism().map_or(1, |count| count.get().min(64));
        Self {
            free: Semaphore::new(all),
            all: u32::try_from(all).unwrap_or(1),
        }
    }
}

impl Desks {
    /// A desk for an answer of `size` as soon as one is free, or all of them.
    pub(super) async fn take(&self, size: usize) -> Option<SemaphorePermit<'_>> {
        let desks = if size > LARGE { self.all } else { 1 };
        // the desks are never closed
        self.free.acquire_many(desks).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_large_answer_is_read_alone() {
        let desks = Desks::default();
        let ordinary = desks.take(LARGE).await;
        assert!(desks.free.try_acquire_many(desks.all).is_err());
        drop(ordinary);
        let _large = desks.take(LARGE + 1).await;
        assert_eq!(desks.free.available_permits(), 0);
    }
}
