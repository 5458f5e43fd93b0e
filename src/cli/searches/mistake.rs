//! What goes wrong with saved searches.

use std::path::PathBuf;

use crate::alert::{Refusal, WatchError};
use crate::archive::SearchName;
use crate::cli::exit::Exit;
use crate::model::Timestamp;
use crate::net::{PostError, ReceiverError};

/// Why a saved search could not be kept or told of.
#[derive(Debug, thiserror::Error)]
pub enum SearchesError {
    /// There is none of that name.
    #[error("find a saved search called `{name}`: {}", listed(.known))]
    Unknown {
        /// The name given.
        name: SearchName,
        /// Those there are.
        known: Vec<String>,
    },
    /// There is one of that name.
    #[error(
        "save a search as `{name}`: there is one of that name; remove it first, or name this one otherwise"
    )]
    Taken {
        /// The name.
        name: SearchName,
    },
    /// Somebody else tells of it.
    #[error("tell of `{name}`: another process does, until {until} at most")]
    Busy {
        /// The search.
        name: String,
        /// How long that is believed.
        until: Timestamp,
    },
    /// What is kept was written by another zhanwen.
    #[error("read the events of `{name}`")]
    Events {
        /// The search.
        name: String,
        /// What is wrong.
        #[source]
        source: WatchError,
    },
    /// A feed of several searches.
    #[error("make one feed of all searches: name the one it is of")]
    NoName,
    /// A format that no receiver takes.
    #[error("send this format: --post takes --format json, wecom, dingtalk or feishu")]
    NoMessage,
    /// An address or secret that is kept in a file.
    #[error("read {}", .path.display())]
    Secret {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// An address that nothing is sent to.
    #[error(transparent)]
    Receiver(#[from] ReceiverError),
    /// A message that was not delivered.
    #[error("{source}; the news of `{name}` are told again next time")]
    Post {
        /// The search.
        name: String,
        /// What went wrong.
        source: PostError,
    },
    /// A message that was delivered and refused.
    #[error("send the news of `{name}`: {source}; they are told again next time")]
    Refused {
        /// The search.
        name: String,
        /// What the receiver says.
        source: Refusal,
    },
    /// Results that nobody took.
    #[error("tell the news of `{name}`: standard output is closed; they are told again next time")]
    Closed {
        /// The search.
        name: String,
    },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "there is none yet; `zhanwen saved add NAME WORDS` keeps one".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    }
}

impl SearchesError {
    /// The code the program ends with.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Unknown { .. }
            | Self::Taken { .. }
            | Self::NoName
            | Self::NoMessage
            | Self::Receiver(_) => Exit::Usage,
            Self::Busy { .. } => Exit::Busy,
            Self::Events { .. }
            | Self::Secret { .. }
            | Self::Post { .. }
            | Self::Refused { .. }
            | Self::Closed { .. } => Exit::Failure,
        }
    }
}
