-- Step 10: saved searches, and what was told of them.

CREATE TABLE saved_search (
    id            INTEGER PRIMARY KEY,
    key           TEXT NOT NULL UNIQUE, -- 32 random hexadecimal digits, which documents call it by
    name          TEXT NOT NULL UNIQUE,
    query         TEXT NOT NULL,        -- as typed
    events        TEXT NOT NULL,        -- as in new,edited,gone,back,views:+1000/day
    created_at    TEXT NOT NULL,
    told_until    INTEGER NOT NULL,     -- all is told of that fetches up to this number brought
    told_at       TEXT,                 -- when something was told last
    telling       INTEGER,              -- who tells of it at this moment: a token,
    telling_until TEXT,                 -- how long that is believed,
    teller        TEXT                  -- and the process
) STRICT;

-- Each event once. A look and a kind are an event.
CREATE TABLE saved_news (
    search_id    INTEGER NOT NULL REFERENCES saved_search (id),
    fetch_id     INTEGER NOT NULL REFERENCES fetch (id),
    event        TEXT NOT NULL,    -- new, edited, gone, back, views
    version_id   INTEGER NOT NULL REFERENCES version (id),
    previous_id  INTEGER REFERENCES version (id),
    since        TEXT,
    found        INTEGER NOT NULL, -- 1 where the search finds it after the event
    views_before INTEGER,
    views        INTEGER,
    told_at      TEXT NOT NULL,
    PRIMARY KEY (search_id, fetch_id, event)
) STRICT, WITHOUT ROWID;

-- Which pages were ever gone: the others cannot come back.
CREATE INDEX fetch_gone ON fetch (page_id) WHERE outcome = 'gone';

CREATE VIEW v_saved_searches AS
SELECT s.id AS search_id, s.name, s.query, s.events, s.created_at, s.told_until, s.told_at,
       count(n.fetch_id) AS told
FROM saved_search s
LEFT JOIN saved_news n ON n.search_id = s.id
GROUP BY s.id;

CREATE VIEW v_saved_news AS
SELECT n.search_id, s.name, n.told_at, n.event, f.fetched_at AS observed_at, k.key AS site, p.url,
       v.title, v.source, v.publish_time, v.version_no, o.version_no AS previous_version_no, n.since,
       n.found, n.views_before, n.views, n.fetch_id, p.id AS page_id, n.version_id, n.previous_id
FROM saved_news n
JOIN saved_search s ON s.id = n.search_id
JOIN fetch f ON f.id = n.fetch_id
JOIN page p ON p.id = f.page_id
JOIN site k ON k.id = p.site_id
JOIN version v ON v.id = n.version_id
LEFT JOIN version o ON o.id = n.previous_id;
