//! The numbers by name.

use super::judge::Asked;

/// A number that sums up pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// F1 of mean precision and mean recall.
    BodyF1,
    /// Mean share of what was read that belongs to the body.
    BodyPrecision,
    /// Mean share of the body that was read.
    BodyRecall,
    /// Mean of the pages' own F1.
    BodyF1Page,
    /// Share of pages whose own F1 is under a half.
    BodyFail,
    /// Share of titles read rightly.
    Title,
    /// Share of publish days read rightly.
    PublishTime,
    /// Share of publish minutes read rightly.
    Minute,
    /// Share of authors read rightly.
    Author,
    /// Share of pages without author for which one was given.
    AuthorNoise,
    /// Share of sources read rightly.
    Source,
    /// Share of pages without source for which one was given.
    SourceNoise,
    /// Share of view counts read rightly.
    Views,
    /// Share of pages without view count for which one was given.
    ViewsNoise,
    /// Share of pages taken rightly for a list or not.
    Kind,
}

impl Metric {
    /// All of them, in the order they are told in.
    pub const ALL: [Self; 15] = [
        Self::BodyF1,
        Self::BodyPrecision,
        Self::BodyRecall,
        Self::BodyF1Page,
        Self::BodyFail,
        Self::Title,
        Self::PublishTime,
        Self::Minute,
        Self::Author,
        Self::AuthorNoise,
        Self::Source,
        Self::SourceNoise,
        Self::Views,
        Self::ViewsNoise,
        Self::Kind,
    ];

    /// The name in results and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BodyF1 => "body_f1",
            Self::BodyPrecision => "body_precision",
            Self::BodyRecall => "body_recall",
            Self::BodyF1Page => "body_f1_page",
            Self::BodyFail => "body_fail",
            Self::Title => "title",
            Self::PublishTime => "publish_time",
            Self::Minute => "minute",
            Self::Author => "author",
            Self::AuthorNoise => "author_noise",
            Self::Source => "source",
            Self::SourceNoise => "source_noise",
            Self::Views => "views",
            Self::ViewsNoise => "views_noise",
            Self::Kind => "kind",
        }
    }

    /// The metric called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// The name its number of pages has in results: one for all of a body's.
    pub fn pages_name(self) -> String {
        if self.is_of_body() {
            "body_n".to_owned()
        } else {
            format!("{}_n", self.name())
        }
    }

    /// Whether it is about bodies.
    pub const fn is_of_body(self) -> bool {
        matches!(
            self,
            Self::BodyF1
                | Self::BodyPrecision
                | Self::BodyRecall
                | Self::BodyF1Page
                | Self::BodyFail
        )
    }

    /// Whether less is better.
    pub const fn is_better_small(self) -> bool {
        matches!(
            self,
            Self::BodyFail | Self::AuthorNoise | Self::SourceNoise | Self::ViewsNoise
        )
    }

    /// Which field it counts right answers of.
    pub(super) const fn of_right(asked: Asked) -> Self {
        match asked {
            Asked::Title => Self::Title,
            Asked::Day => Self::PublishTime,
            Asked::Minute => Self::Minute,
            Asked::Author => Self::Author,
            Asked::Source => Self::Source,
            Asked::Views => Self::Views,
            Asked::Kind => Self::Kind,
        }
    }

    /// Which field it counts invented answers of.
    pub(super) const fn of_invented(asked: Asked) -> Option<Self> {
        match asked {
            Asked::Author => Some(Self::AuthorNoise),
            Asked::Source => Some(Self::SourceNoise),
            Asked::Views => Some(Self::ViewsNoise),
            Asked::Title | Asked::Day | Asked::Minute | Asked::Kind => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for metric in Metric::ALL {
            assert_eq!(Metric::from_name(metric.name()), Some(metric));
        }
        assert_eq!(Metric::from_name("body"), None);
        assert_eq!(Metric::BodyFail.pages_name(), "body_n");
        assert_eq!(Metric::AuthorNoise.pages_name(), "author_noise_n");
    }
}
