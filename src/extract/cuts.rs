//! What was taken off a text, and by which rule: noted where it is done, told to whoever asks.

/// Lines inside the article's element that are no part of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The rule that took them off.
    pub(super) by: CutRule,
    /// The lines.
    pub(super) lines: Vec<usize>,
}

/// Why lines inside an article's element are no part of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CutRule {
    /// Their element's names, or a site's rules, say that it is noise.
    NoiseName,
    /// Their element is a list of links.
    LinkList,
    /// The text was looked for outside of their element.
    Beside,
    /// They follow the heading of a legal notice or a cookie dialog.
    Notice,
    /// They follow a line that names or counts, after nearly all of the text.
    Described,
    /// They follow a line that opens what stands below an article: related news, neighbours.
    Aftermath,
    /// Little of worth after the last element that was taken out.
    Remnant,
    /// Breadcrumbs, legal lines or links at either end.
    Surroundings,
    /// Share bars and print buttons.
    Tool,
    /// They stand above the text, with the headline and the metadata.
    AboveText,
    /// A byline.
    Byline,
    /// They follow the heading of readers' comments.
    Comments,
    /// They follow the headline of another article.
    NextArticle,
    /// They follow the heading of the company's profile.
    Profile,
    /// Their element opens with the heading of related matter.
    Headed,
    /// Their element holds a field to fill in, and little else.
    Form,
    /// Their element holds teasers of other news.
    TeaserBox,
    /// They are comments or teasers, made alike one below the other.
    Alike,
    /// They stand outside the element with most of the text, and apart from it.
    Apart,
    /// They are posts that readers may answer one by one.
    Replies,
    /// They say who the author is.
    AboutAuthor,
    /// They point to other articles, between the paragraphs.
    Pointer,
    /// They ask readers to subscribe, to follow or to write.
    Invitation,
    /// They are signs that part or end the text.
    Ruling,
    /// A picture show holds them for another size of screen, or they are the headline again.
    Repetition,
    /// They are the abstract, which is a field of its own.
    Summary,
    /// They credit, and fill fields of their own.
    Credit,
}

impl CutRule {
    /// The rule's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoiseName => "noise-name",
            Self::LinkList => "link-list",
            Self::Beside => "beside",
            Self::Notice => "notice",
            Self::Described => "described",
            Self::Aftermath => "aftermath",
            Self::Remnant => "remnant",
            Self::Surroundings => "surroundings",
            Self::Tool => "tool",
            Self::AboveText => "above-text",
            Self::Byline => "byline",
            Self::Comments => "comments",
            Self::NextArticle => "next-article",
            Self::Profile => "profile",
            Self::Headed => "headed",
            Self::Form => "form",
            Self::TeaserBox => "teaser-box",
            Self::Alike => "alike",
            Self::Apart => "apart",
            Self::Replies => "replies",
            Self::AboutAuthor => "about-author",
            Self::Pointer => "pointer",
            Self::Invitation => "invitation",
            Self::Ruling => "ruling",
            Self::Repetition => "repetition",
            Self::Summary => "summary",
            Self::Credit => "credit",
        }
    }

    /// What it means, to read after the lines it took off.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoiseName => "in an element called noise by its names or the rules",
            Self::LinkList => "in a list of links",
            Self::Beside => "in a box beside the article",
            Self::Notice => "from a legal notice on",
            Self::Described => "from a line of names and counts on",
            Self::Aftermath => "from a heading of related matter on",
            Self::Remnant => "remnants after an element taken out",
            Self::Surroundings => "the page's own lines at either end",
            Self::Tool => "share and print tools",
            Self::AboveText => "above the text: headline and metadata",
            Self::Byline => "a byline",
            Self::Comments => "from the heading of comments on",
            Self::NextArticle => "from the next article's headline on",
            Self::Profile => "from the company's profile on",
            Self::Headed => "in a box under a heading of related matter",
            Self::Form => "in the box of a form",
            Self::TeaserBox => "in a box of teasers",
            Self::Alike => "comments or teasers, alike below the text",
            Self::Apart => "apart from the element with most of the text",
            Self::Replies => "posts that readers may answer",
            Self::AboutAuthor => "from a box about the author on",
            Self::Pointer => "links to other articles between the paragraphs",
            Self::Invitation => "invitations to subscribe, follow or write",
            Self::Ruling => "lines of signs",
            Self::Repetition => "shown once already",
            Self::Summary => "the abstract, a field of its own",
            Self::Credit => "credits, which fill fields of their own",
        }
    }
}
