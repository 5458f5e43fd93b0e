//! Text that came from pages, made harmless for where it is written: it stays text, whatever it says.

use crate::model::PageUrl;

/// Addresses longer than this are not linked in messages with a limit.
pub(super) const LONGEST_LINK: usize = 500;

/// What no document may hold: control characters, which XML has no way to write, and marks that
/// turn the direction of writing or hide.
fn seen(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(|letter| match letter {
        '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fffe}'
        | '\u{ffff}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    })
}

/// For XML and HTML, in elements and in attributes.
pub(super) fn markup(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in seen(text) {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// For `CommonMark` and GitHub's: every sign that may be escaped is, so no sign acts, no address is
/// linked by itself and nobody is mentioned.
pub(super) fn common_mark(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in seen(text) {
        if letter.is_ascii_punctuation() {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

/// For the messages of chat services, each of which understands another part of Markdown and none of
/// which says how to escape it: signs that act anywhere are written full-width.
pub(super) fn chat(text: &str) -> String {
    let safe: String = seen(text)
        .map(|letter| match letter {
            '<' | '>' | '[' | ']' | '`' | '*' | '_' | '~' | '#' | '@' | '&' | '\\' | '|' | '!'
            | '{' | '}' => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or('\u{fffd}'),
            letter => letter,
        })
        .collect();
    // or an address in a headline would become a link by itself
    let mut rest = safe.replace("://", "：//");
    for prefix in ["www.", "WWW.", "Www."] {
        rest = rest.replace(prefix, &prefix.replace('.', "．"));
    }
    rest
}

/// An address as a link's target in any Markdown; none where it is too long for a message.
pub(super) fn target(url: &PageUrl) -> Option<String> {
    let text = url.as_str();
    if text.len() > LONGEST_LINK {
        return None;
    }
    let authority = text.find("://").map_or(0, |place| place + 3);
    let path = text
        .get(authority..)
        .and_then(|rest| rest.find('/'))
        .map_or(text.len(), |place| authority + place);
    let (site, path) = text.split_at_checked(path)?;
    let mut safe = site.to_owned();
    for letter in path.chars() {
        match letter {
            '(' | ')' | '<' | '>' | '[' | ']' | '"' | '\'' | '`' | '\\' | '|' | '*' | '{' | '}'
            | '^' | ' ' => safe.extend(format!("%{:02X}", u32::from(letter)).chars()),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    Some(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_in_markup() {
        assert_eq!(
            markup("a<b> & \"c\" 'd'\u{0}\u{b}\u{202e}\n"),
            "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;\u{fffd}\u{fffd}\u{fffd} "
        );
    }

    #[test]
    fn a_headline_forges_no_link_and_no_mention() {
        let forged = "[点我](https://evil.example/) <@all> @all <at id=all></at> www.evil.example";
        assert_eq!(
            common_mark(forged),
            "\\[点我\\]\\(https\\:\\/\\/evil\\.example\\/\\) \\<\\@all\\> \\@all \
             \\<at id\\=all\\>\\<\\/at\\> www\\.evil\\.example"
        );
        assert_eq!(
            chat(forged),
            "［点我］(https：//evil.example/) ＜＠all＞ ＠all ＜at id=all＞＜/at＞ www．evil.example"
        );
        assert_eq!(
            chat("# 标题 **粗** `x` &lt;"),
            "＃ 标题 ＊＊粗＊＊ ｀x｀ ＆lt;"
        );
    }

    #[test]
    fn an_address_does_not_end_its_link() {
        let check = |url: &str, expected: Option<&str>| {
            let url = PageUrl::parse(url).unwrap();
            assert_eq!(target(&url).as_deref(), expected);
        };
        check(
            "https://www.example.cn/a_(b).html?c='d'&e=[1]",
            Some("https://www.example.cn/a_%28b%29.html?c=%27d%27&e=%5B1%5D"),
        );
        check("http://[::1]:8080/x", Some("http://[::1]:8080/x"));
        check(&format!("https://www.example.cn/{}", "x".repeat(500)), None);
    }
}
