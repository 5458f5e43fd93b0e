-- Step 8: headers kept small.

DROP VIEW v_fetches;

-- Headers that a host sends again and again. A fetch that names a set keeps only what differs from it,
-- {"place": value}, or NULL where nothing does; one that names none keeps all of them, [[name, value],
-- ...]. A value there is a string or {"hex": ...}; a number, a date in HTTP's form so many seconds after
-- fetched_at; or [first, text, last], text between so many of the set's first and last characters.
-- v_fetches has them as they were received.
CREATE TABLE header_set (
    id      INTEGER PRIMARY KEY,
    host_id INTEGER NOT NULL REFERENCES host (id),
    names   INTEGER NOT NULL, -- of the digest of the names, in order
    headers TEXT NOT NULL     -- [[name, value], ...]
) STRICT;
CREATE INDEX header_set_names ON header_set (host_id, names);

-- Rows of before name no set until `compact` or never: nothing is written here that grows with the archive.
ALTER TABLE fetch RENAME COLUMN headers TO header_values;
ALTER TABLE fetch ADD COLUMN header_set_id INTEGER REFERENCES header_set (id);

CREATE VIEW v_fetches AS
SELECT f.id AS fetch_id, f.page_id, s.key AS site, p.url, f.url AS url_requested, f.run_id,
       r.kind AS run_kind, f.fetched_at, f.status, f.outcome, f.reason, v.version_no, f.views,
       f.redirect_to, f.error, f.error_detail, f.elapsed_ms, f.wire_length,
       lower(hex(f.wire_sha256)) AS wire_sha256, b.raw_length AS entity_length,
       lower(hex(b.sha256)) AS entity_sha256, f.content_type, f.peer,
       CASE WHEN f.header_set_id IS NULL THEN f.header_values
            WHEN f.header_values IS NULL THEN h.headers
            ELSE (SELECT json_group_array(json(
                           CASE own.type
                           WHEN 'integer' THEN json_array(json_extract(field.value, '$[0]'),
                               substr('SunMonTueWedThuFriSat', 1 + 3 * strftime('%w',
                                   substr(f.fetched_at, 1, 19), own.value || ' seconds'), 3)
                               || strftime(', %d ', substr(f.fetched_at, 1, 19),
                                   own.value || ' seconds')
                               || substr('JanFebMarAprMayJunJulAugSepOctNovDec', 3 * strftime('%m',
                                   substr(f.fetched_at, 1, 19), own.value || ' seconds') - 2, 3)
                               || strftime(' %Y %H:%M:%S GMT', substr(f.fetched_at, 1, 19),
                                   own.value || ' seconds'))
                           WHEN 'array' THEN json_array(json_extract(field.value, '$[0]'),
                               substr(json_extract(field.value, '$[1]'), 1,
                                   json_extract(own.value, '$[0]'))
                               || json_extract(own.value, '$[1]')
                               || substr(json_extract(field.value, '$[1]'),
                                   1 + length(json_extract(field.value, '$[1]'))
                                   - json_extract(own.value, '$[2]')))
                           WHEN 'object' THEN json_array(json_extract(field.value, '$[0]'),
                                                         json(own.value))
                           WHEN 'text' THEN json_array(json_extract(field.value, '$[0]'), own.value)
                           ELSE field.value END))
                       FROM json_each(h.headers) AS field
                       LEFT JOIN json_each(f.header_values) AS own ON own.key = '' || field.key)
       END AS headers,
       f.version_id, b.pruned_in AS entity_pruned_in
FROM fetch f
JOIN page p ON p.id = f.page_id
JOIN site s ON s.id = p.site_id
JOIN run r ON r.id = f.run_id
LEFT JOIN version v ON v.id = f.version_id
LEFT JOIN blob b ON b.id = f.blob_id
LEFT JOIN header_set h ON h.id = f.header_set_id;
