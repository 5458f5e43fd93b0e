//! Why a page was read as it was, for the person who puts its rules right.

use serde_json::{Map, Value, json};

use crate::crawl::Explained;
use crate::extract::{BodyTrace, CutTrace, Relation, Trace, Verdict, Whereabouts};
use crate::model::Field;

use super::super::output::Paint;
use super::layout::{pad, shorten, wrap};

/// Columns of the names of fields and facts.
const NAME: usize = 14;

/// Columns before what is told of one candidate.
const INDENT: usize = 11;

/// The widest the telling gets: a terminal of eighty columns shows all of it.
const WIDEST: usize = 80;

/// How many candidates of a field are told to a person.
const MOST: usize = 8;

/// Tells it for a terminal of `width` columns.
pub(crate) fn explanation(explained: &Explained, width: usize, paint: Paint) -> String {
    let mut telling = Telling {
        lines: Vec::new(),
        width: width.min(WIDEST),
        paint,
    };
    telling.page(explained);
    for (field, traces) in &explained.explanation.fields {
        telling.field(*field, traces);
    }
    let from = explained.reading.provenance.get(&Field::Body);
    telling.body(&explained.explanation.body, from.map(String::as_str));
    telling.lines.join("\n")
}

struct Telling {
    lines: Vec<String>,
    width: usize,
    paint: Paint,
}

impl Telling {
    fn page(&mut self, explained: &Explained) {
        let reading = &explained.reading;
        let declared = match &explained.declared {
            Some(label) => format!("declared as {label}"),
            None => "none declared".to_owned(),
        };
        let encoding = format!(
            "{} ({}), {declared}",
            reading.encoding, reading.encoding_evidence
        );
        let kind = format!("{}: {}", explained.kind.name(), explained.explanation.kind);
        self.fact("page", &kind);
        self.fact("rules", &explained.rules);
        self.fact("encoding", &encoding);
        for warning in &reading.warnings {
            self.fact("warning", warning);
        }
    }

    fn fact(&mut self, name: &str, value: &str) {
        let mut rest = wrap(value, self.width - NAME).into_iter();
        let first = rest.next().unwrap_or_default();
        let name = self.paint.cyan(&pad(name, NAME));
        self.lines.push(format!("{name}{first}"));
        self.lines
            .extend(rest.map(|line| format!("{}{line}", " ".repeat(NAME))));
    }

    fn field(&mut self, field: Field, traces: &[Trace]) {
        self.lines.push(String::new());
        let taken = traces.iter().find(|trace| trace.verdict == Verdict::Taken);
        let value = taken.and_then(|trace| trace.value.as_deref());
        let name = self.paint.cyan(&pad(field.name(), NAME));
        let value = value.map_or_else(
            || self.paint.dim("—"),
            |value| self.paint.bold(&shorten(value, self.width - NAME)),
        );
        self.lines.push(format!("{name}{value}"));
        if traces.is_empty() {
            self.line("", "nothing on the page looks like it");
        }
        for trace in traces.iter().take(MOST) {
            self.trace(trace);
        }
        if traces.len() > MOST {
            let more = format!("… and {} more; --json tells all", traces.len() - MOST);
            self.line("", &more);
        }
    }

    fn trace(&mut self, trace: &Trace) {
        let verdict = match trace.verdict {
            Verdict::Taken => self.paint.green("taken"),
            Verdict::Outranked => self.paint.yellow("also"),
            Verdict::Refused(_) => self.paint.red("refused"),
        };
        let plain = verdict_name(trace.verdict);
        let weight = trace
            .weight
            .map(|weight| format!(", weight {weight}"))
            .unwrap_or_default();
        let said = if trace.said.is_empty() {
            String::new()
        } else {
            format!(": {}", trace.said)
        };
        let told = shorten(
            &format!("{}{weight}{said}", trace.rule),
            self.width - INDENT,
        );
        let gap = " ".repeat(INDENT - 2 - plain.len());
        self.lines.push(format!("  {verdict}{gap}{told}"));
        match trace.verdict {
            Verdict::Refused(refusal) => self.line("", refusal.reason()),
            Verdict::Outranked => self.line("", "would do, but another is believed more"),
            Verdict::Taken => {}
        }
        if let Some(place) = place(&trace.at, &trace.said) {
            let place = self.paint.dim(&shorten(&place, self.width - INDENT));
            self.lines.push(format!("{}{place}", " ".repeat(INDENT)));
        }
    }

    fn body(&mut self, body: &BodyTrace, from: Option<&str>) {
        self.lines.push(String::new());
        let name = self.paint.cyan(&pad(Field::Body.name(), NAME));
        let Some(path) = &body.path else {
            let none = self.paint.dim("—");
            self.lines.push(format!("{name}{none}"));
            self.line("", "no element holds lines worth anything");
            return;
        };
        let found = format!("{}, worth {}", lines(body.lines), body.worth);
        self.lines
            .push(format!("{name}{}", self.paint.bold(&found)));
        self.line("taken", from.unwrap_or("generic"));
        self.line("", path);
        for cut in &body.cuts {
            self.cut(cut);
        }
        for rival in &body.rivals {
            let relation = match rival.relation {
                Relation::Around => "around it",
                Relation::Inside => "inside it",
                Relation::Apart => "apart from it",
            };
            let told = format!(
                "worth {}, {}, {relation}: {}",
                rival.worth,
                lines(rival.lines),
                rival.path
            );
            self.line("rival", &told);
        }
    }

    fn cut(&mut self, cut: &CutTrace) {
        let told = format!("{}, {}", lines(cut.lines.len()), cut.rule.reason());
        self.line("cut", &told);
        let first = cut.lines.first().map_or("", String::as_str);
        match &cut.path {
            Some(path) => self.line("", &format!("{path}: {first}")),
            None => self.line("", first),
        }
    }

    fn line(&mut self, name: &str, text: &str) {
        let text = shorten(text, self.width - INDENT);
        let name = pad(&format!("  {name}"), INDENT);
        self.lines.push(format!("{name}{text}"));
    }
}

fn lines(count: usize) -> String {
    match count {
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    }
}

/// Where a candidate stands, with its line where that says more than the candidate.
fn place(at: &Whereabouts, said: &str) -> Option<String> {
    let path = at.path.as_deref();
    let parts: Vec<&str> = at.place.into_iter().chain(path).collect();
    let mut told = parts.join(", ");
    if let Some(line) = at.line.as_deref().filter(|line| *line != said) {
        told = format!("{told}: {line}");
    }
    (!told.is_empty()).then_some(told)
}

const fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Taken => "taken",
        Verdict::Outranked => "also",
        Verdict::Refused(_) => "refused",
    }
}

/// The same as JSON, with nothing left out.
pub(crate) fn explain_object(explained: &Explained) -> Value {
    let explanation = &explained.explanation;
    let fields: Map<String, Value> = explanation
        .fields
        .iter()
        .map(|(field, traces)| {
            let traces = traces.iter().map(trace_object).collect();
            (field.name().to_owned(), Value::Array(traces))
        })
        .collect();
    json!({
        "kind": explanation.kind,
        "rules": explained.rules,
        "encoding_declared": explained.declared,
        "fields": fields,
        "body": body_object(&explanation.body),
    })
}

fn trace_object(trace: &Trace) -> Value {
    let (verdict, reason) = match trace.verdict {
        Verdict::Taken => ("taken", None),
        Verdict::Outranked => ("outranked", None),
        Verdict::Refused(refusal) => ("refused", Some(refusal.name())),
    };
    json!({
        "verdict": verdict,
        "reason": reason,
        "rule": trace.rule,
        "value": trace.value,
        "said": trace.said,
        "weight": trace.weight,
        "place": trace.at.place,
        "path": trace.at.path,
        "line": trace.at.line,
    })
}

fn body_object(body: &BodyTrace) -> Value {
    let cuts = body.cuts.iter().map(|cut| {
        json!({
            "rule": cut.rule.name(),
            "path": cut.path,
            "lines": cut.lines,
        })
    });
    let rivals = body.rivals.iter().map(|rival| {
        json!({
            "path": rival.path,
            "worth": rival.worth,
            "lines": rival.lines,
            "relation": rival.relation.name(),
        })
    });
    json!({
        "path": body.path,
        "worth": body.worth,
        "lines": body.lines,
        "cuts": cuts.collect::<Vec<_>>(),
        "rivals": rivals.collect::<Vec<_>>(),
    })
}
