//! WARC, the format in which web archives exchange what they received (WARC 1.1, ISO 28500:2017).

pub mod read;
