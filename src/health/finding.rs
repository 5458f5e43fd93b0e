//! What a person should know of a site.

/// What a finding is about, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// A crawl is meant to visit it and never did.
    NeverLooked,
    /// A crawl is meant to visit it again and did not for long.
    Overdue,
    /// It is asked and gives nothing.
    Barren,
    /// Too many of its pages fail.
    Failing,
    /// Its last day of news lies unusually far before it was last had.
    Silent,
    /// A field that its articles used to give has stopped coming.
    FieldStopped,
    /// A host of it is left alone.
    Resting,
    /// A robots.txt of it cannot be had.
    RobotsUnreachable,
}

impl FindingKind {
    /// The kind's name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverLooked => "never-looked-at",
            Self::Overdue => "overdue",
            Self::Barren => "barren",
            Self::Failing => "failing",
            Self::Silent => "silent",
            Self::FieldStopped => "field-stopped",
            Self::Resting => "resting",
            Self::RobotsUnreachable => "robots-unreachable",
        }
    }

    /// Whether a person has to see to it; the rest passes by itself or shows as another finding.
    pub const fn is_wrong(self) -> bool {
        !matches!(self, Self::Resting | Self::RobotsUnreachable)
    }
}

/// What a person should know of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// In words.
    pub message: String,
}

impl Finding {
    /// A finding in these words.
    pub const fn new(kind: FindingKind, message: String) -> Self {
        Self { kind, message }
    }
}
