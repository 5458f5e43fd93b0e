//! What the HTTP library lets pass and must not: a body whose transfer coding nobody undoes.

use http::header::{HeaderMap, TRANSFER_ENCODING};

/// Of what a server calls its coding so much is repeated.
const MOST_LETTERS: usize = 40;

/// Refuses an answer whose body would be kept with its transfer coding on.
///
/// No `TE` is ever sent, so a server may apply `chunked` alone (RFC 9112, 7.4), and that once; the
/// library takes every other coding for none and hands its bytes on as the page.
pub(super) fn check(headers: &HeaderMap) -> Result<(), String> {
    let mut chunked = false;
    for value in headers.get_all(TRANSFER_ENCODING) {
        let value = String::from_utf8_lossy(value.as_bytes());
        for coding in value.split(',').map(str::trim) {
            if chunked {
                return Err("it is coded once more after it was cut into chunks".to_owned());
            }
            if coding.eq_ignore_ascii_case("chunked") {
                chunked = true;
            } else if !coding.eq_ignore_ascii_case("identity") {
                let coding: String = coding.chars().take(MOST_LETTERS).collect();
                return Err(format!("its transfer coding is unknown: `{coding}`"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_values(values: &[&'static str], expected: Result<(), &str>) {
        let fields = values.iter().map(|value| {
            let value = http::HeaderValue::from_static(value);
            (TRANSFER_ENCODING, value)
        });
        let found = check(&fields.collect());
        assert_eq!(
            found.as_ref().map(|&()| ()).map_err(String::as_str),
            expected,
            "{values:?}"
        );
    }

    #[test]
    fn chunks_alone_are_undone() {
        let again = Err("it is coded once more after it was cut into chunks");
        check_values(&[], Ok(()));
        check_values(&["Chunked"], Ok(()));
        check_values(&["identity", "identity, chunked"], Ok(()));
        check_values(&["chunked, chunked"], again);
        check_values(&["chunked", "gzip"], again);
        check_values(&["gzip"], Err("its transfer coding is unknown: `gzip`"));
        check_values(&[""], Err("its transfer coding is unknown: ``"));
    }
}
