//! Digests as records state them: `sha1:` in base 32, `sha256:` in hexadecimal, or either in the other.

use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// A digest that can be checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-1.
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
}

/// What checking a digest came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestCheck {
    /// None is stated, or one that is not known here.
    Unknown,
    /// It is true.
    Holds,
    /// It is not.
    Differs,
}

impl Digest {
    /// The digest written as `text`; nothing where its algorithm or its letters are not known.
    pub fn parse(text: &str) -> Option<Self> {
        let (algorithm, letters) = text.trim().split_once(':')?;
        let algorithm = algorithm.to_ascii_lowercase().replace('-', "");
        match algorithm.as_str() {
            "sha1" => Some(Self::Sha1(bytes(letters)?.try_into().ok()?)),
            "sha256" => Some(Self::Sha256(bytes(letters)?.try_into().ok()?)),
            _ => None,
        }
    }

    /// Whether it is the digest of one of `candidates`: writers differ in what they call the payload.
    pub fn check(&self, candidates: &[&[u8]]) -> DigestCheck {
        let is_of = |bytes: &&[u8]| match self {
            Self::Sha1(digest) => Sha1::digest(bytes).as_slice() == digest,
            Self::Sha256(digest) => Sha256::digest(bytes).as_slice() == digest,
        };
        if candidates.iter().any(is_of) {
            DigestCheck::Holds
        } else {
            DigestCheck::Differs
        }
    }
}

fn bytes(letters: &str) -> Option<Vec<u8>> {
    let letters = letters.trim().trim_end_matches('=');
    let in_hexadecimal = matches!(letters.len(), 40 | 64);
    if in_hexadecimal {
        return HEXLOWER_PERMISSIVE.decode(letters.as_bytes()).ok();
    }
    let letters = letters.to_ascii_uppercase();
    BASE32_NOPAD.decode(letters.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_known_in_both_spellings() {
        use DigestCheck::{Differs, Holds, Unknown};
        let check = |text: &str, bytes: &[u8], expected: DigestCheck| {
            let found = Digest::parse(text).map_or(Unknown, |one| one.check(&[bytes]));
            assert_eq!(found, expected, "{text}");
        };
        check("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", b"abc", Holds);
        check("SHA-1:vgmt4nsha2awvor6evyxqugcnsonbwe5", b"abc", Holds);
        check(
            "sha1:a9993e364706816aba3e25717850c26c9cd0d89d",
            b"abc",
            Holds,
        );
        check("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", b"abd", Differs);
        let sha256 = "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        check(sha256, b"abc", Holds);
        check(sha256, b"", Differs);
        check("md5:900150983cd24fb0d6963f7d28e17f72", b"abc", Unknown);
        check("sha1:VGMT", b"abc", Unknown);
        check("sha1:1111111111111111111111111111111!", b"abc", Unknown);
        check("abc", b"abc", Unknown);
    }
}
