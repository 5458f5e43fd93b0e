//! Bodies as they are packed: bytes beside gzip, and how fast each way in and out is.

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use zstd::bulk::{Compressor, Decompressor};

use super::pages::page;

/// Bytes of a dictionary.
const DICTIONARY: usize = 110 << 10;

pub(crate) fn run(folder: Option<&str>) {
    let pages: Vec<Vec<u8>> = match folder {
        None => (0..300).map(|n| page(n).into_bytes()).collect(),
        Some(folder) => {
            let mut found = Vec::new();
            read(std::path::Path::new(folder), &mut found);
            found
        }
    };
    let bytes: usize = pages.iter().map(Vec::len).sum();
    println!(
        "{} pages of {} bytes on average",
        pages.len(),
        bytes / pages.len().max(1)
    );
    let zipped = time("gzip-6", &pages, usize::MAX, |page| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::new(6));
        packer.write_all(page).unwrap();
        packer.finish().unwrap()
    });
    // trained on three of four, tried on the rest
    let (tried, trained): (Vec<_>, Vec<_>) = pages
        .iter()
        .cloned()
        .enumerate()
        .partition(|(place, _)| place % 4 == 0);
    let part = |pages: Vec<(usize, Vec<u8>)>| -> Vec<Vec<u8>> {
        pages.into_iter().map(|(_, page)| page).collect()
    };
    let (tried, trained) = (part(tried), part(trained));
    let began = Instant::now();
    let trained: Vec<Vec<u8>> = trained.into_iter().take(96).collect();
    let dictionary = zstd::dict::from_samples(&trained, DICTIONARY).unwrap_or_default();
    println!(
        "a dictionary of {} bytes in {:.2} s",
        dictionary.len(),
        began.elapsed().as_secs_f64()
    );
    for level in [3, 4, 6, 9] {
        let mut packer = Compressor::new(level).unwrap();
        time(&format!("zstd-{level}"), &pages, zipped, |page| {
            packer.compress(page).unwrap()
        });
    }
    let zipped = time("gzip-6 tried", &tried, usize::MAX, |page| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::new(6));
        packer.write_all(page).unwrap();
        packer.finish().unwrap()
    });
    for level in [3, 6, 9] {
        let mut packer = Compressor::with_dictionary(level, &dictionary).unwrap();
        let name = format!("zstd-{level}+dict");
        time(&name, &tried, zipped, |page| packer.compress(page).unwrap());
        let packed: Vec<Vec<u8>> = tried
            .iter()
            .map(|page| packer.compress(page).unwrap())
            .collect();
        let mut reader = Decompressor::with_dictionary(&dictionary).unwrap();
        let began = Instant::now();
        for (packed, page) in packed.iter().zip(&tried) {
            assert_eq!(&reader.decompress(packed, page.len()).unwrap(), page);
        }
        println!(
            "{:>14} {:>27.0} MB/s read back",
            "",
            speed(&tried, began.elapsed())
        );
    }
}

fn time(
    name: &str,
    pages: &[Vec<u8>],
    beside: usize,
    mut pack: impl FnMut(&[u8]) -> Vec<u8>,
) -> usize {
    let began = Instant::now();
    let kept: usize = pages.iter().map(|page| pack(page).len()).sum();
    let took = began.elapsed();
    let ratio = if beside == usize::MAX {
        1.0
    } else {
        kept as f64 / beside as f64
    };
    println!(
        "{name:>14} {:>8} bytes a page, {ratio:>6.3} of gzip, {:>6.0} MB/s",
        kept / pages.len().max(1),
        speed(pages, took)
    );
    kept
}

fn speed(pages: &[Vec<u8>], took: Duration) -> f64 {
    let bytes: usize = pages.iter().map(Vec::len).sum();
    bytes as f64 / 1e6 / took.as_secs_f64()
}

fn read(folder: &std::path::Path, into: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            into.push(std::fs::read(&path).unwrap());
        }
    }
}
