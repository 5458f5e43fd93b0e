//! What the answer to a request for robots.txt means (RFC 9309, 2.3.1).

use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// What to do about a host, by how its robots.txt was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RobotsPolicy {
    /// Read the body and obey it.
    Parse,
    /// The file is elsewhere: follow, five hops at the most, then as [`RobotsPolicy::AllowAll`].
    FollowRedirect,
    /// The kept file is still right.
    KeepKnown,
    /// There is none: everything is allowed.
    AllowAll,
    /// It cannot be had: nothing is allowed until a later attempt says otherwise.
    Unreachable,
}

/// The policy for a status, or for no answer at all.
pub const fn policy(status: Option<u16>) -> RobotsPolicy {
    match status {
        Some(200..=299) => RobotsPolicy::Parse,
        Some(304) => RobotsPolicy::KeepKnown,
        Some(300..=399) => RobotsPolicy::FollowRedirect,
        // too many requests says nothing about the file
        Some(429) => RobotsPolicy::Unreachable,
        Some(400..=499) => RobotsPolicy::AllowAll,
        _ => RobotsPolicy::Unreachable,
    }
}

impl RobotsPolicy {
    /// How long the answer holds before the file is asked for again: a day at the most
    /// (RFC 9309, 2.4), a few minutes where it could not be had.
    pub const fn holds_for(self) -> Duration {
        match self {
            Self::Parse | Self::KeepKnown | Self::AllowAll => DAY,
            Self::FollowRedirect => Duration::ZERO,
            Self::Unreachable => Duration::from_mins(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_status_has_its_policy() {
        for (status, expected) in [
            (Some(200), RobotsPolicy::Parse),
            (Some(206), RobotsPolicy::Parse),
            (Some(301), RobotsPolicy::FollowRedirect),
            (Some(304), RobotsPolicy::KeepKnown),
            (Some(401), RobotsPolicy::AllowAll),
            (Some(403), RobotsPolicy::AllowAll),
            (Some(404), RobotsPolicy::AllowAll),
            (Some(429), RobotsPolicy::Unreachable),
            (Some(500), RobotsPolicy::Unreachable),
            (Some(521), RobotsPolicy::Unreachable),
            (None, RobotsPolicy::Unreachable),
        ] {
            assert_eq!(policy(status), expected, "{status:?}");
            assert!(expected.holds_for() <= DAY);
        }
    }
}
