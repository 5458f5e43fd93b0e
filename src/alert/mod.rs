//! Alerts: what of a page's past is worth telling, and the documents it is told in.
//!
//! [`happenings`] reads events out of looks at a page, in the order in which they were committed;
//! [`Watch`] says which of them somebody wants to hear of. An [`Alert`] is written as a feed ([`atom`]), a
//! document ([`markdown`]) or a message for a chat ([`wecom`], [`dingtalk`], [`feishu`]), and a
//! [`Service`] knows how such a message is signed and what its receiver answers. What a page says stays text in
//! all of them: it cannot make a link, mention anybody or break a document.

mod atom;
mod chat;
mod escape;
mod growth;
mod item;
mod kind;
mod markdown;
mod past;
mod receiver;
mod watch;
mod words;

#[cfg(test)]
mod tests;

pub use atom::atom;
pub use chat::{DINGTALK_BYTES, FEISHU_BYTES, WECOM_BYTES, dingtalk, feishu, wecom};
pub use growth::ViewJump;
pub use item::{Alert, Item};
pub use kind::EventKind;
pub use markdown::markdown;
pub use past::{Happened, Sight, Stand, What, happenings};
pub use receiver::{Refusal, Service, Signature};
pub use watch::{Watch, WatchError};
