-- Step 5: reposts (转载), articles that are one text under several addresses.
--
-- Filled by `zhanwen reposts`, and only for what is new since; a crawl writes nothing here. What was
-- found under another rule is deleted when the first row of a new rule is written.

CREATE TABLE repost_rule (
    rule       INTEGER PRIMARY KEY,
    definition TEXT NOT NULL -- what the rule means, in words
) STRICT;

-- By what a page's article is found, as it was at that version. keys: 4 bytes each, big-endian; empty
-- where the text is too short to tell a repost from chance.
CREATE TABLE fingerprint (
    page_id    INTEGER PRIMARY KEY REFERENCES page (id),
    version_id INTEGER NOT NULL REFERENCES version (id),
    rule       INTEGER NOT NULL REFERENCES repost_rule (rule),
    tokens     INTEGER NOT NULL,
    keys       BLOB NOT NULL
) STRICT;

-- Two pages whose texts are alike.
CREATE TABLE repost_pair (
    page_id    INTEGER NOT NULL REFERENCES page (id), -- the lower of the two
    other_id   INTEGER NOT NULL REFERENCES page (id),
    rule       INTEGER NOT NULL REFERENCES repost_rule (rule),
    similarity REAL NOT NULL,
    PRIMARY KEY (page_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX repost_pair_other ON repost_pair (other_id);

-- What a page is to the first of its cluster.
CREATE TABLE repost (
    page_id     INTEGER PRIMARY KEY REFERENCES page (id),
    cluster_id  INTEGER NOT NULL, -- the lowest page_id in it
    rule        INTEGER NOT NULL REFERENCES repost_rule (rule),
    relation    TEXT NOT NULL,    -- first, repost, duplicate
    at          TEXT NOT NULL,
    precision   TEXT NOT NULL,    -- time, day, seen
    lag_minutes INTEGER,
    similarity  REAL NOT NULL,    -- to the nearest page of the cluster
    named_site  TEXT,             -- the site of the cluster that its source names
    first_by    TEXT              -- time, source, seen
) STRICT;
CREATE INDEX repost_cluster ON repost (cluster_id);

CREATE VIEW v_reposts AS
SELECT r.cluster_id, p.id AS page_id, s.key AS site, p.url, v.title, v.source, v.publish_time,
       p.first_seen_at, r.relation = 'first' AS is_first, r.relation, r.at, r.precision,
       r.lag_minutes, r.similarity, r.named_site, r.first_by, f.page_id AS first_page_id,
       fs.key AS first_site, fp.url AS first_url, r.rule, v.id AS version_id
FROM repost r
JOIN page p ON p.id = r.page_id
JOIN site s ON s.id = p.site_id
JOIN version v ON v.id = p.current_version_id
JOIN repost f ON f.cluster_id = r.cluster_id AND f.relation = 'first'
JOIN page fp ON fp.id = f.page_id
JOIN site fs ON fs.id = fp.site_id;
