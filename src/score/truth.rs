//! What a person read in a page, and what a tool read in it.

use serde_json::{Map, Value};

use super::value::{text, written};

/// What a person read in a page: a line of `truth.jsonl`.
///
/// A field that is absent is not in the page; a tool that gives it all the same is held to invent
/// it. A field that is null was looked for and is not there: a tool is right to give nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    /// The page, as it is called in the folder.
    pub file: String,
    /// Where it was.
    pub url: Option<String>,
    /// The `Content-Type` it came with.
    pub content_type: Option<String>,
    /// When it was fetched.
    pub fetched_at: Option<String>,
    /// Which part of the collection it belongs to.
    pub set: String,
    /// Its language: `zh`, `zh-Hant`, `en`.
    pub lang: String,
    /// `news`, `article`, `other`, `list`.
    pub kind: Option<String>,
    /// The encoding of its bytes.
    pub enc: Option<String>,
    /// The headline, with other spellings that are as good.
    pub title: Option<Vec<String>>,
    /// The publish time.
    pub publish_time: Option<Value>,
    /// The authors: a text, or a list of names.
    pub author: Option<Value>,
    /// The source.
    pub source: Option<Value>,
    /// The view count.
    pub views: Option<Value>,
    /// The body; pages without one are not asked for it.
    pub body: Option<String>,
}

/// Why a line is no truth.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TruthError {
    /// It names no page.
    #[error("there is no \"file\", the page's name in the folder")]
    NoFile,
    /// It is no object.
    #[error("it is no object: write {{\"file\": \"page.html\", \"title\": …}}")]
    NoObject,
}

impl Truth {
    /// Reads one line's value. Keys nobody knows are left alone.
    pub fn from_json(line: &Value) -> Result<Self, TruthError> {
        let line = line.as_object().ok_or(TruthError::NoObject)?;
        let given = |key: &str| line.get(key).map(text).filter(|text| !text.is_empty());
        Ok(Self {
            file: given("file").ok_or(TruthError::NoFile)?,
            url: given("url"),
            content_type: given("content_type"),
            fetched_at: given("fetched_at"),
            set: given("set").unwrap_or_default(),
            lang: given("lang").unwrap_or_else(|| "zh".to_owned()),
            kind: given("kind"),
            enc: given("enc"),
            title: line.get("title").map(|title| titles(title, line)),
            publish_time: line.get("publish_time").cloned(),
            author: line.get("author").cloned(),
            source: line.get("source").cloned(),
            views: line.get("views").cloned(),
            body: given("body"),
        })
    }

    /// Whether the page is Chinese.
    pub fn is_chinese(&self) -> bool {
        self.lang.starts_with("zh")
    }
}

fn titles(title: &Value, line: &Map<String, Value>) -> Vec<String> {
    let others = line.get("title_alt").and_then(Value::as_array);
    let others = others.into_iter().flatten().map(text);
    std::iter::once(text(title)).chain(others).collect()
}

/// What a tool read in a page. Values are kept as the tool wrote them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The title.
    pub title: Value,
    /// The publish time.
    pub publish_time: Value,
    /// The authors: a text, or a list of names.
    pub author: Value,
    /// The source.
    pub source: Value,
    /// The view count.
    pub views: Value,
    /// What sort of page it takes the page for, where it says so.
    pub kind: Option<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Reads one line's value: a prediction, or the JSON of a page as `extract` prints it.
    pub fn from_json(line: &Map<String, Value>) -> Self {
        let value = |key: &str| line.get(key).cloned().unwrap_or_default();
        let body = line.get("body").or_else(|| line.get("body_text"));
        Self {
            title: value("title"),
            publish_time: value("publish_time"),
            author: value("author"),
            source: value("source"),
            views: value("views"),
            kind: line
                .get("kind")
                .map(written)
                .filter(|kind| !kind.is_empty()),
            body: body.map(text).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn absent_and_null_are_told_apart() {
        let line = json!({"file": "a.html", "author": null, "views": 0});
        let truth = Truth::from_json(&line).expect("a truth");
        assert_eq!(truth.author, Some(Value::Null));
        assert_eq!(truth.source, None);
        assert_eq!(truth.views, Some(json!(0)));
        assert_eq!(truth.title, None);
        assert!(truth.is_chinese(), "the language unless said otherwise");
    }

    #[test]
    fn other_spellings_of_a_title_are_as_good() {
        let line =
            json!({"file": "a", "title": "甲", "title_alt": ["乙"], "lang": "en", "note": 1});
        let truth = Truth::from_json(&line).expect("a truth");
        assert_eq!(truth.title, Some(vec!["甲".to_owned(), "乙".to_owned()]));
        assert!(!truth.is_chinese());
    }

    #[test]
    fn a_line_names_its_page() {
        for (line, expected) in [
            (json!({"title": "甲"}), TruthError::NoFile),
            (json!({"file": ""}), TruthError::NoFile),
            (json!(["a.html"]), TruthError::NoObject),
        ] {
            assert_eq!(Truth::from_json(&line), Err(expected), "{line}");
        }
    }

    #[test]
    fn an_answer_of_extract_is_a_prediction() {
        let line = json!({"file": "a", "body_text": "正文", "views": 3, "kind": "article"});
        let answer = Answer::from_json(line.as_object().expect("an object"));
        assert_eq!((answer.body.as_str(), answer.views), ("正文", json!(3)));
        let line = json!({"file": "a", "body": "", "body_text": "正文"});
        let answer = Answer::from_json(line.as_object().expect("an object"));
        assert_eq!(answer.body, "", "its own name goes first");
    }
}
