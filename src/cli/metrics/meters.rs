//! What is counted, and its text.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use prometheus::core::Collector;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder,
};

use crate::archive::Backlog;
use crate::crawl::{Event, Report};
use crate::health::SiteFacts;
use crate::model::{FetchError, Fetched, Outcome, Purpose, Timestamp};

/// Sites, or hosts, that have lines of their own; the rest share one called `other`, so that a
/// crawl of half the web does not fill somebody's Prometheus.
const MOST_LABELS: usize = 1000;

/// Seconds of an exchange.
const BUCKETS: [f64; 11] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 60.0];

/// What is counted for Prometheus.
#[derive(Debug)]
pub(in crate::cli) struct Meters {
    registry: Registry,
    sites: Names,
    hosts: Names,
    looks: IntCounterVec,
    host_bytes: IntCounterVec,
    host_failures: IntCounterVec,
    new_pages: IntCounter,
    retries: IntCounter,
    requests: IntCounterVec,
    received_bytes: IntCounter,
    seconds: Histogram,
    due_pages: IntGauge,
    due_hosts: IntGauge,
    resting_hosts: IntGauge,
    held_hosts: IntGauge,
    last_success: GaugeVec,
    last_new: GaugeVec,
    articles: GaugeVec,
    run_info: GaugeVec,
    run_started: Gauge,
    run_ended: Gauge,
    run_exit_code: Gauge,
    runs: IntCounterVec,
}

/// Names in use as one label.
#[derive(Debug, Default)]
struct Names(Mutex<HashSet<String>>);

impl Names {
    /// `name`, while there is room for it.
    fn label<'a>(&self, name: &'a str) -> &'a str {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.contains(name) {
            return name;
        }
        if names.len() >= MOST_LABELS {
            return "other";
        }
        names.insert(name.to_owned());
        name
    }
}

/// Makes metrics and enters them.
struct Maker(Registry);

impl Maker {
    fn enter<C: Collector + Clone + 'static>(&self, metric: C) -> prometheus::Result<C> {
        self.0.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        self.enter(IntCounter::new(name, help)?)
    }

    fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<IntCounterVec> {
        self.enter(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn number(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        self.enter(IntGauge::new(name, help)?)
    }

    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<Gauge> {
        self.enter(Gauge::new(name, help)?)
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<GaugeVec> {
        self.enter(GaugeVec::new(Opts::new(name, help), labels)?)
    }
}

impl Meters {
    /// Nothing counted yet.
    pub(in crate::cli) fn new() -> prometheus::Result<Self> {
        let make = Maker(Registry::new());
        let seconds = HistogramOpts::new(
            "zhanwen_request_duration_seconds",
            "From sending a request until the last byte of its answer.",
        );
        Ok(Self {
            looks: make.counters(
                "zhanwen_looks_total",
                "Looks at pages, by what they came to.",
                &["site", "outcome"],
            )?,
            host_bytes: make.counters(
                "zhanwen_host_received_bytes_total",
                "Bytes of page bodies that crossed the wire.",
                &["host"],
            )?,
            host_failures: make.counters(
                "zhanwen_host_failures_total",
                "Looks that failed or were refused.",
                &["host"],
            )?,
            new_pages: make.counter(
                "zhanwen_pages_found_total",
                "Pages found that had not been known.",
            )?,
            retries: make.counter(
                "zhanwen_retries_total",
                "Looks at pages whose look before had failed.",
            )?,
            requests: make.counters(
                "zhanwen_requests_total",
                "Requests, by purpose and by status class or kind of failure.",
                &["purpose", "result"],
            )?,
            received_bytes: make.counter(
                "zhanwen_received_bytes_total",
                "Bytes of all bodies that crossed the wire, robots.txt and counters too.",
            )?,
            seconds: make.enter(Histogram::with_opts(seconds.buckets(BUCKETS.to_vec()))?)?,
            due_pages: make.number("zhanwen_due_pages", "Pages known to be due.")?,
            due_hosts: make.number("zhanwen_due_hosts", "Hosts with pages known to be due.")?,
            resting_hosts: make.number(
                "zhanwen_resting_hosts",
                "Hosts with due pages that are left alone.",
            )?,
            held_hosts: make.number(
                "zhanwen_held_hosts",
                "Hosts with due pages that a run works on, this one or another.",
            )?,
            last_success: make.gauges(
                "zhanwen_site_last_success_timestamp_seconds",
                "When a page of the site was had last.",
                &["site"],
            )?,
            last_new: make.gauges(
                "zhanwen_site_last_new_article_timestamp_seconds",
                "When an article of the site was first seen last.",
                &["site"],
            )?,
            articles: make.gauges(
                "zhanwen_site_articles",
                "Articles kept of the site.",
                &["site"],
            )?,
            run_info: make.gauges(
                "zhanwen_run_info",
                "The run that is or was at work; always 1.",
                &["run", "version"],
            )?,
            run_started: make.gauge(
                "zhanwen_run_started_timestamp_seconds",
                "When the run began.",
            )?,
            run_ended: make.gauge(
                "zhanwen_run_ended_timestamp_seconds",
                "When the run ended; 0 while it is at work.",
            )?,
            run_exit_code: make.gauge(
                "zhanwen_run_exit_code",
                "How the run ended (docs/guide.md); -1 while it is at work.",
            )?,
            runs: make.counters(
                "zhanwen_runs_total",
                "Runs of this process that ended, by how.",
                &["outcome"],
            )?,
            registry: make.0,
            sites: Names::default(),
            hosts: Names::default(),
        })
    }

    /// All metrics in Prometheus's text format.
    pub(in crate::cli) fn render(&self) -> String {
        let families = self.registry.gather();
        TextEncoder::new()
            .encode_to_string(&families)
            .unwrap_or_default()
    }

    /// Notes that a run begins.
    pub(in crate::cli) fn begin(&self, at: Timestamp) {
        self.run_info.reset();
        self.run_started.set(seconds(at));
        self.run_ended.set(0.0);
        self.run_exit_code.set(-1.0);
    }

    /// Notes that it ended so.
    pub(in crate::cli) fn end(&self, report: &Report, exit_code: u8, at: Timestamp) {
        let end = if report.interrupted {
            "interrupted"
        } else {
            "completed"
        };
        self.runs.with_label_values(&[end]).inc();
        self.run_ended.set(seconds(at));
        self.run_exit_code.set(f64::from(exit_code));
    }

    /// Notes what happened in a run.
    pub(in crate::cli) fn note(&self, event: &Event) {
        match event {
            Event::RunStarted { run, .. } => {
                let run = run.0.to_string();
                let labels = [run.as_str(), env!("CARGO_PKG_VERSION")];
                self.run_info.with_label_values(&labels).set(1.0);
            }
            Event::Captured(captured) => {
                let site = self.sites.label(captured.site.as_str());
                let host = captured.url.host();
                let host = self.hosts.label(host.as_str());
                let outcome = captured.outcome;
                self.looks.with_label_values(&[site, outcome.name()]).inc();
                let bytes = self.host_bytes.with_label_values(&[host]);
                bytes.inc_by(captured.wire_length);
                self.new_pages.inc_by(captured.new_pages);
                self.retries.inc_by(u64::from(captured.is_retry));
                match outcome {
                    Outcome::Failed | Outcome::Blocked => {
                        self.host_failures.with_label_values(&[host]).inc();
                    }
                    Outcome::Gone => {}
                    _ => {
                        let at = seconds(captured.sent_at);
                        self.last_success.with_label_values(&[site]).set(at);
                    }
                }
                if outcome == Outcome::New {
                    let at = seconds(captured.sent_at);
                    self.last_new.with_label_values(&[site]).set(at);
                    self.articles.with_label_values(&[site]).inc();
                }
            }
            _ => {}
        }
    }

    /// Notes one exchange.
    pub(super) fn note_exchange(&self, purpose: Purpose, result: &Result<Fetched, FetchError>) {
        let told = match result {
            Ok(answer) => {
                let length = u64::try_from(answer.body.len()).unwrap_or(0);
                self.received_bytes.inc_by(length);
                self.seconds.observe(answer.elapsed.as_secs_f64());
                class(answer.status)
            }
            Err(error) => error.kind(),
        };
        let labels = [purpose_name(purpose), told];
        self.requests.with_label_values(&labels).inc();
    }

    /// Notes what is due.
    pub(in crate::cli) fn note_backlog(&self, backlog: &[Backlog], now: Timestamp) {
        let count = |is: &dyn Fn(&Backlog) -> bool| {
            let hosts = backlog.iter().filter(|due| is(due)).count();
            i64::try_from(hosts).unwrap_or(i64::MAX)
        };
        let pages: u64 = backlog.iter().map(|due| due.pages).sum();
        self.due_pages.set(i64::try_from(pages).unwrap_or(i64::MAX));
        self.due_hosts.set(count(&|_any| true));
        let rests = |due: &Backlog| due.state.resting_until.is_some_and(|until| until > now);
        self.resting_hosts.set(count(&rests));
        self.held_hosts.set(count(&|due| due.held_until.is_some()));
    }

    /// Notes how the sites stood before the run, so that those it does not come to are told too.
    pub(in crate::cli) fn note_sites<'a>(&self, sites: impl IntoIterator<Item = &'a SiteFacts>) {
        for facts in sites {
            let site = self.sites.label(facts.site.as_str());
            if let Some(at) = facts.last_success {
                self.last_success
                    .with_label_values(&[site])
                    .set(seconds(at));
            }
            if let Some(at) = facts.last_new {
                self.last_new.with_label_values(&[site]).set(seconds(at));
            }
            let articles = u32::try_from(facts.article_count).unwrap_or(u32::MAX);
            let known = self.articles.with_label_values(&[site]);
            known.set(f64::from(articles));
        }
    }
}

fn seconds(instant: Timestamp) -> f64 {
    instant.as_jiff().as_duration().as_secs_f64()
}

const fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Page => "page",
        Purpose::Robots => "robots",
        Purpose::Counter => "counter",
        Purpose::Asset { .. } => "picture",
    }
}

const fn class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500..=599 => "5xx",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded() {
        let names = Names::default();
        for number in 0..MOST_LABELS {
            let name = format!("host-{number}");
            assert_eq!(names.label(&name), name);
        }
        assert_eq!(names.label("one-more"), "other");
        assert_eq!(names.label("host-3"), "host-3");
    }

    #[test]
    fn names_cannot_break_the_text() {
        let meters = Meters::new().expect("metrics");
        let site = crate::model::SiteId::new("a\"b\\c\nd 展会");
        meters.note_sites([&SiteFacts::nothing(site)]);
        let text = meters.render();
        let line = "zhanwen_site_articles{site=\"a\\\"b\\\\c\\nd 展会\"} 0";
        assert!(text.lines().any(|written| written == line), "{text}");
    }
}
