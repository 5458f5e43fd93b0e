//! The records of an XML document (items, entries, URLs) out of whatever was sent as one.
//!
//! The reader forgives what news sites send: a bare `&`, a tag that is not closed, an end that
//! never came. It expands no entity but the five of XML and numbers, fetches nothing, and holds no
//! more than the records' own short texts.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The longest address or date; the rest of a longer text is dropped.
const LONGEST_TEXT: usize = 4_096;
/// Elements open at once within a record; the names of deeper ones are not kept.
const DEEPEST: usize = 64;
/// How far the root element is looked for.
const PROLOGUE_EVENTS: usize = 32;

/// Why a document was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cut {
    /// It declares entities, which only attacks do.
    Entities,
    /// It breaks off or is no XML from some point on.
    Broken,
    /// It has more records than are read.
    TooMany,
}

impl Cut {
    /// It in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Entities => "it declares entities",
            Self::Broken => "it breaks off",
            Self::TooMany => "it lists too many addresses",
        }
    }
}

/// The element that a document begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// Its name without a prefix, in lower case.
    pub(super) name: String,
    /// Its attributes as written.
    pub(super) attributes: String,
    /// Its `xml:base`.
    pub(super) base: Option<String>,
}

/// A child element of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Child {
    /// Its name without a prefix, in lower case.
    pub(super) name: String,
    /// Whether it is the record's own child, not that of another element in it.
    pub(super) direct: bool,
    /// Its attributes, names in lower case.
    pub(super) attributes: Vec<(String, String)>,
    /// Its text, trimmed.
    pub(super) text: String,
}

impl Child {
    /// The attribute called `name`.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Its element's name without a prefix, in lower case.
    pub(super) name: String,
    /// The attributes of its element.
    pub(super) attributes: Vec<(String, String)>,
    /// Those of its children that were asked for, in order.
    pub(super) children: Vec<Child>,
}

/// The element that `text` begins with, where it is XML of any kind.
pub(super) fn root(text: &str) -> Option<Root> {
    let mut reader = tolerant(text);
    for _ in 0..PROLOGUE_EVENTS {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                return Some(Root {
                    name: local_name(&element),
                    attributes: element.attributes_raw().to_owned(),
                    base: attributes(&element)
                        .into_iter()
                        .find(|(name, _)| name == "xml:base")
                        .map(|(_, value)| value),
                });
            }
            Event::Text(words) if words.trim().is_empty() => {}
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            _ => return None,
        }
    }
    None
}

/// The records of `text` called one of `names`, at most `most`, with those of their children that
/// are called one of `wanted`; and why it was not read to its end.
pub(super) fn records(
    text: &str,
    names: &[&str],
    wanted: &[&str],
    most: usize,
) -> (Vec<Record>, Option<Cut>) {
    let mut reader = tolerant(text);
    let mut desk = Desk::default();
    loop {
        let Ok(event) = reader.read_event() else {
            desk.finish();
            return (desk.done, Some(Cut::Broken));
        };
        match event {
            Event::DocType(declared) if declared.to_ascii_uppercase().contains("<!ENTITY") => {
                return (Vec::new(), Some(Cut::Entities));
            }
            Event::Start(element) => {
                let name = local_name(&element);
                if names.contains(&name.as_str()) {
                    // one that was never closed ends where the next begins
                    desk.finish();
                    if desk.done.len() >= most {
                        return (desk.done, Some(Cut::TooMany));
                    }
                    desk.begin(name, attributes(&element));
                } else {
                    desk.open(name, &element, wanted);
                }
            }
            Event::Empty(element) => {
                let name = local_name(&element);
                desk.open(name.clone(), &element, wanted);
                desk.close(&name);
            }
            Event::End(element) => {
                let name = lower(element.local_name().as_ref());
                if names.contains(&name.as_str()) {
                    desk.finish();
                } else {
                    desk.close(&name);
                }
            }
            Event::Text(words) => desk.write(&words),
            Event::CData(words) => desk.write(&words),
            Event::GeneralRef(reference) => desk.write(&referred(&reference)),
            Event::Eof => {
                let cut = desk.record.is_some().then_some(Cut::Broken);
                desk.finish();
                return (desk.done, cut);
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The attributes of the elements called `wanted` that stand in none of those called `names`, as far
/// as `text` is XML; at most `most`.
pub(super) fn outside(
    text: &str,
    names: &[&str],
    wanted: &str,
    most: usize,
) -> Vec<Vec<(String, String)>> {
    let mut reader = tolerant(text);
    let (mut found, mut inside) = (Vec::new(), false);
    while found.len() < most {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) if !inside => {
                let name = local_name(&element);
                inside = names.contains(&name.as_str());
                if name == wanted {
                    found.push(attributes(&element));
                }
            }
            Ok(Event::End(element)) => {
                inside &= !names.contains(&lower(element.local_name().as_ref()).as_str());
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found
}

/// The record under way, and those that are done.
#[derive(Default)]
struct Desk {
    done: Vec<Record>,
    record: Option<Record>,
    /// The elements open in it, each with the place of its child where it is one that was asked for.
    open: Vec<(String, Option<usize>)>,
    /// Elements open beyond the deepest.
    beyond: usize,
}

impl Desk {
    fn begin(&mut self, name: String, attributes: Vec<(String, String)>) {
        self.record = Some(Record {
            name,
            attributes,
            children: Vec::new(),
        });
    }

    fn finish(&mut self) {
        self.open.clear();
        self.beyond = 0;
        if let Some(mut record) = self.record.take() {
            for child in &mut record.children {
                child.text = child.text.trim().to_owned();
            }
            self.done.push(record);
        }
    }

    fn open(&mut self, name: String, element: &BytesStart<'_>, wanted: &[&str]) {
        let Some(record) = &mut self.record else {
            return;
        };
        if self.open.len() >= DEEPEST {
            self.beyond = self.beyond.saturating_add(1);
            return;
        }
        // a record with hundreds of links is no record of one page
        let keep = wanted.contains(&name.as_str()) && record.children.len() < DEEPEST;
        let place = keep.then_some(record.children.len());
        if keep {
            record.children.push(Child {
                name: name.clone(),
                direct: self.open.is_empty(),
                attributes: attributes(element),
                text: String::new(),
            });
        }
        self.open.push((name, place));
    }

    fn close(&mut self, name: &str) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(place) = self.open.iter().rposition(|(open, _)| open == name) {
            self.open.truncate(place);
        }
    }

    fn write(&mut self, words: &str) {
        let place = self.open.last().and_then(|(_, place)| *place);
        let child = place.and_then(|place| self.record.as_mut()?.children.get_mut(place));
        if let Some(child) = child
            && child.text.len() < LONGEST_TEXT
        {
            let room = LONGEST_TEXT - child.text.len();
            let fits = words.floor_char_boundary(room.min(words.len()));
            child.text.push_str(words.get(..fits).unwrap_or_default());
        }
    }
}

fn tolerant(text: &str) -> Reader<&[u8]> {
    // a mark of byte order, and what a template leaves before the declaration
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    config.check_comments = false;
    reader
}

fn local_name(element: &BytesStart<'_>) -> String {
    lower(element.local_name().as_ref())
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn attributes(element: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for attribute in element.html_attributes().with_checks(false).flatten() {
        let raw: &str = &attribute.value;
        let value = quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw));
        if value.len() <= LONGEST_TEXT {
            found.push((lower(attribute.key.as_ref()), value.trim().to_owned()));
        }
        if found.len() >= DEEPEST {
            break;
        }
    }
    found
}

/// What a reference stands for; of names that XML does not know, nothing.
fn referred(reference: &str) -> String {
    let escaped = format!("&{reference};");
    quick_xml::escape::unescape(&escaped).map_or_else(|_unknown| String::new(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> (Vec<String>, Option<Cut>) {
        let (records, cut) = records(text, &["item", "url"], &["link", "loc"], 3);
        let texts = records.iter().map(|record| {
            let texts: Vec<&str> = record
                .children
                .iter()
                .filter(|child| child.direct)
                .map(|child| child.text.as_str())
                .collect();
            texts.join("|")
        });
        (texts.collect(), cut)
    }

    #[test]
    fn records_come_out_of_what_is_hardly_xml() {
        let check = |text: &str, expected: &[&str], cut| {
            assert_eq!(
                texts(text),
                (expected.iter().map(|&text| text.to_owned()).collect(), cut),
                "{text}"
            );
        };
        check("<r><item><link> /1 </link></item></r>", &["/1"], None);
        check("<r><ITEM><Link>/1</Link></ITEM></r>", &["/1"], None);
        check("<a:r><x:url><x:loc>/1</x:loc></x:url></a:r>", &["/1"], None);
        check(
            "<r><item><link>/1?a=1&b=2</link></item>",
            &["/1?a=1&b=2"],
            None,
        );
        check(
            "<item><link>/1?a=1&amp;b=2&#38;c&#x26;d&nbsp;</link></item>",
            &["/1?a=1&b=2&c&d"],
            None,
        );
        check(
            "<item><link><![CDATA[/1?a&b]]></link></item>",
            &["/1?a&b"],
            None,
        );
        check(
            "<item><p><br><i>x</p><link>/1</link></item><item><link>/2</link></item>",
            &["/1", "/2"],
            None,
        );
        check("<item><b>x</i></b><link>/1</link></item>", &["/1"], None);
        check(
            "<item><link>/1</link><item><link>/2</link></item>",
            &["/1", "/2"],
            None,
        );
        check(
            "<item><link>/1</link></item><item><link>/2",
            &["/1", "/2"],
            Some(Cut::Broken),
        );
        check(
            "<item><link>/1</link></item><!broken <",
            &["/1"],
            Some(Cut::Broken),
        );
        check(
            "<item/><item><media><link>/no</link></media><link>/1</link></item>",
            &["/1"],
            None,
        );
        check(
            "\u{feff}\n<?xml version='1.0'?><item><link>/1</link></item>",
            &["/1"],
            None,
        );
        check(
            &"<url><loc>/1</loc></url>".repeat(4),
            &["/1", "/1", "/1"],
            Some(Cut::TooMany),
        );
        check("", &[], None);
        check("not xml", &[], None);
    }

    #[test]
    fn entities_are_refused_and_never_expanded() {
        let bomb =
            "<!DOCTYPE r [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><item><link>/&b;</link></item>";
        assert_eq!(texts(bomb), (Vec::new(), Some(Cut::Entities)));
        let outside =
            "<!DOCTYPE rss PUBLIC '-//N//DTD' 'http://a.cn/rss.dtd'><item><link>/&b;</link></item>";
        assert_eq!(texts(outside), (vec!["/".to_owned()], None));
    }

    #[test]
    fn nothing_grows_without_bound() {
        let deep = format!("<item>{}<link>/1</link>", "<a>".repeat(100_000));
        let (records, _) = records(&deep, &["item"], &["link"], 10);
        assert_eq!(records.len(), 1);
        assert_eq!(records.first().map(|record| record.children.len()), Some(0));
        let many = format!("<item>{}</item>", "<link>/1</link>".repeat(100_000));
        let (records, _) = super::records(&many, &["item"], &["link"], 10);
        assert_eq!(
            records.first().map(|record| record.children.len()),
            Some(DEEPEST)
        );
        let long = format!("<item><link>{}</link></item>", "展".repeat(100_000));
        let (records, _) = super::records(&long, &["item"], &["link"], 10);
        let length = records
            .first()
            .and_then(|record| Some(record.children.first()?.text.len()));
        assert!(
            length.is_some_and(|length| length > 4_000 && length <= LONGEST_TEXT),
            "{length:?}"
        );
    }

    #[test]
    fn the_root_is_found_behind_what_may_stand_before_it() {
        let check = |text: &str, expected: Option<&str>| {
            let name = root(text).map(|root| root.name);
            assert_eq!(name.as_deref(), expected, "{text}");
        };
        check(
            "<?xml version='1.0'?><!-- c --><rss version='2.0'>",
            Some("rss"),
        );
        check("<!DOCTYPE html><html>", Some("html"));
        check(
            "<?xml-stylesheet href='a.xsl'?>\n<s:urlset xmlns:s='x'>",
            Some("urlset"),
        );
        check("{\"version\": 1}", None);
        check("text <rss>", None);
        check("", None);
    }
}
