//! Lines to groups: which agent is told what.

use std::borrow::Cow;
use std::time::Duration;

use super::RobotsRules;
use super::pattern::Pattern;

/// The token of groups that speak to every agent without one of its own.
pub(super) const EVERYONE: &str = "*";

/// RFC 9309, 2.5: at least 500 KiB are to be read.
const LIMIT_BYTES: usize = 500 * 1024;

/// What one token is told in one place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// The product token in lower case, or [`EVERYONE`].
    pub(super) token: String,
    pub(super) rules: Vec<Rule>,
    pub(super) crawl_delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) pattern: Pattern,
    pub(super) allows: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    UserAgent,
    Allow,
    Disallow,
    CrawlDelay,
    Sitemap,
    Unknown,
}

/// The names of the fields and the misspellings that the large crawlers read as well.
const FIELDS: [(&str, Field); 16] = [
    ("user-agent", Field::UserAgent),
    ("useragent", Field::UserAgent),
    ("user agent", Field::UserAgent),
    ("allow", Field::Allow),
    ("disallow", Field::Disallow),
    ("dissallow", Field::Disallow),
    ("dissalow", Field::Disallow),
    ("disalow", Field::Disallow),
    ("diasllow", Field::Disallow),
    ("disallaw", Field::Disallow),
    ("crawl-delay", Field::CrawlDelay),
    ("crawldelay", Field::CrawlDelay),
    ("crawl delay", Field::CrawlDelay),
    ("sitemap", Field::Sitemap),
    ("site-map", Field::Sitemap),
    ("sitemaps", Field::Sitemap),
];

/// A colon, also the full-width one in UTF-8 and in GBK.
const COLONS: [&[u8]; 3] = [b":", b"\xef\xbc\x9a", b"\xa3\xba"];

pub(super) fn parse(bytes: &[u8]) -> RobotsRules {
    let bytes = bytes.get(..LIMIT_BYTES).unwrap_or(bytes);
    let unmarked = unmarked(bytes);
    let bytes = unmarked.as_ref();
    if bytes.trim_ascii_start().starts_with(b"<") {
        return RobotsRules {
            is_page: true,
            ..RobotsRules::default()
        };
    }
    let mut reader = Reader::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.split(|byte| *byte == b'\r')
            .for_each(|line| reader.line(line));
    }
    reader.rules.groups.append(&mut reader.current);
    reader.rules
}

/// Without the mark that an editor put in front. It names UTF-16, which is made UTF-8; all other
/// bytes are taken as they are, whatever they spell in a comment.
fn unmarked(bytes: &[u8]) -> Cow<'_, [u8]> {
    match encoding_rs::Encoding::for_bom(bytes) {
        None => Cow::Borrowed(bytes),
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            if encoding == encoding_rs::UTF_8 {
                Cow::Borrowed(rest)
            } else {
                let (text, _) = encoding.decode_without_bom_handling(rest);
                Cow::Owned(text.into_owned().into_bytes())
            }
        }
    }
}

/// The words of an agent's name that a token can be equal to, in lower case.
pub(super) fn agent_words(agent: &str) -> Vec<String> {
    agent
        .to_lowercase()
        .split(|character| !is_token_character(character))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[derive(Default)]
struct Reader {
    rules: RobotsRules,
    /// The group being read: one for each of its agents.
    current: Vec<Group>,
    /// Whether a further `User-agent` begins a new group.
    has_rules: bool,
    /// Whether the last line was a crawl delay.
    after_delay: bool,
}

impl Reader {
    fn line(&mut self, line: &[u8]) {
        let line = line
            .split(|byte| *byte == b'#')
            .next()
            .map(trim)
            .unwrap_or_default();
        if line.is_empty() {
            // To us a crawl delay is a rule like any other, but `User-agent` lines that follow it
            // at once join its group by RFC 9309, 2.2.4. The blank line tells which was meant.
            self.has_rules |= self.after_delay;
            self.after_delay = false;
            return;
        }
        let Some((field, value)) = field(line) else {
            return;
        };
        match field {
            Field::UserAgent => self.agent(value),
            Field::Allow | Field::Disallow => self.rule(value, field == Field::Allow),
            Field::CrawlDelay => {
                let delay = delay(value);
                for group in &mut self.current {
                    group.crawl_delay = group.crawl_delay.max(delay);
                }
            }
            // `Noindex: /path` is a rule that somebody obeys; a stray note is nothing
            Field::Unknown => self.has_rules |= value.starts_with(b"/"),
            Field::Sitemap => {
                let sitemap = String::from_utf8_lossy(value).into_owned();
                self.rules.sitemaps.push(sitemap);
            }
        }
        self.after_delay = field == Field::CrawlDelay;
    }

    fn agent(&mut self, value: &[u8]) {
        if self.has_rules {
            self.rules.groups.append(&mut self.current);
            self.has_rules = false;
        }
        let value = String::from_utf8_lossy(value);
        // a list is against the RFC, but its author means each of them
        for name in value.split(',') {
            self.current.extend(token(name).map(|token| Group {
                token,
                rules: Vec::new(),
                crawl_delay: None,
            }));
        }
    }

    fn rule(&mut self, path: &[u8], allows: bool) {
        // even an empty one ends the list of agents
        self.has_rules = true;
        if path.is_empty() {
            return;
        }
        let path = match path {
            [b'/' | b'*', ..] => path.to_vec(),
            relative => [b"/", relative].concat(),
        };
        let mut patterns = vec![Pattern::new(&path)];
        // who allows the index page means the folder, as Google reads it
        let folder = [b"index.html".as_slice(), b"index.htm"]
            .into_iter()
            .find_map(|name| path.strip_suffix(name))
            .filter(|folder| allows && folder.ends_with(b"/"));
        patterns.extend(folder.map(|folder| Pattern::new(&[folder, b"$"].concat())));
        for group in &mut self.current {
            group.rules.extend(patterns.iter().map(|pattern| Rule {
                pattern: pattern.clone(),
                allows,
            }));
        }
    }
}

/// The field of a line and its value.
fn field(line: &[u8]) -> Option<(Field, &[u8])> {
    let colon = line
        .iter()
        .position(|byte| matches!(byte, b':' | 0xef | 0xa3 | b'/'))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(colon)?;
    if let Some(value) = COLONS.iter().find_map(|colon| rest.strip_prefix(*colon)) {
        let name = trim(name);
        let field = FIELDS
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map_or(Field::Unknown, |(_, field)| *field);
        return Some((field, trim(value)));
    }
    // `disallow /path`, in lower case only: a capital begins a sentence
    FIELDS.iter().find_map(|(name, field)| {
        let value = line.strip_prefix(name.as_bytes())?;
        value
            .first()
            .is_some_and(u8::is_ascii_whitespace)
            .then(|| (*field, trim(value)))
    })
}

/// The token a `User-agent` value names: its first word, without a version.
fn token(name: &str) -> Option<String> {
    let name = name.trim();
    if name.split_whitespace().next() == Some(EVERYONE) || name == "＊" {
        return Some(EVERYONE.to_owned());
    }
    let end = name
        .find(|character| !is_token_character(character))
        .unwrap_or(name.len());
    let (token, _) = name.split_at_checked(end)?;
    (!token.is_empty()).then(|| token.to_lowercase())
}

fn is_token_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '*')
}

/// Seconds, with or without a fraction, whatever unit is written after them.
fn delay(value: &[u8]) -> Option<Duration> {
    let end = value
        .iter()
        .position(|byte| !(byte.is_ascii_digit() || *byte == b'.'))
        .unwrap_or(value.len());
    let digits = std::str::from_utf8(value.get(..end)?).ok()?;
    let seconds: f64 = digits.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Without spaces (also the ideographic one), tabs and the zero bytes some editors leave.
fn trim(mut text: &[u8]) -> &[u8] {
    const IDEOGRAPHIC: [&[u8]; 2] = ["\u{3000}".as_bytes(), b"\xa1\xa1"];
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0 || *byte == b'\x0b';
    loop {
        let before = text.len();
        while let [blank, rest @ ..] = text
            && is_blank(blank)
        {
            text = rest;
        }
        while let [rest @ .., blank] = text
            && is_blank(blank)
        {
            text = rest;
        }
        text = IDEOGRAPHIC
            .iter()
            .find_map(|space| text.strip_prefix(*space))
            .unwrap_or(text);
        if text.len() == before {
            return text;
        }
    }
}
