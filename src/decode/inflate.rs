//! The decompressors, each under one output limit.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

/// Why bytes did not decompress.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// There is more than the limit.
    TooLarge,
    /// They are broken, cut or something else.
    Broken(String),
}

/// The largest zstd window a content coding may ask for (RFC 9659): 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;

/// All members of a gzip file into `out`, which has the beginning where they do not decompress; what
/// follows the last one is padding.
pub(super) fn gzip(mut bytes: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Unreadable> {
    loop {
        let mut member = GzDecoder::new(bytes);
        read_under_limit(&mut member, out, limit)?;
        bytes = member.into_inner();
        if !is_gzip(bytes) {
            return Ok(());
        }
    }
}

/// Whether `bytes` begin as a gzip member does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08")
}

/// `deflate` is a zlib stream by the book and a bare one by some servers.
pub(super) fn deflate(bytes: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Unreadable> {
    let has_zlib_header = matches!(bytes, [method, flags, ..]
        if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0);
    if has_zlib_header {
        match deflate_stream(bytes, true, out, limit) {
            Err(Unreadable::Broken(why)) => {
                // a bare stream that happens to begin so, or a broken one: the longer beginning
                let mut bare = Vec::new();
                let done = deflate_stream(bytes, false, &mut bare, limit);
                if done.is_ok() || bare.len() > out.len() {
                    *out = bare;
                    return done;
                }
                return Err(Unreadable::Broken(why));
            }
            done => return done,
        }
    }
    deflate_stream(bytes, false, out, limit)
}

pub(super) fn brotli(bytes: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Unreadable> {
    // the "large window" extension asks for up to a gigabyte and is no part of RFC 7932
    if bytes.first().is_some_and(|byte| byte & 0x7f == 0x11) {
        return Err(Unreadable::Broken("its window is too large".to_owned()));
    }
    let mut decoder = brotli::Decompressor::new(bytes, 16 * 1024);
    read_under_limit(&mut decoder, out, limit)
}

pub(super) fn zstd(bytes: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Unreadable> {
    let broken = |error: io::Error| Unreadable::Broken(error.to_string());
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(broken)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(broken)?;
    read_under_limit(&mut decoder, out, limit)
}

/// By hand, since the reader of `flate2` takes the end of its input for the end of the stream.
fn deflate_stream(
    bytes: &[u8],
    zlib: bool,
    out: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Unreadable> {
    let mut stream = Decompress::new(zlib);
    out.reserve(16 * 1024);
    loop {
        let (taken, given) = (stream.total_in(), out.len());
        let rest = usize::try_from(taken)
            .ok()
            .and_then(|taken| bytes.get(taken..))
            .unwrap_or_default();
        let status = stream
            .decompress_vec(rest, out, FlushDecompress::None)
            .map_err(|error| Unreadable::Broken(error.to_string()))?;
        if out.len() > limit {
            return Err(Unreadable::TooLarge);
        }
        let is_stuck = stream.total_in() == taken && out.len() == given;
        match status {
            Status::StreamEnd => return Ok(()),
            Status::Ok | Status::BufError if out.len() == out.capacity() => out.reserve(64 * 1024),
            Status::Ok | Status::BufError if is_stuck => {
                return Err(Unreadable::Broken("it ends too early".to_owned()));
            }
            Status::Ok | Status::BufError => {}
        }
    }
}

fn read_under_limit(
    source: &mut impl Read,
    out: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Unreadable> {
    let room = u64::try_from(limit.saturating_sub(out.len())).unwrap_or(u64::MAX);
    // one byte more than fits, to tell a full answer from one that is too large
    source
        .take(room.saturating_add(1))
        .read_to_end(out)
        .map_err(|error| {
            Unreadable::Broken(if error.kind() == io::ErrorKind::UnexpectedEof {
                "it ends too early".to_owned()
            } else {
                error.to_string()
            })
        })?;
    if out.len() > limit {
        return Err(Unreadable::TooLarge);
    }
    Ok(())
}
