//! The demo site: an invented exhibition company's news, read from `site/site.toml`.
//!
//! A round is one state of the site. In round 1 it is as first published; in round 2 an article
//! has been edited, one withdrawn, one added, and every counter has moved.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use serde::Deserialize;

const INDEX: &str = include_str!("site/site.toml");
const ROBOTS: &str = include_str!("site/robots.txt");

const LAYOUTS: [(&str, &str); 9] = [
    ("300cn", include_str!("site/layouts/300cn.html")),
    ("annotated", include_str!("site/layouts/annotated.html")),
    ("asp", include_str!("site/layouts/asp.html")),
    ("dedecms", include_str!("site/layouts/dedecms.html")),
    ("list", include_str!("site/layouts/list.html")),
    ("metinfo", include_str!("site/layouts/metinfo.html")),
    ("plain", include_str!("site/layouts/plain.html")),
    ("traditional", include_str!("site/layouts/traditional.html")),
    ("wordpress", include_str!("site/layouts/wordpress.html")),
];

/// One answer of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Served {
    /// The status.
    pub status: u16,
    /// `Content-Type`, where there is a body.
    pub content_type: Option<String>,
    /// `Location`, where it redirects.
    pub location: Option<String>,
    /// The body, in the page's own encoding.
    pub body: Vec<u8>,
}

/// The site's pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    home: String,
    #[serde(rename = "robots")]
    _robots: String,
    gone: Sheet,
    page: Vec<Page>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    layout: String,
    charset: String,
    content_type: String,
    title: String,
    body: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    path: String,
    #[serde(default)]
    layout: String,
    #[serde(default)]
    charset: String,
    #[serde(default)]
    content_type: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    views: Option<u64>,
    #[serde(default)]
    views_per_round: u64,
    #[serde(default)]
    values: BTreeMap<String, String>,
    since: Option<u32>,
    edit: Option<Edit>,
    withdrawn: Option<Withdrawn>,
    redirect: Option<Redirect>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    round: u32,
    before: String,
    after: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    round: u32,
    status: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Redirect {
    to: String,
    status: u16,
}

impl Site {
    /// The shipped site.
    pub(super) fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(INDEX)
    }

    /// The page a visitor starts from.
    pub(super) fn home(&self) -> &str {
        &self.home
    }

    /// What `path` answers in `round`.
    pub(super) fn serve(&self, path: &str, round: u32) -> Served {
        if path == "/robots.txt" {
            return Served {
                status: 200,
                content_type: Some("text/plain".to_owned()),
                location: None,
                body: ROBOTS.as_bytes().to_vec(),
            };
        }
        let found = self.page.iter().find(|page| page.path == path);
        let Some(page) = found.filter(|page| page.since.is_none_or(|since| round >= since)) else {
            return self.gone(404);
        };
        if let Some(redirect) = &page.redirect {
            return Served {
                status: redirect.status,
                content_type: None,
                location: Some(redirect.to.clone()),
                body: Vec::new(),
            };
        }
        match &page.withdrawn {
            Some(withdrawn) if round >= withdrawn.round => self.gone(withdrawn.status),
            _ => page.serve(round),
        }
    }

    fn gone(&self, status: u16) -> Served {
        let Sheet {
            layout,
            charset,
            content_type,
            title,
            body,
        } = &self.gone;
        let text = layout_called(layout)
            .replace("{title}", title)
            .replace("{body}", body);
        Served {
            status,
            content_type: Some(content_type.clone()),
            location: None,
            body: encode(&text, charset),
        }
    }
}

impl Page {
    fn serve(&self, round: u32) -> Served {
        let views =
            self.views.unwrap_or(0) + self.views_per_round * u64::from(round.saturating_sub(1));
        let mut text = layout_called(&self.layout)
            .replace("{title}", &self.title)
            .replace("{body}", &self.body)
            .replace("{views}", &views.to_string());
        for (name, value) in &self.values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        if let Some(edit) = self.edit.as_ref().filter(|edit| round >= edit.round) {
            text = text.replace(&edit.before, &edit.after);
        }
        Served {
            status: 200,
            content_type: Some(self.content_type.clone()),
            location: None,
            body: encode(&text, &self.charset),
        }
    }
}

fn layout_called(name: &str) -> &'static str {
    LAYOUTS
        .iter()
        .find(|(layout, _)| *layout == name)
        .map_or("{body}", |(_, text)| text)
}

fn encode(text: &str, charset: &str) -> Vec<u8> {
    let encoding = Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    encoding.encode(text).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_two_edits_withdraws_adds_and_counts() {
        let site = Site::shipped().expect("the shipped site");
        let edited = site
            .page
            .iter()
            .find(|page| page.edit.is_some())
            .expect("an edit")
            .path
            .clone();
        assert_ne!(site.serve(&edited, 1).body, site.serve(&edited, 2).body);
        let statuses = |round| {
            let paths = site.page.iter().map(|page| page.path.as_str());
            paths
                .map(|path| site.serve(path, round).status)
                .collect::<Vec<_>>()
        };
        assert_ne!(statuses(1), statuses(2));
        assert!(statuses(1).contains(&301));
    }

    #[test]
    fn no_placeholder_is_left_unfilled() {
        let site = Site::shipped().expect("the shipped site");
        for page in &site.page {
            let body = site.serve(&page.path, 2).body;
            let encoding =
                Encoding::for_label(page.charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
            let text = encoding.decode(&body).0;
            for name in [
                "{title}", "{body}", "{views}", "{date}", "{source}", "{author}",
            ] {
                assert!(!text.contains(name), "{} leaves {name}", page.path);
            }
        }
    }
}
