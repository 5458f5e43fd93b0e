//! Which page a URL is: the key that every spelling of it shares.

use crate::model::PageUrl;

/// The key a page is kept under.
pub(super) fn urlkey(url: &PageUrl) -> String {
    url.as_str().to_owned()
}
