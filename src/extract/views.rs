//! How often the page says it was read.
//!
//! A number that the page prints counts; a counter that only a script fills does not, and is not
//! called: reading it would raise it.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{Candidate, Place, Rule, Spot};
use super::icons;
use super::lines::{Line, is_item};
use super::metadata::{Scene, Statement};
use super::metadata_line::first_date;
use super::outline::{Node, Outline, Shape};
use super::phrases::Phrase;
use super::refusal::Refusal;
use crate::chinese::labels::{self, LabelKind};
use crate::chinese::numbers::{self, Count};
use crate::model::{Field, ViewsNote};

/// What the page says of its views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Views {
    /// The number printed.
    pub(super) count: Option<u64>,
    /// Why it is absent or not exact.
    pub(super) note: Option<ViewsNote>,
}

impl Views {
    /// A counter that only a script fills.
    const SCRIPTED: Self = Self {
        count: None,
        note: Some(ViewsNote::ScriptCounter),
    };
}

impl From<Count> for Views {
    fn from(count: Count) -> Self {
        Self {
            count: Some(count.value),
            note: count.rounded.then_some(ViewsNote::Rounded),
        }
    }
}

impl fmt::Display for Views {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.count, self.note) {
            (Some(count), None) => count.fmt(formatter),
            (Some(count), Some(note)) => write!(formatter, "{count} ({})", note.name()),
            (None, note) => formatter.write_str(note.map_or("none", ViewsNote::name)),
        }
    }
}

/// How many nodes after a label its counter may stand.
const REACH: usize = 14;

/// Every number that may count the page's readers, or the script that would print it, best first.
pub(super) fn candidates<'here>(
    scene: &'here Scene<'_>,
    given: impl Iterator<Item = Candidate<String>> + 'here,
) -> impl Iterator<Item = Candidate<Views>> + 'here {
    let ruled = given.map(|text| {
        text.and_then(|text| {
            numbers::count(&text)
                .map(Views::from)
                .ok_or(Refusal::NoNumber)
        })
    });
    ruled
        .chain(stated(scene).map(|one| labelled(scene, one)))
        .chain(
            stated(scene)
                .filter(|one| {
                    counts(one)
                        && others(scene, one).is_none()
                        && counter_follows(&scene.outline, one.line)
                })
                .map(scripted),
        )
        .chain(icons::counts(scene).map(|count| count.and_then(|count| Ok(count.into()))))
        .chain(named_elements(scene))
        .chain(read_all(scene))
        .chain(unlabelled(scene))
        .chain(counter(scene))
        .chain(scene.decoys(Field::Views))
}

/// What labels of views say, place by place.
fn stated<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = &'here Statement> {
    const PLACES: &[Place] = &[Place::Head, Place::Opening, Place::Closing, Place::Tail];
    scene.stated(LabelKind::Views, PLACES)
}

/// Whether a statement counts: 阅读 before words is a heading.
fn counts(one: &Statement) -> bool {
    let first = one.rest.chars().find(|letter| letter.is_alphanumeric());
    one.number_before.is_some()
        || first.is_none_or(|letter| letter.is_numeric() || matches!(letter, '次' | '人'))
}

/// The number that a label announces or follows.
fn labelled(scene: &Scene<'_>, one: &Statement) -> Candidate<Views> {
    let said = one.number_before.as_deref().unwrap_or(&one.rest);
    let verdict = if counts(one) {
        match number(said) {
            Some(count) if count.value == 0 && is_scripted(&scene.outline, one.line) => {
                Ok(Views::SCRIPTED)
            }
            Some(count) => others(scene, one).map_or_else(|| Ok(count.into()), Err),
            None if one.place == Place::Head && counter_follows(&scene.outline, one.line) => {
                Ok(Views::SCRIPTED)
            }
            None if said.is_empty() => Err(one.silence()),
            None => Err(Refusal::NoNumber),
        }
    } else if is_waiting(said) && one.place == Place::Head {
        Ok(Views::SCRIPTED)
    } else {
        Err(Refusal::NoNumber)
    };
    Candidate::new(Rule::Label(one.label), one.spot(), said, verdict)
}

/// Whether a script can tell where in a line to write: a script of its own, or an element with an id.
fn is_scripted(outline: &Outline<'_>, line: usize) -> bool {
    let nodes = outline.lines.get(line).map(|line| line.nodes.clone());
    nodes.into_iter().flatten().any(|index| {
        let holder = outline.nodes.get(index).map_or(0, |node| node.parent);
        let is_script = |node: &Node<'_>| node.shape == Shape::Script;
        outline.nodes.get(index).is_some_and(is_script)
            || outline
                .nodes
                .get(holder)
                .is_some_and(|node| node.shape == Shape::Inline && node.attribute("id").is_some())
    })
}

/// What a counter shows until its script has run.
fn is_waiting(said: &str) -> bool {
    static WAITING: Phrase = Phrase::new(|| {
        Regex::new(
            r"(?i)^[\s(（:：]*(?:loading|(?:加载|载入|读取|统计|获取|更新)中|请稍候)[\s.…)）次]*$",
        )
        .ok()
    });
    WAITING.is_in(said)
}

/// Whose readers a number counts, where they are not the article's.
fn others(scene: &Scene<'_>, one: &Statement) -> Option<Refusal> {
    static SITE: Phrase = Phrase::new(|| {
        Regex::new(r"^\s*(?:日志|博文|文章|留言|相册|好友|积分|等级|帖子|主题|会员|建立|在线|昨日|今日)(?:数|量|总数|于|人数|时间)?\s*[:：]\s*\d").ok()
    });
    let lines = &scene.outline.lines;
    let line = lines.get(one.line)?;
    let near = lines.get(one.line.saturating_sub(2)..one.line + 3);
    let mut near = near.unwrap_or_default().iter();
    if near.any(|line| line.size < 60 && SITE.is_in(&line.text)) {
        return Some(Refusal::SiteCounter);
    }
    if one.place != Place::Tail {
        // an item of a list has its link and its count, a metadata line says more
        let nodes = scene.outline.nodes.iter().take(line.nodes.end);
        let links = nodes.skip(line.nodes.start.saturating_sub(1));
        let is_one = links.filter(|node| node.name() == "a").count() == 1;
        let is_alone = || line.labels().iter().filter(|found| found.firm).count() == 1;
        let is_entry = line.size < 200
            && is_item(line)
            && is_one
            && first_date(&line.text).is_none()
            && is_alone();
        return is_entry.then_some(Refusal::ListItem);
    }
    // lists beside and below the text count the readers of other articles
    let above = lines.get(one.line.saturating_sub(3)..one.line);
    let teased = above
        .unwrap_or_default()
        .iter()
        .any(|line| is_item(line) && !labels::is_prev_next(&line.text));
    if line.link_size * 4 > line.size || teased {
        return Some(Refusal::ListItem);
    }
    let mut above = scene
        .lines(Place::Tail)
        .take_while(|(index, _)| *index <= one.line);
    above
        .any(|(_, line)| FOOTER.is_in(&line.text))
        .then_some(Refusal::SiteCounter)
}

/// What a site's footer says.
static FOOTER: Phrase =
    Phrase::new(|| Regex::new(r"(?i)copyright|©|版权所有|版權所有|ICP[备證证]|公网安备").ok());

/// A number alone in an element whose names say that it counts readers.
fn named_elements<'here>(
    scene: &'here Scene<'_>,
) -> impl Iterator<Item = Candidate<Views>> + 'here {
    static NAMES: Phrase = Phrase::new(|| {
        Regex::new(r"(?i)(?:^|[^a-z])(?:views?|hits|pv|reads?|clicks?|visits?|browse|liulan|yuedu|yueduliang|liulanliang)(?:[-_]?(?:num|number|count|times|total))?(?:$|[^a-z])|^(?:浏览|阅读|点击)(?:次数|量|数)?$").ok()
    });
    let nodes = &scene.outline.nodes;
    scene
        .lines(Place::Head)
        .filter(|(_, line)| line.size < 200 && !is_item(line))
        .flat_map(|(_, line)| line.nodes.clone())
        .filter_map(|index| Some((index, nodes.get(nodes.get(index)?.parent)?)))
        .filter(|(_, holder)| {
            let mut names = ["class", "id", "title"].into_iter();
            names.any(|name| holder.attribute(name).is_some_and(|name| NAMES.is_in(name)))
        })
        .filter_map(|(index, _)| {
            let text = nodes.get(index)?.text()?.trim();
            let only_a_number = text.starts_with(|letter: char| letter.is_ascii_digit())
                && text.chars().all(|letter| {
                    letter.is_ascii_digit() || matches!(letter, ',' | '.' | '万' | 'w' | 'k' | '+')
                });
            let count = only_a_number.then(|| numbers::count(text)).flatten()?;
            let rule = Rule::Named("element's name");
            Some(Candidate::new(
                rule,
                Spot::Node(index),
                text,
                Ok(count.into()),
            ))
        })
}

/// `阅读全文(736)` below the text of a blog, where it leads to the article that the text is of: to
/// where the headline above the text leads too.
fn read_all<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<Views>> + 'here {
    static READ_ALL: Phrase = Phrase::new(|| Regex::new(r"阅读全文\s*[(（]\s*(\d+)\s*[)）]").ok());
    scene.lines(Place::Tail).filter_map(|(index, line)| {
        let (number, _) = READ_ALL.find(&line.text)?;
        let count = numbers::count(number)?;
        let leads_to = line
            .nodes
            .clone()
            .find_map(|node| address(&scene.outline, node));
        let begin = scene.region.of(Place::Opening).min().unwrap_or(index);
        let mut above = scene.outline.lines.iter().take(begin).rev().take(ABOVE);
        let is_own = leads_to.is_some()
            && above.any(|line| {
                let mut nodes = line.nodes.clone();
                nodes.any(|node| address(&scene.outline, node) == leads_to)
            });
        let spot = Spot::Line(Some(Place::Tail), index);
        let verdict = if is_own {
            Ok(count.into())
        } else {
            Err(Refusal::ListItem)
        };
        Some(Candidate::new(
            Rule::Named("阅读全文"),
            spot,
            line.plain(),
            verdict,
        ))
    })
}

/// How many lines above a text its headline may stand.
const ABOVE: usize = 12;

/// Where the link around a text leads.
fn address<'page>(outline: &Outline<'page>, text: usize) -> Option<&'page str> {
    outline
        .ancestors(text)
        .take(3)
        .filter_map(|node| outline.nodes.get(node))
        .filter(|node| node.name() == "a")
        .find_map(|node| node.attribute("href"))
}

fn scripted(one: &Statement) -> Candidate<Views> {
    Candidate::new(
        Rule::Label(one.label),
        one.spot(),
        &one.rest,
        Ok(Views::SCRIPTED),
    )
}

/// A line such as `次浏览` with a script inside.
fn unlabelled<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<Views>> + 'here {
    scene
        .lines(Place::Head)
        .filter(|(_, line)| line.size < 200 && COUNTED.is_in(&line.text))
        .filter(|(_, line)| scripted_inside(&scene.outline, line))
        .map(|(index, line)| {
            let spot = Spot::Line(Some(Place::Head), index);
            Candidate::new(
                Rule::Named("script"),
                spot,
                line.plain(),
                Ok(Views::SCRIPTED),
            )
        })
}

/// A counter's script anywhere on a page that has a label for its number.
fn counter<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<Views>> + 'here {
    std::iter::once_with(|| {
        let labelled = stated(scene).any(counts) && scene.lines(Place::Head).next().is_some();
        let index = labelled.then(|| scene.outline.nodes.iter().position(is_counter))??;
        let address = scene.outline.nodes.get(index)?.attribute("src")?;
        let rule = Rule::Named("script");
        Some(Candidate::new(
            rule,
            Spot::Node(index),
            address,
            Ok(Views::SCRIPTED),
        ))
    })
    .flatten()
}

/// `次浏览` whose number only a script would print before it.
static COUNTED: Phrase = Phrase::new(|| {
    Regex::new("次(?:浏览|阅读|点击|访问)|(?:浏览|阅读|点击|访问)(?:次数|量|数)?[:：]|人气[:：]")
        .ok()
});

fn scripted_inside(outline: &Outline<'_>, line: &Line) -> bool {
    outline
        .nodes
        .iter()
        .take(line.nodes.end)
        .skip(line.nodes.start)
        .any(|node| node.shape == Shape::Script)
}

/// The number a value begins with; what follows the first words is no count of views.
fn number(text: &str) -> Option<Count> {
    static FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[\s(（:：\[【+]*([\d０-９][\d０-９,，.]*\s*(?:[万亿wWkK千]|万次)?\s*\+?)\s*([-/.年月:：]\s*\d)?").ok()
    });
    let found = FIRST.as_ref()?.captures(text)?;
    if found.get(2).is_some() {
        return None;
    }
    numbers::count(found.get(1)?.as_str().trim())
}

/// Whether a script or an empty element stands where the number would be.
fn counter_follows(outline: &Outline<'_>, line: usize) -> bool {
    let Some(line) = outline.lines.get(line) else {
        return false;
    };
    outline
        .nodes
        .iter()
        .take(line.nodes.end + REACH)
        .skip(line.nodes.start)
        .any(|node| {
            node.shape == Shape::Script
                || (node.shape == Shape::Inline
                    && node.characters == 0
                    && (node.attribute("id").is_some() || node.attribute("class").is_some()))
        })
}

fn is_counter(node: &Node<'_>) -> bool {
    static COUNTER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)count|click|hits?\b|visits?\b|views?\b|pageview").ok());
    node.shape == Shape::Script
        && node.attribute("src").is_some_and(|address| {
            COUNTER
                .as_ref()
                .is_some_and(|counter| counter.is_match(address))
        })
}
