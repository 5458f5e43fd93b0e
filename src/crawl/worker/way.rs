//! Whether a page may be asked for, and what comes of a visit where it may not.

use crate::model::Timestamp;
use crate::schedule;

use super::super::digest::Sighting;
use super::super::robots::Permission;

/// Whether a page may be asked for.
pub(super) enum Way {
    /// It may.
    Free,
    /// It may not, which is what comes of the visit.
    Barred(Box<Sighting>),
    /// The host rests, and nobody asked.
    Resting,
    /// A stop was requested.
    Stopped,
}

impl Way {
    /// Of a page that leads further into a trap.
    pub(super) fn trapped(at: Timestamp) -> Self {
        Self::Barred(Box::new(Sighting::Refused {
            at,
            reason: "trap".to_owned(),
            backoff: schedule::trapped(),
        }))
    }

    /// By robots.txt.
    pub(super) fn of(permission: Permission, at: Timestamp) -> Self {
        Self::Barred(Box::new(match permission {
            Permission::Granted => return Self::Free,
            Permission::Resting => return Self::Resting,
            Permission::Stopped => return Self::Stopped,
            Permission::Denied => Sighting::Refused {
                at,
                reason: "robots.txt".to_owned(),
                backoff: schedule::refusal(None),
            },
            Permission::Unknown { why, error: None } => Sighting::Refused {
                at,
                reason: format!("robots.txt unreachable ({why})"),
                // it is due as soon as the host has rested
                backoff: schedule::refusal(Some(503)),
            },
            Permission::Unknown {
                error: Some(error), ..
            } => Sighting::Failed {
                at,
                error,
                instead: Some("robots.txt unreachable".to_owned()),
            },
        }))
    }
}
