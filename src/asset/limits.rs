//! How much of a site's pictures is kept.

use super::Kind;

/// Whether a site's pictures are kept, as its rules say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assets {
    /// Never, whoever asks.
    Never,
    /// Whenever it is crawled, so many of them.
    Always(AssetLimits),
    /// When somebody asks, so many of them.
    Asked(AssetLimits),
}

impl Default for Assets {
    fn default() -> Self {
        Self::Asked(AssetLimits::default())
    }
}

impl Assets {
    /// How much of them is kept, where they are: `asked` where somebody asked for pictures.
    pub fn limits(&self, asked: bool) -> Option<&AssetLimits> {
        match self {
            Self::Never => None,
            Self::Always(limits) => Some(limits),
            Self::Asked(limits) => asked.then_some(limits),
        }
    }
}

/// How much of a site's pictures is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetLimits {
    /// The largest picture, in bytes.
    pub picture_bytes: u64,
    /// Of one article the first so many.
    pub article_pictures: u32,
    /// And so many bytes.
    pub article_bytes: u64,
    /// Requests for pictures of the site in one run.
    pub run_pictures: u64,
    /// And bytes of them.
    pub run_bytes: u64,
    /// A picture with a side of fewer pixels is an icon or a line.
    pub least_side: u32,
    /// Which kinds.
    pub kinds: Vec<Kind>,
}

impl Default for AssetLimits {
    fn default() -> Self {
        Self {
            picture_bytes: 5_000_000,
            article_pictures: 50,
            article_bytes: 30_000_000,
            run_pictures: 2000,
            run_bytes: 500_000_000,
            least_side: 40,
            kinds: Kind::ALL.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rules_say_of_pictures_goes_before_what_is_asked() {
        let check = |assets: &Assets, asked: bool, expected: bool| {
            assert_eq!(
                assets.limits(asked).is_some(),
                expected,
                "{assets:?} {asked}"
            );
        };
        check(&Assets::default(), false, false);
        check(&Assets::default(), true, true);
        check(&Assets::Never, true, false);
        check(&Assets::Always(AssetLimits::default()), false, true);
    }
}
