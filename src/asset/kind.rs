//! What kind of picture bytes are, and how large it is: by its first bytes, never by decoding it.

/// A kind of picture that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
    /// HEIC.
    Heic,
    /// Windows bitmap.
    Bmp,
    /// SVG: a document that may hold scripts.
    Svg,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Webp,
        Self::Avif,
        Self::Heic,
        Self::Bmp,
        Self::Svg,
    ];

    /// Its name in rules files, which is also the usual ending of such a file's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Heic => "heic",
            Self::Bmp => "bmp",
            Self::Svg => "svg",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::Bmp => "image/bmp",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The kind called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "jpg" => Some(Self::Jpeg),
            _ => Self::ALL.into_iter().find(|kind| kind.name() == name),
        }
    }

    /// The kind with the media type `text`.
    pub fn from_media_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media_type() == text)
    }

    /// Whether it may hold scripts, so that it is not to be opened as a page.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Svg)
    }
}

/// What a picture is by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its kind.
    pub kind: Kind,
    /// Width and height in pixels, where its headers tell.
    pub size: Option<(u32, u32)>,
}

/// So much of a picture is looked at for its size; what precedes it in sane files is less.
const HEADER_BYTES: usize = 1 << 20;

/// So much of a text is looked at for the beginning of an SVG.
const PROLOGUE_BYTES: usize = 64 << 10;

/// What picture `body` is; nothing where it is none.
pub fn look(body: &[u8]) -> Option<Picture> {
    let kind = kind(body)?;
    let size = match kind {
        Kind::Svg => None,
        _ => size(body),
    };
    Some(Picture { kind, size })
}

fn size(body: &[u8]) -> Option<(u32, u32)> {
    let head = body.get(..HEADER_BYTES).unwrap_or(body);
    let size = imagesize::blob_size(head).ok()?;
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0);
    side(size.width).zip(side(size.height))
}

fn kind(body: &[u8]) -> Option<Kind> {
    let at = |place: usize, magic: &[u8]| {
        body.get(place..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if at(0, b"\xFF\xD8\xFF") {
        Some(Kind::Jpeg)
    } else if at(0, b"\x89PNG\r\n\x1A\n") {
        Some(Kind::Png)
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some(Kind::Gif)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(Kind::Webp)
    } else if at(4, b"ftypavif") || at(4, b"ftypavis") {
        Some(Kind::Avif)
    } else if at(4, b"ftypheic") || at(4, b"ftypheix") || at(4, b"ftypmif1") {
        Some(Kind::Heic)
    } else if at(0, b"BM") && at(6, &[0; 4]) {
        Some(Kind::Bmp)
    } else {
        is_svg(body).then_some(Kind::Svg)
    }
}

/// Whether the first element of a document is `<svg>`.
fn is_svg(body: &[u8]) -> bool {
    let head = body.get(..PROLOGUE_BYTES).unwrap_or(body);
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let text = String::from_utf8_lossy(head);
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if starts_with_doctype(rest) {
            let has_subset = rest
                .find(['[', '>'])
                .is_some_and(|place| rest.get(place..).is_some_and(|at| at.starts_with('[')));
            if has_subset { "]>" } else { ">" }
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else {
            return false;
        };
        rest = after.trim_start();
    }
    let name = rest
        .strip_prefix("<svg:svg")
        .or_else(|| rest.strip_prefix("<svg"));
    name.and_then(|after| after.chars().next())
        .is_some_and(|next| next.is_whitespace() || matches!(next, '>' | '/'))
}

/// `<!DOCTYPE svg …>`, not that of a web page.
fn starts_with_doctype(text: &str) -> bool {
    let declares = text
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
    declares
        && text
            .get(9..)
            .is_some_and(|after| after.trim_start().starts_with("svg"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The first bytes of a PNG of that size.
    pub(in super::super) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1A\n\x00\x00\x00\x0DIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(*b"\x08\x02\x00\x00\x00\x00\x00\x00\x00");
        bytes
    }

    fn gif(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"GIF89a".to_vec();
        bytes.extend(width.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        bytes.extend(*b"\x80\x00\x00");
        bytes
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes =
            b"\xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00".to_vec();
        bytes.extend(*b"\xFF\xC0\x00\x11\x08");
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(*b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01");
        bytes
    }

    fn webp(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\x16\x00\x00\x00WEBPVP8X\x0A\x00\x00\x00\x00\x00\x00\x00".to_vec();
        bytes.extend(&(width - 1).to_le_bytes()[..3]);
        bytes.extend(&(height - 1).to_le_bytes()[..3]);
        bytes
    }

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        let check = |bytes: &[u8], expected: Option<(Kind, Option<(u32, u32)>)>| {
            let found = look(bytes).map(|picture| (picture.kind, picture.size));
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(bytes));
        };
        check(&png(640, 480), Some((Kind::Png, Some((640, 480)))));
        check(&gif(320, 200), Some((Kind::Gif, Some((320, 200)))));
        check(&jpeg(1200, 800), Some((Kind::Jpeg, Some((1200, 800)))));
        check(&webp(900, 600), Some((Kind::Webp, Some((900, 600)))));
        // cut off before its size
        check(b"\xFF\xD8\xFF\xE0\x00\x10JF", Some((Kind::Jpeg, None)));
        check(b"\x89PNG\r\n\x1A\n", Some((Kind::Png, None)));
        check(&png(0, 480), Some((Kind::Png, None)));
        check(
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            Some((Kind::Svg, None)),
        );
        check(
            b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- drawn --><!DOCTYPE svg PUBLIC 'a' 'b'>\n<svg>",
            Some((Kind::Svg, None)),
        );
        check(
            b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>",
            Some((Kind::Svg, None)),
        );
        for other in [
            b"".as_slice(),
            b"BM",
            b"<html><body><svg></svg>",
            b"<!DOCTYPE html><svg>",
            b"<!-- never ends <svg>",
            b"<svgx>",
            b"<?xml version='1.0'?><rss>",
            b"{\"error\": 403}",
            b"\x00\x00\x01\x00\x01\x00\x10\x10",
            b"%PDF-1.7",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn names_and_media_types_lead_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(Kind::from_media_type(kind.media_type()), Some(kind));
        }
        assert_eq!(Kind::from_name("jpg"), Some(Kind::Jpeg));
        assert_eq!(Kind::from_name("exe"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_looked_at(body: Vec<u8>, start in 0..4_usize) {
            let magic: [&[u8]; 4] = [b"", b"\xFF\xD8\xFF", b"\0\0\0\x1Cftypavif", b"RIFF\0\0\0\0WEBP"];
            let body = [magic[start], &body].concat();
            let _looked = look(&body);
        }
    }
}
