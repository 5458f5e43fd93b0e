//! Which encoding a page is in: what was declared, unless the bytes contradict it.
//!
//! The order is the browsers': byte order mark, header, `<meta>`, detection. One step is our own:
//! an archive that keeps a page for good cannot show mojibake because a server was set up in
//! another language, so a declaration that the bytes refute is overruled, said so, and kept.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::label::{from_content_type, from_http_label};
use super::prescan::prescan;
use super::text::{decode_as, replace_private_use};
use super::{Decoded, Evidence};
use crate::model::Warning;

/// How much of a page the detector weighs. It costs a thousand times what decoding costs, so it is
/// shown what tells encodings apart: non-ASCII bytes, from the first one on, with what touches them.
const SAMPLE_BYTES: usize = 4 * 1024;

/// How many bytes on either side of a stretch of non-ASCII ones are weighed with it: the second
/// byte of a character may be ASCII, and letters beside one tell western languages apart.
const NEAR: usize = 3;

/// Below this many non-ASCII bytes (six Chinese characters) the detector guesses more than it knows.
const ENOUGH_TO_DETECT: usize = 12;

/// Below this many non-ASCII bytes nothing declared as a single-byte encoding is overruled.
const ENOUGH_TO_OVERRULE: usize = 40;

/// Three-byte characters (nearly all of Chinese) that must be seen before bytes count as UTF-8
/// against a declaration: one pair of GBK characters can look like two of them.
const ENOUGH_UTF_8: usize = 4;

/// Two-byte characters (western or Cyrillic) that must be seen for the same, and no broken one.
const ENOUGH_TWO_BYTE: usize = 12;

/// Places a declared encoding cannot read before another, which reads all of them, is believed.
const ENOUGH_BROKEN: usize = 8;

/// One broken character in this many is a cut summary, not another encoding.
const FORGIVEN_ONE_IN: usize = 50;

/// The text of `body`, and how its encoding was known. It never fails: what cannot be read becomes
/// U+FFFD, with a warning.
pub fn decode(body: &[u8], content_type: Option<&str>) -> Decoded {
    let mut warnings = Vec::new();
    let header = content_type
        .and_then(from_content_type)
        .filter(|label| !label.trim().is_empty());
    let from_header = header.and_then(from_http_label);
    if let (Some(label), None) = (header, from_header) {
        let message = format!("the header declares the unknown charset `{label}`");
        warnings.push(Warning::new("charset-unknown", message));
    }
    let meta = prescan(body);
    let declared = header
        .map(str::to_owned)
        .or_else(|| meta.as_ref().map(|meta| meta.label.clone()));

    let (encoding, evidence) = if let Some((encoding, _)) = Encoding::for_bom(body) {
        (encoding, Evidence::ByteOrderMark)
    } else {
        let claim = from_header
            .map(|encoding| (encoding, Evidence::HttpHeader))
            .or_else(|| meta.map(|meta| (meta.encoding, Evidence::Meta)));
        match claim {
            Some((claimed, evidence)) => match contradiction(body, claimed) {
                Some(seen) => {
                    let message = format!(
                        "declared as {} but the bytes are {}",
                        claimed.name(),
                        seen.name()
                    );
                    warnings.push(Warning::new("charset-overruled", message));
                    (seen, Evidence::Contradicted)
                }
                None => (claimed, evidence),
            },
            None => detect(body),
        }
    };

    let (mut text, had_errors) = decode_as(body, encoding);
    if had_errors {
        let count = broken(&text);
        let message = format!("{count} places could not be read as {}", encoding.name());
        warnings.push(Warning::new("undecodable-bytes", message));
    }
    if encoding == GBK || encoding == GB18030 {
        text = replace_private_use(text);
    }
    Decoded {
        text,
        encoding,
        evidence,
        declared,
        had_errors,
        warnings,
    }
}

/// The encoding of bytes that declare none.
fn detect(body: &[u8]) -> (&'static Encoding, Evidence) {
    let count = non_ascii(body);
    if count == 0 {
        return (UTF_8, Evidence::Default);
    }
    // told apart at a hundredth of what the detector costs
    if Utf8Tally::of_text(body).is_text() {
        return (UTF_8, Evidence::Detected);
    }
    let guess = guess(body, Utf8Detection::Allow);
    if guess == UTF_8 {
        return (UTF_8, Evidence::Detected);
    }
    if count >= ENOUGH_TO_DETECT {
        // the detector drops an encoding at the first byte it cannot read
        let scarred = guess.is_single_byte().then(|| chinese(body)).flatten();
        return (
            scarred.map_or(guess, |scarred| scarred.encoding),
            Evidence::Detected,
        );
    }
    // a handful of bytes: this is a crawler of Chinese pages
    let fallback = [GBK, BIG5]
        .into_iter()
        .find(|encoding| !encoding.decode_without_bom_handling(body).1)
        .unwrap_or(guess);
    (fallback, Evidence::Default)
}

/// The encoding the bytes are in, where that is certain and not what was declared.
fn contradiction(body: &[u8], claimed: &'static Encoding) -> Option<&'static Encoding> {
    let seen = |least: usize| {
        let is_enough = non_ascii(body) >= least;
        is_enough.then(|| chinese(body)).flatten()
    };
    if claimed == UTF_8 {
        let utf_8 = Utf8Tally::of(body);
        let is_refuted = utf_8.errors > utf_8.multi_byte;
        return is_refuted
            .then(|| seen(ENOUGH_TO_DETECT))
            .flatten()
            .map(|seen| seen.encoding);
    }
    if claimed == UTF_16LE || claimed == UTF_16BE {
        // markup in UTF-16 is half zeros
        let start = body.get(..512).unwrap_or(body);
        return (start.contains(&b'<') && !start.contains(&0)).then(|| detect(body).0);
    }
    if Utf8Tally::of_text(body).is_text() {
        return Some(UTF_8);
    }
    if claimed == WINDOWS_1252 {
        // what servers declare that were never told otherwise; it can read any byte
        return seen(ENOUGH_TO_OVERRULE).map(|seen| seen.encoding);
    }
    let broken = broken(&decode_as(body, claimed).0);
    if broken < ENOUGH_BROKEN {
        return None;
    }
    seen(ENOUGH_TO_OVERRULE)
        .filter(|seen| !same_family(claimed, seen.encoding) && broken > 10 * seen.broken)
        .map(|seen| seen.encoding)
}

/// A Chinese encoding, and how many places it cannot read.
struct Scarred {
    encoding: &'static Encoding,
    broken: usize,
}

/// GBK or Big5 where the detector says so. A page of it may have a few broken places, as where a
/// summary was cut in the middle of a character: the detector is shown the rest.
fn chinese(body: &[u8]) -> Option<Scarred> {
    [GBK, BIG5].into_iter().find_map(|encoding| {
        let (text, had_errors) = decode_as(body, encoding);
        let broken = broken(&text);
        let is_read = if had_errors {
            let few = broken * FORGIVEN_ONE_IN <= non_ascii(body) / 2;
            few && {
                let whole = text.replace('\u{FFFD}', "");
                let (rest, ..) = encoding.encode(&whole);
                same_family(guess(&rest, Utf8Detection::Deny), encoding)
            }
        } else {
            same_family(guess(body, Utf8Detection::Deny), encoding)
        };
        is_read.then_some(Scarred { encoding, broken })
    })
}

fn broken(text: &str) -> usize {
    text.matches('\u{FFFD}').count()
}

fn same_family(one: &'static Encoding, other: &'static Encoding) -> bool {
    let plain = |encoding| if encoding == GB18030 { GBK } else { encoding };
    plain(one) == plain(other)
}

/// No top-level domain is given to the detector: it would take it for certain and call every Big5
/// page under `.cn` GBK.
fn guess(body: &[u8], utf_8: Utf8Detection) -> &'static Encoding {
    let (sample, is_all) = sample(body);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let _has_non_ascii = detector.feed(&sample, is_all);
    detector.guess(None, utf_8)
}

/// What the detector is shown, and whether that reaches to the end: long stretches of markup lose
/// their middle.
fn sample(body: &[u8]) -> (Vec<u8>, bool) {
    let ascii_at = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii()).count();
    let (_, mut rest) = body.split_at(ascii_at(body));
    let mut sample = Vec::new();
    while sample.len() < SAMPLE_BYTES && !rest.is_empty() {
        let strange = rest.iter().take_while(|byte| !byte.is_ascii()).count();
        let (stretch, after) = rest.split_at(strange.min(SAMPLE_BYTES));
        let (markup, after) = after.split_at(ascii_at(after));
        sample.extend_from_slice(stretch);
        if markup.len() > 2 * NEAR {
            let (near, far) = markup.split_at(NEAR);
            sample.extend_from_slice(near);
            sample.extend_from_slice(far.split_at(far.len() - NEAR).1);
        } else {
            sample.extend_from_slice(markup);
        }
        rest = after;
    }
    (sample, rest.is_empty())
}

fn non_ascii(body: &[u8]) -> usize {
    count_from(body, 0x80)
}

/// How many bytes are `least` or more. Blocks let the compiler count many at once.
fn count_from(bytes: &[u8], least: u8) -> usize {
    const MOST: usize = 255;
    let in_block = |block: &[u8]| {
        let count = |sum: u8, byte: &u8| sum + u8::from(*byte >= least);
        usize::from(block.iter().fold(0, count))
    };
    bytes.chunks(MOST).map(in_block).sum()
}

/// How much of a body is UTF-8.
#[derive(Debug, Default, PartialEq, Eq)]
struct Utf8Tally {
    multi_byte: usize,
    three_byte: usize,
    errors: usize,
}

impl Utf8Tally {
    fn of(body: &[u8]) -> Self {
        Self::read(body, false)
    }

    /// The same, given up where the rest can no longer make it text.
    fn of_text(body: &[u8]) -> Self {
        Self::read(body, true)
    }

    fn read(body: &[u8], gives_up: bool) -> Self {
        let mut tally = Self::default();
        let mut rest = body;
        // several times faster than asking for chunks
        while let Err(error) = std::str::from_utf8(rest) {
            let (valid, broken) = rest.split_at(error.valid_up_to());
            tally.count(valid);
            tally.errors += 1;
            rest = error
                .error_len()
                .and_then(|length| broken.get(length..))
                .unwrap_or_default();
            if gives_up && tally.errors * FORGIVEN_ONE_IN > tally.three_byte + rest.len() / 3 {
                return tally;
            }
        }
        tally.count(rest);
        tally
    }

    /// Counts lead bytes, one for each character.
    fn count(&mut self, valid: &[u8]) {
        self.multi_byte += count_from(valid, 0xC0);
        self.three_byte += count_from(valid, 0xE0);
    }

    /// Chinese in UTF-8, but for the odd character that was cut in two; or something western.
    const fn is_text(&self) -> bool {
        (self.three_byte >= ENOUGH_UTF_8 && self.errors * FORGIVEN_ONE_IN <= self.three_byte)
            || (self.multi_byte >= ENOUGH_TWO_BYTE && self.errors == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str =
        "第十八届中国国际会展产业博览会将于今年九月在上海举行，欢迎新老客户光临。";
    const LONG: &str = "展会期间，主办方将同期举办论坛、采购对接会与新品发布会，预计吸引来自全球的专业观众。参展企业可登录官网查询展位图、搭建手册及物流服务，也可拨打组委会电话咨询。本届展会设有智能制造、绿色能源、医疗器械、食品机械等专题展区，展出面积较上届增长三成，众多龙头企业携最新产品亮相，为行业发展注入新的动力。";
    const TRADITIONAL: &str =
        "第十八屆臺北國際電腦展覽會將於今年六月在南港展覽館舉行，歡迎各界人士參觀。";

    fn bytes(encoding: &'static Encoding, page: &str) -> Vec<u8> {
        encoding.encode(page).0.into_owned()
    }

    fn check(
        body: &[u8],
        content_type: Option<&str>,
        expected: (&'static Encoding, Evidence, Option<&str>),
    ) -> Decoded {
        let decoded = decode(body, content_type);
        assert_eq!(
            (
                decoded.encoding,
                decoded.evidence,
                decoded.declared.as_deref()
            ),
            expected,
            "{}",
            decoded.text
        );
        decoded
    }

    #[test]
    fn what_is_declared_is_followed_in_order() {
        let page = format!("<meta charset=gb2312><p>{SENTENCE}");
        let body = bytes(GBK, &page);
        let decoded = check(&body, None, (GBK, Evidence::Meta, Some("gb2312")));
        assert_eq!(decoded.text, page);
        assert_eq!(decoded.warnings, []);
        check(
            &body,
            Some("text/html; charset=GBK"),
            (GBK, Evidence::HttpHeader, Some("GBK")),
        );
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend(page.as_bytes());
        let decoded = check(
            &marked,
            Some("text/html; charset=gbk"),
            (UTF_8, Evidence::ByteOrderMark, Some("gbk")),
        );
        assert_eq!(decoded.text, page);
    }

    #[test]
    fn an_unknown_label_is_told_and_passed_over() {
        let body = bytes(GBK, &format!("<p>{SENTENCE}"));
        let decoded = check(
            &body,
            Some("text/html; charset=ISO-88509-1"),
            (GBK, Evidence::Detected, Some("ISO-88509-1")),
        );
        assert_eq!(decoded.warnings[0].kind, "charset-unknown");
        check(
            &body,
            Some("text/html; charset=unicode"),
            (GBK, Evidence::Detected, Some("unicode")),
        );
    }

    #[test]
    fn undeclared_bytes_are_weighed() {
        for (encoding, sentence) in [(GBK, SENTENCE), (BIG5, TRADITIONAL), (UTF_8, SENTENCE)] {
            let body = bytes(encoding, &format!("<p>{sentence}"));
            let decoded = check(&body, None, (encoding, Evidence::Detected, None));
            assert!(decoded.text.ends_with(sentence));
        }
        check(b"<p>plain", None, (UTF_8, Evidence::Default, None));
        check(&bytes(GBK, "<p>会展"), None, (GBK, Evidence::Default, None));
        check(
            &bytes(UTF_8, "<p>会展"),
            None,
            (UTF_8, Evidence::Detected, None),
        );
    }

    #[test]
    fn bytes_overrule_a_declaration_they_refute() {
        for (declared, real, sentence) in [
            ("gb2312", UTF_8, SENTENCE),
            ("big5", UTF_8, TRADITIONAL),
            ("utf-8", GBK, SENTENCE),
            ("utf-8", BIG5, TRADITIONAL),
            (
                "gbk",
                UTF_8,
                "Größe, Gebühr, Prüfung, Füße, Höhe, Länge, für über tausend Käufer, täglich geöffnet, übrigens günstig.",
            ),
            ("big5", GBK, &LONG.repeat(10)),
            ("ISO-8859-1", GBK, SENTENCE),
            ("ISO-8859-1", UTF_8, SENTENCE),
            ("utf-16", UTF_8, SENTENCE),
        ] {
            let body = bytes(real, &format!("<p>{sentence}"));
            let header = format!("text/html; charset={declared}");
            let decoded = check(
                &body,
                Some(&header),
                (real, Evidence::Contradicted, Some(declared)),
            );
            assert!(decoded.text.ends_with(sentence), "{declared}");
            assert_eq!(decoded.warnings[0].kind, "charset-overruled");
        }
    }

    #[test]
    fn weak_evidence_overrules_nothing() {
        // two characters that are text in both encodings
        check(
            "<p>会展".as_bytes(),
            Some("text/html; charset=gbk"),
            (GBK, Evidence::HttpHeader, Some("gbk")),
        );
        let mut body = SENTENCE.repeat(3).into_bytes();
        body.extend(b"\xbb\xe1");
        let decoded = check(
            &body,
            Some("text/html; charset=utf-8"),
            (UTF_8, Evidence::HttpHeader, Some("utf-8")),
        );
        assert!(decoded.had_errors);
        assert_eq!(decoded.warnings[0].kind, "undecodable-bytes");
        let french = bytes(
            WINDOWS_1252,
            &"Les exposants présenteront leurs nouveautés à Canton, où l'été s'achève. ".repeat(20),
        );
        check(
            &french,
            Some("text/html; charset=iso-8859-1"),
            (WINDOWS_1252, Evidence::HttpHeader, Some("iso-8859-1")),
        );
    }

    #[test]
    fn a_scar_hides_no_encoding() {
        for (encoding, sentence) in [(GBK, SENTENCE), (BIG5, TRADITIONAL), (UTF_8, SENTENCE)] {
            let mut body = bytes(encoding, &sentence.repeat(9));
            body.extend(b"\xff</p>");
            check(&body, None, (encoding, Evidence::Detected, None));
            let evidence = Evidence::Contradicted;
            let header = Some("text/html; charset=iso-8859-1");
            check(&body, header, (encoding, evidence, Some("iso-8859-1")));
        }
    }

    #[test]
    fn a_summary_cut_in_the_middle_of_a_character_leaves_utf_8_what_it_is() {
        let mut body = SENTENCE.repeat(3).into_bytes();
        body.extend(b"\xe5\xb1</p>");
        check(
            &body,
            Some("text/html; charset=gb2312"),
            (UTF_8, Evidence::Contradicted, Some("gb2312")),
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(body: Vec<u8>, header in proptest::option::of(".{0,40}")) {
            let decoded = decode(&body, header.as_deref());
            let _length = decoded.text.len();
        }

        #[test]
        fn markup_like_bytes_are_read(body in "(<!--|<meta|charset|=|\"|'|/|>|<| |gbk|utf-8|http-equiv|content|content-type|x|<\\?xml|encoding|é){0,40}") {
            let _decoded = decode(body.as_bytes(), None);
        }
    }
}
