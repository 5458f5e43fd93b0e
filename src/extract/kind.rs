//! What a page is: an article, a list of articles, or neither.

use std::sync::LazyLock;

use regex::Regex;

use super::body::Body;
use super::candidate::Place;
use super::lines::{Line, is_item};
use super::metadata::Statement;
use super::metadata_line::{ends_in_date, first_date, is_metadata, is_mostly_date};
use super::outline::Outline;
use super::phrases::Phrase;
use super::teasers::is_teasers;
use super::title::Title;
use crate::chinese::labels::LabelKind;
use crate::model::PageKind;

/// What a body must be worth to make an article by itself: some sixty Chinese characters.
const ENOUGH: i64 = 120;

/// What is known of a page when it is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Whether its head calls it an article.
    pub(super) says_article: bool,
    /// Whether it has a publish time.
    pub(super) has_time: bool,
    /// Whether it is one of the parts of an article.
    pub(super) in_parts: bool,
    /// Reading matter of its text: two for a CJK character, one for any other.
    pub(super) body_size: usize,
}

/// Judges a page by its text, its links and what it says of itself; with the reason.
pub(super) fn judge(
    outline: &Outline<'_>,
    body: &Body,
    stated: &[Statement],
    title: Option<&Title>,
    known: &Known,
) -> (PageKind, &'static str) {
    let body_size = known.body_size;
    if body_size < 1200 && outline.lines.iter().any(|line| WALL.is_in(&line.text)) {
        return (PageKind::Other, "a firewall or an error page speaks");
    }
    let items = outline.lines.iter().filter(|line| is_item(line)).count();
    // the page bar of one article is not a list's, though it looks the same
    let turns = !known.in_parts && outline.lines.iter().any(turns_pages);
    let labelled = stated.iter().any(|one| {
        one.place == Place::Head
            && outline
                .lines
                .get(one.line)
                .is_some_and(|line| !is_item(line))
            && matches!(
                one.kind,
                LabelKind::Source
                    | LabelKind::PublishTime
                    | LabelKind::UpdateTime
                    | LabelKind::Views
            )
    });
    let described = known.has_time || labelled;
    // a page that names its source is one article, though it may link every sub-heading
    let named = stated.iter().any(|one| {
        one.place == Place::Head
            && matches!(one.kind, LabelKind::Source | LabelKind::Author)
            && !one.value.is_empty()
    });
    // an article may be made of linked sub-headings with a paragraph under each
    let is_one = || named || known.says_article || is_announced(outline, title);
    if is_teasers(outline, body) && !is_one() {
        return (
            PageKind::List,
            "teasers of articles, and no source or author named",
        );
    }
    if turns && body_size < 600 && !ends_like_article(outline) {
        return (PageKind::List, "it turns pages, and holds little text");
    }
    if body.worth >= ENOUGH || body_size >= 160 {
        return (PageKind::Article, "enough text");
    }
    let dated = |line: &&Line| is_item(line) && first_date(&line.text).is_some();
    if !labelled && outline.lines.iter().filter(dated).count() >= 3 && turns {
        return (PageKind::List, "dated links, and it turns pages");
    }
    if !labelled && entries(outline) >= 4 && !dated_by_itself(outline) {
        return (PageKind::List, "dated links, and no date of its own");
    }
    if described && ends_like_article(outline) {
        return (PageKind::Article, "metadata, and links to its neighbours");
    }
    if items >= 8 && !labelled {
        return (
            PageKind::List,
            "links, and nothing that describes an article",
        );
    }
    if described {
        (PageKind::Article, "metadata, though little text")
    } else {
        (
            PageKind::Other,
            "neither text, nor metadata, nor links enough",
        )
    }
}

/// What a firewall or an error page says of itself.
static WALL: Phrase = Phrase::new(|| {
    Regex::new("网站防火墙|请求带有不合法参数|访问被拦截|已被网站管理员设置拦截|您的访问出错|(?:页面|内容|文章)(?:不存在|已删除|已被删除)|404 Not Found|403 Forbidden").ok()
});

/// Whether a headline beyond doubt stands above metadata, and no link to other articles right
/// below that.
fn is_announced(outline: &Outline<'_>, title: Option<&Title>) -> bool {
    let following = title
        .filter(|title| title.is_sure)
        .and_then(|title| outline.lines.get(title.lines.last()? + 1..));
    let Some([metadata, text, ..]) = following else {
        return false;
    };
    is_metadata(metadata) && !is_item(metadata) && !is_item(text)
}

/// How many links long enough to be headlines have a date in their line or right after it.
fn entries(outline: &Outline<'_>) -> usize {
    let dated = |line: &Line| ends_in_date(&line.text);
    outline
        .lines
        .windows(2)
        .filter(|pair| {
            let [line, next] = pair else { return false };
            is_item(line) && (dated(line) || (!is_item(next) && next.size < 60 && dated(next)))
        })
        .count()
}

/// Whether a date stands apart from the links of a list, as an article's does.
fn dated_by_itself(outline: &Outline<'_>) -> bool {
    outline.lines.windows(2).any(|pair| {
        let [before, line] = pair else { return false };
        !is_item(before) && !is_item(line) && is_mostly_date(&line.text)
    })
}

/// Whether a line leads through the pages of a list.
fn turns_pages(line: &Line) -> bool {
    static TURNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"共\s*\d+\s*[页頁]|\d+\s*条记录|(?:尾|末|最[后後]一)[页頁]|[上前]一[页頁].{0,80}[下后後]一[页頁]|首页.{0,60}下一页|第\s*\d+\s*/\s*\d+\s*页").ok()
    });
    line.size < 200
        && TURNS
            .as_ref()
            .is_some_and(|turns| turns.is_match(&line.text))
}

/// Whether the page leads to the articles before and after it.
fn ends_like_article(outline: &Outline<'_>) -> bool {
    static NEIGHBOURS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\s*[【\[]?(?:上|下|前|后)一?[篇条则个]").ok());
    outline.lines.iter().any(|line| {
        NEIGHBOURS
            .as_ref()
            .is_some_and(|neighbours| neighbours.is_match(&line.text))
    })
}
