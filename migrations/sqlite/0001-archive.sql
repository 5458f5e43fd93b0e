-- Step 1: the archive. Opens and queries on stock SQLite 3.37 and later (STRICT, no newer feature).
--
-- Three things are kept apart: a fetch is one look at a page, whatever came of it; a version is a
-- distinct content of a page; a blob is bytes as they were received. Instants are UTC text like
-- 2026-11-23T06:11:00.000Z, which sorts as time does. Lists and maps are JSON text.

PRAGMA application_id = 0x5A484A31;

CREATE TABLE schema_migration (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    sha256     BLOB NOT NULL CHECK (length(sha256) = 32), -- of the step's SQL text
    applied_at TEXT NOT NULL,
    applied_by TEXT NOT NULL                              -- as in zhanwen 0.1.0
) STRICT;

CREATE TABLE site (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE -- stem of its rules file, or the host of an ad-hoc start URL
) STRICT;

CREATE TABLE run (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,
    command_line TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    started_at   TEXT NOT NULL,
    ended_at     TEXT,
    outcome      TEXT, -- completed, interrupted, failed; NULL while running or when it was killed
    error        TEXT
) STRICT;

-- The politeness clock of each host, kept across runs and shared by all processes.
CREATE TABLE host (
    id                INTEGER PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE, -- lower case, with the port where it is not the scheme's own
    earliest_at       TEXT,                 -- no request before
    resting_until     TEXT,                 -- it asked to be left alone
    resting_reason    TEXT,
    slowdown_permille INTEGER NOT NULL DEFAULT 0,
    failures_in_a_row INTEGER NOT NULL DEFAULT 0,
    wanted_until      TEXT                  -- somebody waits for named pages: crawls stand back
) STRICT;

-- Who holds which host. AUTOINCREMENT, since a token is never used twice.
CREATE TABLE lease (
    token   INTEGER PRIMARY KEY AUTOINCREMENT,
    host_id INTEGER NOT NULL UNIQUE REFERENCES host (id),
    until   TEXT NOT NULL,
    holder  TEXT NOT NULL
) STRICT;

CREATE TABLE robots (
    origin     TEXT PRIMARY KEY, -- scheme://host[:port]
    host_id    INTEGER NOT NULL REFERENCES host (id),
    fetched_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    status     INTEGER,          -- NULL when no answer was obtained
    body       BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX robots_host ON robots (host_id);

-- Bytes as received, content codings undone, under the digest of those bytes. The codec has no
-- CHECK, because adding one later would mean to rewrite the largest table; readers refuse a codec
-- they do not know.
CREATE TABLE blob (
    id         INTEGER PRIMARY KEY,
    sha256     BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    sha1       BLOB NOT NULL CHECK (length(sha1) = 20),
    raw_length INTEGER NOT NULL, -- bytes once decoded
    codec      TEXT NOT NULL,    -- raw, zstd
    data       BLOB NOT NULL
) STRICT;

-- One page, whatever its spelling; with its schedule, its counters and what is current of it.
CREATE TABLE page (
    id                 INTEGER PRIMARY KEY,
    site_id            INTEGER NOT NULL REFERENCES site (id),
    host_id            INTEGER NOT NULL REFERENCES host (id),
    urlkey             TEXT NOT NULL UNIQUE, -- its identity
    url                TEXT NOT NULL,        -- the spelling that is asked for
    kind               TEXT NOT NULL,        -- article, list, part, other
    depth              INTEGER NOT NULL,
    referer            TEXT,
    due_at             TEXT,                 -- NULL: another page stands for it, or it is
                                             -- a part of the article at its referer
    first_seen_at      TEXT,
    last_fetched_at    TEXT,
    last_changed_at    TEXT,
    fetches            INTEGER NOT NULL DEFAULT 0,
    unchanged_in_a_row INTEGER NOT NULL DEFAULT 0,
    failures_in_a_row  INTEGER NOT NULL DEFAULT 0,
    gone_in_a_row      INTEGER NOT NULL DEFAULT 0,
    gone_since         TEXT,                 -- first of the looks in a row that found it gone
    etag               TEXT,
    last_modified      TEXT,
    current_version_id INTEGER REFERENCES version (id),
    versions           INTEGER NOT NULL DEFAULT 0,
    views              INTEGER,              -- last view count seen
    views_at           TEXT,
    views_note         TEXT
) STRICT;
CREATE INDEX page_due ON page (host_id, (kind <> 'list'), due_at) WHERE due_at IS NOT NULL;
CREATE INDEX page_site ON page (site_id, host_id, due_at);
CREATE INDEX page_current ON page (current_version_id);

CREATE TABLE page_alias (
    url     TEXT PRIMARY KEY,
    urlkey  TEXT NOT NULL,
    page_id INTEGER NOT NULL REFERENCES page (id),
    reason  TEXT NOT NULL -- redirect: a permanent one; spelling: the same page written otherwise
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX page_alias_redirect ON page_alias (urlkey) WHERE reason = 'redirect';
CREATE INDEX page_alias_page ON page_alias (page_id);

-- One look at a page. Written whatever came of it; the view count of that instant lives here.
CREATE TABLE fetch (
    id           INTEGER PRIMARY KEY,
    page_id      INTEGER NOT NULL REFERENCES page (id),
    run_id       INTEGER NOT NULL REFERENCES run (id),
    fetched_at   TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    reason       TEXT,
    status       INTEGER,
    version_id   INTEGER REFERENCES version (id),
    views        INTEGER,
    views_note   TEXT,
    blob_id      INTEGER REFERENCES blob (id),
    elapsed_ms   INTEGER,
    wire_length  INTEGER,
    wire_sha256  BLOB,
    content_type TEXT,
    peer         TEXT,
    error        TEXT,
    error_detail TEXT,
    url          TEXT NOT NULL, -- as asked for
    redirect_to  TEXT,
    headers      TEXT           -- [[name, value], ...]; a value that is not UTF-8 is {"hex": "..."}
) STRICT;
CREATE INDEX fetch_page ON fetch (page_id, fetched_at);
CREATE INDEX fetch_run ON fetch (run_id, outcome);

-- One distinct content of a page. Rows are never changed.
CREATE TABLE version (
    id                INTEGER PRIMARY KEY,
    page_id           INTEGER NOT NULL REFERENCES page (id),
    version_no        INTEGER NOT NULL, -- on its page, from 1
    content_sha256    BLOB NOT NULL CHECK (length(content_sha256) = 32),
    hash_rule         INTEGER NOT NULL, -- which normalisation the digest was made with
    first_fetch_id    INTEGER NOT NULL REFERENCES fetch (id),
    blob_id           INTEGER REFERENCES blob (id),
    title             TEXT,
    source            TEXT,
    author            TEXT,
    editor            TEXT,
    publish_time      TEXT, -- YYYY-MM-DD[ HH:MM[:SS]] in the site's zone
    publish_time_raw  TEXT,
    lang              TEXT,
    body_chars        INTEGER NOT NULL,
    parser            TEXT NOT NULL,
    encoding          TEXT NOT NULL,
    encoding_evidence TEXT NOT NULL,
    summary           TEXT,
    warnings          TEXT NOT NULL, -- ["kind: message", ...]
    provenance        TEXT NOT NULL, -- {"title": "rule", ...}
    images            TEXT NOT NULL, -- [{"url": ..., "alt": ...}, ...]
    body_text         TEXT,
    body_html         TEXT,
    as_printed        TEXT,          -- {"title": ..., "body_text": ...} of annotated pages
    UNIQUE (page_id, version_no),
    UNIQUE (page_id, content_sha256, hash_rule)
) STRICT;
CREATE INDEX version_publish_time ON version (publish_time);

-- Words to search by. rowid is version.id; the text is not kept twice (content = ''), and every two
-- neighbouring Han characters are one word, separated by blanks, so no tokenizer of our own is
-- needed to search: 国际会展 is the phrase "国际 际会 会展".
CREATE VIRTUAL TABLE fts USING fts5 (
    title, summary, source, author, body,
    content = '', tokenize = 'unicode61 remove_diacritics 2'
);

-- The views are the contract with analysts: columns are only ever added.

CREATE VIEW v_articles AS
SELECT p.id AS page_id, s.key AS site, p.url, v.title, v.source, v.author, v.editor,
       v.publish_time, p.views, p.views_note, p.views_at, p.versions, v.version_no,
       p.first_seen_at, p.last_fetched_at, p.last_changed_at,
       CASE WHEN p.gone_in_a_row >= 2 THEN p.gone_since END AS gone_at,
       v.lang, v.body_chars, v.summary, v.body_text AS body, v.id AS version_id
FROM page p
JOIN site s ON s.id = p.site_id
JOIN version v ON v.id = p.current_version_id
WHERE p.kind <> 'part';

CREATE VIEW v_versions AS
SELECT v.id AS version_id, v.page_id, s.key AS site, p.url, v.version_no,
       f.fetched_at AS observed_at, v.title, v.source, v.author, v.editor, v.publish_time,
       v.publish_time_raw, v.lang, v.body_chars, v.summary, v.body_text AS body, v.images,
       lower(hex(v.content_sha256)) AS content_sha256, v.hash_rule, v.parser, v.encoding,
       v.encoding_evidence, v.warnings, v.provenance, lower(hex(b.sha256)) AS entity_sha256
FROM version v
JOIN page p ON p.id = v.page_id
JOIN site s ON s.id = p.site_id
JOIN fetch f ON f.id = v.first_fetch_id
LEFT JOIN blob b ON b.id = v.blob_id;

-- From looks, not from versions: A, B, A again is three entries although it is two versions.
CREATE VIEW v_timeline AS
SELECT t.page_id, p.url, t.fetch_id, t.observed_at, n.version_no, t.version_id,
       o.version_no AS previous_version_no, t.previous_version_id
FROM (SELECT page_id, id AS fetch_id, fetched_at AS observed_at, version_id,
             lag(version_id) OVER (PARTITION BY page_id ORDER BY fetched_at, id) AS previous_version_id
      FROM fetch
      WHERE version_id IS NOT NULL) t
JOIN page p ON p.id = t.page_id
JOIN version n ON n.id = t.version_id
LEFT JOIN version o ON o.id = t.previous_version_id
WHERE t.version_id IS NOT t.previous_version_id;

CREATE VIEW v_changes AS
SELECT t.page_id, t.url, t.observed_at, t.previous_version_no, t.version_no,
       n.title IS NOT o.title AS title_changed,
       n.source IS NOT o.source AS source_changed,
       n.author IS NOT o.author AS author_changed,
       n.publish_time IS NOT o.publish_time AS publish_time_changed,
       n.body_text IS NOT o.body_text AS body_changed,
       n.images IS NOT o.images AS images_changed,
       n.parser IS NOT o.parser AS parser_changed,
       n.body_chars - o.body_chars AS chars_delta,
       o.title AS title_before, n.title AS title_after,
       o.source AS source_before, n.source AS source_after,
       o.author AS author_before, n.author AS author_after,
       o.publish_time AS publish_time_before, n.publish_time AS publish_time_after,
       t.previous_version_id, t.version_id
FROM v_timeline t
JOIN version n ON n.id = t.version_id
JOIN version o ON o.id = t.previous_version_id;

CREATE VIEW v_views AS
SELECT f.page_id, p.url, f.fetched_at, f.views, f.views_note,
       f.views - lag(f.views) OVER looks AS delta,
       round((f.views - lag(f.views) OVER looks)
             / nullif(julianday(f.fetched_at) - julianday(lag(f.fetched_at) OVER looks), 0), 2) AS per_day
FROM fetch f
JOIN page p ON p.id = f.page_id
WHERE f.views IS NOT NULL
WINDOW looks AS (PARTITION BY f.page_id ORDER BY f.fetched_at, f.id);

CREATE VIEW v_fetches AS
SELECT f.id AS fetch_id, f.page_id, s.key AS site, p.url, f.url AS url_requested, f.run_id,
       r.kind AS run_kind, f.fetched_at, f.status, f.outcome, f.reason, v.version_no, f.views,
       f.redirect_to, f.error, f.error_detail, f.elapsed_ms, f.wire_length,
       lower(hex(f.wire_sha256)) AS wire_sha256, b.raw_length AS entity_length,
       lower(hex(b.sha256)) AS entity_sha256, f.content_type, f.peer, f.headers, f.version_id
FROM fetch f
JOIN page p ON p.id = f.page_id
JOIN site s ON s.id = p.site_id
JOIN run r ON r.id = f.run_id
LEFT JOIN version v ON v.id = f.version_id
LEFT JOIN blob b ON b.id = f.blob_id;

CREATE VIEW v_cdx AS
SELECT p.urlkey, strftime('%Y%m%d%H%M%S', f.fetched_at) AS timestamp, f.url AS original,
       CASE WHEN f.status = 304 THEN 'warc/revisit'
            ELSE coalesce(nullif(trim(lower(substr(f.content_type, 1, instr(f.content_type || ';', ';') - 1))), ''), '-')
       END AS mimetype,
       f.status AS statuscode, lower(hex(b.sha1)) AS sha1_hex, b.raw_length AS length,
       f.id AS fetch_id
FROM fetch f
JOIN page p ON p.id = f.page_id
LEFT JOIN blob b ON b.id = f.blob_id
WHERE f.status IS NOT NULL;

CREATE VIEW v_hosts AS
SELECT h.name AS host, count(p.id) AS pages, min(p.due_at) AS next_due_at, h.earliest_at,
       h.resting_until, h.resting_reason, h.slowdown_permille, h.failures_in_a_row,
       l.holder AS lease_holder, l.until AS lease_until
FROM host h
LEFT JOIN page p ON p.host_id = h.id
LEFT JOIN lease l ON l.host_id = h.id
GROUP BY h.id;

CREATE VIEW v_runs AS
SELECT r.id AS run_id, r.kind, r.command_line, r.tool_version, r.started_at, r.ended_at, r.outcome,
       r.error, count(f.id) AS fetches,
       coalesce(sum(f.outcome = 'new'), 0) AS new_articles,
       coalesce(sum(f.outcome IN ('changed', 'reverted')), 0) AS changed_articles,
       coalesce(sum(f.outcome IN ('unchanged', 'views_only', 'not_modified')), 0) AS unchanged_articles,
       coalesce(sum(f.outcome = 'gone'), 0) AS gone_pages,
       coalesce(sum(f.outcome IN ('blocked', 'failed')), 0) AS failed_fetches
FROM run r
LEFT JOIN fetch f ON f.run_id = r.id
GROUP BY r.id;
