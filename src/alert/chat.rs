//! Messages for the robots of chat services: 企业微信, 钉钉, 飞书. Each fits the service's limit, whole events alone, and
//! says how many had no room.
//!
//! Shapes and limits are those of the services' own documentation (2026): `docs/json.md` names it.

use serde_json::{Value, json};

use super::escape::{chat, target};
use super::item::{Alert, Item, Mark, cut};
use super::words::{about, chinese, chinese_field, headline, more};

/// Bytes of the text of a 企业微信 message.
pub const WECOM_BYTES: usize = 4096;
/// Bytes of a whole 钉钉 message.
pub const DINGTALK_BYTES: usize = 20_000;
/// Bytes of a whole 飞书 message.
pub const FEISHU_BYTES: usize = 20_000;

/// Room for what stands around the text of a message.
const ENVELOPE: usize = 400;

/// A message for 企业微信.
pub fn wecom(alert: &Alert) -> Value {
    let blocks: Vec<String> = alert
        .items
        .iter()
        .map(|item| markdown(item, "\n"))
        .collect();
    let head = format!("**{}**", chat(&headline(alert)));
    let content = fitted(&head, &blocks, "\n\n", WECOM_BYTES, str::len);
    json!({"msgtype": "markdown", "markdown": {"content": content}})
}

/// A message for 钉钉. Nobody is mentioned.
pub fn dingtalk(alert: &Alert) -> Value {
    // a line ends at an empty one there
    let blocks: Vec<String> = alert
        .items
        .iter()
        .map(|item| markdown(item, "\n\n"))
        .collect();
    let title = chat(&headline(alert));
    let head = format!("### {title}");
    let text = fitted(
        &head,
        &blocks,
        "\n\n",
        DINGTALK_BYTES - ENVELOPE - title.len(),
        written,
    );
    json!({
        "msgtype": "markdown",
        "markdown": {"title": title, "text": text},
        "at": {"atMobiles": [], "atUserIds": [], "isAtAll": false},
    })
}

/// A message for 飞书: a post, whose parts are text and links and no Markdown.
pub fn feishu(alert: &Alert) -> Value {
    let paragraphs: Vec<Vec<Value>> = alert.items.iter().map(rich).collect();
    let sizes: Vec<usize> = paragraphs
        .iter()
        .map(|lines| lines.iter().map(|line| line.to_string().len() + 1).sum())
        .collect();
    let title = chat(&headline(alert));
    let room = FEISHU_BYTES - ENVELOPE - title.len();
    let told = fitting(&sizes, room);
    let mut content: Vec<Value> = paragraphs.into_iter().take(told).flatten().collect();
    let left = alert.items.len().saturating_sub(told);
    if left > 0 {
        content.push(json!([{"tag": "text", "text": more(left)}]));
    }
    json!({
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": title, "content": content}}},
    })
}

/// How many of `sizes` fit.
fn fitting(sizes: &[usize], room: usize) -> usize {
    let mut used = 0;
    let fit = sizes.iter().take_while(|size| {
        used += **size;
        used <= room
    });
    fit.count()
}

/// The bytes of `text` in JSON.
fn written(text: &str) -> usize {
    Value::from(text).to_string().len()
}

/// `head` and as many of `blocks` as fit into `most` bytes, with what stands for the rest.
fn fitted(
    head: &str,
    blocks: &[String],
    between: &str,
    most: usize,
    size: impl Fn(&str) -> usize,
) -> String {
    let joined = |told: usize| {
        let mut text = head.to_owned();
        for block in blocks.iter().take(told) {
            text.push_str(between);
            text.push_str(block);
        }
        let left = blocks.len().saturating_sub(told);
        if left > 0 {
            text.push_str(between);
            text.push_str(&more(left));
        }
        text
    };
    let sizes: Vec<usize> = blocks
        .iter()
        .map(|block| size(block) + size(between))
        .collect();
    let reserve = size(head) + size(between) + size(&more(blocks.len()));
    let mut told = fitting(&sizes, most.saturating_sub(reserve));
    let whole = joined(blocks.len());
    if size(&whole) <= most {
        return whole;
    }
    while told > 0 && size(&joined(told)) > most {
        told -= 1;
    }
    joined(told)
}

/// An event as Markdown: what happened and the linked title, what is known, what differs.
fn markdown(item: &Item, line_end: &str) -> String {
    let title = chat(&title(item));
    let title = match target(&item.url) {
        Some(url) => format!("[{title}]({url})"),
        None => title,
    };
    let mut lines = vec![format!("**{}** {title}", chinese(item.kind))];
    lines.extend(notes(item).iter().map(|note| format!("> {}", chat(note))));
    lines.join(line_end)
}

/// An event as paragraphs of a post.
fn rich(item: &Item) -> Vec<Value> {
    let label = json!({"tag": "text", "text": format!("【{}】", chinese(item.kind))});
    let title = chat(&title(item));
    let title = match target(&item.url) {
        Some(url) => json!({"tag": "a", "text": title, "href": url}),
        None => json!({"tag": "text", "text": title}),
    };
    let mut lines = vec![json!([label, title])];
    for note in notes(item) {
        lines.push(json!([{"tag": "text", "text": chat(&note)}]));
    }
    lines
}

fn title(item: &Item) -> String {
    cut(item.title.as_deref().unwrap_or("（无标题）"), 60)
}

/// What is said of an event below its title.
fn notes(item: &Item) -> Vec<String> {
    const LINES: usize = 3;
    const CHARACTERS: usize = 40;
    let mut notes = vec![cut(&about(item), 100)];
    let (lines, left) = item.difference(LINES, CHARACTERS);
    for line in lines {
        let field = line
            .field
            .map(|field| format!("{}：", chinese_field(field)));
        let pieces = line.pieces.iter().map(|(mark, text)| match mark {
            Mark::Same => text.clone(),
            Mark::Removed => format!("〔-{text}〕"),
            Mark::Added => format!("〔+{text}〕"),
        });
        let text: String = field.into_iter().chain(pieces).collect();
        notes.push(cut(&text, 150));
    }
    if left > 0 {
        notes.push(format!("另有 {left} 处修改"));
    }
    notes.extend(item.beginning(80).filter(|_| item.diff.is_empty()));
    notes
}
