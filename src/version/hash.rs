//! The content hash: which two readings are one version.

use crate::model::{Article, ContentHash};

use super::normal;

/// The normalisation that [`content_hash`] uses. It is kept with each hash, so that a new rule
/// never makes an old version look edited.
pub const HASH_RULE: u32 = 1;

/// The identity of what an article says: title, source, author, publish time, body and images.
pub fn content_hash(article: &Article) -> ContentHash {
    let mut said = Vec::new();
    let title = normal::field(article.title.as_deref());
    put(&mut said, "title", title.as_deref());
    let source = normal::field(article.source.as_deref());
    put(&mut said, "source", source.as_deref());
    let author = normal::field(article.author.as_deref());
    put(&mut said, "author", author.as_deref());
    let time = article.publish_time.map(|time| time.to_string());
    put(&mut said, "publish_time", time.as_deref());
    let body = article.body_text.as_deref().map(normal::text);
    put(
        &mut said,
        "body",
        body.as_deref().filter(|body| !body.is_empty()),
    );
    for image in &article.images {
        put(&mut said, "image", Some(&normal::image(&image.url)));
    }
    ContentHash::of(&said)
}

/// Writes a field so that no text can pass for the end of one and the start of another.
fn put(said: &mut Vec<u8>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        said.extend_from_slice(format!("{name}:{}:", value.len()).as_bytes());
        said.extend_from_slice(value.as_bytes());
        said.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Image, PageUrl, PublishTime};

    fn article() -> Article {
        Article {
            title: Some("展会开幕".to_owned()),
            source: Some("展会网".to_owned()),
            publish_time: PublishTime::day(2020, 9, 16).ok(),
            body_text: Some("第一段。\n第二段。".to_owned()),
            images: vec![Image {
                url: PageUrl::parse("https://a.cn/1.jpg").expect("url"),
                alt: None,
            }],
            views: Some(3),
            ..Article::default()
        }
    }

    #[test]
    fn the_rule_is_pinned() {
        // when this fails, stored hashes no longer match: raise HASH_RULE
        assert_eq!(HASH_RULE, 1);
        let hash = content_hash(&article()).to_string();
        assert_eq!(hash, PINNED);
    }

    const PINNED: &str = "2dec2b01d297d4354e9c1947ffa1dcdce0e38986af01da41bb1caff46900404b";

    #[test]
    fn what_no_reader_sees_makes_no_version() {
        let check = |change: fn(&mut Article)| {
            let mut other = article();
            change(&mut other);
            assert_eq!(content_hash(&article()), content_hash(&other));
        };
        check(|other| other.views = Some(4));
        check(|other| other.title = Some(" 展会开幕\u{a0}".to_owned()));
        check(|other| other.body_text = Some("第一段。\r\n\r\n第二段。\n".to_owned()));
        check(|other| other.summary = Some("摘要".to_owned()));
        check(|other| other.editor = Some("编辑".to_owned()));
        check(|other| other.body_html = Some("<p>x</p>".to_owned()));
        check(|other| other.author = Some(" ".to_owned()));
        check(|other| other.images[0].alt = Some("图".to_owned()));
        check(|other| other.images[0].url = PageUrl::parse("http://a.cn/1.jpg").expect("url"));
    }

    #[test]
    fn what_a_reader_sees_makes_a_version() {
        let check = |change: fn(&mut Article)| {
            let mut other = article();
            change(&mut other);
            assert_ne!(content_hash(&article()), content_hash(&other));
        };
        check(|other| other.title = Some("展会闭幕".to_owned()));
        check(|other| other.source = None);
        check(|other| other.author = Some("记者".to_owned()));
        check(|other| other.publish_time = PublishTime::day(2020, 9, 17).ok());
        check(|other| other.body_text = Some("第一段。第二段。".to_owned()));
        check(|other| other.images.clear());
        // a text that imitates the next field stays a text
        check(|other| {
            other.title = Some("展会开幕\nsource:9:展会网".to_owned());
            other.source = None;
        });
    }
}
