//! Why something that looked like a field's value is none.

use std::fmt;

use crate::model::Field;

/// Why something that looked like a field's value was not taken for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A rule's selector finds no element.
    NoElement,
    /// A rule's element has no such attribute.
    NoAttribute,
    /// A rule's label is not in its element.
    NoLabel,
    /// A rule's pattern is not in its element.
    NoMatch,
    /// Nothing stands there.
    Empty,
    /// Nothing follows the label in its line.
    EmptyLabel,
    /// The next label follows at once.
    NextLabel,
    /// No date can be read in it.
    NoDate,
    /// A month and a day without a year.
    NoYear,
    /// How long ago it was; a script may know the instant.
    Relative,
    /// A date of an event, or the first of several days.
    EventDate,
    /// A date of something else: of registration, of collection, of a comment.
    OtherDate,
    /// The date of the day on which the page is read.
    Today,
    /// A day that had not come when the page was received.
    Future,
    /// In a reader's comment.
    Comment,
    /// A date too far from its label.
    FarFromLabel,
    /// A date among the words of a text.
    InProse,
    /// A date that fills no line of its own.
    NotAlone,
    /// In an item of a list of links: of another article.
    ListItem,
    /// In an element whose names say that it is no part of the article.
    Noise,
    /// No number can be read in it.
    NoNumber,
    /// A count of something else: likes, downloads, comments.
    OtherCounter,
    /// A count of the site's readers.
    SiteCounter,
    /// The source of something else: of a picture, of data.
    OtherSource,
    /// The editor, who is no author.
    EditorLabel,
    /// Somebody with another part in it: who checked, who took the pictures.
    OtherRole,
    /// No name can be read in it: a sentence, a tool, too long.
    NotAName,
    /// Words beside a date that name no outlet: a column, a place.
    NotAnOutlet,
    /// An unlabelled name that is the author's already.
    AuthorsName,
    /// The site's own name, which a template puts everywhere.
    SiteName,
    /// Fewer or more words than an abstract has.
    Unfit,
    /// An abstract has no links.
    HoldsLink,
    /// Too long, or hardly a word.
    NoHeadline,
    /// A tool, a breadcrumb or a heading of related matter.
    PageFurniture,
    /// Weighs too little to be a headline.
    TooLight,
    /// The page is a list, which has no such field.
    ListPage,
}

impl Refusal {
    /// The reason's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoElement => "no-element",
            Self::NoAttribute => "no-attribute",
            Self::NoLabel => "no-label",
            Self::NoMatch => "no-match",
            Self::Empty => "empty",
            Self::EmptyLabel => "empty-label",
            Self::NextLabel => "next-label",
            Self::NoDate => "no-date",
            Self::NoYear => "no-year",
            Self::Relative => "relative",
            Self::EventDate => "event-date",
            Self::OtherDate => "other-date",
            Self::Today => "today",
            Self::Future => "future",
            Self::Comment => "comment",
            Self::FarFromLabel => "far-from-label",
            Self::InProse => "in-prose",
            Self::NotAlone => "not-alone",
            Self::ListItem => "list-item",
            Self::Noise => "noise",
            Self::NoNumber => "no-number",
            Self::OtherCounter => "other-counter",
            Self::SiteCounter => "site-counter",
            Self::OtherSource => "other-source",
            Self::EditorLabel => "editor-label",
            Self::OtherRole => "other-role",
            Self::NotAName => "not-a-name",
            Self::NotAnOutlet => "not-an-outlet",
            Self::AuthorsName => "authors-name",
            Self::SiteName => "site-name",
            Self::Unfit => "unfit",
            Self::HoldsLink => "holds-link",
            Self::NoHeadline => "no-headline",
            Self::PageFurniture => "page-furniture",
            Self::TooLight => "too-light",
            Self::ListPage => "list-page",
        }
    }

    /// One clause for a person.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoElement => "the selector finds no element",
            Self::NoAttribute => "the element has no such attribute",
            Self::NoLabel => "the label is not in the element",
            Self::NoMatch => "the pattern is not in the element",
            Self::Empty => "nothing stands there",
            Self::EmptyLabel => "nothing follows the label",
            Self::NextLabel => "the next label follows at once",
            Self::NoDate => "no date can be read in it",
            Self::NoYear => "month and day without a year",
            Self::Relative => "how long ago; a script may know the instant",
            Self::EventDate => "a date of an event",
            Self::OtherDate => "a date of something else",
            Self::Today => "the day on which the page is read",
            Self::Future => "a day that had not come when the page was received",
            Self::Comment => "in a reader's comment",
            Self::FarFromLabel => "the date stands too far from its label",
            Self::InProse => "a date among the words of a text",
            Self::NotAlone => "a date that fills no line of its own",
            Self::ListItem => "in an item of a list of links",
            Self::Noise => "in an element whose names say noise",
            Self::NoNumber => "no number can be read in it",
            Self::OtherCounter => "a count of something else",
            Self::SiteCounter => "a count of the site's readers",
            Self::OtherSource => "the source of something else",
            Self::EditorLabel => "the editor, who is no author",
            Self::OtherRole => "somebody with another part in it",
            Self::NotAName => "no name can be read in it",
            Self::NotAnOutlet => "words beside a date, but no outlet's name",
            Self::AuthorsName => "without a label, and the author's name already",
            Self::SiteName => "the site's own name",
            Self::Unfit => "too short or too long for an abstract",
            Self::HoldsLink => "an abstract holds no links",
            Self::NoHeadline => "too long, or hardly a word",
            Self::PageFurniture => "a tool, a breadcrumb or a heading of other matter",
            Self::TooLight => "weighs too little for a headline",
            Self::ListPage => "the page is a list and has no such field",
        }
    }

    /// Which field a label of something else may be mistaken for, and what it is instead.
    pub(super) fn of_decoy(label: &str) -> Option<(Field, Self)> {
        const COUNTS: [&str; 13] = [
            "下载",
            "评论",
            "回复",
            "点赞",
            "赞",
            "顶",
            "踩",
            "收藏",
            "转发数",
            "分享",
            "好评",
            "差评",
            "跟帖",
        ];
        // of a day or of the whole site, where they are none of the article
        const VIEWS: [&str; 8] = [
            "浏览", "阅读", "点击", "访问", "人气", "热度", "views", "hits",
        ];
        const ROLES: [&str; 18] = [
            "审核",
            "审稿",
            "审校",
            "校对",
            "初审",
            "复审",
            "终审",
            "签发",
            "监制",
            "主编",
            "总编",
            "策划",
            "制图",
            "摄影",
            "摄",
            "录入",
            "上传者",
            "翻译",
        ];
        const OTHERS: [&str; 20] = [
            "采集", "抓取", "注册", "当前", "现在", "北京", "打印", "到期", "登录", "评论", "回复",
            "拍摄", "成立", "出生", "生产", "营业", "工作", "服务", "实施", "有效",
        ];
        let opens = |words: &[&str]| words.iter().any(|word| label.starts_with(word));
        let is_date = label.contains("时间")
            || label.contains("日期")
            || ["报名截止", "有效期", "有效期至", "下次更新"].contains(&label);
        if is_date {
            let why = if opens(&OTHERS) {
                Self::OtherDate
            } else {
                Self::EventDate
            };
            Some((Field::PublishTime, why))
        } else if ["来源", "出处", "图源", "货源", "客源"]
            .iter()
            .any(|end| label.ends_with(end))
        {
            Some((Field::Source, Self::OtherSource))
        } else if opens(&COUNTS) || opens(&VIEWS) || label.ends_with("评论") || label == "粉丝"
        {
            Some((Field::Views, Self::OtherCounter))
        } else if opens(&ROLES) || label.ends_with("编辑") || label.ends_with("作者") {
            Some((Field::Author, Self::OtherRole))
        } else {
            None
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason())
    }
}
