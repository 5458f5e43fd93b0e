//! Records as they are made and written: each with its digests, each a gzip file of its own.

use std::io::{self, Write};
use std::net::IpAddr;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::model::{Headers, PageUrl, Timestamp};

use super::{
    Fields, HTTP_RESPONSE, PAGE_INFO, Record, RecordKind, TEXT, VERSION, WARC_FIELDS, digest,
    digest_of, field, http_head, profile, record_id,
};

/// How hard records are compressed, as `gzip` does unless told.
pub const LEVEL: u32 = 6;

/// One answer of a server, its body aside.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// What was asked for.
    pub url: &'a PageUrl,
    /// When; no two records of one URL may share the instant.
    pub date: Timestamp,
    /// The status.
    pub status: u16,
    /// The header fields as received.
    pub headers: &'a Headers,
    /// Who answered.
    pub peer: Option<IpAddr>,
}

/// What later records need to know of one that holds a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its record's name.
    pub id: String,
    /// What was asked for.
    pub url: PageUrl,
    /// When.
    pub date: Timestamp,
    /// Digest of the body.
    pub payload: String,
    /// Bytes of the body.
    pub length: usize,
}

/// A record that adds to another.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The page it is about.
    pub page: &'a PageUrl,
    /// When what it tells of was seen.
    pub date: Timestamp,
    /// The record it adds to.
    pub to: Option<&'a str>,
}

impl Record {
    /// What the file `filename` is and where it comes from, its first record. `facts` are names and values.
    pub fn info(filename: &str, date: Timestamp, facts: &[(&str, &str)]) -> Self {
        let mut lines = Fields::default();
        for (name, value) in facts {
            lines.push(name, value);
        }
        let lines: Vec<String> = lines
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let lines = lines.concat();
        let date_text = date.to_string();
        let mut fields = Fields::default();
        let id = record_id(&["warcinfo", filename, &date_text, &lines]);
        fields.push(field::RECORD_ID, id);
        fields.push(field::DATE, date_text);
        fields.push(field::FILENAME, filename);
        fields.push(field::CONTENT_TYPE, WARC_FIELDS);
        Self::with_digest(RecordKind::Info, fields, Bytes::new(), Bytes::from(lines))
    }

    /// An answer with its body, codings undone.
    pub fn response(exchange: &Exchange<'_>, body: Bytes) -> (Self, Original) {
        let payload = digest(&body);
        let (mut fields, id) = exchange.fields(RecordKind::Response, &payload);
        fields.push(field::PAYLOAD_DIGEST, &payload);
        fields.push(field::CONTENT_TYPE, HTTP_RESPONSE);
        let head = http_head(exchange.status, exchange.headers, body.len());
        let original = Original {
            id,
            url: exchange.url.clone(),
            date: exchange.date,
            payload,
            length: body.len(),
        };
        let record = Self::with_digest(RecordKind::Response, fields, head.into(), body);
        (record, original)
    }

    /// An answer that brought the bytes of `original` again; its own head is kept.
    pub fn revisit(exchange: &Exchange<'_>, original: &Original) -> Self {
        let mut fields = exchange.revisiting(original, profile::IDENTICAL);
        fields.push(field::CONTENT_TYPE, HTTP_RESPONSE);
        let head = http_head(exchange.status, exchange.headers, original.length);
        Self::with_digest(RecordKind::Revisit, fields, head.into(), Bytes::new())
    }

    /// An answer that `original` still holds (304). Its block is empty: were the head in it, replay would
    /// answer with the status 304 instead of the page.
    pub fn not_modified(exchange: &Exchange<'_>, original: &Original) -> Self {
        let mut fields = exchange.revisiting(original, profile::NOT_MODIFIED);
        fields.push(field::CONTENT_TYPE, HTTP_RESPONSE);
        Self::with_digest(RecordKind::Revisit, fields, Bytes::new(), Bytes::new())
    }

    /// What is to be known of a look, as JSON.
    pub fn metadata(part: &Part<'_>, json: String) -> Self {
        let mut fields = part.fields(RecordKind::Metadata, PAGE_INFO, &json);
        if let Some(id) = part.to {
            fields.push(field::CONCURRENT_TO, id);
        }
        fields.push(field::CONTENT_TYPE, "application/json");
        Self::with_digest(
            RecordKind::Metadata,
            fields,
            Bytes::new(),
            Bytes::from(json),
        )
    }

    /// The text that was read from a page.
    pub fn text(part: &Part<'_>, text: String) -> Self {
        let mut fields = part.fields(RecordKind::Conversion, TEXT, &text);
        if let Some(id) = part.to {
            fields.push(field::REFERS_TO, id);
        }
        fields.push(field::CONTENT_TYPE, "text/plain;charset=utf-8");
        Self::with_digest(
            RecordKind::Conversion,
            fields,
            Bytes::new(),
            Bytes::from(text),
        )
    }

    fn with_digest(kind: RecordKind, mut fields: Fields, head: Bytes, payload: Bytes) -> Self {
        fields.push(field::BLOCK_DIGEST, digest_of(&[&head, &payload]));
        Self {
            kind,
            fields,
            head,
            payload,
        }
    }

    /// Its own name.
    pub fn id(&self) -> Option<&str> {
        self.fields.first(field::RECORD_ID)
    }

    /// Writes it.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write!(
            out,
            "{VERSION}\r\n{}: {}\r\n",
            field::TYPE,
            self.kind.name()
        )?;
        for (name, value) in self.fields.iter() {
            write!(out, "{name}: {value}\r\n")?;
        }
        let length = self.head.len() + self.payload.len();
        write!(out, "{}: {length}\r\n\r\n", field::CONTENT_LENGTH)?;
        out.write_all(&self.head)?;
        out.write_all(&self.payload)?;
        out.write_all(b"\r\n\r\n")
    }

    /// Writes it as a gzip file of its own, so that a reader who knows where it begins needs nothing before.
    pub fn write_member(&self, out: &mut impl Write) -> io::Result<()> {
        let mut packer = GzEncoder::new(out, Compression::new(LEVEL));
        self.write(&mut packer)?;
        packer.finish().map(|_out| ())
    }
}

impl Exchange<'_> {
    /// The fields that records of an answer share, and the record's name.
    fn fields(&self, kind: RecordKind, payload: &str) -> (Fields, String) {
        let date = self.date.to_string();
        let id = record_id(&[kind.name(), self.url.as_str(), &date, payload]);
        let mut fields = Fields::default();
        fields.push(field::RECORD_ID, &id);
        fields.push(field::DATE, date);
        fields.push(field::TARGET_URI, self.url);
        if let Some(peer) = self.peer {
            fields.push(field::IP_ADDRESS, peer);
        }
        (fields, id)
    }

    fn revisiting(&self, original: &Original, profile: &str) -> Fields {
        let (mut fields, _id) = self.fields(RecordKind::Revisit, &original.payload);
        fields.push(field::PROFILE, profile);
        fields.push(field::PAYLOAD_DIGEST, &original.payload);
        fields.push(field::REFERS_TO, &original.id);
        fields.push(field::REFERS_TO_TARGET_URI, &original.url);
        fields.push(field::REFERS_TO_DATE, original.date);
        fields
    }
}

impl Part<'_> {
    fn fields(&self, kind: RecordKind, scheme: &str, block: &str) -> Fields {
        let (target, date) = (format!("{scheme}{}", self.page), self.date.to_string());
        let mut fields = Fields::default();
        let id = record_id(&[kind.name(), &target, &date, block]);
        fields.push(field::RECORD_ID, id);
        fields.push(field::DATE, date);
        fields.push(field::TARGET_URI, target);
        fields
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn url() -> PageUrl {
        PageUrl::parse("https://expo.example.cn/news/%D5%B9.html?a=会").expect("a URL")
    }

    fn exchange<'a>(url: &'a PageUrl, headers: &'a Headers, millis: i64) -> Exchange<'a> {
        Exchange {
            url,
            date: Timestamp::from_unix_millis(millis),
            status: 200,
            headers,
            peer: Some(IpAddr::from([192, 0, 2, 7])),
        }
    }

    fn written(record: &Record) -> String {
        let mut out = Vec::new();
        record.write(&mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    /// `text` with the letters of digests and names left out.
    fn shape(text: &str) -> String {
        let mut shape = String::new();
        for line in text.split_inclusive("\r\n") {
            let of = ["sha1:", "<urn:uuid:"].iter().find_map(|of| line.find(of));
            match of.and_then(|place| line.get(..place)) {
                Some(name) => shape.extend([name, "…\r\n"]),
                None => shape.push_str(line),
            }
        }
        shape
    }

    #[test]
    fn an_answer_is_a_response() {
        let (url, headers) = (url(), Headers::default());
        let (record, original) =
            Record::response(&exchange(&url, &headers, 5), Bytes::from_static(b"abc"));
        assert_eq!(
            shape(&written(&record)),
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: …\r\n\
             WARC-Date: 1970-01-01T00:00:00.005Z\r\n\
             WARC-Target-URI: https://expo.example.cn/news/%D5%B9.html?a=%E4%BC%9A\r\n\
             WARC-IP-Address: 192.0.2.7\r\nWARC-Payload-Digest: …\r\n\
             Content-Type: application/http;msgtype=response\r\nWARC-Block-Digest: …\r\n\
             Content-Length: 41\r\n\r\n\
             HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc\r\n\r\n"
        );
        assert_eq!(
            record.fields.first(field::PAYLOAD_DIGEST),
            Some(digest(b"abc").as_str())
        );
        let block = [record.head.as_ref(), b"abc"].concat();
        assert_eq!(
            record.fields.first(field::BLOCK_DIGEST),
            Some(digest(&block).as_str())
        );
        assert_eq!(
            (original.length, record.id()),
            (3, Some(original.id.as_str()))
        );
    }

    #[test]
    fn what_came_again_points_at_the_first() {
        let (url, headers) = (url(), Headers::default());
        let (_, original) =
            Record::response(&exchange(&url, &headers, 5), Bytes::from_static(b"abc"));
        let again = Record::revisit(&exchange(&url, &headers, 9), &original);
        let fields = "WARC-Refers-To: …\r\n\
             WARC-Refers-To-Target-URI: https://expo.example.cn/news/%D5%B9.html?a=%E4%BC%9A\r\n\
             WARC-Refers-To-Date: 1970-01-01T00:00:00.005Z\r\n\
             Content-Type: application/http;msgtype=response\r\nWARC-Block-Digest: …\r\n";
        let text = shape(&written(&again));
        assert!(text.contains(
            "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n"
        ));
        assert!(
            text.ends_with(&format!(
                "{fields}Content-Length: 38\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n\r\n\r\n"
            )),
            "{text}"
        );
        assert_eq!(
            again.fields.first(field::PAYLOAD_DIGEST),
            Some(digest(b"abc").as_str())
        );

        let unchanged = Record::not_modified(&exchange(&url, &headers, 9), &original);
        let text = shape(&written(&unchanged));
        assert!(
            text.ends_with(&format!("{fields}Content-Length: 0\r\n\r\n\r\n\r\n")),
            "{text}"
        );
        assert_ne!(again.id(), Some(original.id.as_str()));
    }

    #[test]
    fn what_is_told_of_a_page_is_not_at_its_address() {
        let url = url();
        let part = Part {
            page: &url,
            date: Timestamp::from_unix_millis(5),
            to: Some("<urn:uuid:x>"),
        };
        let note = Record::metadata(&part, "{}".to_owned());
        let text = Record::text(&part, "展会".to_owned());
        for (record, target) in [
            (&note, "urn:pageinfo:https://expo.example.cn/"),
            (&text, "urn:text:https://expo.example.cn/"),
        ] {
            let found = record.fields.first(field::TARGET_URI);
            assert!(
                found.is_some_and(|found| found.starts_with(target)),
                "{found:?}"
            );
        }
        assert!(written(&text).ends_with("Content-Length: 6\r\n\r\n展会\r\n\r\n"));
    }

    #[test]
    fn the_file_tells_of_itself() {
        let facts = [("software", "zhanwen/1"), ("description", "a\r\nb: c")];
        let info = Record::info("展会.warc.gz", Timestamp::from_unix_millis(5), &facts);
        assert_eq!(
            shape(&written(&info)),
            "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: …\r\n\
             WARC-Date: 1970-01-01T00:00:00.005Z\r\nWARC-Filename: 展会.warc.gz\r\n\
             Content-Type: application/warc-fields\r\nWARC-Block-Digest: …\r\n\
             Content-Length: 43\r\n\r\nsoftware: zhanwen/1\r\ndescription: a  b: c\r\n\r\n\r\n"
        );
    }

    #[test]
    fn hostile_answers_are_read_back_as_one_record_each() {
        use crate::warc::read::{Answer, Block, DigestCheck, Item, Reader};
        let many = (0..10_000).map(|n| (format!("x-{n}"), Bytes::from_static(b"1")));
        let cases: [(Vec<(String, Bytes)>, Bytes); 4] = [
            (
                vec![("x".to_owned(), Bytes::from_static(b"1\r\n\r\nWARC/1.1\r\n"))],
                Bytes::from_static(b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n"),
            ),
            (many.collect(), Bytes::new()),
            (
                vec![
                    ("x-\0\n: y".to_owned(), Bytes::from_static(b"\0\n\x80\xff")),
                    (
                        "transfer-encoding".to_owned(),
                        Bytes::from_static(b"chunked"),
                    ),
                ],
                Bytes::from_static(b"5\r\nhello\r\n0\r\n\r\n"),
            ),
            (Vec::new(), Bytes::from(vec![0_u8; 20 << 20])),
        ];
        let url = url();
        let mut file = Vec::new();
        for (millis, (fields, body)) in (0..).zip(&cases) {
            let headers = Headers::new(fields.clone());
            let (record, _) = Record::response(&exchange(&url, &headers, millis), body.clone());
            record.write_member(&mut file).expect("packed");
        }
        let mut reader = Reader::new(file.as_slice(), 64 << 20);
        for (fields, body) in &cases {
            let Some(Item::Record(record)) = reader.next().expect("a file") else {
                panic!("no record");
            };
            let Block::Whole(block) = &record.block else {
                panic!("no block");
            };
            let answer = Answer::parse(block).expect("an answer");
            assert_eq!(record.check_block(), DigestCheck::Holds);
            assert!(answer.payload == *body);
            // and the length
            assert_eq!(answer.headers.iter().count(), fields.len() + 1);
            assert_eq!(answer.headers.first("transfer-encoding"), None);
        }
        assert_eq!(reader.next().expect("a file"), None);
    }

    #[test]
    fn each_record_is_a_gzip_file() {
        let (url, headers) = (url(), Headers::default());
        for length in [0, 1, 20 << 20] {
            let body = Bytes::from(vec![b'x'; length]);
            let (record, _) = Record::response(&exchange(&url, &headers, 5), body);
            let (mut member, mut plain) = (Vec::new(), Vec::new());
            record.write_member(&mut member).expect("packed");
            let mut rest = member.as_slice();
            let mut reader = flate2::bufread::GzDecoder::new(&mut rest);
            reader.read_to_end(&mut plain).expect("unpacked");
            assert!(rest.is_empty());
            let mut expected = Vec::new();
            record.write(&mut expected).expect("written");
            assert!(plain == expected, "{length}");
        }
    }
}
