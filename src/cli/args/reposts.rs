//! The command line of `reposts`.

use clap::{Args, ValueHint};
use jiff::civil::Date;

use crate::model::Timestamp;

/// Arguments of `reposts`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags as typed")]
#[command(after_help = "\
Examples:
  zhanwen reposts                                texts of most sites first, and who has whose
  zhanwen reposts --newest --since 2026-11-01    the latest first
  zhanwen reposts URL                            who has this article, too, and who had it first
  zhanwen reposts --site example-company         texts that this site has with others
  zhanwen reposts --matrix                       who has whose texts: how many, how long after
  zhanwen reposts --min-sites 1                  also what one site has under two addresses
  zhanwen reposts --json | jq -r 'select(.sites > 3) | .pages[0].url'
  sqlite3 archive.db 'select * from v_reposts'   as the last `zhanwen reposts` left it

Two articles are one text when most of the shorter one stands in the longer one and their numbers
agree, whatever the title, the script, the punctuation and the credits; articles of fewer than 40
characters are left out. `zhanwen reposts` compares what came since the last time and keeps what it
finds. First is who published it first, as far as publish times are to be believed; else who was
seen with it first; but never a page that names another of them as its 来源. The first line tells
which of these it was: time, source or seen. docs/decisions/0023-reposts.md has the whole rule.")]
pub struct RepostsArgs {
    /// Tell of this page alone: where else its text is
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    pub url: Option<String>,
    /// Texts that this site has: the name of its rules file, or its host
    #[arg(long, value_name = "SITE")]
    pub site: Option<String>,
    /// Texts of which a page came at this time or later: 2026-11-01 (in China), or an instant
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub since: Option<Timestamp>,
    /// Texts that so many sites have [default: 2, or 1 with a URL]
    #[arg(long, value_name = "N")]
    pub min_sites: Option<usize>,
    /// Tell of so many texts, or of so many pairs of sites with --matrix
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// The latest first, not those of most sites
    #[arg(long, conflicts_with = "matrix")]
    pub newest: bool,
    /// Tell only who has whose texts
    #[arg(long, conflicts_with = "url")]
    pub matrix: bool,
    /// Compare nothing and write nothing: tell what was found last
    #[arg(long)]
    pub as_kept: bool,
    /// Print one JSON object per text and line; per pair of sites with --matrix
    #[arg(long)]
    pub json: bool,
}

/// A day of China, or an instant.
fn since(text: &str) -> Result<Timestamp, String> {
    let begins = |day: Date| day.in_tz("Asia/Shanghai").ok();
    match text
        .parse::<Date>()
        .ok()
        .filter(|_| text.len() == 10)
        .and_then(begins)
    {
        Some(day) => Ok(Timestamp::from_unix_millis(
            day.timestamp().as_millisecond(),
        )),
        None => text.parse().map_err(|_refused| {
            "write a day or an instant: 2026-11-01, 2026-11-01T06:00:00Z".into()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_china() {
        let told = |text: &str| since(text).map(|instant| instant.to_string());
        assert_eq!(
            told("2026-11-01").as_deref(),
            Ok("2026-10-31T16:00:00.000Z")
        );
        assert_eq!(
            told("2026-11-01T06:00:00Z").as_deref(),
            Ok("2026-11-01T06:00:00.000Z")
        );
        for wrong in ["", "yesterday", "2026-13-01", "20261101"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}
