//! A request to stop, seen by everyone who works.

use tokio::sync::watch;

/// A stop and the handle that requests it.
pub fn stop() -> (StopHandle, Stop) {
    let (sender, receiver) = watch::channel(false);
    (StopHandle(sender), Stop(receiver))
}

/// Requests a stop. Dropping it requests nothing.
#[derive(Clone, Debug)]
pub struct StopHandle(watch::Sender<bool>);

/// Sees the request.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl StopHandle {
    /// Asks everyone to finish what is in flight and begin nothing new.
    pub fn request(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Whether a stop was requested.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once a stop is requested; never when nobody is left to request it.
    pub async fn requested(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|requested| *requested).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
