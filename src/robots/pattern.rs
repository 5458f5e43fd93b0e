//! Rule paths and URLs in one comparable spelling, and the match between them.

/// The path of a rule with its wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the `*`, comparable.
    pieces: Vec<String>,
    is_anchored: bool,
    /// The last piece with a `$` that is meant as such.
    last_with_dollar: Option<String>,
    length: usize,
}

impl Pattern {
    /// The pattern written as `path`; `$` only counts at its end, where it is an anchor and also
    /// itself: who writes `/price$` may mean either, so both are held to it.
    pub(super) fn new(path: &[u8]) -> Self {
        let (path, is_anchored) = path
            .strip_suffix(b"$")
            .map_or((path, false), |before| (before, true));
        let pieces: Vec<_> = path.split(|byte| *byte == b'*').map(comparable).collect();
        let stars = pieces.len().saturating_sub(1);
        let length =
            pieces.iter().map(String::len).sum::<usize>() + stars + usize::from(is_anchored);
        let last_with_dollar = pieces
            .last()
            .filter(|_| is_anchored)
            .map(|last| format!("{last}$"));
        Self {
            pieces,
            is_anchored,
            last_with_dollar,
            length,
        }
    }

    /// Its weight against other matches: how much was written.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// Whether the comparable `target` begins as the pattern says.
    ///
    /// Each piece is taken where it first fits, which loses no match and never goes back: the time
    /// is linear whatever a hostile file says.
    pub(super) fn matches(&self, target: &str) -> bool {
        let Some((first, others)) = self.pieces.split_first() else {
            return true;
        };
        let Some(mut rest) = target.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some((last, middle)) = others.split_last() else {
            return !self.is_anchored || rest.is_empty() || rest.starts_with('$');
        };
        for piece in middle.iter().filter(|piece| !piece.is_empty()) {
            match rest.split_once(piece.as_str()) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        match &self.last_with_dollar {
            Some(with_dollar) => rest.ends_with(last.as_str()) || rest.contains(with_dollar),
            None => rest.contains(last.as_str()),
        }
    }
}

/// One spelling for all ways to write the same path: escapes decoded where that changes nothing,
/// everything else escaped in upper case.
pub(super) fn comparable(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let escaped = (*first == b'%').then(|| escaped_byte(after)).flatten();
        match escaped {
            Some((byte, after)) => {
                rest = after;
                // an escaped delimiter is data, a plain one is structure: they are not the same
                if byte.is_ascii_graphic() && !b"%/?#[]@:!&'()+,;=".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    push_escaped(&mut out, byte);
                }
            }
            None if first.is_ascii_graphic() => out.push(char::from(*first)),
            None => push_escaped(&mut out, *first),
        }
    }
    out
}

fn escaped_byte(after_percent: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = after_percent.split_at_checked(2)?;
    let digits = std::str::from_utf8(digits).ok()?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    Some((u8::from_str_radix(digits, 16).ok()?, rest))
}

fn push_escaped(out: &mut String, byte: u8) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    out.push('%');
    for nibble in [byte >> 4, byte & 15] {
        out.extend(DIGITS.get(usize::from(nibble)));
    }
}
