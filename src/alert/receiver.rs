//! What a receiver of alerts wants beside the message, and whether it took it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::model::{ContentHash, Timestamp};

/// Who is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// A program that reads JSON.
    Json,
    /// 企业微信.
    Wecom,
    /// 钉钉.
    Dingtalk,
    /// 飞书.
    Feishu,
}

/// How a message proves who sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// To be put behind the address, as names and values.
    pub query: Vec<(&'static str, String)>,
    /// To be put into the header.
    pub header: Option<(&'static str, String)>,
}

/// A receiver that took a message and said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its answer says so.
    #[error("the receiver refused the message: {message} (error {code})")]
    Code {
        /// The service's own number.
        code: i64,
        /// What it says.
        message: String,
    },
    /// Its answer says nothing that such a service would say.
    #[error("the answer is not one of this service; is the address right?")]
    Strange,
}

impl Service {
    /// Signs `body`, which is sent at `now`. 飞书 wants the signature in the message itself.
    pub fn sign(self, secret: &str, now: Timestamp, body: &mut Value) -> Signature {
        match self {
            Self::Dingtalk => {
                let timestamp = now.as_unix_millis().to_string();
                let signed = format!("{timestamp}\n{secret}");
                let sign = STANDARD.encode(hmac_of(secret.as_bytes(), signed.as_bytes()));
                Signature {
                    query: vec![("timestamp", timestamp), ("sign", sign)],
                    header: None,
                }
            }
            Self::Feishu => {
                let timestamp = now.as_unix_millis().div_euclid(1000).to_string();
                let key = format!("{timestamp}\n{secret}");
                let sign = STANDARD.encode(hmac_of(key.as_bytes(), b""));
                if let Value::Object(body) = body {
                    body.insert("timestamp".to_owned(), Value::from(timestamp));
                    body.insert("sign".to_owned(), Value::from(sign));
                }
                Signature::default()
            }
            Self::Json => {
                let digest = hmac_of(secret.as_bytes(), body.to_string().as_bytes());
                let digits = ContentHash::from_bytes(digest);
                Signature {
                    query: Vec::new(),
                    header: Some(("X-Zhanwen-Signature", format!("sha256={digits}"))),
                }
            }
            // its key stands in the address
            Self::Wecom => Signature::default(),
        }
    }

    /// Whether `answer`, the body of an answer with a good status, says that the message was taken.
    pub fn accepted(self, answer: &str) -> Result<(), Refusal> {
        let (codes, messages): (&[&str], &[&str]) = match self {
            Self::Json => return Ok(()),
            Self::Wecom | Self::Dingtalk => (&["errcode"], &["errmsg"]),
            Self::Feishu => (&["code", "StatusCode"], &["msg", "StatusMessage"]),
        };
        let answer: Value = serde_json::from_str(answer).map_err(|_no_json| Refusal::Strange)?;
        let code = codes.iter().find_map(|name| answer.get(name)?.as_i64());
        match code {
            Some(0) => Ok(()),
            Some(code) => {
                let message = messages.iter().find_map(|name| answer.get(name)?.as_str());
                let message = message.unwrap_or("no reason given");
                let message = message.chars().filter(|letter| !letter.is_control());
                Err(Refusal::Code {
                    code,
                    message: message.take(200).collect(),
                })
            }
            None => Err(Refusal::Strange),
        }
    }
}

fn hmac_of(key: &[u8], text: &[u8]) -> [u8; 32] {
    // a key of any length will do, so this is always one
    let mac = Hmac::<Sha256>::new_from_slice(key).ok();
    mac.map_or([0; 32], |mac| {
        mac.chain_update(text).finalize().into_bytes().into()
    })
}
