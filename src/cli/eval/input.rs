//! What a person read and what another tool read, from files of one object per line.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::ContentHash;
use crate::score::{Answer, Truth};

use super::mistake::{EvalError, LineMistake};

/// The name of the truth in its folder.
const TRUTH: &str = "truth.jsonl";

/// What a person read in the pages of a folder.
#[derive(Debug)]
pub(super) struct Truths {
    /// A page each, in the order of the file.
    pub(super) pages: Vec<Truth>,
    /// The digest of the file, to know another time whether it is still the same.
    pub(super) digest: ContentHash,
}

/// What another tool read.
#[derive(Debug)]
pub(super) struct Predictions {
    /// The file.
    pub(super) path: PathBuf,
    /// By page.
    pub(super) answers: HashMap<String, Answer>,
    /// Pages that have more than one line: the last one counts.
    pub(super) repeated: Vec<String>,
}

/// Reads `truth.jsonl` of `folder`; every wrong line is told of at once.
pub(super) fn truths(folder: &Path) -> Result<Truths, EvalError> {
    let path = folder.join(TRUTH);
    let bytes = std::fs::read(&path).map_err(|source| EvalError::NoTruth {
        path: path.clone(),
        source,
    })?;
    let mut mistakes = Vec::new();
    let mut pages: Vec<Truth> = Vec::new();
    let mut lines: HashMap<String, usize> = HashMap::new();
    for (line, value) in objects(&bytes, &mut mistakes) {
        let truth = match Truth::from_json(&value) {
            Ok(truth) => truth,
            Err(wrong) => {
                let why = wrong.to_string();
                mistakes.push(LineMistake { line, why });
                continue;
            }
        };
        if let Some(first) = lines.insert(truth.file.clone(), line) {
            let why = format!("{} has line {first} already", truth.file);
            mistakes.push(LineMistake { line, why });
        }
        pages.push(truth);
    }
    right(&path, mistakes)?;
    if pages.is_empty() {
        return Err(EvalError::Empty { path });
    }
    let digest = ContentHash::of(&bytes);
    Ok(Truths { pages, digest })
}

/// Reads the predictions at `path`. A page's last line counts.
pub(super) fn predictions(path: &Path) -> Result<Predictions, EvalError> {
    let bytes = std::fs::read(path).map_err(|source| EvalError::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut mistakes = Vec::new();
    let mut answers = HashMap::new();
    let mut repeated = BTreeSet::new();
    for (line, value) in objects(&bytes, &mut mistakes) {
        let named = value.as_object().and_then(|object| {
            let file = object.get("file")?.as_str()?;
            Some((file.to_owned(), Answer::from_json(object)))
        });
        let Some((file, answer)) = named else {
            let why = "it is no object with the page's name as \"file\"".to_owned();
            mistakes.push(LineMistake { line, why });
            continue;
        };
        if answers.insert(file.clone(), answer).is_some() {
            repeated.insert(file);
        }
    }
    right(path, mistakes)?;
    Ok(Predictions {
        path: path.to_owned(),
        answers,
        repeated: repeated.into_iter().collect(),
    })
}

fn right(path: &Path, mut mistakes: Vec<LineMistake>) -> Result<(), EvalError> {
    if mistakes.is_empty() {
        return Ok(());
    }
    mistakes.sort_by_key(|mistake| mistake.line);
    Err(EvalError::Lines {
        path: path.to_owned(),
        mistakes,
    })
}

/// The value of each line that has one; what is no JSON goes to `mistakes`.
fn objects(bytes: &[u8], mistakes: &mut Vec<LineMistake>) -> Vec<(usize, Value)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut found = Vec::new();
    for (index, text) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if text.trim_ascii().is_empty() {
            continue;
        }
        let line = index + 1;
        match serde_json::from_slice(text) {
            Ok(value) => found.push((line, value)),
            Err(wrong) => mistakes.push(LineMistake {
                line,
                why: said(&wrong),
            }),
        }
    }
    found
}

/// What the parser said, without a line number of its own: it saw one line.
fn said(wrong: &serde_json::Error) -> String {
    let said = wrong.to_string();
    let place = format!(" at line {} column {}", wrong.line(), wrong.column());
    let words = said.strip_suffix(&place).unwrap_or(&said);
    format!("{words} at column {}", wrong.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Truths, String> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(TRUTH), text).expect("a file");
        truths(folder.path()).map_err(|wrong| match wrong {
            EvalError::Lines { mistakes, .. } => mistakes
                .iter()
                .map(|mistake| format!("{}: {}", mistake.line, mistake.why))
                .collect::<Vec<_>>()
                .join("\n"),
            other => other.to_string(),
        })
    }

    #[test]
    fn marks_blank_lines_and_unknown_keys_are_tolerated() {
        let text = "\u{feff}{\"file\": \"a\", \"mood\": 1}\r\n\r\n{\"file\": \"b\"}";
        let truths = read(text).expect("two pages");
        let files: Vec<_> = truths.pages.iter().map(|page| &page.file).collect();
        assert_eq!(files, ["a", "b"]);
    }

    #[test]
    fn every_wrong_line_is_told_at_once() {
        let text = "{\"file\": \"a\"}\n{\"file\": \n[]\n{\"title\": \"甲\"}\n\n{\"file\": \"a\"}\n";
        let told = read(text).expect_err("mistakes");
        let lines: Vec<&str> = told.lines().collect();
        assert!(
            lines[0].starts_with("2: EOF") && lines[0].ends_with("at column 9"),
            "{told}"
        );
        assert!(lines[1].starts_with("3: it is no object"), "{told}");
        assert!(lines[2].starts_with("4: there is no \"file\""), "{told}");
        assert_eq!(lines[3], "6: a has line 1 already");
        assert_eq!(lines.len(), 4);
        assert!(read("\n\n").expect_err("no page").contains("no line"));
    }

    #[test]
    fn the_last_prediction_of_a_page_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("read.jsonl");
        let lines = "{\"file\": \"a\", \"body\": \"1\"}\n{\"file\": \"a\", \"body\": \"2\"}\n";
        std::fs::write(&path, lines).expect("a file");
        let read = predictions(&path).expect("predictions");
        assert_eq!(read.answers["a"].body, "2");
        assert_eq!(read.repeated, ["a"]);
    }
}
