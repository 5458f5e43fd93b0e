//! A thread that pages are read on, one after the other.
//!
//! A thread leaves memory behind: the system's allocator keeps for each what its documents took, and
//! compiled patterns keep what each needs to search with them. So there are as many as read at once,
//! and always the same.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// The thread, begun with its first page. It ends with whoever holds this.
#[derive(Debug, Default)]
pub(super) struct Lectern(Option<Sender<Work>>);

impl Lectern {
    /// What `work` comes to; nothing comes where it panics or no thread can be had.
    pub(super) async fn read<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let result = self.begin_to_read(work);
        // the runtime is to know that something is under way: a clock that moves when nothing else
        // does must not run ahead of it
        let waiting = tokio::task::spawn_blocking(move || result.blocking_recv());
        waiting.await.ok()?.ok()
    }

    fn begin_to_read<T: Send + 'static>(
        &mut self,
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
        let refused = match &self.0 {
            Some(sender) => sender.send(work).err().map(|gone| gone.0),
            None => Some(work),
        };
        if let Some(work) = refused {
            self.0 = begin(work);
        }
        result
    }
}

fn begin(work: Work) -> Option<Sender<Work>> {
    let (sender, works) = channel::<Work>();
    let begun = thread::Builder::new()
        .name("reader".to_owned())
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
        let mut lectern = Lectern::default();
        let thread = || thread::current().id();
        let first = lectern.read(thread).await.unwrap();
        let broken = lectern.read(|| assert_eq!(1, 2, "made to"));
        assert!(broken.await.is_none());
        assert_eq!(lectern.read(thread).await.unwrap(), first);
    }
}
