-- Every run, so that it can be shown again: what was asked, what ran, what it covered, who, when.
CREATE TABLE runs (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- ISO 8601 in UTC, so that text order is time order.
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    via TEXT NOT NULL,
    question TEXT,
    route TEXT NOT NULL,
    query TEXT,
    sql TEXT,
    explanation TEXT,
    coverage TEXT,
    row_count INTEGER,
    truncated INTEGER,
    timing TEXT,
    error_code TEXT,
    error TEXT
);

CREATE INDEX runs_by_time ON runs (at);

-- What rows are kept, and in which file of the `cache` folder. A file's name holds the hash of what is in it.
CREATE TABLE cache_entries (
    id TEXT PRIMARY KEY,
    meta TEXT NOT NULL,
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    saved_at TEXT NOT NULL
);

CREATE INDEX cache_entries_by_time ON cache_entries (saved_at);
