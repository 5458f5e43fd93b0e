//! What keeping costs: articles a second through the seam, and bodies as they are packed.
//!
//! `benches/archive/run` builds and runs it. `ingest [ARTICLES]` commits new articles of a generated
//! site with a template, then looks at each of them again, unchanged; `codecs [FOLDER]` packs the
//! generated pages, or the files of a folder, alone and with a dictionary at several levels.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a benchmark prints, takes the time, and stops where it cannot go on"
)]

mod codecs;
mod ingest;
mod pages;

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    match words.next().as_deref() {
        Some("codecs") => codecs::run(words.next().as_deref()),
        Some("ingest") => {
            let articles = words.next().map_or(6000, |count| count.parse().unwrap());
            ingest::run(articles);
        }
        _ => {
            ingest::run(6000);
            codecs::run(None);
        }
    }
}
