//! RSS 0.9 to 2.0, Atom and JSON Feed: of each item where it leads, and when it changed; and where the
//! feed goes on (RFC 5005).

use serde_json::Value;

use super::listing::{Entry, Form, Listing, MOST_ENTRIES, Received, address, instant};
use super::xml::{self, Child, Cut, Record, Root, records};
use crate::model::PageUrl;

const ITEMS: [&str; 2] = ["item", "entry"];
/// A feed's own links: itself, its site, the page after it, and few more.
const MOST_LINKS: usize = 32;
const PARTS: [&str; 10] = [
    "link",
    "origlink",
    "guid",
    "pubdate",
    "date",
    "published",
    "issued",
    "updated",
    "modified",
    "lastbuilddate",
];

/// A feed in XML.
pub(super) fn xml(text: &str, root: &Root, received: &Received<'_>) -> Listing {
    let base = root.base.as_deref();
    let base = base.and_then(|base| address(base, received.url));
    let base = base.as_ref().unwrap_or(received.url);
    let (records, cut) = records(text, &ITEMS, &PARTS, MOST_ENTRIES);
    let entry = |record: &Record| {
        Some(Entry {
            url: leads_to(record, base)?,
            changed: date(record, &["updated", "modified"], received),
            published: date(
                record,
                &["pubdate", "published", "issued", "date"],
                received,
            ),
        })
    };
    Listing {
        form: Form::Feed,
        entries: records.iter().filter_map(entry).collect(),
        next: goes_on_at(text, base),
        cut,
    }
}

/// The page after this one, where the feed has several: `<link rel="next">` beside its items.
fn goes_on_at(text: &str, base: &PageUrl) -> Option<PageUrl> {
    // few feeds have one, and the others need not be read twice to know
    let may_go_on = ["next", "Next", "NEXT"]
        .iter()
        .any(|next| text.contains(next));
    if !may_go_on {
        return None;
    }
    let links = xml::outside(text, &ITEMS, "link", MOST_LINKS);
    links.iter().find_map(|link| {
        let mut relations = own(link, "rel")?.split_ascii_whitespace();
        let is_next = relations.any(|relation| relation.eq_ignore_ascii_case("next"));
        address(own(link, "href").filter(|_| is_next)?, base)
    })
}

/// Where an item leads: its own link, else an id that says it is an address.
fn leads_to(record: &Record, base: &PageUrl) -> Option<PageUrl> {
    let base = own(&record.attributes, "xml:base")
        .and_then(|own| address(own, base))
        .unwrap_or_else(|| base.clone());
    let direct = || record.children.iter().filter(|child| child.direct);
    let reference = |child: &Child| {
        let text = child.text.as_str();
        address(child.attribute("href").unwrap_or(text), &base)
    };
    let links = || direct().filter(|child| child.name == "link");
    // the page itself, not its comments, its pictures or the feed
    let own_link = links()
        .filter(|link| link.attribute("rel").is_none_or(|rel| rel == "alternate"))
        .filter(|link| {
            let media = link.attribute("type");
            media.is_none_or(|media| media.contains("html"))
        })
        .find_map(reference);
    let kept = || {
        direct()
            .filter(|child| child.name == "origlink")
            .find_map(reference)
    };
    let id = || {
        direct()
            .filter(|child| child.name == "guid")
            .filter(|guid| guid.attribute("ispermalink") != Some("false"))
            .filter(|guid| guid.text.contains("://"))
            .find_map(reference)
    };
    let about = || address(own(&record.attributes, "rdf:about")?, &base);
    kept().or(own_link).or_else(id).or_else(about)
}

fn own<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = attributes.iter().find(|(known, _)| known == name)?;
    Some(value)
}

fn date(
    record: &Record,
    names: &[&str],
    received: &Received<'_>,
) -> Option<crate::model::Timestamp> {
    record
        .children
        .iter()
        .filter(|child| child.direct && names.contains(&child.name.as_str()))
        .find_map(|child| instant(&child.text, received))
}

/// A feed in JSON, where `text` says it is one.
pub(super) fn json(text: &str, received: &Received<'_>) -> Option<Listing> {
    // most JSON is none, and need not be read to know
    if !text.contains("jsonfeed.org/version/") {
        return None;
    }
    let listing = |entries, next, cut| Listing {
        form: Form::Feed,
        entries,
        next,
        cut,
    };
    let Ok(feed) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return Some(listing(Vec::new(), None, Some(Cut::Broken)));
    };
    let version = feed.get("version")?.as_str()?;
    let items = feed.get("items").and_then(Value::as_array);
    let items = items.map(Vec::as_slice).unwrap_or_default();
    let entry = |item: &Value| {
        let said = |key| item.get(key).and_then(Value::as_str);
        let url = ["url", "external_url", "id"].into_iter().find_map(|key| {
            let reference = said(key).filter(|said| key != "id" || said.contains("://"))?;
            address(reference, received.url)
        })?;
        Some(Entry {
            url,
            changed: said("date_modified").and_then(|date| instant(date, received)),
            published: said("date_published").and_then(|date| instant(date, received)),
        })
    };
    let cut = (items.len() > MOST_ENTRIES).then_some(Cut::TooMany);
    let items = items.iter().take(MOST_ENTRIES);
    let next = feed.get("next_url").and_then(Value::as_str);
    let next = next.and_then(|next| address(next, received.url));
    version
        .contains("jsonfeed.org/version/")
        .then(|| listing(items.filter_map(entry).collect(), next, cut))
}
