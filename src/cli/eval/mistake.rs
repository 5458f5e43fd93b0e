//! What a folder of pages, its truth or an earlier result can get wrong.

use std::path::PathBuf;

/// A line that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineMistake {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Why a folder cannot be scored.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// There is no truth.
    #[error(
        "read {}: a folder is scored against what a person read in its pages, one object per \
         line: {{\"file\": \"page.html\", \"title\": …, \"body\": …}}",
        .path.display()
    )]
    NoTruth {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The truth names no page.
    #[error("find a page in {}: it has no line", .path.display())]
    Empty {
        /// The truth.
        path: PathBuf,
    },
    /// A file of lines cannot be read.
    #[error("read {}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Lines of the truth or of predictions are wrong.
    #[error("understand {}: {}", .path.display(), told(.mistakes))]
    Lines {
        /// The file.
        path: PathBuf,
        /// Every wrong line.
        mistakes: Vec<LineMistake>,
    },
    /// An earlier result is none.
    #[error("compare with {}: {why}", .path.display())]
    Earlier {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A bound is set for a group that the pages do not make.
    #[error("check `{group}`: there is no such group; there are {known}")]
    UnknownGroup {
        /// As written.
        group: String,
        /// The groups there are.
        known: String,
    },
}

/// The first mistakes in full, the rest as a number.
fn told(mistakes: &[LineMistake]) -> String {
    const TOLD: usize = 10;
    let first = mistakes.iter().take(TOLD);
    let mut lines: Vec<String> = first
        .map(|mistake| format!("line {}: {}", mistake.line, mistake.why))
        .collect();
    if let Some(more @ 1..) = mistakes.len().checked_sub(TOLD) {
        lines.push(format!("and {more} more"));
    }
    lines.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_mistakes_are_told_in_few_words() {
        let mistakes: Vec<_> = (1..=12)
            .map(|line| LineMistake {
                line,
                why: "no".to_owned(),
            })
            .collect();
        assert_eq!(told(&mistakes[..2]), "line 1: no; line 2: no");
        let all = told(&mistakes);
        assert!(all.ends_with("line 10: no; and 2 more"), "{all}");
    }
}
