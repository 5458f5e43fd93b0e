-- Step 5: pages that are read anew.

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
