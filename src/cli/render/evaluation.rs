//! How well a folder was read: numbers by group, what moved, the worst pages, what it cost.

use std::fmt::Write as _;

use crate::score::{Asked, Checked, Group, Judgement, Metric, Move, PageChange, Side, Verdict};

use super::super::eval::{Against, Cost, Evaluation, Reader, ScoredPage, rate};
use super::super::output::Paint;
use super::layout::{pad, shorten};
use super::table::table;

/// Pages named for each rules file.
const EXAMPLES: usize = 3;

/// Draws `result`, with the `worst` pages of each list.
pub(crate) fn evaluation(
    result: &Evaluation,
    against: Option<&Against>,
    worst: usize,
    width: usize,
    paint: Paint,
) -> String {
    let mut lines = vec![format!(
        "{} page{} of {}",
        paint.bold(&result.pages.len().to_string()),
        plural(result.pages.len()),
        result.folder.display()
    )];
    lines.extend(reader(result, paint));
    lines.extend(unread(result, paint));
    lines.extend(groups(result, width, paint));
    if let Some(against) = against {
        lines.push(String::new());
        lines.extend(moved(against, worst, width, paint));
    }
    lines.extend(worst_pages(result, worst, width, paint));
    lines.extend(bounds(&result.bounds, paint));
    if let Reader::Own { cost, .. } = &result.reader {
        lines.push(String::new());
        lines.push(paint.dim(&foot(cost, result.pages.len())));
    }
    lines.join("\n")
}

/// Who read the pages, and with which rules.
fn reader(result: &Evaluation, paint: Paint) -> Vec<String> {
    match &result.reader {
        Reader::Own {
            selectors,
            files,
            sites,
            builders,
            ..
        } => {
            let own = if files.is_empty() {
                String::new()
            } else {
                let files: Vec<&str> = files.iter().map(String::as_str).collect();
                format!(", and of {}: {}", selectors.display(), some_of(&files))
            };
            let mut lines = vec![format!(
                "read by zhanwen {} with the rules built in{own} ({} builder{}, {} site{})",
                env!("CARGO_PKG_VERSION"),
                builders.len(),
                plural(builders.len()),
                sites.len(),
                plural(sites.len()),
            )];
            let counts = result.by_rules();
            let told: Vec<String> = counts
                .iter()
                .map(|(rules, pages)| format!("{rules} {}", pages.len()))
                .collect();
            lines.push(format!("  {}", told.join(", ")));
            let of_sites = counts
                .iter()
                .filter(|(rules, _)| rules.starts_with("site:"));
            lines.extend(of_sites.map(|(rules, pages)| {
                let named = some_of(pages);
                paint.yellow(&format!("  a site's own file, {rules}, read {named}"))
            }));
            lines
        }
        Reader::Predictions {
            path,
            repeated,
            strangers,
        } => {
            let mut lines = vec![format!("read by another tool: {}", path.display())];
            let mut note = |pages: &[String], words: &str| {
                if !pages.is_empty() {
                    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
                    lines.push(paint.yellow(&format!("  {words}: {}", some_of(&pages))));
                }
            };
            note(repeated, "named more than once, the last line counts");
            note(strangers, "not in the truth, left aside");
            lines
        }
    }
}

fn unread(result: &Evaluation, paint: Paint) -> Vec<String> {
    let pages: Vec<_> = result.unread().collect();
    if pages.is_empty() {
        return Vec::new();
    }
    let head = format!(
        "  {} page{} could not be had and count{} as read empty:",
        pages.len(),
        plural(pages.len()),
        if pages.len() == 1 { "s" } else { "" }
    );
    let mut lines = vec![paint.red(&head)];
    let named = pages.iter().take(EXAMPLES * 3);
    lines.extend(named.map(|(page, error)| format!("    {}: {error}", page.file)));
    if let Some(more @ 1..) = pages.len().checked_sub(EXAMPLES * 3) {
        lines.push(paint.dim(&format!("    … and {more} more")));
    }
    lines
}

/// The first few names and how many more there are.
fn some_of(pages: &[&str]) -> String {
    let mut named = pages
        .iter()
        .take(EXAMPLES)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more @ 1..) = pages.len().checked_sub(EXAMPLES) {
        // writing to a string cannot fail
        let _written = write!(named, " and {more} more");
    }
    named
}

/// The tables: bodies, fields that pages have, and what was made of fields they do not have.
fn groups(result: &Evaluation, width: usize, paint: Paint) -> Vec<String> {
    let bodies = [
        (Metric::BodyF1, "F1"),
        (Metric::BodyPrecision, "precision"),
        (Metric::BodyRecall, "recall"),
        (Metric::BodyF1Page, "F1 by page"),
        (Metric::BodyFail, "failed"),
    ];
    let fields = [
        (Metric::Title, "title"),
        (Metric::PublishTime, "day"),
        (Metric::Minute, "minute"),
        (Metric::Author, "author"),
        (Metric::Source, "source"),
        (Metric::Views, "views"),
        (Metric::Kind, "list or not"),
    ];
    let noise = [
        (Metric::AuthorNoise, "author"),
        (Metric::SourceNoise, "source"),
        (Metric::ViewsNoise, "views"),
    ];
    let mut lines = Vec::new();
    for (title, columns, is_of_bodies) in [
        ("bodies", bodies.as_slice(), true),
        (
            "fields: share read rightly / pages that have it",
            &fields,
            false,
        ),
        (
            "inventions: share given / pages that have none",
            &noise,
            false,
        ),
    ] {
        let mut rows = Vec::new();
        for (name, group) in &result.groups {
            let cells = columns
                .iter()
                .map(|(metric, _)| cell(group, *metric, is_of_bodies));
            let cells: Vec<String> = cells.collect();
            if cells.iter().all(|cell| cell == "-") {
                continue;
            }
            let mut row = vec![name.clone()];
            if is_of_bodies {
                let pages = group
                    .scores
                    .get(&Metric::BodyF1)
                    .map_or(0, |score| score.pages);
                row.push(pages.to_string());
            }
            row.extend(cells);
            rows.push(row);
        }
        if rows.is_empty() {
            continue;
        }
        let mut head = vec!["set"];
        if is_of_bodies {
            head.push("pages");
        }
        head.extend(columns.iter().map(|(_, name)| *name));
        lines.extend([String::new(), paint.bold(title)]);
        lines.extend(table(&head, &rows, width, paint));
    }
    lines
}

fn cell(group: &Group, metric: Metric, is_alone: bool) -> String {
    match group.scores.get(&metric) {
        None => "-".to_owned(),
        Some(score) if is_alone => share(score.value),
        Some(score) => format!("{}/{}", share(score.value), score.pages),
    }
}

/// A share to three digits: `.985`, `1.000`.
fn share(value: f64) -> String {
    let drawn = format!("{value:.3}");
    drawn.strip_prefix('0').map(str::to_owned).unwrap_or(drawn)
}

/// A difference of shares: `+.012`, `-.333`.
fn signed(by: f64) -> String {
    let sign = if by < 0.0 { '-' } else { '+' };
    format!("{sign}{}", share(by.abs()))
}

fn moved(against: &Against, worst: usize, width: usize, paint: Paint) -> Vec<String> {
    let mut lines = vec![paint.cyan(&format!("against {}", against.path.display()))];
    if against.truth_changed {
        let words = "  the truth is another one than then: numbers may have moved with it";
        lines.push(paint.yellow(words));
    }
    let told = against.moved.metrics.iter().flat_map(|(group, changes)| {
        changes.iter().filter_map(move |change| {
            let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), share);
            let (before, now) = (shown(change.before), shown(change.now));
            let difference = change.difference();
            // an unseen difference is none, and so is a number's coming without pages to tell of
            if before == now {
                return None;
            }
            let difference = difference.map_or_else(String::new, signed);
            let is_better = change
                .difference()
                .map(|by| (by > 0.0) != change.metric.is_better_small());
            let line = format!(
                "  {}  {}  {} → {}  {difference}",
                pad(&shorten(group, 24), 16),
                pad(change.metric.name(), 14),
                pad(&before, 5),
                pad(&now, 5),
            );
            Some(match is_better {
                Some(true) => paint.green(&line),
                Some(false) => paint.red(&line),
                None => line,
            })
        })
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        lines.push("  no number moved".to_owned());
    }
    lines.extend(told);
    for (words, pages, color) in [
        (
            "better",
            &against.moved.better,
            Paint::green as fn(Paint, &str) -> String,
        ),
        ("worse", &against.moved.worse, Paint::red),
    ] {
        let head = format!("  {words} on {} page{}", pages.len(), plural(pages.len()));
        lines.push(if pages.is_empty() {
            head
        } else {
            color(paint, &head)
        });
        for page in pages.iter().take(worst) {
            lines.extend(moved_page(page, width));
        }
        if let Some(more @ 1..) = pages.len().checked_sub(worst) {
            lines.push(paint.dim(&format!("    … and {more} more")));
        }
    }
    for (pages, words) in [
        (&against.moved.gone, "no longer there"),
        (&against.moved.new, "not there then"),
    ] {
        if !pages.is_empty() {
            let named: Vec<&str> = pages.iter().map(String::as_str).collect();
            lines.push(format!("  {words}: {}", some_of(&named)));
        }
    }
    lines
}

fn moved_page(page: &PageChange, width: usize) -> Vec<String> {
    let mut lines = vec![format!(
        "    {}",
        shorten(&page.file, width.saturating_sub(4))
    )];
    lines.extend(page.moves.iter().map(|moved| {
        let words = match moved {
            Move::Body { before, now } => format!("{} → {}", share(*before), share(*now)),
            Move::Field {
                before,
                read_before,
                now,
                read_now,
                ..
            } => format!(
                "{} → {}",
                verdict_and_text(*before, read_before),
                verdict_and_text(*now, read_now)
            ),
        };
        let name = match moved {
            Move::Body { .. } => "body",
            Move::Field { asked, .. } => name(*asked),
        };
        shorten(&format!("      {}  {words}", pad(name, 11)), width)
    }));
    lines
}

fn verdict_and_text(verdict: Verdict, read: &str) -> String {
    if read.is_empty() {
        verdict.name().to_owned()
    } else {
        format!("{} ({})", verdict.name(), one_line(read))
    }
}

fn worst_pages(result: &Evaluation, worst: usize, width: usize, paint: Paint) -> Vec<String> {
    let pages = result.worst();
    if worst == 0 || pages.is_empty() {
        return Vec::new();
    }
    let shown = pages.len().min(worst);
    let head = format!(
        "the worst {shown} of {} pages with something to mend",
        pages.len()
    );
    let mut lines = vec![String::new(), paint.cyan(&head)];
    for page in pages.into_iter().take(worst) {
        lines.push(shorten(&page_head(page), width));
        if let Some(body) = page.score.body.filter(|body| body.f1() < 0.9995) {
            lines.push(format!(
                "    {}  F1 {}: precision {}, recall {}",
                pad("body", 11),
                share(body.f1()),
                share(body.precision()),
                share(body.recall()),
            ));
        }
        let misread = page
            .score
            .fields
            .iter()
            .filter(|field| !field.verdict.is_good());
        lines.extend(misread.map(|field| misread_line(field, width)));
    }
    lines
}

fn page_head(page: &ScoredPage) -> String {
    let group = format!("{} {}", page.set, page.lang);
    let rules = page.rules.as_deref().unwrap_or_default();
    let told: Vec<&str> = [group.trim(), rules]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    format!("  {}  ({})", page.file, told.join(", "))
}

fn misread_line(field: &Judgement, width: usize) -> String {
    let head = format!(
        "    {}  {}",
        pad(name(field.asked), 11),
        pad(field.verdict.name(), 8)
    );
    let left = width.saturating_sub(head.len() + 2);
    let (expected, read) = (one_line(&field.expected), one_line(&field.read));
    let words = match field.verdict {
        Verdict::Missed => format!("expected {}", shorten(&expected, left.saturating_sub(9))),
        Verdict::Invented => format!("read {}", shorten(&read, left.saturating_sub(5))),
        _ => {
            let half = left.saturating_sub(16) / 2;
            let (expected, read) = (shorten(&expected, half), shorten(&read, half));
            format!("expected {expected}, read {read}")
        }
    };
    format!("{head}  {words}")
}

/// What people call it.
const fn name(asked: Asked) -> &'static str {
    match asked {
        Asked::Title => "title",
        Asked::Day => "day",
        Asked::Minute => "minute",
        Asked::Author => "author",
        Asked::Source => "source",
        Asked::Views => "views",
        Asked::Kind => "list or not",
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bounds(checked: &[Checked], paint: Paint) -> Vec<String> {
    if checked.is_empty() {
        return Vec::new();
    }
    let broken = checked.iter().filter(|one| !one.holds).count();
    let mut lines = vec![String::new()];
    lines.push(match broken {
        0 => paint.green(&format!("all {} bounds hold", checked.len())),
        _ => paint.red(&format!("{broken} of {} bounds broken", checked.len())),
    });
    let broken = checked.iter().filter(|one| !one.holds);
    lines.extend(broken.map(|one| {
        let side = match one.bound.side {
            Side::Floor => "under its floor of",
            Side::Ceiling => "over its ceiling of",
        };
        let group = one.group.as_deref().unwrap_or("all pages");
        let metric = one.bound.metric.name();
        let bound = share(one.bound.value);
        paint.red(&match one.value {
            // a digit more than the bound may have, or .9699 under .97 would look equal
            Some(value) => format!("  {group}: {metric} is {value:.5}, {side} {bound}"),
            None => format!("  {group}: no page was asked for {metric}, so {bound} does not hold"),
        })
    }));
    lines
}

fn foot(cost: &Cost, pages: usize) -> String {
    let mut told = vec![format!(
        "{pages} page{} in {:.1} s on {} thread{}",
        plural(pages),
        cost.elapsed.as_secs_f64(),
        cost.jobs,
        plural(cost.jobs)
    )];
    if let Some(rate) = cost.cpu.and_then(|cpu| rate(pages, cpu.as_secs_f64())) {
        told.push(format!("{rate:.0} pages read per CPU second"));
    }
    if let Some(mebibytes) = cost
        .peak_memory_bytes
        .and_then(|bytes| u32::try_from(bytes >> 10).ok())
    {
        told.push(format!(
            "at most {:.1} MiB held",
            f64::from(mebibytes) / 1024.0
        ));
    }
    told.join("; ")
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
