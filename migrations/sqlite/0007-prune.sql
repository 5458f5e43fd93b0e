-- Step 7: bodies whose bytes were given up.

-- The run of kind prune that did so. The codec is pruned then and data is empty; digests and length stay,
-- and so does what was read of the body.
ALTER TABLE blob ADD COLUMN pruned_in INTEGER REFERENCES run (id);

DROP VIEW v_fetches;
CREATE VIEW v_fetches AS
SELECT f.id AS fetch_id, f.page_id, s.key AS site, p.url, f.url AS url_requested, f.run_id,
       r.kind AS run_kind, f.fetched_at, f.status, f.outcome, f.reason, v.version_no, f.views,
       f.redirect_to, f.error, f.error_detail, f.elapsed_ms, f.wire_length,
       lower(hex(f.wire_sha256)) AS wire_sha256, b.raw_length AS entity_length,
       lower(hex(b.sha256)) AS entity_sha256, f.content_type, f.peer, f.headers, f.version_id,
       b.pruned_in AS entity_pruned_in
FROM fetch f
JOIN page p ON p.id = f.page_id
JOIN site s ON s.id = p.site_id
JOIN run r ON r.id = f.run_id
LEFT JOIN version v ON v.id = f.version_id
LEFT JOIN blob b ON b.id = f.blob_id;
