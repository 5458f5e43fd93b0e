//! What a search costs beside the naive way, a scan with LIKE (`benches/search/run`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark prints, takes the time, and stops where it cannot go on"
)]

mod filled;
mod generated;
mod measured;

use std::path::PathBuf;

/// Arguments: numbers of articles, and `--in FOLDER` where archives are kept for the next time.
fn main() {
    let mut sizes = Vec::new();
    let mut folder = None;
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        if word == "--in" {
            folder = words.next().map(PathBuf::from);
        } else {
            sizes.push(word.parse().unwrap());
        }
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000];
    }
    let mut wrong = false;
    for articles in sizes {
        let own = tempfile::tempdir().unwrap();
        let kept = folder.as_deref().unwrap_or(own.path());
        wrong |= !measured::run(&kept.join(format!("{articles}.db")), articles);
    }
    assert!(!wrong, "a count was not that of the scan");
}
