//! What a page says of its own encoding, read from its first bytes before anything is decoded: the
//! HTML standard's prescan, then the XML declaration.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use super::label::{charset_parameter, from_label};

/// The standard looks into the first 1024 bytes and lets the parser change its mind at a `<meta>`
/// that comes later. Builders that open with a long comment or script need the second half of that.
const REACH_BYTES: usize = 64 * 1024;

/// What was found: the label as written, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The label, in lower case where it comes from a `<meta>`.
    pub label: String,
    /// As meant; a declared UTF-16 means UTF-8, since its reader just read ASCII.
    pub encoding: &'static Encoding,
}

/// The encoding that the page declares in a `<meta>` or an XML declaration.
pub fn prescan(bytes: &[u8]) -> Option<Declaration> {
    let bytes = bytes.get(..REACH_BYTES).unwrap_or(bytes);
    for (start, encoding) in [
        (b"<\0?\0x\0".as_slice(), UTF_16LE),
        (b"\0<\0?\0x", UTF_16BE),
    ] {
        if bytes.starts_with(start) {
            let label = encoding.name().to_owned();
            return Some(Declaration { label, encoding });
        }
    }
    Scan { bytes, position: 0 }
        .run()
        .or_else(|| xml_declaration(bytes))
}

fn declaration(label: &str) -> Option<Declaration> {
    // a quote inside is a tag gone wrong: browsers do not follow it, and weighing the bytes is safer
    if label.contains(['"', '\'']) {
        return None;
    }
    let encoding = match from_label(label)? {
        utf_16 if utf_16 == UTF_16LE || utf_16 == UTF_16BE => UTF_8,
        user if user == X_USER_DEFINED => WINDOWS_1252,
        other => other,
    };
    let label = label.trim().to_owned();
    Some(Declaration { label, encoding })
}

fn xml_declaration(bytes: &[u8]) -> Option<Declaration> {
    let inside = bytes.strip_prefix(b"<?xml")?;
    let end = inside.iter().position(|byte| *byte == b'>')?;
    let inside = inside.get(..end)?;
    let at = inside.windows(8).position(|window| window == b"encoding")?;
    let value = inside
        .get(at + 8..)?
        .trim_ascii_start()
        .strip_prefix(b"=")?;
    let (quote, value) = value.trim_ascii_start().split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let label = value.split(|byte| byte == quote).next()?;
    declaration(std::str::from_utf8(label).ok()?)
}

struct Scan<'a> {
    bytes: &'a [u8],
    position: usize,
}

/// Name and value.
type Attribute = (Vec<u8>, Vec<u8>);

/// The bytes ended in the middle of something: whatever it was is not taken.
struct Cut;

impl Scan<'_> {
    fn run(&mut self) -> Option<Declaration> {
        while self.position < self.bytes.len() {
            match self.step() {
                Ok(Some(found)) => return Some(found),
                Ok(None) => self.position += 1,
                Err(Cut) => return None,
            }
        }
        None
    }

    /// Looks at what stands at the position and leaves it on the last byte of that.
    fn step(&mut self) -> Result<Option<Declaration>, Cut> {
        let here = self.bytes.get(self.position..).unwrap_or_default();
        if here.starts_with(b"<!--") {
            // the two dashes of `<!-->` may be those of its opening
            self.position += 2;
            return self.skip_past(b"-->").map(|()| None);
        }
        let opening = here.get(1..5).unwrap_or_default();
        if here.starts_with(b"<")
            && opening.eq_ignore_ascii_case(b"meta")
            && here.get(5).is_some_and(|byte| ends_name(*byte))
        {
            self.position += 5;
            return self.meta();
        }
        match here {
            [b'<', b'/', letter, ..] | [b'<', letter, ..] if letter.is_ascii_alphabetic() => {
                self.position += 1;
                while !is_space(self.byte()?) && self.byte()? != b'>' {
                    self.position += 1;
                }
                while self.attribute()?.is_some() {}
                Ok(None)
            }
            [b'<', b'!' | b'/' | b'?', ..] => self.skip_past(b">").map(|()| None),
            _ => Ok(None),
        }
    }

    fn meta(&mut self) -> Result<Option<Declaration>, Cut> {
        let (mut seen_equivalent, mut seen_content, mut seen_charset) = (false, false, false);
        let mut is_content_type = false;
        // what was found, and whether it only counts beside `http-equiv`
        let mut found: Option<(Option<Declaration>, bool)> = None;
        while let Some((name, value)) = self.attribute()? {
            match name.as_slice() {
                b"http-equiv" if !seen_equivalent => {
                    seen_equivalent = true;
                    is_content_type |= value == b"content-type";
                }
                b"content" if !seen_content => {
                    seen_content = true;
                    let value = String::from_utf8_lossy(&value);
                    let declared = charset_parameter(&value).and_then(declaration);
                    if declared.is_some() && found.is_none() {
                        found = Some((declared, true));
                    }
                }
                b"charset" if !seen_charset => {
                    seen_charset = true;
                    found = Some((declaration(&String::from_utf8_lossy(&value)), false));
                }
                _ => {}
            }
        }
        Ok(found.and_then(|(declared, needs_equivalent)| {
            declared.filter(|_| is_content_type || !needs_equivalent)
        }))
    }

    /// The standard's "get an attribute": name and value in lower case; `None` at the tag's end,
    /// with the position on its `>`.
    fn attribute(&mut self) -> Result<Option<Attribute>, Cut> {
        while is_space(self.byte()?) || self.byte()? == b'/' {
            self.position += 1;
        }
        if self.byte()? == b'>' {
            return Ok(None);
        }
        let mut name = Vec::new();
        loop {
            match self.byte()? {
                b'=' if !name.is_empty() => break,
                b'/' | b'>' => return Ok(Some((name, Vec::new()))),
                space if is_space(space) => {
                    self.skip_spaces()?;
                    if self.byte()? != b'=' {
                        return Ok(Some((name, Vec::new())));
                    }
                    break;
                }
                byte => name.push(byte.to_ascii_lowercase()),
            }
            self.position += 1;
        }
        self.position += 1;
        self.skip_spaces()?;
        let value = self.value()?;
        Ok(Some((name, value)))
    }

    fn value(&mut self) -> Result<Vec<u8>, Cut> {
        let mut value = Vec::new();
        let quote = Some(self.byte()?).filter(|byte| matches!(byte, b'"' | b'\''));
        if quote.is_some() {
            self.position += 1;
        }
        loop {
            let byte = self.byte()?;
            match quote {
                Some(quote) if byte == quote => {
                    self.position += 1;
                    return Ok(value);
                }
                None if is_space(byte) || byte == b'>' => return Ok(value),
                _ => value.push(byte.to_ascii_lowercase()),
            }
            self.position += 1;
        }
    }

    fn byte(&self) -> Result<u8, Cut> {
        self.bytes.get(self.position).copied().ok_or(Cut)
    }

    fn skip_spaces(&mut self) -> Result<(), Cut> {
        while is_space(self.byte()?) {
            self.position += 1;
        }
        Ok(())
    }

    /// Moves to the last byte of the next `end`.
    fn skip_past(&mut self, end: &[u8]) -> Result<(), Cut> {
        let rest = self.bytes.get(self.position..).ok_or(Cut)?;
        let at = rest
            .windows(end.len())
            .position(|window| window == end)
            .ok_or(Cut)?;
        self.position += at + end.len() - 1;
        Ok(())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || byte == b'/'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expected: Option<&str>) {
        let found = prescan(page.as_bytes()).map(|declared| declared.encoding.name());
        assert_eq!(found, expected, "{page}");
    }

    #[test]
    fn reads_what_a_browser_reads() {
        check("<meta charset=gb2312>", Some("GBK"));
        check("<META/CHARSET='Big5'/>", Some("Big5"));
        check("<meta charset=\"GB2312;\">", Some("GBK"));
        check(
            "<meta content='text/html; charset=gb2312' http-equiv=Content-Type>",
            Some("GBK"),
        );
        check("<meta name=x content='text/html; charset=gb2312'>", None);
        check(
            "<!-- <meta charset=gbk> --><meta charset=utf-8>",
            Some("UTF-8"),
        );
        check("<!--><meta charset=gbk>", Some("GBK"));
        check("<a title='<meta charset=gbk>'>", None);
        check("<meta charset=utf-16>", Some("UTF-8"));
        check("<meta charset=x-user-defined>", Some("windows-1252"));
        check("<meta charset=nonsense><meta charset=gbk>", Some("GBK"));
        check("<meta charset=gbk", None);
        check("", None);
    }

    #[test]
    fn an_xml_declaration_counts_after_a_meta() {
        check("<?xml version='1.0' encoding='gb2312'?><html>", Some("GBK"));
        check("<?xml encoding = \"Big5\"?><meta charset=gbk>", Some("GBK"));
        check("<?xml version='1.0'?><html>", None);
        assert_eq!(
            prescan(b"<\0?\0x\0m\0l\0").map(|declared| declared.encoding),
            Some(UTF_16LE)
        );
    }

    #[test]
    fn a_late_meta_is_found() {
        let page = format!("<!-- {} --><meta charset=gbk>", "x".repeat(5000));
        check(&page, Some("GBK"));
        let page = format!("<!-- {} --><meta charset=gbk>", "x".repeat(REACH_BYTES));
        check(&page, None);
    }
}
