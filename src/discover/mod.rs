//! List pages in, article URLs and next pages out.

use crate::model::{PageKind, PageUrl};

/// A page that another one leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, canonical.
    pub url: PageUrl,
    /// Its text.
    pub text: String,
    /// What it is expected to be.
    pub kind: PageKind,
}
