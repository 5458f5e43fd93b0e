-- Step 6: bodies kept small.

-- What a site's pages have in common, as zstd wants it told (ZDICT). A row without data is an attempt
-- that was not worth it. Rows are never changed, and never deleted while a blob names them.
CREATE TABLE dict (
    id              INTEGER PRIMARY KEY,
    site_id         INTEGER NOT NULL REFERENCES site (id),
    trained_at      TEXT NOT NULL,
    trained_on      INTEGER NOT NULL, -- bodies
    tried_on        INTEGER NOT NULL, -- other bodies
    tried_length    INTEGER NOT NULL, -- bytes of those
    length_before   INTEGER NOT NULL, -- bytes they are kept in without it
    length_after    INTEGER NOT NULL, -- and with it
    sha256          BLOB CHECK (length(sha256) = 32),
    data            BLOB,
    CHECK ((sha256 IS NULL) = (data IS NULL))
) STRICT;

-- With the codec zstd+dict, the dictionary that is needed; with zstd+base, the blob that is. That one
-- is never kept against another.
ALTER TABLE blob ADD COLUMN dict_id INTEGER REFERENCES dict (id);
ALTER TABLE blob ADD COLUMN base_id INTEGER REFERENCES blob (id);
CREATE INDEX blob_base ON blob (base_id) WHERE base_id IS NOT NULL;

-- What its next bodies are kept against.
ALTER TABLE page ADD COLUMN base_id INTEGER REFERENCES blob (id);

-- The dictionary for its next bodies; and of the bodies kept whole since it was trained, or all where
-- there is none, how many, their bytes and the bytes they are kept in. Beyond twice train_after they
-- count half.
ALTER TABLE site ADD COLUMN dict_id INTEGER REFERENCES dict (id);
ALTER TABLE site ADD COLUMN whole_bodies INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site ADD COLUMN whole_length INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site ADD COLUMN whole_kept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site ADD COLUMN train_after INTEGER NOT NULL DEFAULT 50;

UPDATE page SET base_id = (SELECT blob_id FROM fetch
                           WHERE page_id = page.id AND blob_id IS NOT NULL
                           ORDER BY fetched_at DESC, id DESC LIMIT 1);
UPDATE site SET whole_bodies = (SELECT count(base_id) FROM page WHERE site_id = site.id);
