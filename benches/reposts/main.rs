//! Reposts: what is found and what is taken for one (`cargo bench --bench reposts`), and what
//! 100,000 articles cost (`cargo bench --bench reposts -- scale [ARTICLES]`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, takes the time, and stops where it cannot go on"
)]

mod generated;
mod measured;
mod scale;

/// Pairs of each kind.
const EACH: usize = 500;

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    if words.next().as_deref() == Some("scale") {
        let articles = words.next().map_or(100_000, |count| count.parse().unwrap());
        scale::run(articles);
        return;
    }
    let found = measured::measure(EACH, 1);
    println!(
        "{:>6} {:>6}  {:>7}  kind of pair",
        "pairs", "found", "share"
    );
    for kind in &found.kinds {
        let mark = if kind.is_repost { "repost" } else { "TRAP  " };
        let share = measured::ratio(kind.found, kind.pairs);
        println!(
            "{:>6} {:>6}  {share:>7.3}  {mark} {}",
            kind.pairs, kind.found, kind.name
        );
    }
    println!(
        "{} texts: recall {:.4}, precision {:.4}, {} pairs of strangers",
        found.texts,
        found.recall(),
        found.precision(),
        found.strangers
    );
}
