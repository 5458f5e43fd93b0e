//! Standard output and colour: the only writer of results, which survives a reader that leaves.

use std::io::{self, IsTerminal as _, Write as _};

use super::args::When;

/// Where results go. A closed pipe (`| head`) ends the writing, not the work.
#[derive(Debug)]
pub(super) struct Output {
    paint: Paint,
    closed: bool,
    /// What the system said against it, other than that the reader left.
    refused: Option<io::Error>,
}

impl Output {
    /// Standard output, coloured as wished.
    pub(super) fn new(color: When) -> Self {
        let on_terminal = io::stdout().is_terminal() && !no_color();
        let colored = match color {
            When::Auto => on_terminal,
            When::Always => true,
            When::Never => false,
        };
        Self {
            paint: Paint { colored },
            closed: false,
            refused: None,
        }
    }

    /// How to colour what is written here.
    pub(super) const fn paint(&self) -> Paint {
        self.paint
    }

    /// Whether a terminal obeys what is written here.
    pub(super) fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Columns of the terminal, or a book's line where there is none.
    pub(super) fn width() -> usize {
        const BOOK_LINE: usize = 100;
        let (_rows, columns) = console_size().unwrap_or((0, 0));
        if columns == 0 {
            BOOK_LINE
        } else {
            usize::from(columns).clamp(40, 120)
        }
    }

    /// Writes `text` and a line end. Control characters beyond ASCII, which JSON does not escape
    /// and terminals obey, are written as JSON would.
    pub(super) fn line(&mut self, text: &str) {
        let obeyed = |letter: char| matches!(letter, '\u{7f}'..='\u{9f}');
        if text.contains(obeyed) {
            let letters = text.chars().map(|letter| match letter {
                letter if obeyed(letter) => format!("\\u{:04x}", u32::from(letter)),
                letter => letter.to_string(),
            });
            self.bytes(letters.collect::<String>().as_bytes());
        } else {
            self.bytes(text.as_bytes());
        }
        self.bytes(b"\n");
    }

    /// Writes `bytes` as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        if !self.closed {
            let written = io::stdout().lock().write_all(bytes);
            self.note(written);
        }
    }

    /// Writes out what waits; says whether something was lost on a reader who is still there.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let written = io::stdout().lock().flush();
        self.note(written);
        self.refused.map_or(Ok(()), Err)
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.refused.get_or_insert(error);
            }
        }
    }

    /// Whether the reader has left.
    pub(super) const fn is_closed(&self) -> bool {
        self.closed
    }
}

/// A reader that left is told to who writes much, who should stop.
impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes(bytes);
        if self.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Colours text, or leaves it alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    colored: bool,
}

impl Paint {
    /// A painter for files.
    pub(super) const fn none() -> Self {
        Self { colored: false }
    }

    /// A painter for tests.
    #[cfg(test)]
    pub(super) const fn plain() -> Self {
        Self { colored: false }
    }

    /// Headlines.
    pub(super) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What matters less.
    pub(super) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// What came.
    pub(super) fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// What went, what failed.
    pub(super) fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// What needs a look.
    pub(super) fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Names of things.
    pub(super) fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colored && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// `text` that came from elsewhere, with what would act on a terminal made visible: control
/// characters, and marks that turn the direction of writing.
pub(super) fn harmless(text: &str) -> String {
    let acts = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let visible = |letter| if acts(letter) { '\u{fffd}' } else { letter };
    text.chars().map(visible).collect()
}

/// Whether the user asked all programs for no colour (`NO_COLOR`, set and not empty).
fn no_color() -> bool {
    crate::config::environment("NO_COLOR").is_some()
}

fn console_size() -> Option<(u16, u16)> {
    console::Term::stdout().size_checked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_made_visible() {
        assert_eq!(
            harmless("展会 \u{1b}[2Jx\n\u{9b}1m"),
            "展会 \u{fffd}[2Jx\u{fffd}\u{fffd}1m"
        );
        assert_eq!(harmless("a\u{202e}b"), "a\u{fffd}b");
    }
}
