//! One value of a row.

use std::fmt::Write as _;

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Characters.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// Whether it is ranged right in a table.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Real(_))
    }

    /// As characters: numbers so that they are read back the same, bytes in hexadecimal, nothing
    /// as nothing.
    pub fn plain(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => format!("{number:?}"),
            Self::Text(text) => text.clone(),
            Self::Blob(bytes) => hexadecimal(bytes),
        }
    }
}

/// `bytes` in hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // writing into memory does not fail
        let _written = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_kind() {
        assert_eq!(Cell::Real(50.0).plain(), "50.0");
        assert_eq!(Cell::Real(0.1).plain(), "0.1");
        assert_eq!(Cell::Integer(-50).plain(), "-50");
        assert_eq!(Cell::Blob(vec![0, 0xAB]).plain(), "00ab");
        assert_eq!(Cell::Null.plain(), "");
    }
}
