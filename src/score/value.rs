//! What tools write for a field, taken as text: strings, numbers, lists of names, nothing.

use serde_json::Value;

/// The text of `value`; empty where it says nothing (null, false, 0, an empty string or list).
pub(super) fn text(value: &Value) -> String {
    if says_something(value) {
        written(value)
    } else {
        String::new()
    }
}

/// `value` as written; only null is empty, so that a view count of 0 stays one.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The names in `value`: a text as it is, a list with commas between.
pub(super) fn listed(value: &Value) -> String {
    match value {
        Value::Array(parts) => parts.iter().map(written).collect::<Vec<_>>().join(","),
        other => text(other),
    }
}

/// Whether `value` claims that the page says something. A count of 0 does not: many tools write it
/// where they found none.
pub(super) fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is_so) => *is_so,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(parts) => !parts.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_comes_in_many_shapes() {
        for nothing in [
            json!(null),
            json!(false),
            json!(0),
            json!(0.0),
            json!(""),
            json!([]),
            json!({}),
        ] {
            assert!(!says_something(&nothing), "{nothing}");
            assert_eq!(text(&nothing), "", "{nothing}");
        }
        for something in [json!("0"), json!(7), json!(true), json!(["示例"])] {
            assert!(says_something(&something), "{something}");
        }
    }

    #[test]
    fn a_count_of_nothing_is_still_a_count() {
        assert_eq!(written(&json!(0)), "0");
        assert_eq!(written(&json!("1,204次")), "1,204次");
        assert_eq!(written(&json!(null)), "");
    }

    #[test]
    fn lists_of_names_are_one_text() {
        assert_eq!(listed(&json!(["张三", "李四"])), "张三,李四");
        assert_eq!(listed(&json!([])), "");
        assert_eq!(listed(&json!("张三 李四")), "张三 李四");
        assert_eq!(listed(&json!(null)), "");
    }
}
