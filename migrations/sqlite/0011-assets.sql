-- Step 11: pictures of articles, kept where somebody asked for them.

-- A picture by its address, whatever shows it. What its address gives is taken not to change: once it
-- is kept it is asked for no more.
CREATE TABLE asset (
    id              INTEGER PRIMARY KEY,
    url             TEXT NOT NULL UNIQUE,
    page_id         INTEGER NOT NULL REFERENCES page (id), -- the article it was wanted for
    site_id         INTEGER NOT NULL REFERENCES site (id), -- and whose share of a run it takes
    referrer_policy TEXT NOT NULL,
    state           TEXT NOT NULL, -- wanted, kept, failed, passed-over, refused, left-out
    reason          TEXT,
    host_id         INTEGER NOT NULL REFERENCES host (id), -- of ask_url
    ask_url         TEXT NOT NULL, -- where it is to be asked for: itself, or where it redirected to
    hops            INTEGER NOT NULL DEFAULT 0,
    due_at          TEXT,          -- NULL: it is not asked for any more
    tries           INTEGER NOT NULL DEFAULT 0,
    run_id          INTEGER REFERENCES run (id), -- that asked last; and what came back
    fetched_at      TEXT,
    status          INTEGER,
    blob_id         INTEGER REFERENCES blob (id),
    media_type      TEXT,          -- by its first bytes, whatever the server calls it
    width           INTEGER,
    height          INTEGER,
    elapsed_ms      INTEGER,
    wire_length     INTEGER,
    wire_sha256     BLOB,
    content_type    TEXT,
    peer            TEXT,
    headers         TEXT           -- as in fetch
) STRICT;
CREATE INDEX asset_due ON asset (site_id, host_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX asset_host ON asset (host_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX asset_page ON asset (page_id);
CREATE INDEX asset_blob ON asset (blob_id) WHERE blob_id IS NOT NULL;

-- Which of them a version shows, and where among its pictures, from 1.
CREATE TABLE version_asset (
    version_id INTEGER NOT NULL REFERENCES version (id),
    position   INTEGER NOT NULL,
    asset_id   INTEGER NOT NULL REFERENCES asset (id),
    alt        TEXT,
    PRIMARY KEY (version_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_asset_asset ON version_asset (asset_id);

CREATE VIEW v_assets AS
SELECT p.id AS page_id, s.key AS site, p.url AS page_url, v.version_no,
       v.id = p.current_version_id AS is_current, l.position, a.url, l.alt, a.state, a.reason,
       a.media_type, a.media_type = 'image/svg+xml' AS is_active, a.width, a.height,
       b.raw_length AS bytes, CASE WHEN b.id IS NOT NULL THEN lower(hex(b.sha256)) END AS entity_sha256,
       a.fetched_at, a.status,
       a.ask_url AS url_requested, a.tries, a.due_at, a.run_id, a.content_type, a.headers,
       v.id AS version_id, a.id AS asset_id
FROM version_asset l
JOIN asset a ON a.id = l.asset_id
JOIN version v ON v.id = l.version_id
JOIN page p ON p.id = v.page_id
JOIN site s ON s.id = p.site_id
LEFT JOIN blob b ON b.id = a.blob_id;
