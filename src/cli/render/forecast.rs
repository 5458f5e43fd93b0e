//! What a crawl would look at, for a person and as JSON.

use std::time::Duration;

use serde_json::{Value, json};

use crate::crawl::{Forecast, HostForecast, VisitForecast, Why};
use crate::model::Timestamp;

use super::super::output::{Paint, harmless};
use super::layout::pad;
use super::report::duration;

/// Pages named of each host.
const NAMED: usize = 10;

/// Draws a forecast; `budget` is the most pages that would be looked at.
pub(crate) fn forecast(
    forecast: &Forecast,
    budget: Option<u64>,
    now: Timestamp,
    paint: Paint,
) -> String {
    let pages: u64 = forecast.hosts.iter().map(|host| host.pages).sum();
    let mut lines = vec![format!(
        "{} on {}, {} for what is known now",
        paint.bold(&count(pages, "page")),
        count(
            u64::try_from(forecast.hosts.len()).unwrap_or(u64::MAX),
            "host"
        ),
        about(forecast.takes)
    )];
    if let Some(budget) = budget.filter(|budget| *budget < pages) {
        lines.push(format!(
            "  of which {budget} would be looked at, the budget of a run"
        ));
    }
    for host in &forecast.hosts {
        lines.push(String::new());
        lines.extend(of_host(host, now, paint));
    }
    lines.join("\n")
}

fn of_host(host: &HostForecast, now: Timestamp, paint: Paint) -> Vec<String> {
    let mut head = format!(
        "{}  {}, one every {}, {}",
        paint.bold(host.host.as_str()),
        count(host.pages, "page"),
        duration(host.interval),
        about(host.takes())
    );
    if host.asks_robots {
        head.push_str("; robots.txt first");
    }
    let mut lines = vec![head];
    let reason = host.state.resting_reason.as_deref().unwrap_or_default();
    if let Some(until) = host.state.resting_until.filter(|until| *until > now) {
        let words = format!("  left alone until {until}: {}", harmless(reason));
        lines.push(paint.yellow(&words));
    }
    if let Some(until) = host.held_until {
        let words = format!("  held by another run until {until} or longer");
        lines.push(paint.yellow(&words));
    }
    for visit in host.visits.iter().take(NAMED) {
        let words = format!("  {}  {}", pad(visit.kind.name(), 7), visit.url);
        let why = reason_of(visit);
        lines.push(if visit.allowed == Some(false) {
            paint.dim(&format!("{words}  robots.txt forbids it"))
        } else {
            format!("{words}  {}", paint.dim(&why))
        });
    }
    let named = u64::try_from(host.visits.len().min(NAMED)).unwrap_or(0);
    if host.pages > named {
        lines.push(paint.dim(&format!("  … and {} more", host.pages - named)));
    }
    lines
}

fn reason_of(visit: &VisitForecast) -> String {
    let due = visit
        .due_at
        .map_or_else(String::new, |at| format!(" since {at}"));
    match visit.why {
        Why::Start => "start page".to_owned(),
        Why::New => "new".to_owned(),
        Why::Retry(1) => format!("its last look failed, due again{due}"),
        Why::Retry(looks) => format!("its last {looks} looks failed, due again{due}"),
        Why::Due => format!("due{due}"),
        Why::Recheck => "known, to be looked at again".to_owned(),
    }
}

/// A forecast as an object.
pub(crate) fn forecast_object(forecast: &Forecast) -> Value {
    let hosts: Vec<Value> = forecast
        .hosts
        .iter()
        .map(|host| {
            json!({
                "host": host.host.as_str(),
                "pages": host.pages,
                "interval_seconds": host.interval.as_secs_f64(),
                "seconds": host.takes().as_secs_f64(),
                "asks_robots": host.asks_robots,
                "resting_until": host.state.resting_until.map(|at| at.to_string()),
                "resting_reason": host.state.resting_reason,
                "held_until": host.held_until.map(|at| at.to_string()),
                "visits": host.visits.iter().map(visit_object).collect::<Vec<_>>(),
            })
        })
        .collect();
    let pages: u64 = forecast.hosts.iter().map(|host| host.pages).sum();
    json!({
        "pages": pages,
        "seconds": forecast.takes.as_secs_f64(),
        "hosts": hosts,
    })
}

fn visit_object(visit: &VisitForecast) -> Value {
    let (why, failures) = match visit.why {
        Why::Start => ("start", 0),
        Why::New => ("new", 0),
        Why::Retry(looks) => ("retry", looks),
        Why::Due => ("due", 0),
        Why::Recheck => ("recheck", 0),
    };
    json!({
        "url": visit.url.as_str(),
        "site": visit.site.as_str(),
        "kind": visit.kind.name(),
        "why": why,
        "failures_in_a_row": failures,
        "due_at": visit.due_at.map(|at| at.to_string()),
        "last_look_at": visit.last_look.map(|at| at.to_string()),
        "allowed": visit.allowed,
    })
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn about(span: Duration) -> String {
    if span < Duration::from_secs(1) {
        "in no time".to_owned()
    } else {
        format!("about {}", duration(span))
    }
}
