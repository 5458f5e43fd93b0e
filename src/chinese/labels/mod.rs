//! The labels that introduce a field (来源：, 发布时间, 次浏览), and the words around them that must
//! end a value without giving one.
//!
//! [`find_all`] reads a line once and reports each label with what stands around it. A label is
//! known by its simplified spelling; traditional (來源), mixed (發布) and annotated (來(lái)源)
//! spellings, full-width letters, and blanks between the characters (来　源) are folded into it.
//! Whether 来源 in the middle of 收入来源是门票 is a label is for the caller to decide:
//! [`Found::firm`] says what speaks for it.

mod find;
mod table;
mod trie;
mod words;

use std::ops::Range;

pub use find::find_all;
pub use words::{is_placeholder, is_prev_next, is_share_or_tool, placeholders};

/// What a label introduces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LabelKind {
    /// 来源, 稿源, 转载自: the outlet.
    Source,
    /// 作者, 记者, 文/.
    Author,
    /// 责任编辑, 责编, 编辑.
    Editor,
    /// 发布时间, 日期.
    PublishTime,
    /// 更新时间, 添加时间, 成文日期: a date of the text that counts where it is the only one.
    UpdateTime,
    /// 浏览次数, 次阅读.
    Views,
    /// 摘要, 核心提示.
    Summary,
    /// A label of something else (图片来源, 举办时间, 评论): it ends a value and gives none.
    Decoy,
    /// 分享到, 打印本页 and other tools of the page.
    Share,
    /// 上一篇, 下一篇.
    PrevNext,
}

/// What stands between a label and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Separator {
    /// A colon, slash or bracket.
    Mark,
    /// Blanks or a line break only.
    Space,
    /// Nothing: the next character touches the label.
    None,
    /// The text ends with the label, as when the value is in the next element.
    End,
}

/// A label in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it introduces.
    pub kind: LabelKind,
    /// Where the label begins, with the count before it where there is one: here the value before
    /// ends.
    pub start: usize,
    /// Where its value begins: after the label and its separator.
    pub end: usize,
    /// The label as the table spells it, in simplified characters without blanks.
    pub label: &'static str,
    /// What follows the label.
    pub separator: Separator,
    /// Whether it begins the text or follows a blank, a mark, a date, a number or another label.
    pub at_boundary: bool,
    /// The count printed before a label of views: `5476` of `5476 次浏览`. Such a label has no
    /// value after it.
    pub number_before: Option<Range<usize>>,
    /// Whether what stands around it makes it a label beyond prose: a mark after it, blanks on both
    /// sides, or the date or number it announces.
    pub firm: bool,
}
