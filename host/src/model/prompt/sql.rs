//! The peculiarities of SQL here, each with an example. A test plans every one of them, so that none is a lie.

/// One peculiarity.
pub(super) struct Hint {
    about: &'static str,
    /// Examples that run.
    sql: &'static [&'static str],
}

/// What is good to know.
pub(super) static HINTS: &[Hint] = &[
    Hint {
        about: "Tags are a map; a tag that is not there is null",
        sql: &[
            "SELECT name, tags['team'] AS team FROM instances WHERE tags['env'] = 'prod' AND tags['team'] IS NOT NULL",
        ],
    },
    Hint {
        about: "The columns of `costs` are FOCUS names: write them as they are, in double quotes; those of other tables need none",
        sql: &[
            "SELECT \"ServiceName\", sum(\"EffectiveCost\") AS cost FROM costs WHERE \"ChargePeriodStart\" >= '2026-01-01' GROUP BY \"ServiceName\" ORDER BY cost DESC LIMIT 10",
        ],
    },
    Hint {
        about: "Times: now(), intervals, and parts of a time. The difference of two times in hours is by epoch",
        sql: &[
            "SELECT name FROM volumes WHERE created_at < now() - INTERVAL '90 days'",
            "SELECT date_trunc('month', \"ChargePeriodStart\") AS month, sum(\"EffectiveCost\") AS cost FROM costs GROUP BY month ORDER BY month",
            "SELECT to_char(created_at, '%Y-%m-%d') AS day, date_part('hour', created_at) AS hour FROM instances",
            "SELECT (date_part('epoch', i.launched_at) - date_part('epoch', i.created_at)) / 3600 AS hours FROM instances i",
        ],
    },
    Hint {
        about: "Rows of one kind refer to those of another by native_id, within an account",
        sql: &[
            "SELECT v.name, v.size_gib, i.name AS instance FROM volumes v JOIN instances i ON v.instance_id = i.native_id AND v.account_id = i.account_id",
            "SELECT v.name FROM volumes v WHERE NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.volume_id = v.native_id)",
        ],
    },
    Hint {
        about: "Lists: array_has, array_length, unnest; a map's keys: map_keys",
        sql: &[
            "SELECT name FROM instances WHERE array_has(security_group_ids, 'sg-0abc') AND array_length(security_group_ids) > 1",
            "SELECT native_id, unnest(security_group_ids) AS security_group_id FROM instances",
            "SELECT name, map_keys(tags) AS keys FROM volumes",
        ],
    },
    Hint {
        about: "Aggregates beyond the usual: median, stddev, approx_percentile_cont, string_agg, FILTER; windows",
        sql: &[
            "SELECT instance_type, region, count(*) AS instances, median(cpu_avg) AS cpu FROM instances GROUP BY instance_type, region",
            "SELECT region, count(*) FILTER (WHERE state = 'running') AS running, approx_percentile_cont(memory_gib, 0.95) AS p95, stddev(memory_gib) AS spread, string_agg(name, ', ') AS names FROM instances GROUP BY region",
            "SELECT name, lag(created_at) OVER (PARTITION BY account_id ORDER BY created_at) AS before, row_number() OVER (ORDER BY created_at) AS n FROM instances",
            "WITH months AS (SELECT \"ServiceName\" AS service, date_trunc('month', \"ChargePeriodStart\") AS month, sum(\"EffectiveCost\") AS cost FROM costs GROUP BY 1, 2) SELECT service, month, cost, lag(cost) OVER (PARTITION BY service ORDER BY month) AS before FROM months",
        ],
    },
    Hint {
        about: "Texts compare by case; ILIKE, lower and regexp_like help. Whole numbers divide to whole numbers",
        sql: &[
            "SELECT name, round(CAST(size_gib AS DOUBLE) / 1024, 2) AS size_tib FROM volumes WHERE name ILIKE '%web%' OR regexp_like(name, '^db-[0-9]+$')",
            "SELECT split_part(name, '-', 1) AS prefix, coalesce(tags['team'], 'none') AS team FROM instances",
        ],
    },
];

/// What people try and does not run here, with the reason for each.
pub(super) static NOT_HERE: &[(&str, &str)] = &[
    ("generate_series and range", "SELECT * FROM generate_series(1, 9)"),
    ("repeat, lpad and rpad", "SELECT lpad(name, 9, ' ') FROM volumes"),
    ("WITH RECURSIVE", "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n"),
    ("information_schema, SHOW and EXPLAIN", "SELECT * FROM information_schema.tables"),
    (
        "functions on JSON (take the json column's text and use JSON.parse)",
        "SELECT json_extract(properties, '$.a') FROM volumes",
    ),
    ("strftime and datediff", "SELECT strftime(created_at, '%Y') FROM volumes"),
    ("INSERT, UPDATE, DELETE, CREATE and everything else that is no SELECT", "DELETE FROM volumes"),
];

pub(super) fn text() -> String {
    let mut text =
        "# SQL\n\nThe dialect is that of Apache DataFusion, which is near PostgreSQL's. Every example runs here.\n"
            .to_owned();
    for hint in HINTS {
        text.push_str(&format!("\n- {}:\n", hint.about));
        hint.sql.iter().for_each(|sql| text.push_str(&format!("    {sql}\n")));
    }
    let not: Vec<_> = NOT_HERE.iter().map(|(what, _)| *what).collect();
    text.push_str(&format!("\nNot here: {}.", not.join("; ")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeZone, Utc};
    use engine::{Engine, EngineSettings, Options, Request, What};
    use std::sync::Arc;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap()
    }

    fn engine() -> Engine {
        let estate = demo::Demo::new(demo::Settings { seed: 7, scale: 0.1, now: now(), deny: Vec::new() });
        Engine::builder(EngineSettings::default()).source(Arc::new(estate)).clock(now).build().unwrap()
    }

    async fn fails(engine: &Engine, sql: &str) -> Option<String> {
        let request = Request { what: What::Sql(sql.to_owned()), options: Options::default() };
        engine.run(request).await.err().map(|error| error.to_string())
    }

    #[tokio::test]
    async fn every_example_in_the_prompt_plans_and_runs() {
        let engine = engine();
        for sql in HINTS.iter().flat_map(|hint| hint.sql) {
            let request = Request { what: What::Sql((*sql).to_owned()), options: Options::default() };
            let planned = engine.explain(request).await;
            assert!(planned.is_ok(), "{sql}: {planned:?}");
            assert_eq!(fails(&engine, sql).await, None, "{sql}");
        }
    }

    #[tokio::test]
    async fn what_the_prompt_says_is_not_here_is_not_here() {
        let engine = engine();
        for (what, sql) in NOT_HERE {
            assert!(fails(&engine, sql).await.is_some(), "{what}: {sql}");
        }
    }
}
