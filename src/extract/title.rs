//! The headline as the reader sees it.
//!
//! `<title>` knows the words but adds the site's name or cuts them short; the page shows the whole
//! of it but among banners, columns and menus. Each line before the text is weighed by both.

use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;

use super::body::Body;
use super::candidate::{Candidate, Rule, Spot};
use super::head::Head;
use super::headline::{headline_part, join, opens_with_label, without_label};
use super::hints::Hint;
use super::lines::{Line, key};
use super::metadata_line::{is_dateline, is_metadata, is_stamped};
use super::outline::Outline;
use super::phrases::{AFTERMATH, BREADCRUMB, PROFILE, TOOLS};
use super::refusal::Refusal;
use super::site_name::{is_site_name, without_site};
use crate::chinese::labels;

/// A title and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Title {
    /// Its words.
    pub(super) text: String,
    /// The lines that show it; empty where only the head knows it.
    pub(super) lines: Vec<usize>,
    /// Whether the page shows as its heading what its head calls it.
    pub(super) is_sure: bool,
}

impl fmt::Display for Title {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// How far before the text a headline may stand.
const WINDOW: usize = 80;

/// How far into the text it may stand: a container may begin with breadcrumbs and a banner.
const WITHIN: usize = 16;

/// How many lines below a headline its metadata may begin.
const NEXT: usize = 4;

/// What a visible line must weigh to be a headline.
const LEAST: i64 = 20;

/// Every line that may be the headline, heaviest first, then what the head calls the page.
pub(super) fn candidates<'here>(
    outline: &'here Outline<'_>,
    head: &Head,
    body: &Body,
) -> impl Iterator<Item = Candidate<Title>> + use<'here> {
    let first = body.lines.first().copied().unwrap_or(outline.lines.len());
    let known = Known::new(head);
    let end = body.lines.last().map_or(first, |&last| last + 1);
    let begin = first.saturating_sub(WINDOW);
    let window = begin..(first + WITHIN).min(end).min(outline.lines.len());
    let metadata = Metadata::of(outline, begin..window.end + NEXT);
    let mut lines: Vec<(Result<i64, Refusal>, usize)> = window
        .filter_map(|index| {
            let line = outline.lines.get(index)?;
            Some((weigh(outline, line, index, first, &known, &metadata), index))
        })
        .collect();
    // of equals the last: banners stand above the headline
    lines.sort_by_key(|&(weight, index)| Reverse((weight.unwrap_or(i64::MIN), index)));
    let named = known.title();
    let shown = lines.into_iter().map(move |(weight, index)| {
        let title = weight.and_then(|weight| {
            if weight < LEAST {
                return Err(Refusal::TooLight);
            }
            shown(outline, index, &known, &metadata).ok_or(Refusal::NoHeadline)
        });
        let said = outline
            .lines
            .get(index)
            .map(Line::plain)
            .unwrap_or_default();
        Candidate {
            weight: weight.ok(),
            ..Candidate::new(
                Rule::Named("headline"),
                Spot::Line(None, index),
                said,
                title,
            )
        }
    });
    shown.chain(named)
}

/// The name of a list page: what the head calls it.
pub(super) fn of_list(head: &Head) -> Option<Candidate<String>> {
    let text = Known::new(head).cleaned?;
    Some(Candidate::new(
        Rule::Named("title element"),
        Spot::Head,
        text.clone(),
        Ok(text),
    ))
}

/// What the head says of the title.
struct Known {
    whole: Vec<String>,
    segments: Vec<String>,
    cleaned: Option<String>,
    cleaned_key: String,
    names_site: bool,
    is_cut: bool,
    /// How the headline begins that `<title>` cuts short.
    openings: Vec<String>,
}

impl Known {
    fn new(head: &Head) -> Self {
        let cleaned = head
            .title
            .as_deref()
            .map(|title| without_site(title, head.site.as_deref()))
            .or_else(|| head.headline.clone());
        // a site that titles every page with its own name says nothing of this one
        let names_site = cleaned.as_deref().is_some_and(|title| {
            head.site.as_deref() == Some(title)
                || (title.chars().count() <= 16 && is_site_name(title))
        });
        let title = head.title.as_deref().filter(|_| !names_site);
        let headline = head
            .headline
            .as_deref()
            .filter(|headline| !names_site || cleaned.as_deref() != Some(headline));
        let whole = [title, headline];
        Self {
            segments: whole
                .iter()
                .flatten()
                .flat_map(|title| title.split(['_', '|', '｜', '-', '–', '—', '»', '·']))
                .map(key)
                .collect(),
            whole: whole.into_iter().flatten().map(key).collect(),
            cleaned_key: cleaned
                .as_deref()
                .filter(|_| !names_site)
                .map(key)
                .unwrap_or_default(),
            is_cut: cleaned.as_deref().is_some_and(is_cut),
            openings: openings(
                head.title.as_deref().filter(|_| !names_site),
                cleaned.as_deref(),
            ),
            cleaned,
            names_site,
        }
    }

    /// What the head calls the page.
    fn title(&self) -> Option<Candidate<Title>> {
        let text = self.cleaned.clone()?;
        let said = text.clone();
        let verdict = if self.names_site {
            Err(Refusal::SiteName)
        } else {
            Ok(Title {
                text,
                lines: Vec::new(),
                is_sure: false,
            })
        };
        Some(Candidate::new(
            Rule::Named("title element"),
            Spot::Head,
            said,
            verdict,
        ))
    }
}

fn weigh(
    outline: &Outline<'_>,
    line: &Line,
    index: usize,
    body_first: usize,
    known: &Known,
    metadata: &Metadata,
) -> Result<i64, Refusal> {
    if line.size > 400 {
        return Err(Refusal::NoHeadline);
    }
    let words = headline_part(line);
    let own = key(words);
    let length = own.chars().count();
    if length < 2 || !own.chars().any(char::is_alphabetic) {
        return Err(Refusal::NoHeadline);
    }
    if TOOLS.is_in(words)
        || labels::is_share_or_tool(words)
        || AFTERMATH.is_in(words)
        || BREADCRUMB.is_in(words)
    {
        return Err(Refusal::PageFurniture);
    }
    let is_known = known.whole.iter().any(|whole| whole.contains(&own));
    if !is_known && is_dateline(words) {
        return Err(Refusal::PageFurniture);
    }
    let nothing_known = known.whole.is_empty();
    let mut weight = match line.heading {
        1 => 30,
        2 => 22,
        3 => 16,
        4 => 12,
        5 => 10,
        6 => 6,
        _ => 0,
    };
    if line.heading == 0 && line.strong {
        weight += 4;
    }
    if hinted(outline, line) {
        weight += 12;
    }
    let agreement = known
        .whole
        .iter()
        .map(|whole| agreement(&own, whole, known))
        .max();
    weight += agreement.unwrap_or(0);
    let distance = metadata.distance(index, body_first);
    // of a page of which nothing else is known its one great heading may stand far off
    let far = if nothing_known && line.heading == 1 {
        8
    } else {
        30
    };
    weight -= i64::try_from(distance.min(far)).unwrap_or(30);
    // a page without <title> may still begin its text with the headline
    let is_short_of_words = length < 6 && line.heading == 0;
    let is_subtitle = nothing_known && is_subtitle(outline, line, index);
    if nothing_known
        && !is_subtitle
        && distance < 2
        && line.marks < 2
        && line.size < 120
        && !is_short_of_words
    {
        weight += 22;
    }
    if nothing_known && hinted(outline, line) && metadata.follows(index, NEXT) {
        weight += 6;
    }
    let is_heading = (1..=4).contains(&line.heading) && !line.is_links();
    if nothing_known && is_heading && metadata.follows(index, 2) {
        weight += 8;
    }
    if is_subtitle {
        weight -= 15;
    }
    if line.is_links() {
        // blogs link their headlines to themselves
        weight -= if distance <= 3 { 10 } else { 25 };
    }
    if line.noise.is_some() {
        weight -= 15;
    }
    if index >= body_first && line.heading == 0 && agreement.is_some_and(|agreement| agreement < 30)
    {
        weight -= 10;
    }
    if metadata.follows(index, NEXT) {
        weight += 12;
    }
    // a plain line right above the metadata line right above the text can hardly be else
    let is_plain =
        !is_subtitle && !line.is_links() && line.marks < 3 && (12..160).contains(&line.size);
    let near = if nothing_known { 5 } else { 2 };
    if is_plain && distance <= near && index < body_first && metadata.follows(index, 1) {
        weight += 14;
    }
    // asked last, of the few lines that would do
    if weight >= LEAST && agreement.is_none_or(|agreement| agreement < 40) {
        let is_whole = words.len() == line.text.trim().len();
        let is_labelled = is_whole && line.heading == 0 && opens_with_label(line);
        if is_labelled || (line.size <= 40 && PROFILE.is_in(words)) {
            weight -= 30;
        }
    }
    Ok(weight)
}

/// Whether a heading stands right below another that can hardly be a banner.
fn is_subtitle(outline: &Outline<'_>, line: &Line, index: usize) -> bool {
    const WORDS: usize = 10;
    let above = index
        .checked_sub(1)
        .and_then(|above| outline.lines.get(above));
    above.is_some_and(|above| {
        let words = above.plain();
        let alike = above.heading > 0 && line.heading > 0
            || (hinted(outline, above) && hinted(outline, line));
        alike
            && !above.is_links()
            && above.noise.is_none()
            && key(&words).chars().count() >= WORDS
            && !is_site_name(&words)
            && !is_metadata(above)
            && !BREADCRUMB.is_in(&words)
    })
}

/// Whether the names around a line say that it is a headline.
fn hinted(outline: &Outline<'_>, line: &Line) -> bool {
    std::iter::once(line.block)
        .chain(outline.ancestors(line.block))
        .take(3)
        .filter_map(|node| outline.nodes.get(node))
        .any(|node| node.hint == Hint::Title)
}

/// Which lines of a range are metadata: each is asked for several times.
struct Metadata {
    start: usize,
    /// How many there are before each line.
    before: Vec<usize>,
}

impl Metadata {
    fn of(outline: &Outline<'_>, range: Range<usize>) -> Self {
        let lines = outline.lines.iter().take(range.end).skip(range.start);
        let mut count = 0;
        let mut before = vec![0];
        before.extend(lines.map(|line| {
            count += usize::from(is_metadata(line) || is_stamped(line));
            count
        }));
        Self {
            start: range.start,
            before,
        }
    }

    fn count(&self, range: Range<usize>) -> usize {
        let last = self.before.last().copied().unwrap_or_default();
        let at = |line: usize| {
            let before = self.before.get(line.saturating_sub(self.start)).copied();
            before.unwrap_or(last)
        };
        at(range.end).saturating_sub(at(range.start))
    }

    /// Whether one of the next lines is metadata.
    fn follows(&self, line: usize, near: usize) -> bool {
        self.count(line + 1..line + 1 + near) > 0
    }

    /// How many lines part two, metadata aside: a headline may have ten facts below it.
    fn distance(&self, line: usize, other: usize) -> usize {
        let (from, to) = (line.min(other), line.max(other));
        to - from - self.count(from + 1..to).min(to - from)
    }
}

/// How well a line agrees with what the head calls the page, up to fifty.
fn agreement(own: &str, whole: &str, known: &Known) -> i64 {
    let cleaned = known.cleaned_key.as_str();
    let length = own.chars().count();
    let against = cleaned.chars().count().max(1);
    if own == cleaned {
        return 50;
    }
    if length >= 6
        && let Some(position) = known.segments.iter().position(|one| one == own)
    {
        return if position == 0 { 45 } else { 32 };
    }
    if length >= 4 && whole.contains(own) {
        let share = (40 * length / against).min(40);
        let opens = if whole.starts_with(own) { 8 } else { 0 };
        return i64::try_from(share).unwrap_or(40) + opens;
    }
    if known
        .openings
        .iter()
        .any(|opening| own.starts_with(opening.as_str()))
    {
        return 45;
    }
    if against >= 6 && own.contains(cleaned) {
        let share = 40 * against / length.max(1);
        return i64::try_from(share).unwrap_or(40);
    }
    let common = own.chars().zip(cleaned.chars()).take_while(|(a, b)| a == b);
    let common = common.count();
    if common >= 6 && common * 2 > length {
        return 20;
    }
    0
}

/// The words before the dots at the end of a title: all of them, or those behind the site's name.
fn openings(title: Option<&str>, cleaned: Option<&str>) -> Vec<String> {
    const SHORTEST: usize = 6;
    let behind_site = title
        .filter(|title| is_cut(title))
        .and_then(|title| title.rsplit(['_', '|', '｜', '-', '–', '—', '»']).next());
    let whole = cleaned.filter(|cleaned| is_cut(cleaned));
    [whole, behind_site]
        .into_iter()
        .flatten()
        .map(key)
        .filter(|opening| opening.chars().count() >= SHORTEST)
        .collect()
}

/// Whether a headline goes on where nobody can read it.
fn is_cut(text: &str) -> bool {
    text.ends_with('…') || text.ends_with("...")
}

/// The title that a line begins.
fn shown(outline: &Outline<'_>, index: usize, known: &Known, metadata: &Metadata) -> Option<Title> {
    let line = outline.lines.get(index)?;
    let mut text = without_label(&super::lines::plain(headline_part(line))).to_owned();
    let mut lines = vec![index];
    // a heading of two lines: the second is a part of it unless it is metadata
    let heading = std::iter::once(line.block)
        .chain(outline.ancestors(line.block))
        .find(|&node| {
            outline
                .nodes
                .get(node)
                .is_some_and(|node| matches!(node.name(), "h1" | "h2" | "h3"))
        });
    for (following, next) in outline.lines.iter().enumerate().skip(index + 1).take(2) {
        let within = heading.is_some_and(|heading| outline.lines_of(heading).contains(&following));
        if is_metadata(next) || TOOLS.is_in(&next.text) || next.size > 200 {
            break;
        }
        let joined = join(&text, &next.plain());
        let joined_key = key(&joined);
        let is_known = known.whole.iter().any(|whole| whole.contains(&joined_key))
            && key(&text) != known.cleaned_key;
        if !is_known && (!within || next.size > line.size * 2) {
            break;
        }
        text = joined;
        lines.push(following);
    }
    if is_cut(&text)
        && let Some(cleaned) = &known.cleaned
        && known.cleaned_key.starts_with(&key(&text))
        && !known.is_cut
    {
        text.clone_from(cleaned);
    }
    let own = key(&text);
    let is_set_apart = line.heading > 0 || line.strong || hinted(outline, line);
    let is_sure = is_set_apart
        && !line.is_links()
        && own.chars().count() >= 6
        && (own == known.cleaned_key
            || known.segments.contains(&own)
            // nothing else is known of a page that <title> calls by the site's name
            || (known.whole.is_empty() && line.noise.is_none() && metadata.follows(index, 1)));
    (!text.is_empty()).then_some(Title {
        text,
        lines,
        is_sure,
    })
}
