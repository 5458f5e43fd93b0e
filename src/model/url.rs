//! Addresses: the URL of a page, the host it is asked of, the site it belongs to.

use std::fmt;

use url::Url;

/// An absolute `http` or `https` URL with a host, without fragment or credentials.
///
/// Which spellings are one page is decided in `canon/`; this type only guarantees that a request
/// can be made of it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageUrl(Url);

/// Why a text cannot be the address of a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not a URL at all, or a relative one.
    #[error("read `{text}` as a URL: {reason}; write it whole, as in https://www.example.cn/news/")]
    Malformed {
        /// What was given.
        text: String,
        /// What the URL parser said.
        reason: String,
    },
    /// A scheme that is not fetched.
    #[error("use `{text}`: only http and https are fetched, not {scheme}")]
    Scheme {
        /// What was given.
        text: String,
        /// Its scheme.
        scheme: String,
    },
}

impl PageUrl {
    /// Reads an absolute URL as the WHATWG standard does; fragment and credentials are dropped.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let url = Url::parse(text.trim()).map_err(|refused| UrlError::Malformed {
            text: text.to_owned(),
            reason: refused.to_string(),
        })?;
        Self::from_url(url)
    }

    /// The page at `url`; fragment and credentials are dropped.
    pub fn from_url(mut url: Url) -> Result<Self, UrlError> {
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            let (text, scheme) = (url.to_string(), url.scheme().to_owned());
            return Err(UrlError::Scheme { text, scheme });
        }
        url.set_fragment(None);
        // both only fail on URLs without a host, refused above
        let _cannot_fail = url.set_username("");
        let _cannot_fail = url.set_password(None);
        Ok(Self(url))
    }

    /// Resolves `reference` (an `href`, a `Location`) against this page.
    pub fn join(&self, reference: &str) -> Result<Self, UrlError> {
        let url = self
            .0
            .join(reference.trim())
            .map_err(|refused| UrlError::Malformed {
                text: reference.to_owned(),
                reason: refused.to_string(),
            })?;
        Self::from_url(url)
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The parsed URL.
    pub const fn as_url(&self) -> &Url {
        &self.0
    }

    /// The host that is asked for this page.
    pub fn host(&self) -> HostKey {
        let name = self.0.host_str().unwrap_or_default().trim_end_matches('.');
        HostKey(
            self.0
                .port()
                .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")),
        )
    }

    /// `scheme://host[:port]`, the unit that one robots.txt speaks for (RFC 9309, 2.3).
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

impl fmt::Display for PageUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for PageUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The host whose clock a request passes: the lower-case name, with the port where it is not the
/// scheme's own. `http` and `https` on their own ports share one clock.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostKey(String);

impl HostKey {
    /// A key read back from where it was kept.
    pub fn from_kept(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A site as the archive knows it: the stem of its rules file, or the host of an ad-hoc start URL.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(String);

impl SiteId {
    /// The site called `key`.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for SiteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_what_is_no_part_of_a_page_address() {
        let page = PageUrl::parse(" http://me:secret@Expo.Example.CN:80/a?b=1#top ").expect("url");
        assert_eq!(page.as_str(), "http://expo.example.cn/a?b=1");
        assert_eq!(page.host().as_str(), "expo.example.cn");
    }

    #[test]
    fn a_port_of_its_own_is_a_host_of_its_own() {
        let page = PageUrl::parse("http://127.0.0.1:8017/").expect("url");
        assert_eq!(page.host().as_str(), "127.0.0.1:8017");
        assert_eq!(page.origin(), "http://127.0.0.1:8017");
    }

    #[test]
    fn other_schemes_are_refused_by_name() {
        for text in [
            "file:///etc/passwd",
            "javascript:void(0)",
            "mailto:a@example.cn",
            "/news",
        ] {
            assert!(PageUrl::parse(text).is_err(), "{text}");
        }
    }
}
