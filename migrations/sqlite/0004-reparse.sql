-- Step 4: pages that are read anew.

-- The run of kind reparse that made the version; NULL where a look at the page did. What it holds was
-- on the page at its first look, and an earlier reader had read it otherwise.
ALTER TABLE version ADD COLUMN reread_in INTEGER REFERENCES run (id);

DROP VIEW v_versions;
CREATE VIEW v_versions AS
SELECT v.id AS version_id, v.page_id, s.key AS site, p.url, v.version_no,
       f.fetched_at AS observed_at, v.title, v.source, v.author, v.editor, v.publish_time,
       v.publish_time_raw, v.lang, v.body_chars, v.summary, v.body_text AS body, v.images,
       lower(hex(v.content_sha256)) AS content_sha256, v.hash_rule, v.parser, v.encoding,
       v.encoding_evidence, v.warnings, v.provenance, lower(hex(b.sha256)) AS entity_sha256,
       v.reread_in,
       EXISTS (SELECT 1 FROM fetch l WHERE l.page_id = v.page_id AND l.version_id = v.id) AS stands
FROM version v
JOIN page p ON p.id = v.page_id
JOIN site s ON s.id = p.site_id
JOIN fetch f ON f.id = v.first_fetch_id
LEFT JOIN blob b ON b.id = v.blob_id;

-- A page that was only read anew has several versions and was not edited.
DROP VIEW v_articles;
CREATE VIEW v_articles AS
SELECT p.id AS page_id, s.key AS site, p.url, v.title, v.source, v.author, v.editor,
       v.publish_time, p.views, p.views_note, p.views_at, p.versions, v.version_no,
       p.first_seen_at, p.last_fetched_at, p.last_changed_at,
       CASE WHEN p.gone_in_a_row >= 2 THEN p.gone_since END AS gone_at,
       v.lang, v.body_chars, v.summary, v.body_text AS body, v.id AS version_id,
       p.versions > 1 AND EXISTS (
           SELECT 1 FROM fetch f WHERE f.page_id = p.id
               AND f.version_id <> p.current_version_id) AS edited
FROM page p
JOIN site s ON s.id = p.site_id
JOIN version v ON v.id = p.current_version_id
WHERE p.kind <> 'part';
