//! Names of folders and files that every system takes, made of what pages say.

use std::collections::BTreeMap;

use crate::archive::Dossier;

/// Characters of a headline that a file's name has.
const LETTERS: usize = 32;

/// The names that were given.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Which folder each site has: two keys may look alike once they are names.
    sites: BTreeMap<String, String>,
}

/// Where an article stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The folder of its site.
    pub(super) site: String,
    /// The folder of its month in it, as 2026-06 or `undated`.
    pub(super) month: String,
    /// Its file, without an ending.
    pub(super) file: String,
}

impl Names {
    /// The name of an article. Its number makes it one of its own, and the same at every export.
    pub(super) fn of(&mut self, dossier: &Dossier) -> Name {
        let kept = &dossier.current;
        let article = &kept.reading.article;
        let (month, day) = match article.publish_time {
            Some(time) => (
                format!("{:04}-{:02}", time.date.year(), time.date.month()),
                format!("{:02}", time.date.day()),
            ),
            None => ("undated".to_owned(), "00".to_owned()),
        };
        let title = safe(article.title.as_deref().unwrap_or_default());
        let number = dossier.page.0;
        let file = if title.is_empty() {
            format!("{day}-{number}")
        } else {
            format!("{day}-{title}-{number}")
        };
        Name {
            site: self.site(kept.site.as_str()),
            month,
            file,
        }
    }

    fn site(&mut self, key: &str) -> String {
        if let Some(known) = self.sites.get(key) {
            return known.clone();
        }
        let plain = safe(key);
        // what systems keep for themselves (con, nul) is no name, nor is nothing
        let plain = format!("site-{plain}");
        let taken = |name: &String| {
            let name = name.to_lowercase();
            self.sites
                .values()
                .any(|other| other.to_lowercase() == name)
        };
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let name = std::iter::once(plain.clone())
            .chain(numbered)
            .find(|name| !taken(name))
            .unwrap_or_default();
        self.sites.insert(key.to_owned(), name.clone());
        name
    }
}

impl Name {
    /// Its folder.
    pub(super) fn folder(&self) -> String {
        format!("{}/{}", self.site, self.month)
    }
}

/// `text` in letters, digits and single dashes, and not too long: a name may have 255 bytes.
fn safe(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        let letter = if letter.is_alphanumeric() || letter == '.' && !name.is_empty() {
            letter
        } else {
            '-'
        };
        if letter != '-' || !name.ends_with('-') {
            name.push(letter);
        }
    }
    let cut: String = name
        .trim_matches(['-', '.'])
        .chars()
        .take(LETTERS)
        .collect();
    cut.trim_end_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_and_every_system_takes_it() {
        for (text, name) in [
            ("展会延期：公告（二）", "展会延期-公告-二"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", ""),
            ("a\\b:c*d?\"<>|\0\u{202e}", "a-b-c-d"),
            ("示例.展会.", "示例.展会"),
            ("127.0.0.1:8080", "127.0.0.1-8080"),
            (" ", ""),
        ] {
            assert_eq!(safe(text), name, "{text}");
        }
        assert_eq!(safe(&"展".repeat(500)).chars().count(), LETTERS);
    }

    #[test]
    fn sites_that_look_alike_have_folders_of_their_own() {
        let mut names = Names::default();
        assert_eq!(names.site("a:1"), "site-a-1");
        assert_eq!(names.site("A-1"), "site-A-1-2");
        assert_eq!(names.site("a:1"), "site-a-1");
        assert_eq!(names.site("nul"), "site-nul");
    }
}
