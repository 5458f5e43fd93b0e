//! The kinds of events.

/// What happened to an article, as far as somebody may want to hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// It is found by a search that did not find it before.
    New,
    /// A look saw another version than the look before.
    Edited,
    /// A second look in a row found its page gone.
    Gone,
    /// It is there again after it was gone.
    Back,
    /// Its view count jumped.
    Views,
}

impl EventKind {
    /// Every kind, in the order in which those of one look are told.
    pub const ALL: [Self; 5] = [Self::Back, Self::New, Self::Edited, Self::Gone, Self::Views];

    /// Its name in the archive, in JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Edited => "edited",
            Self::Gone => "gone",
            Self::Back => "back",
            Self::Views => "views",
        }
    }

    /// The kind called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
