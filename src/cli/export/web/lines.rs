//! Lines put in order, however many there are: what does not fit in memory waits in files.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, BufRead as _, BufReader, BufWriter, Lines, Seek as _, Write as _};

/// Bytes of lines held in memory.
const HELD: usize = 32 << 20;

/// Lines that are to be sorted byte by byte.
#[derive(Debug)]
pub(super) struct SortedLines {
    held: Vec<String>,
    bytes: usize,
    most: usize,
    /// Each holds sorted lines.
    waiting: Vec<std::fs::File>,
}

impl SortedLines {
    /// None yet.
    pub(super) const fn new() -> Self {
        Self::holding(HELD)
    }

    const fn holding(most: usize) -> Self {
        Self {
            held: Vec::new(),
            bytes: 0,
            most,
            waiting: Vec::new(),
        }
    }

    /// Adds one, which has no line end in it.
    pub(super) fn push(&mut self, line: String) -> io::Result<()> {
        self.bytes += line.len();
        self.held.push(line);
        if self.bytes < self.most {
            return Ok(());
        }
        self.held.sort_unstable();
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for line in self.held.drain(..) {
            writeln!(file, "{line}")?;
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.waiting.push(file);
        self.bytes = 0;
        Ok(())
    }

    /// Hands all to `take` in order.
    pub(super) fn each(mut self, mut take: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        self.held.sort_unstable();
        let mut sources = vec![Source::Memory(self.held.into_iter())];
        let files = self.waiting.into_iter();
        sources.extend(files.map(|file| Source::File(BufReader::new(file).lines())));
        let mut next = BinaryHeap::new();
        for (number, source) in sources.iter_mut().enumerate() {
            next.extend(source.next()?.map(|line| Reverse((line, number))));
        }
        while let Some(Reverse((line, number))) = next.pop() {
            take(&line)?;
            if let Some(source) = sources.get_mut(number) {
                next.extend(source.next()?.map(|line| Reverse((line, number))));
            }
        }
        Ok(())
    }
}

/// Where sorted lines come from.
enum Source {
    Memory(std::vec::IntoIter<String>),
    File(Lines<BufReader<std::fs::File>>),
}

impl Source {
    fn next(&mut self) -> io::Result<Option<String>> {
        match self {
            Self::Memory(lines) => Ok(lines.next()),
            Self::File(lines) => lines.next().transpose(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(lines: &[String], most: usize) -> Vec<String> {
        let mut sorting = SortedLines::holding(most);
        for line in lines {
            sorting.push(line.clone()).expect("kept");
        }
        let mut found = Vec::new();
        sorting
            .each(|line| {
                found.push(line.to_owned());
                Ok(())
            })
            .expect("read");
        found
    }

    #[test]
    fn lines_are_sorted_whether_they_fit_or_not() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut lines: Vec<String> = (0..5000)
            .map(|_| format!("cn,example)/{} 展", random.u32(0..2000)))
            .collect();
        let shuffled = lines.clone();
        lines.sort();
        for most in [usize::MAX, 1000, 40_000] {
            assert_eq!(sorted(&shuffled, most), lines, "{most}");
        }
        assert_eq!(sorted(&[], 10), Vec::<String>::new());
    }

    #[test]
    fn the_order_is_that_of_bytes() {
        let lines = ["b", "A", "a)/ 2", "a)/! 1", "a)/", "é", "z"].map(str::to_owned);
        let expected = ["A", "a)/", "a)/ 2", "a)/! 1", "b", "z", "é"];
        assert_eq!(sorted(&lines, 3), expected);
    }
}
