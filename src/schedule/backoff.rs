//! How long to wait after a failure, and after the failures before it.

use std::time::Duration;

use crate::model::{FetchError, Phase};

/// A sequence of growing waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Whether the first failure is tried again as soon as the host may be asked.
    pub once_at_once: bool,
    /// The first wait otherwise; each further one is four times as long.
    pub first: Duration,
}

impl Backoff {
    /// The network or the server had a bad moment.
    const PASSING: Self = Self {
        once_at_once: true,
        first: Duration::from_mins(15),
    };
    /// Something is set up wrong; a person has to mend it.
    const STANDING: Self = Self {
        once_at_once: false,
        first: Duration::from_hours(24),
    };

    /// The wait after a failure that `before` others preceded, at most `most`.
    pub fn wait(self, before: u32, most: Duration) -> Duration {
        if self.once_at_once && before == 0 {
            return Duration::ZERO;
        }
        let steps = before.saturating_sub(u32::from(self.once_at_once)).min(15);
        self.first.saturating_mul(4_u32.pow(steps)).min(most)
    }
}

/// How to go on with a page that was not asked for because its like lead nowhere new: it is seen
/// again whether they still do.
pub const fn trapped() -> Backoff {
    Backoff {
        once_at_once: false,
        first: Duration::from_hours(24 * 30),
    }
}

/// How to go on after a request that got no complete answer.
pub const fn retry(error: &FetchError) -> Backoff {
    match error {
        FetchError::Resolve { .. }
        | FetchError::Connect { .. }
        | FetchError::Truncated { .. }
        | FetchError::NoRoom { .. }
        | FetchError::Timeout {
            phase: Phase::Connect | Phase::Read,
            ..
        } => Backoff::PASSING,
        // it took the whole time limit and would again
        FetchError::Timeout {
            phase: Phase::Total,
            ..
        } => Backoff {
            once_at_once: false,
            first: Duration::from_hours(1),
        },
        FetchError::AddressRefused { .. }
        | FetchError::NotFetchable { .. }
        | FetchError::Tls { .. }
        | FetchError::TooLarge { .. }
        | FetchError::Coding { .. }
        | FetchError::Protocol { .. } => Backoff::STANDING,
    }
}

/// How to go on after an answer that is a refusal or a server error; `None` stands for a refusal
/// without an answer (robots.txt).
pub const fn refusal(status: Option<u16>) -> Backoff {
    match status {
        Some(429) => Backoff {
            once_at_once: false,
            first: Duration::from_hours(1),
        },
        Some(500..=599) => Backoff::PASSING,
        Some(403) => Backoff {
            once_at_once: false,
            first: Duration::from_hours(6),
        },
        _ => Backoff::STANDING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{HostKey, PageUrl};

    const MOST: Duration = Duration::from_hours(24 * 30);

    #[test]
    fn waits_grow_fourfold_to_the_bound() {
        let check = |backoff: Backoff, minutes: &[u64]| {
            let found: Vec<u64> = (0..)
                .take(minutes.len())
                .map(|before| backoff.wait(before, MOST).as_secs() / 60)
                .collect();
            assert_eq!(found, minutes);
        };
        check(
            Backoff::PASSING,
            &[0, 15, 60, 240, 960, 3840, 15_360, 43_200, 43_200],
        );
        check(Backoff::STANDING, &[1440, 5760, 23_040, 43_200]);
        assert_eq!(Backoff::STANDING.wait(u32::MAX, MOST), MOST);
    }

    #[test]
    fn each_error_has_its_way_on() {
        let host = || HostKey::from_kept("a.cn");
        let reason = String::new;
        let timeout = |phase| FetchError::Timeout {
            host: host(),
            phase,
            limit: Duration::from_secs(1),
        };
        let check = |error: &FetchError, first_wait: u64| {
            assert_eq!(
                retry(error).wait(0, MOST).as_secs(),
                first_wait,
                "{error:?}"
            );
        };
        check(
            &FetchError::Resolve {
                host: host(),
                reason: reason(),
            },
            0,
        );
        check(
            &FetchError::Connect {
                host: host(),
                reason: reason(),
            },
            0,
        );
        check(
            &FetchError::Truncated {
                host: host(),
                reason: reason(),
                received: 3,
            },
            0,
        );
        check(&timeout(Phase::Connect), 0);
        check(&timeout(Phase::Read), 0);
        check(&timeout(Phase::Total), 3600);
        let day = 86_400;
        check(
            &FetchError::Tls {
                host: host(),
                reason: reason(),
            },
            day,
        );
        check(
            &FetchError::TooLarge {
                host: host(),
                limit: 1,
            },
            day,
        );
        check(
            &FetchError::Coding {
                host: host(),
                reason: reason(),
            },
            day,
        );
        check(
            &FetchError::Protocol {
                host: host(),
                reason: reason(),
            },
            day,
        );
        let url = PageUrl::parse("http://a.cn:22/").expect("url");
        check(
            &FetchError::NotFetchable {
                url,
                reason: reason(),
            },
            day,
        );
        let address = std::net::IpAddr::from([127, 0, 0, 1]);
        check(
            &FetchError::AddressRefused {
                host: host(),
                address,
            },
            day,
        );
    }

    #[test]
    fn each_refusal_has_its_way_on() {
        let check = |status, first_wait: u64| {
            assert_eq!(
                refusal(status).wait(0, MOST).as_secs(),
                first_wait,
                "{status:?}"
            );
        };
        check(None, 86_400);
        check(Some(429), 3600);
        check(Some(403), 6 * 3600);
        check(Some(401), 86_400);
        check(Some(500), 0);
        check(Some(503), 0);
    }
}
