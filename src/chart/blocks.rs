//! A row of numbers as a row of blocks.

use super::scale::place;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One block for each number, as high as it stands between `least` and the most.
pub fn blocks(numbers: &[u64], least: u64) -> String {
    let most = numbers.iter().copied().max().unwrap_or(least);
    let range = most.saturating_sub(least).max(1);
    let block = |number: &u64| {
        let height = place(number.saturating_sub(least), range, 7);
        usize::try_from(height)
            .ok()
            .and_then(|height| BLOCKS.get(height))
    };
    numbers.iter().filter_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_between_the_least_and_the_most() {
        assert_eq!(blocks(&[0, 50, 100], 0), "▁▄█");
        assert_eq!(blocks(&[5476, 5476, 5730], 5476), "▁▁█");
        assert_eq!(blocks(&[3, 3], 3), "▁▁");
        assert_eq!(blocks(&[], 0), "");
        assert_eq!(blocks(&[1, u64::MAX], 0), "▁█");
    }
}
