-- Step 3: what a crawler must remember that is left alone for a year.

-- When an address was asked last, whatever the names of the hosts behind it: a thousand company
-- sites may share one machine. A request reserves its instant here before it is sent, so that
-- workers and processes take turns.
CREATE TABLE address (
    address     TEXT PRIMARY KEY, -- an IP address
    earliest_at TEXT NOT NULL     -- no request before
) STRICT, WITHOUT ROWID;

-- Who found all that a list, feed or sitemap led to when it gave its validators: to another edition
-- of the program or of the rules, "not modified" would hide what it may find.
ALTER TABLE page ADD COLUMN read_by TEXT;
-- When the sitemap that lists the page last said it changed.
ALTER TABLE page ADD COLUMN claimed_at TEXT;
-- What its <link rel=canonical> names, where that is not itself.
ALTER TABLE page ADD COLUMN canonical_url TEXT;
-- Of a list: the latest page known when it was last looked at, and when the walk began that goes on
-- here. Pages with a higher number than one of them are news to it, and where it shows nothing else it is
-- no end of the walk.
ALTER TABLE page ADD COLUMN looked_after INTEGER;
ALTER TABLE page ADD COLUMN walk_began_after INTEGER;

-- How often such claims were true and not, on this host: they are trusted where they have proved so.
ALTER TABLE host ADD COLUMN claims_kept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host ADD COLUMN claims_broken INTEGER NOT NULL DEFAULT 0;

-- Who works on it, so that a run that was killed can be told from one that is under way; and what
-- it reported at its end.
ALTER TABLE run ADD COLUMN holder TEXT;
ALTER TABLE run ADD COLUMN report TEXT; -- JSON; docs/json.md describes it

-- What a person should know of a site that no look at one page tells: a feed it offers, a trap.
CREATE TABLE notice (
    id         INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES run (id), -- in which it was last seen
    site_id    INTEGER NOT NULL REFERENCES site (id),
    kind       TEXT NOT NULL, -- feed, sitemap, list: offered, not followed; trap; crawl-delay; …
    url        TEXT NOT NULL,
    message    TEXT NOT NULL,
    noticed_at TEXT NOT NULL,
    UNIQUE (site_id, kind, url)
) STRICT;

-- Pages that lead to others come first.
DROP INDEX page_due;
CREATE INDEX page_due ON page (host_id, (kind NOT IN ('list', 'feed', 'sitemap')), due_at)
    WHERE due_at IS NOT NULL;

-- Then what nobody has looked at yet, the nearest to a start page first and the latest found first.
CREATE INDEX page_unseen ON page (host_id, depth, due_at DESC, id)
    WHERE due_at IS NOT NULL AND last_fetched_at IS NULL
      AND kind NOT IN ('list', 'feed', 'sitemap');
