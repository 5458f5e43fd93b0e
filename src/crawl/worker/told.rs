//! What is told of a look.

use crate::archive::{Capture, Observation, Visit};

use super::super::event::Captured;

pub(super) fn captured(visit: &Visit, capture: &Capture) -> Captured {
    let (status, elapsed, wire_length, error) = match &capture.observation {
        Observation::Answered(answer) => (
            Some(answer.status),
            Some(answer.elapsed),
            answer.wire_length,
            None,
        ),
        Observation::Failed(error) => (None, None, 0, Some(error.clone())),
        Observation::Refused => (None, None, 0, None),
    };
    Captured {
        url: visit.url.clone(),
        site: visit.site.clone(),
        sent_at: capture.sent_at,
        kind: capture.kind,
        outcome: capture.outcome,
        reason: capture.reason.clone(),
        error,
        status,
        elapsed,
        wire_length,
        reading: capture.reading.clone(),
        version_no: None,
        new_pages: 0,
        redirected_to: capture
            .redirect
            .as_ref()
            .map(|redirect| redirect.to.clone()),
        notices: capture.notices.clone(),
        is_retry: visit.history.failures_in_a_row > 0,
        next_visit_at: capture.next_visit_at,
    }
}
