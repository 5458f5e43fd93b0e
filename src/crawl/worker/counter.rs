//! The counter of an article's views, where the site's rules name one that only reads: asked once,
//! in the same visit.
//!
//! The request is one like any other: it waits its turn under the host's gate and passes the robots
//! rules and the address guard. The number alone is kept, with the look at its article. Whatever
//! goes wrong, the article is kept without it, and nothing is asked twice.

use crate::archive::{ArchiveError, Visit};
use crate::model::{Conditional, Purpose, Request};
use crate::rules::Uncounted;

use super::super::courier::{Sent, send};
use super::super::digest::{Count, Counter, Sighting};
use super::super::event::Event;
use super::{Way, Worker};

impl Worker<'_> {
    /// Asks the counter of the article of `visit`, where there is one, and tells what it came to.
    pub(super) async fn count(
        &mut self,
        visit: &Visit,
        counter: Result<Counter, Uncounted>,
    ) -> Result<Count, ArchiveError> {
        let count = match counter {
            Ok(counter) => self.ask(visit, counter).await?,
            Err(uncounted) => Err(uncounted),
        };
        self.shared.tell(Event::Counted {
            page: visit.url.clone(),
            views: match &count {
                Ok((views, _)) => Ok(*views),
                Err(Uncounted::Refused(why) | Uncounted::Failed(why)) => Err(why.clone()),
            },
        });
        Ok(count)
    }

    async fn ask(&mut self, visit: &Visit, counter: Counter) -> Result<Count, ArchiveError> {
        let shared = self.shared;
        let url = counter.url().clone();
        let failed = |why: &str| Ok(Err(Uncounted::Failed(format!("{url}: {why}"))));
        if url.host() != self.host {
            let why = format!("{url} is on another host");
            return Ok(Err(Uncounted::Refused(why)));
        }
        let permission = self.robots.permission(shared, &mut self.held, &url).await?;
        match Way::of(permission, shared.now()) {
            Way::Free => {}
            Way::Stopped => return failed("a stop was requested before it answered"),
            Way::Resting => return failed("the host rests (robots.txt)"),
            Way::Barred(sighting) => {
                return Ok(Err(match *sighting {
                    Sighting::Refused { reason, .. } => {
                        Uncounted::Refused(format!("{url} was not asked: {reason}"))
                    }
                    Sighting::Failed { .. } | Sighting::Answered(_) | Sighting::Unasked(_) => {
                        Uncounted::Failed(format!("{url}: robots.txt unreachable"))
                    }
                }));
            }
        }
        let request = Request {
            url: url.clone(),
            conditional: Conditional::default(),
            referer: Some(visit.url.clone()),
            purpose: Purpose::Counter,
        };
        let exchange = match send(shared, &mut self.held, request).await? {
            Sent::Ended(exchange) => exchange,
            Sent::Resting(reason) => return failed(&format!("the host rests ({reason})")),
            Sent::Crowded => return failed("there was no room for its answer"),
            Sent::Stopped => return failed("a stop was requested before it answered"),
        };
        let result = exchange.result.clone();
        exchange.judge(false);
        match result {
            Ok(answer) => Ok(counter.read(&answer)),
            Err(error) if error.was_never_sent() => {
                let why = format!("{url} was not asked: {}", error.kind());
                Ok(Err(Uncounted::Refused(why)))
            }
            Err(error) => failed(error.kind()),
        }
    }
}
