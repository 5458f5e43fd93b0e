//! A feed: Atom 1.0 (RFC 4287). An entry's identity is a tag URI (RFC 4151) of the search and the look, so it stays
//! the same however often the feed is made and whatever the search is called.

use super::escape::markup;
use super::item::{Alert, Item, Mark};
use super::words::english;

/// The feed of `alert`, the latest event first.
pub fn atom(alert: &Alert) -> String {
    let latest = alert.items.iter().map(|item| item.observed_at).max();
    let updated = latest.unwrap_or(alert.created_at);
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>{}</title>\n<subtitle>{}</subtitle>\n<id>{}</id>\n<updated>{updated}</updated>\n\
         <author><name>zhanwen</name></author>\n\
         <generator version=\"{}\">zhanwen</generator>\n",
        markup(&alert.name),
        markup(&alert.query),
        tag(alert, "feed"),
        env!("CARGO_PKG_VERSION"),
    );
    for item in alert.items.iter().rev() {
        feed.push_str(&entry(alert, item));
    }
    feed.push_str("</feed>\n");
    feed
}

/// A name that nobody else gives: the search's own under a domain that is never given to anybody (RFC 2606).
fn tag(alert: &Alert, what: &str) -> String {
    let day: String = alert.created_at.to_string().chars().take(10).collect();
    format!("tag:{}.zhanwen.invalid,{day}:{what}", alert.key)
}

fn entry(alert: &Alert, item: &Item) -> String {
    let title = item.title.as_deref().unwrap_or("(no title)");
    let id = tag(alert, &format!("{}/{}", item.look, item.kind.name()));
    let author = item.author.as_deref().or(item.source.as_deref());
    let author = author.map_or_else(String::new, |author| {
        format!("<author><name>{}</name></author>\n", markup(author))
    });
    let (at, kind) = (item.observed_at, item.kind.name());
    format!(
        "<entry>\n<title>{}: {}</title>\n<id>{id}</id>\n<updated>{at}</updated>\n\
         <published>{at}</published>\n<link rel=\"alternate\" href=\"{}\"/>\n\
         {author}<category term=\"{kind}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
        english(item.kind),
        markup(title),
        markup(item.url.as_str()),
        markup(&html(item)),
    )
}

/// An event in HTML.
fn html(item: &Item) -> String {
    const LINES: usize = 40;
    const CHARACTERS: usize = 400;
    let mut parts = vec![item.site.to_string()];
    parts.extend(item.source.clone());
    parts.extend(item.publish_time.map(|time| time.to_string()));
    if let Some((before, now)) = item.views {
        parts.push(format!("{before} → {now} views"));
    }
    if !item.found {
        parts.push("no longer found by the search".to_owned());
    }
    let mut html = vec![format!("<p>{}</p>", markup(&parts.join(" · ")))];
    let (lines, left) = item.difference(LINES, CHARACTERS);
    for line in lines {
        let field = line.field.map(|field| format!("{}: ", markup(field)));
        let pieces = line.pieces.iter().map(|(mark, text)| {
            let text = markup(text);
            match mark {
                Mark::Same => text,
                Mark::Removed => format!("<del>{text}</del>"),
                Mark::Added => format!("<ins>{text}</ins>"),
            }
        });
        let text: String = field.into_iter().chain(pieces).collect();
        html.push(format!("<p>{text}</p>"));
    }
    if left > 0 {
        html.push(format!("<p>and {left} more changes</p>"));
    }
    let beginning = item.beginning(400).filter(|_| item.diff.is_empty());
    html.extend(beginning.map(|text| format!("<p>{}</p>", markup(&text))));
    html.concat()
}
