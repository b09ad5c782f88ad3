-- What plugins asked of servers: one line for each request, for each redirect that it followed, and for each that was refused.
-- Whatever may be secret is in none of them: neither queries nor headers nor bodies.
CREATE TABLE plugin_requests (
    seq INTEGER PRIMARY KEY,
    -- When it began; ISO 8601 in UTC, so that text order is time order.
    at TEXT NOT NULL,
    plugin TEXT NOT NULL,
    method TEXT NOT NULL,
    -- `https://sonar.example.com`, with the port where it is an unusual one; empty where the address is none.
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    -- The response's; none where there was none.
    status INTEGER,
    -- Bytes of the response's body.
    bytes INTEGER NOT NULL,
    ms REAL NOT NULL,
    -- Why there is no response.
    error_code TEXT,
    error TEXT
);

CREATE INDEX plugin_requests_by_time ON plugin_requests (at);
