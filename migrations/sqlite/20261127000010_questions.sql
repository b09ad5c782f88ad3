-- Questions, how they were read, and what people made of the answers. Only where `keep` in `[learning]` consents.
CREATE TABLE questions (
    seq INTEGER PRIMARY KEY,
    answer_id TEXT NOT NULL UNIQUE,
    -- ISO 8601 in UTC, so that text order is time order.
    at TEXT NOT NULL,
    -- Who asks one question after another, so that one in other words finds the one before it. Null where nobody knows.
    session TEXT,
    question TEXT NOT NULL,
    -- Where the classifier sent it: `common`, `unusual` or `refused`.
    way TEXT NOT NULL,
    -- Where it went in the end: `common`, `known`, `generated`, `refused` or `failed`.
    route TEXT NOT NULL,
    -- Who decided: `text`, `rules` or `model`.
    layer TEXT NOT NULL,
    confidence REAL NOT NULL,
    -- In words; empty where it was not read.
    reading TEXT NOT NULL,
    -- The words that no rule could place, with commas between them.
    unread TEXT NOT NULL,
    -- What it was read as, and what it should have been, as JSON.
    query TEXT,
    corrected TEXT,
    -- 1 or -1.
    vote INTEGER,
    -- The answer to the same question in other words, asked right after.
    reworded_by TEXT
);

CREATE INDEX questions_by_session ON questions (session, seq);
CREATE INDEX questions_by_time ON questions (at);
