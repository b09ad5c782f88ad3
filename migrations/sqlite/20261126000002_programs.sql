-- Programs that were written here. Those that ship with the binary are not among them; what is counted of programs is
-- counted of both, by id.
CREATE TABLE programs (
    -- The first 12 digits of `hash`.
    id TEXT PRIMARY KEY,
    -- SHA-256 of `text`, in hexadecimal digits.
    hash TEXT NOT NULL UNIQUE,
    -- Header and program, as in a file. The header holds question, reading, wordings, needs and parameters.
    text TEXT NOT NULL,
    -- `model` or `hand`, and which model or who.
    written_by TEXT NOT NULL,
    author TEXT NOT NULL,
    -- `kept` for good, or `fresh`: the oldest fresh ones make room.
    standing TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE INDEX programs_by_standing ON programs (standing, created_at);

-- How often each program ran.
CREATE TABLE program_runs (
    program_id TEXT PRIMARY KEY,
    runs INTEGER NOT NULL,
    last_run_at TEXT NOT NULL,
    last_ms REAL NOT NULL
);

-- Which program an answer is from, so that a vote on the answer finds it.
CREATE TABLE program_answers (
    seq INTEGER PRIMARY KEY,
    answer_id TEXT NOT NULL UNIQUE,
    program_id TEXT NOT NULL,
    question TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
);

-- What people thought of programs: one vote of each person on each program, given on one of its answers.
CREATE TABLE program_feedback (
    program_id TEXT NOT NULL,
    who TEXT NOT NULL,
    answer_id TEXT NOT NULL,
    -- 1 or -1.
    vote INTEGER NOT NULL,
    comment TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (program_id, who)
);

-- Counts up with every change of what is offered, so that a process sees another's changes.
CREATE TABLE program_changes (n INTEGER NOT NULL);

INSERT INTO program_changes (n) VALUES (0);
