//! Versions as rows: the reading of an article, written once and read back as it was.

use rusqlite::{Connection, Row, params};

use crate::archive::Reading;
use crate::chinese::bigrams::index_text;
use crate::model::{Article, ContentHash, Kept, ViewsNote};
use crate::version::{HASH_RULE, content_hash};

use super::column;
use super::fault::Fault;

/// The columns that [`reading`] and [`kept`] need, of `version v` and its `page p`.
pub(super) const COLUMNS: &str = "v.version_no, v.content_sha256, v.hash_rule, v.parser,
    v.encoding, v.encoding_evidence, v.title, v.summary, v.source, v.author, v.editor,
    v.publish_time, v.publish_time_raw, v.lang, v.warnings, v.provenance, v.images, v.body_text,
    v.body_html, v.as_printed, p.views, p.views_note";

/// A reading's words for the full-text index, in the order of its columns.
#[derive(Debug)]
struct Words([String; 5]);

impl Words {
    /// Makes `version` known under these words.
    fn index(self, connection: &Connection, version: i64) -> Result<(), Fault> {
        let mut statement = connection.prepare_cached(
            "INSERT INTO fts (rowid, title, summary, source, author, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        statement.raw_bind_parameter(1, version)?;
        // SQLite copies what it is given; of a long text one copy at a time is enough
        for (place, words) in (2_usize..).zip(self.0) {
            statement.raw_bind_parameter(place, words)?;
        }
        statement.raw_execute()?;
        Ok(())
    }
}

/// Makes the full-text index anew.
pub(super) fn index_all(connection: &Connection) -> Result<(), Fault> {
    connection.execute("INSERT INTO fts (fts) VALUES ('delete-all')", [])?;
    index_rest(connection)
}

/// How many versions may wait to be indexed. One by one each makes a segment of the index, which is
/// merged with others again and again: together they cost a tenth of that.
pub(super) const MANY: i64 = 64;

/// Indexes the versions that wait where there are as many as `least`. Versions are indexed in their order, by
/// whichever process comes to it, so the last one in the index tells what waits.
pub(super) fn index_if(connection: &Connection, least: i64) -> Result<(), Fault> {
    let waiting: i64 = connection
        .prepare_cached(
            "SELECT coalesce((SELECT max(id) FROM version), 0)
                  - coalesce((SELECT max(id) FROM fts_docsize), 0)",
        )?
        .query_row([], |row| row.get(0))?;
    if waiting < least {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = index_rest(connection).and_then(|()| Ok(connection.execute_batch("COMMIT")?));
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}

/// Indexes every version that is not yet indexed; in a transaction of whoever asks.
pub(super) fn index_rest(connection: &Connection) -> Result<(), Fault> {
    let last = connection
        .prepare_cached("SELECT coalesce(max(id), 0) FROM fts_docsize")?
        .query_row([], |row| row.get(0))?;
    index_between(connection, connection, last, i64::MAX)?;
    Ok(())
}

/// Indexes in `index` the versions of `archive` numbered above `from` up to `until`; answers which
/// those are.
pub(super) fn index_between(
    archive: &Connection,
    index: &Connection,
    from: i64,
    until: i64,
) -> Result<Vec<i64>, Fault> {
    let mut versions = archive.prepare_cached(
        "SELECT id, title, summary, source, author, body_text FROM version
         WHERE id > ?1 AND id <= ?2 ORDER BY id",
    )?;
    let mut rows = versions.query([from, until])?;
    let mut indexed = Vec::new();
    while let Some(row) = rows.next()? {
        let words = |column: usize| -> Result<String, Fault> {
            let text: Option<String> = row.get(column)?;
            Ok(index_text(text.as_deref().unwrap_or_default()))
        };
        let words = Words([words(1)?, words(2)?, words(3)?, words(4)?, words(5)?]);
        let version = row.get(0)?;
        words.index(index, version)?;
        indexed.push(version);
    }
    Ok(indexed)
}

/// Writes a version; answers with its number in the table.
pub(super) fn insert(
    connection: &Connection,
    page: i64,
    version_no: u32,
    fetch: i64,
    blob: Option<i64>,
    reading: &Reading,
) -> Result<i64, Fault> {
    let article = &reading.article;
    let body_chars = article.body_text.as_deref().unwrap_or_default().chars();
    connection
        .prepare_cached(
            "INSERT INTO version (page_id, version_no, content_sha256, hash_rule, first_fetch_id,
                 blob_id, title, source, author, editor, publish_time, publish_time_raw, lang,
                 body_chars, parser, encoding, encoding_evidence, summary, warnings, provenance,
                 images, body_text, body_html, as_printed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
        )?
        .execute(params![
            page,
            version_no,
            reading.content.as_bytes(),
            reading.hash_rule,
            fetch,
            blob,
            article.title,
            article.source,
            article.author,
            article.editor,
            article.publish_time.map(|time| time.to_string()),
            article.publish_time_raw,
            article.lang,
            i64::try_from(body_chars.count()).unwrap_or(i64::MAX),
            reading.parser,
            reading.encoding,
            reading.encoding_evidence,
            article.summary,
            column::warnings_text(&reading.warnings),
            column::provenance_text(&reading.provenance),
            column::images_text(&article.images),
            article.body_text,
            article.body_html,
            column::as_printed_text(article),
        ])?;
    Ok(connection.last_insert_rowid())
}

/// The reading in a row of [`COLUMNS`], checked against its digest: SQLite takes a text whose letters
/// a disk changed as it is. Its views are the last seen on the page.
pub(super) fn reading(row: &Row<'_>) -> Result<Reading, Fault> {
    let warnings: String = row.get("warnings")?;
    let provenance: String = row.get("provenance")?;
    let article = article(row)?;
    let content = ContentHash::from_bytes(row.get("content_sha256")?);
    let hash_rule = row.get("hash_rule")?;
    if hash_rule == HASH_RULE && content_hash(&article) != content {
        return Err(Fault::DamagedText);
    }
    Ok(Reading {
        article,
        content,
        hash_rule,
        parser: row.get("parser")?,
        encoding: row.get("encoding")?,
        encoding_evidence: row.get("encoding_evidence")?,
        warnings: column::warnings(&warnings),
        provenance: column::provenance(&provenance),
    })
}

/// The version in a row of [`COLUMNS`], as the rules compare with it.
pub(super) fn kept(row: &Row<'_>) -> Result<Kept, Fault> {
    Ok(Kept {
        version_no: row.get("version_no")?,
        content: ContentHash::from_bytes(row.get("content_sha256")?),
        hash_rule: row.get("hash_rule")?,
        article: article(row)?,
    })
}

fn article(row: &Row<'_>) -> Result<Article, Fault> {
    let publish_time: Option<String> = row.get("publish_time")?;
    let images: String = row.get("images")?;
    let as_printed: Option<String> = row.get("as_printed")?;
    let views_note: Option<String> = row.get("views_note")?;
    Ok(Article {
        title: row.get("title")?,
        summary: row.get("summary")?,
        source: row.get("source")?,
        author: row.get("author")?,
        editor: row.get("editor")?,
        publish_time: publish_time.and_then(|text| text.parse().ok()),
        publish_time_raw: row.get("publish_time_raw")?,
        views: column::optional_count(row, "views")?,
        views_note: views_note.and_then(|name| ViewsNote::from_name(&name)),
        body_text: row.get("body_text")?,
        body_html: row.get("body_html")?,
        images: column::images(&images),
        lang: row.get("lang")?,
        as_printed: as_printed.and_then(|text| column::as_printed(&text)),
    })
}
