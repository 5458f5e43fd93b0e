//! The thread that large pages are read on, one after the other.
//!
//! The system's allocator keeps for each thread what its documents took: read on whatever thread is
//! free, ten large pages leave their size in memory ten times.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// The thread, begun with the first large page. It ends with whoever holds this.
#[derive(Debug, Default)]
pub(super) struct Lectern(Mutex<Option<Sender<Work>>>);

impl Lectern {
    /// What `work` comes to; nothing comes where it panics or no thread can be had.
    pub(super) fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (done, result) = oneshot::channel();
        let work: Work = Box::new(move || {
            // a page that breaks the reader must not take the thread along; the receiver is told
            // by the sender that is dropped
            if let Ok(read) = catch_unwind(AssertUnwindSafe(work)) {
                let _nobody_waits_any_more = done.send(read);
            }
        });
        let mut thread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match thread.take() {
            Some(sender) => match sender.send(work) {
                Ok(()) => {
                    *thread = Some(sender);
                    None
                }
                Err(gone) => Some(gone.0),
            },
            None => Some(work),
        };
        if let Some(work) = refused {
            *thread = begin(work);
        }
        result
    }

    /// Leaves the thread to a page that does not end; the next large page has a new one.
    pub(super) fn abandon(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn begin(work: Work) -> Option<Sender<Work>> {
    let (sender, works) = channel::<Work>();
    let begun = thread::Builder::new()
        .name("large-pages".to_owned())
        .spawn(move || {
            work();
            for work in works {
                work();
            }
        });
    begun.is_ok().then_some(sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_thread_reads_all_and_outlives_a_page_that_breaks_it() {
        let lectern = Lectern::default();
        let thread = || thread::current().id();
        let first = lectern.read(thread).await.unwrap();
        let broken = lectern.read(|| assert_eq!(1, 2, "made to"));
        assert!(broken.await.is_err());
        assert_eq!(lectern.read(thread).await.unwrap(), first);
        let (begin, begun) = channel::<()>();
        let endless = lectern.read(move || begun.recv().is_err());
        lectern.abandon();
        assert_ne!(lectern.read(thread).await.unwrap(), first);
        drop(begin);
        assert!(endless.await.unwrap());
    }
}
