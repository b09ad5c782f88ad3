-- Every scan of every plugin, so that it can be shown again: with what, what it covered, and how it ended.
CREATE TABLE scans (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    plugin TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    who TEXT NOT NULL,
    via TEXT NOT NULL,
    found INTEGER NOT NULL,
    -- 1 where no finding means that nothing is the matter.
    complete INTEGER NOT NULL,
    -- Why it did not end well.
    failure TEXT,
    -- Scope, gaps, coverage, queries, requests and what it used up, as JSON.
    details TEXT NOT NULL,
    -- 1 where it was told to look at less than all, or with other parameters or files than usual.
    narrow INTEGER NOT NULL
);

CREATE INDEX scans_by_plugin ON scans (plugin, seq);

-- What plugins found. One row a thing, however often it is found.
CREATE TABLE findings (
    plugin TEXT NOT NULL,
    uid TEXT NOT NULL,
    -- The plugin's version that found it last.
    version TEXT NOT NULL,
    rule TEXT NOT NULL,
    class TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    provider TEXT,
    account_id TEXT,
    account_name TEXT,
    region TEXT,
    resource_id TEXT NOT NULL,
    kind TEXT,
    name TEXT,
    -- As the resource had them when it was last found; as JSON.
    tags TEXT NOT NULL,
    evidence TEXT NOT NULL,
    remediation TEXT,
    monthly_saving TEXT,
    currency TEXT,
    -- What the scanner itself says: `new`, as a rule.
    status TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    -- How many scans found it.
    times_seen INTEGER NOT NULL,
    -- When a scan that would have found it no longer did.
    resolved_at TEXT,
    PRIMARY KEY (plugin, uid)
);

CREATE INDEX findings_by_time ON findings (last_seen);

-- What somebody does not want to see for a while, and why. Apart from the findings, so that it outlives a scan.
CREATE TABLE finding_mutes (
    plugin TEXT NOT NULL,
    uid TEXT NOT NULL,
    reason TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    -- None: until it is lifted.
    until TEXT,
    PRIMARY KEY (plugin, uid)
);
