//! The words of alerts: in English where a program or a feed reader shows them, in Chinese in the messages
//! of Chinese chat services.

use std::time::Duration;

use crate::model::Timestamp;

use super::item::{Alert, Item};
use super::kind::EventKind;

/// What happened, for a feed reader.
pub(super) const fn english(kind: EventKind) -> &'static str {
    match kind {
        EventKind::New => "new",
        EventKind::Edited => "edited",
        EventKind::Gone => "vanished",
        EventKind::Back => "back",
        EventKind::Views => "views jumped",
    }
}

/// What happened, for a chat.
pub(super) const fn chinese(kind: EventKind) -> &'static str {
    match kind {
        EventKind::New => "新文章",
        EventKind::Edited => "有修改",
        EventKind::Gone => "已消失",
        EventKind::Back => "又出现",
        EventKind::Views => "浏览量激增",
    }
}

/// A field's name, for a chat.
pub(super) fn chinese_field(field: &str) -> &str {
    match field {
        "title" => "标题",
        "source" => "来源",
        "author" => "作者",
        "editor" => "编辑",
        "publish_time" => "发布时间",
        "summary" => "摘要",
        "image" => "图片",
        other => other,
    }
}

/// The headline of a message.
pub(super) fn headline(alert: &Alert) -> String {
    format!("「{}」有 {} 条新动态", alert.name, alert.items.len())
}

/// What stands for the events that had no room.
pub(super) fn more(count: usize) -> String {
    format!("另有 {count} 条未列出")
}

/// What is known of an event in one line: site, source, when it was seen.
pub(super) fn about(item: &Item) -> String {
    let mut parts = vec![item.site.to_string()];
    parts.extend(item.source.clone());
    parts.push(beijing(item.observed_at));
    match (item.kind, item.views) {
        (EventKind::Views, Some((before, now))) => parts.push(format!("{before} → {now}")),
        (EventKind::Edited, _) if !item.found => parts.push("不再符合搜索条件".to_owned()),
        _ => {}
    }
    parts.join(" · ")
}

/// An instant to the minute by the clock of China, which has one time and no summer time.
fn beijing(at: Timestamp) -> String {
    let there = at.plus(Duration::from_hours(8)).to_string();
    let minute = there.get(..16).unwrap_or(&there).replace('T', " ");
    format!("{minute}（北京时间）")
}
