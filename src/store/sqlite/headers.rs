//! Headers as they are kept: what a host sends again and again once, and of a look what differs.
//!
//! A set is a host's headers as one look had them. A look with the same names in the same order keeps
//! the values that differ, by their place; with other names it makes another set. Of a value it keeps
//! what differs: `[3, "x", 5]` is x between the first three and the last five characters of the set's;
//! `2` is the date in HTTP's form two seconds after the look; a string or an object is the value. Rows
//! that name no set have their headers whole. `v_fetches` puts all this together in SQL.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value, json};

use crate::archive::PageId;
use crate::model::{ContentHash, Headers, Timestamp};

use super::column;
use super::fault::Fault;
use super::migrate::schema_version;

/// Sets of a host with the same names that a look is compared with, the latest first.
const COMPARED: usize = 8;

/// A look makes another of these where what differs takes more than so many hundredths of all.
const DIFFERENT: usize = 50;

/// Sets of one host, at most: one whose headers never come twice in the same order would fill the table.
const MOST_SETS: i64 = 64;

/// Dates as HTTP has them.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// The schema since when there are sets.
const WITH_SETS: i64 = 8;

/// Headers made ready for the writer.
#[derive(Debug)]
pub(super) struct Packed {
    names: i64,
    whole: String,
    /// When it was asked.
    at: Timestamp,
    against: Option<Against>,
}

/// A set, and what differs from it.
type Against = (i64, Option<String>);

/// The set that least differs, where that is worth it, and whether there is room for another.
type Nearest = (Option<Against>, bool);

/// Headers in a row of `fetch`: the set, and the values.
pub(super) type Kept = (Option<i64>, Option<String>);

/// Makes `headers` of an answer ready; through `reader` they are compared with what is kept.
pub(super) fn pack(
    headers: &Headers,
    (page, at): (PageId, Timestamp),
    reader: Option<&Connection>,
) -> Packed {
    let mut packed = Packed {
        names: digest(headers),
        whole: column::headers_text(headers),
        at,
        against: None,
    };
    packed.against = reader.and_then(|reader| {
        let host = host_of(reader, page).ok()??;
        nearest(reader, host, &packed).ok()?.0
    });
    packed
}

/// Keeps headers made ready of a look at `host`; answers what its row is to have.
pub(super) fn keep(connection: &Connection, host: i64, packed: &Packed) -> Result<Kept, Fault> {
    if let Some((set, values)) = &packed.against {
        return Ok((Some(*set), values.clone()));
    }
    // another look may have made a set meanwhile
    let (against, room) = nearest(connection, host, packed)?;
    if let Some((set, values)) = against {
        return Ok((Some(set), values));
    }
    if !room {
        return Ok((None, Some(packed.whole.clone())));
    }
    connection
        .prepare_cached("INSERT INTO header_set (host_id, names, headers) VALUES (?1, ?2, ?3)")?
        .execute(params![host, packed.names, packed.whole])?;
    Ok((Some(connection.last_insert_rowid()), None))
}

/// The columns that [`read`] wants, of `fetch f`.
pub(super) fn columns(connection: &Connection) -> Result<&'static str, Fault> {
    Ok(if schema_version(connection)? < WITH_SETS {
        "f.headers AS header_values, NULL AS header_set"
    } else {
        "f.header_values,
         (SELECT headers FROM header_set WHERE id = f.header_set_id) AS header_set"
    })
}

/// The headers of a row with [`columns`] and `fetched_at`.
pub(super) fn read(row: &rusqlite::Row<'_>) -> Result<Headers, Fault> {
    let values: Option<String> = row.get("header_values")?;
    let set: Option<String> = row.get("header_set")?;
    let whole = match (set, values) {
        (Some(set), Some(values)) => applied(&set, &values, column::instant(row, "fetched_at")?),
        (whole, None) | (None, whole) => whole,
    };
    Ok(whole.as_deref().map(column::headers).unwrap_or_default())
}

/// Brings at most `limit` looks after the one numbered `after` that have their headers whole to sets;
/// answers the last of them.
pub(super) fn share(connection: &Connection, after: i64, limit: i64) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT f.id, p.host_id, f.header_values, f.fetched_at FROM fetch f JOIN page p ON p.id = f.page_id
         WHERE f.id > ?1 AND f.header_set_id IS NULL AND f.header_values IS NOT NULL
         ORDER BY f.id LIMIT ?2",
    )?;
    let found = statement.query_map([after, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    let looks: Vec<(i64, i64, String, String)> = found.collect::<Result<_, _>>()?;
    let last = looks.last().map(|(look, ..)| *look);
    for (look, host, whole, at) in looks {
        let packed = Packed {
            names: digest(&column::headers(&whole)),
            whole,
            at: column::parse_instant(&at)?,
            against: None,
        };
        let (set, values) = keep(connection, host, &packed)?;
        connection
            .prepare_cached(
                "UPDATE fetch SET header_set_id = ?2, header_values = ?3 WHERE id = ?1",
            )?
            .execute(params![look, set, values])?;
    }
    Ok(last)
}

fn host_of(connection: &Connection, page: PageId) -> Result<Option<i64>, Fault> {
    Ok(connection
        .prepare_cached("SELECT host_id FROM page WHERE id = ?1")?
        .query_row([page.0], |row| row.get(0))
        .optional()?)
}

fn nearest(connection: &Connection, host: i64, packed: &Packed) -> Result<Nearest, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id, headers FROM header_set WHERE host_id = ?1 AND names = ?2
         ORDER BY id DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(COMPARED).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![host, packed.names, limit])?;
    let (mut found, mut compared) = (None, 0);
    let mut least = packed.whole.len();
    while let Some(row) = rows.next()? {
        compared += 1;
        let set: String = row.get(1)?;
        let Some(values) = difference(&set, &packed.whole, packed.at) else {
            continue;
        };
        let values = (!values.is_empty()).then(|| Value::Object(values).to_string());
        let length = values.as_ref().map_or(0, String::len);
        if length < least {
            least = length;
            found = Some((row.get(0)?, values));
        }
    }
    if least.saturating_mul(100) <= packed.whole.len().saturating_mul(DIFFERENT) {
        return Ok((found, true));
    }
    if compared == COMPARED {
        return Ok((found, false));
    }
    let sets: i64 = connection
        .prepare_cached("SELECT count(*) FROM header_set WHERE host_id = ?1")?
        .query_row([host], |row| row.get(0))?;
    Ok(if sets < MOST_SETS {
        (None, true)
    } else {
        (found, false)
    })
}

/// The values of `whole` that differ from those of `set`, by place; nothing where the names differ.
fn difference(set: &str, whole: &str, at: Timestamp) -> Option<Map<String, Value>> {
    if set == whole {
        return Some(Map::new());
    }
    let (set, whole) = (fields(set)?, fields(whole)?);
    if set.len() != whole.len() {
        return None;
    }
    let mut values = Map::new();
    for (place, (kept, own)) in set.iter().zip(&whole).enumerate() {
        if kept.get(0) != own.get(0) {
            return None;
        }
        let (kept, own) = (kept.get(1)?, own.get(1)?);
        if kept != own {
            values.insert(place.to_string(), briefly(kept, own, at));
        }
    }
    Some(values)
}

/// The value `own`, in the place of `kept`.
fn briefly(kept: &Value, own: &Value, at: Timestamp) -> Value {
    let (Some(before), Some(after)) = (kept.as_str(), own.as_str()) else {
        return own.clone();
    };
    if let Some(seconds) = seconds_after(at, after) {
        return json!(seconds);
    }
    let (before, after): (Vec<char>, Vec<char>) =
        (before.chars().collect(), after.chars().collect());
    let same = |(kept, own): &(&char, &char)| kept == own;
    let head = before.iter().zip(&after).take_while(same).count();
    let rest = before.len().min(after.len()) - head;
    let ends = before.iter().rev().zip(after.iter().rev());
    let tail = ends.take(rest).take_while(same).count();
    // what the brackets and numbers take
    if head + tail <= 8 {
        return own.clone();
    }
    let middle: String = after
        .iter()
        .skip(head)
        .take(after.len() - head - tail)
        .collect();
    json!([head, middle, tail])
}

/// How many seconds after `at` the date in HTTP's form is, if `value` is one.
fn seconds_after(at: Timestamp, value: &str) -> Option<i64> {
    if value.len() != "Tue, 24 Nov 2026 02:39:04 GMT".len() {
        return None;
    }
    let date = DateTime::strptime(HTTP_DATE, value).ok()?;
    let date = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let seconds = date.as_second() - at.as_unix_millis().div_euclid(1000);
    (http_date(at, seconds)? == value).then_some(seconds)
}

/// The date in HTTP's form so many seconds after `at`.
fn http_date(at: Timestamp, seconds: i64) -> Option<String> {
    let second = at.as_unix_millis().div_euclid(1000).checked_add(seconds)?;
    let date = jiff::Timestamp::from_second(second).ok()?;
    Some(date.strftime(HTTP_DATE).to_string())
}

/// The value that [`briefly`] wrote.
fn at_length(kept: &Value, own: &Value, at: Timestamp) -> Option<Value> {
    let Value::Array(pieces) = own else {
        return match own.as_i64() {
            Some(seconds) => http_date(at, seconds).map(Value::from),
            None => Some(own.clone()),
        };
    };
    let count = |place: usize| usize::try_from(pieces.get(place)?.as_u64()?).ok();
    let kept = kept.as_str()?;
    let (head, tail) = (count(0)?, kept.chars().count().checked_sub(count(2)?)?);
    let mut value: String = kept.chars().take(head).collect();
    value.push_str(pieces.get(1)?.as_str()?);
    value.extend(kept.chars().skip(tail));
    Some(Value::from(value))
}

/// `set` with `values` in their places; nothing where either is not what was ever written.
fn applied(set: &str, values: &str, at: Timestamp) -> Option<String> {
    let mut fields = fields(set)?;
    let Ok(Value::Object(values)) = serde_json::from_str(values) else {
        return None;
    };
    for (place, value) in values {
        let place: usize = place.parse().ok()?;
        let kept = fields.get_mut(place)?.get_mut(1)?;
        *kept = at_length(kept, &value, at)?;
    }
    Some(Value::Array(fields).to_string())
}

fn fields(text: &str) -> Option<Vec<Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Array(fields)) => Some(fields),
        _ => None,
    }
}

/// A number for the names in their order.
fn digest(headers: &Headers) -> i64 {
    let names: Vec<&str> = headers.iter().map(|(name, _value)| name).collect();
    let hash = ContentHash::of(names.join("\n").as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(hash.as_bytes().split_at(8).0);
    i64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn text(fields: &[(&str, &[u8])]) -> String {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Bytes::copy_from_slice(value)));
        column::headers_text(&Headers::new(fields))
    }

    fn at() -> Timestamp {
        "2026-11-07T05:07:00.900Z".parse().expect("an instant")
    }

    #[test]
    fn what_differs_is_put_back_in_its_place() {
        let set = text(&[
            ("server", b"nginx"),
            ("set-cookie", b"a=1"),
            ("set-cookie", b"b=\"2\""),
            ("x-name", b"\xbb\xe1"),
        ]);
        let other = text(&[
            ("server", b"nginx"),
            ("set-cookie", b"a=1"),
            ("set-cookie", b"b={\"3\": ','}"),
            ("x-name", b"\xd5\xd5"),
        ]);
        let values = difference(&set, &other, at()).expect("the same names");
        let values = Value::Object(values).to_string();
        assert_eq!(values, r#"{"2":"b={\"3\": ','}","3":{"hex":"d5d5"}}"#);
        assert_eq!(applied(&set, &values, at()), Some(other));
        assert_eq!(difference(&set, &set, at()), Some(Map::new()));
    }

    #[test]
    fn of_a_value_what_differs_is_kept() {
        let cases = [
            (
                "PHPSESSID=abcdef; path=/",
                "PHPSESSID=uvw; path=/",
                r#"[10,"uvw",8]"#,
            ),
            ("abababababab", "abab", r#""abab""#),
            ("ababababababab", "abababababab", r#"[12,"",0]"#),
            (
                "会展网站会展网站会",
                "会展网站会展网站会会",
                r#"[9,"会",0]"#,
            ),
            ("1", "Sat, 07 Nov 2026 05:07:09 GMT", "9"),
            ("1", "Sat, 07 Nov 2026 05:06:58 GMT", "-2"),
            ("1", "Sun, 07 Nov 2027 05:07:00 GMT", "31536000"),
            // not as HTTP has it: the wrong day of the week
            (
                "1",
                "Fri, 07 Nov 2026 05:07:09 GMT",
                r#""Fri, 07 Nov 2026 05:07:09 GMT""#,
            ),
        ];
        for (kept, own, expected) in cases {
            let brief = briefly(&json!(kept), &json!(own), at());
            assert_eq!(brief.to_string(), expected, "{own}");
            assert_eq!(at_length(&json!(kept), &brief, at()), Some(json!(own)));
        }
    }

    #[test]
    fn other_names_are_no_difference() {
        let set = text(&[("server", b"nginx"), ("date", b"1")]);
        for other in [
            text(&[("date", b"1"), ("server", b"nginx")]),
            text(&[("server", b"nginx")]),
            text(&[("server", b"nginx"), ("age", b"1")]),
        ] {
            assert_eq!(difference(&set, &other, at()), None, "{other}");
        }
    }

    #[test]
    fn what_was_never_written_gives_no_headers() {
        let set = text(&[("server", b"nginx")]);
        for values in [
            "",
            "[]",
            r#"{"7":"x"}"#,
            r#"{"a":"x"}"#,
            r#"{"0":[1,"x"]}"#,
            r#"{"0":[1,"x",99]}"#,
            r#"{"0":9223372036854775807}"#,
        ] {
            assert_eq!(applied(&set, values, at()), None, "{values}");
        }
        assert_eq!(applied("{}", r#"{"0":"x"}"#, at()), None);
    }
}
