//! A document in `CommonMark`, for a page, a ticket or a mail.

use super::escape::{common_mark, target};
use super::item::{Alert, Item, Mark};
use super::words::english;

/// The events of `alert` under a heading.
pub fn markdown(alert: &Alert) -> String {
    let mut text = format!(
        "## {}\n\n{} events of the search {}\n",
        common_mark(&alert.name),
        alert.items.len(),
        common_mark(&alert.query)
    );
    for item in &alert.items {
        text.push('\n');
        text.push_str(&one(item));
    }
    text
}

fn one(item: &Item) -> String {
    let title = common_mark(item.title.as_deref().unwrap_or("(no title)"));
    let title = match target(&item.url) {
        Some(url) => format!("[{title}](<{url}>)"),
        None => title,
    };
    let mut parts = vec![item.site.to_string()];
    parts.extend(item.source.clone());
    parts.push(item.observed_at.to_string());
    if let Some((before, now)) = item.views {
        parts.push(format!("{before} → {now} views"));
    }
    if !item.found {
        parts.push("no longer found by the search".to_owned());
    }
    let mut lines = vec![
        format!("- **{}** {title}", english(item.kind)),
        format!("  {}", common_mark(&parts.join(" · "))),
    ];
    let (difference, left) = item.difference(40, 400);
    for line in difference {
        let field = line.field.map(|field| format!("{}: ", common_mark(field)));
        let pieces = line.pieces.iter().map(|(mark, text)| match mark {
            Mark::Same => common_mark(text),
            // in HTML, since ** does not always act between Chinese characters; what stands in it is Markdown
            Mark::Removed => format!("<del>{}</del>", common_mark(text)),
            Mark::Added => format!("<ins>{}</ins>", common_mark(text)),
        });
        let text: String = field.into_iter().chain(pieces).collect();
        lines.push(format!("  - {text}"));
    }
    if left > 0 {
        lines.push(format!("  - and {left} more changes"));
    }
    lines.join("\n") + "\n"
}
