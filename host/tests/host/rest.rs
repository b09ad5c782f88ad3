//! REST in-process: answers, errors each with its code, the description.

use crate::support::{app, get, post, request, send, service};
use axum::body::Body;
use axum::http::header;
use host::config::Config;
use host::config::server::Server;
use host::http::{State, router};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn an_address_that_is_not_right_is_a_problem_as_any() {
    let router = service(&[]).await;
    for (path, said) in [
        ("/v1/suggest", "missing field `q`"),
        ("/v1/suggest?q=list&k=1", "unknown field `k`"),
        ("/v1/tables/%ff", "UTF-8"),
    ] {
        let response = get(&router, path).await;
        assert_eq!((response.status.as_u16(), response.content_type()), (400, "application/problem+json"), "{path}");
        let problem = response.json();
        assert_eq!(problem["code"], "bad_request", "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
}

#[tokio::test]
async fn a_question_that_is_too_long_to_be_read_is_not_sent_back_whole() {
    let router = service(&[]).await;
    for path in ["/v1/ask", "/v1/explain"] {
        let body = json!({ "question": "list all VMs ".repeat(10_000) }).to_string();
        let answer = post(&router, path, body).await.json();
        assert_eq!(answer["route"], "refused", "{answer}");
        let question = answer["question"].as_str().unwrap();
        assert!(question.len() < 2_100 && question.contains("… (cut; 130000 characters in all)"), "{question}");
    }
}

#[tokio::test]
async fn what_is_pasted_as_a_question_and_is_none_runs_as_what_it_is() {
    let router = service(&[]).await;
    let ask = async |question: &str| post(&router, "/v1/ask", json!({ "question": question }).to_string()).await;
    let sql = "SELECT name, cost_30d FROM instances ORDER BY cost_30d LIMIT 5";
    let answer = ask(sql).await.json();
    let told = (&answer["route"], &answer["explanation"], &answer["question"]);
    assert_eq!(told, (&json!("direct"), &json!("SQL, run as it is"), &json!(sql)), "{answer}");
    let direct = post(&router, "/v1/query", json!({ "sql": sql }).to_string()).await.json();
    assert_eq!((&answer["sql"], answer["row_count"].as_u64()), (&direct["sql"], Some(5)));
    let answer = ask(r#"{"from": "volumes", "limit": 2}"#).await.json();
    assert_eq!(
        (&answer["explanation"], &answer["row_count"]),
        (&json!("a query, run as it is"), &json!(2)),
        "{answer}"
    );
    for (wrong, said, code) in [
        ("SELECT name FROM instances WHERE vcpus = = 4", "the SQL cannot be read", "bad_sql"),
        (r#"{"from": "volumes", "where": [}"#, "the query is not right at line 1", "bad_json"),
    ] {
        let problem = ask(wrong).await.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
        assert!(problem["hint"].as_str().unwrap().contains("`neph query "), "{problem}");
    }
    assert_eq!(ask("select all volumes").await.json()["route"], "common");
    let explained = post(&router, "/v1/explain", json!({ "question": sql }).to_string()).await.json();
    assert_eq!((&explained["route"], &explained["explanation"]), (&json!("direct"), &json!("SQL, run as it is")));
    let nowhere = json!({ "question": "SELECT Name FROM foo WHERE x = 1" }).to_string();
    for path in ["/v1/ask", "/v1/explain"] {
        let problem = post(&router, path, nowhere.clone()).await.json();
        assert!(problem["detail"].as_str().unwrap().contains("there is no table `foo`"), "{problem}");
    }
}

#[tokio::test]
async fn a_place_is_known_by_its_name_and_not_by_regions_that_nobody_typed() {
    let router = service(&[]).await;
    let ask = async |question: &str| post(&router, "/v1/ask", json!({ "question": question }).to_string()).await.json();
    let europe = ask("instances in europe that are stopped").await;
    assert_eq!(europe["route"], "common", "{europe}");
    assert!(!europe["warnings"].to_string().contains("region"), "{}", europe["warnings"]);
    for question in ["instances in london", "instances in London."] {
        let london = ask(question).await;
        assert_eq!(london["code"], "unknown_scope", "{london}");
        let detail = london["detail"].as_str().unwrap();
        assert!(detail.starts_with("no region in `london` is among those that are configured"), "{detail}");
        assert!(london.get("hint").is_none(), "{london}");
    }
}

#[tokio::test]
async fn a_question_in_another_language_is_told_that_only_english_is_read() {
    let router = service(&[]).await;
    for (question, language) in [
        ("zeige mir alle gestoppten Server ohne Tag", "German"),
        ("quelles machines sont arrêtées dans la région de Paris", "French"),
        ("停止しているインスタンスを一覧表示して", "another language"),
    ] {
        let answer = post(&router, "/v1/ask", json!({ "question": question }).to_string()).await.json();
        let told = format!("only English is read, and this seems to be {language}: ask it in English, or as SQL");
        assert_eq!(answer["route"], "refused", "{answer}");
        assert!(answer["explanation"].as_str().unwrap().starts_with(&told), "{answer}");
    }
}

#[tokio::test]
async fn characters_that_cannot_be_seen_are_left_out_of_a_question() {
    let router = service(&[]).await;
    for question in ["list \u{1} VMs", "list \u{202e}VMs\u{202c}", "list V\u{200b}Ms"] {
        let answer = post(&router, "/v1/ask", json!({ "question": question }).to_string()).await.json();
        assert_eq!((&answer["route"], &answer["query"]["from"]), (&json!("common"), &json!("instances")), "{answer}");
        let explanation = answer["explanation"].as_str().unwrap();
        assert!(explanation.ends_with("characters that cannot be seen were left out"), "{explanation}");
        assert!(!answer["question"].as_str().unwrap().contains(['\u{1}', '\u{202e}', '\u{202c}', '\u{200b}']));
    }
}

#[tokio::test]
async fn a_question_is_answered_with_all_that_the_contract_names() {
    let router = service(&[]).await;
    let response = post(&router, "/v1/ask", json!({ "question": "how many VMs per provider" }).to_string()).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.content_type(), "application/json");
    let answer = response.json();
    let names: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "id",
            "question",
            "route",
            "query",
            "sql",
            "program",
            "columns",
            "rows",
            "row_count",
            "truncated",
            "coverage",
            "warnings",
            "explanation",
            "timing_ms"
        ]
    );
    assert_eq!(answer["route"], "common");
    assert_eq!(answer["row_count"], 2);
    assert_eq!(answer["columns"][0], json!({ "name": "provider", "type": "text" }));
    assert_eq!(answer["coverage"]["complete"], true);
    let timing: Vec<_> = answer["timing_ms"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(timing, ["classify", "plan", "fetch", "run", "waited", "total"]);
}

#[tokio::test]
async fn a_query_and_its_sql_give_the_same_rows() {
    let router = service(&[]).await;
    let query = json!({
        "from": "volumes", "select": ["name", "native_id", "size_gib"],
        "where": [{ "field": "volume_type", "op": "eq", "value": "gp2" }], "order_by": [{ "field": "native_id" }]
    });
    let by_query = post(&router, "/v1/query", json!({ "query": query }).to_string()).await.json();
    assert_eq!(by_query["route"], "direct");
    let by_sql = post(&router, "/v1/query", json!({ "sql": by_query["sql"] }).to_string()).await.json();
    assert!(by_query["row_count"].as_u64().unwrap() > 10);
    assert_eq!(by_query["rows"], by_sql["rows"]);
}

#[tokio::test]
async fn an_account_that_denies_is_named_and_the_others_rows_come() {
    let router = service(&["sandbox"]).await;
    let answer = post(&router, "/v1/ask", json!({ "question": "how many VMs per provider" }).to_string()).await.json();
    assert_eq!(answer["coverage"]["complete"], false);
    assert_eq!(answer["coverage"]["lower_bound"], true);
    let denied: Vec<_> =
        answer["coverage"]["scopes"].as_array().unwrap().iter().filter(|s| s["status"] == "denied").collect();
    assert_eq!(denied.len(), 4);
    assert!(denied.iter().all(|scope| scope["account_id"] == "333344445555" && scope["error"]["code"] != Value::Null));
    assert_eq!(answer["row_count"], 2);
}

#[tokio::test]
async fn a_question_that_would_change_something_is_refused_without_looking_like_an_empty_answer() {
    let router = service(&[]).await;
    let answer =
        post(&router, "/v1/ask", json!({ "question": "delete all untagged volumes" }).to_string()).await.json();
    assert_eq!(answer["route"], "refused");
    assert_eq!(answer["rows"], json!([]));
    assert_eq!(answer["coverage"]["complete"], false);
    assert!(answer["explanation"].as_str().unwrap().contains("only reads"), "{answer}");
}

#[tokio::test]
async fn rows_come_one_a_line_with_the_coverage_last() {
    let router = service(&[]).await;
    let body = json!({ "sql": "SELECT resource_id FROM resources" }).to_string();
    let request = request("POST", "/v1/query")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/x-ndjson");
    let response = send(&router, request.body(Body::from(body)).unwrap()).await;
    assert_eq!(response.content_type(), "application/x-ndjson");
    let lines: Vec<Value> = response.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (tail, rows) = lines.split_last().unwrap();
    assert!(rows.len() > 1_000, "{}", rows.len());
    assert!(rows.iter().all(|row| row["resource_id"].is_string()));
    assert_eq!(tail["row_count"], rows.len());
    assert_eq!(tail["coverage"]["complete"], true);
}

#[tokio::test]
async fn rows_beyond_the_bound_are_cut_and_the_answer_says_so() {
    let router = service(&[]).await;
    let body = json!({ "sql": "SELECT name FROM instances", "options": { "max_rows": 5 } }).to_string();
    let answer = post(&router, "/v1/query", body).await.json();
    assert_eq!((answer["row_count"].as_u64(), answer["truncated"].as_bool()), (Some(5), Some(true)));
    assert!(answer["warnings"].to_string().contains("`max_rows`"), "{}", answer["warnings"]);
}

#[tokio::test]
async fn a_request_keeps_to_its_scope() {
    let router = service(&[]).await;
    let body =
        json!({ "sql": "SELECT DISTINCT region FROM instances", "options": { "scope": { "regions": ["eu-west-1"] } } });
    let answer = post(&router, "/v1/query", body.to_string()).await.json();
    assert_eq!(answer["rows"], json!([{ "region": "eu-west-1" }]));
}

#[tokio::test]
async fn explain_tells_calls_and_permissions_and_runs_nothing() {
    let router = service(&[]).await;
    let body = json!({ "question": "average CPU by instance type" }).to_string();
    let explained = post(&router, "/v1/explain", body).await.json();
    assert_eq!(explained["route"], "common");
    assert!(explained["plan"]["call_count"].as_u64().unwrap() > 0, "{explained}");
    assert!(!explained["plan"]["permissions"].as_array().unwrap().is_empty());
    assert!(explained["plan"]["scopes"].as_array().unwrap().iter().all(|scope| scope["cached"] == false));
}

async fn check_problem(path: &str, body: &str, status: u16, code: &str, detail: &str, hint: Option<&str>) {
    let router = service(&[]).await;
    let response = post(&router, path, body).await;
    assert_eq!(response.content_type(), "application/problem+json", "{body}");
    let problem = response.json();
    assert_eq!((response.status.as_u16(), problem["code"].as_str()), (status, Some(code)), "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("urn:nephoscope:problem:{code}"));
    assert_eq!(problem["detail"], detail);
    assert_eq!(problem["hint"].as_str(), hint);
}

#[tokio::test]
async fn what_is_wrong_has_a_code_a_sentence_and_a_hint() {
    check_problem(
        "/v1/query",
        r#"{"sql":"SELECT nme FROM instances"}"#,
        400,
        "bad_sql",
        "there is no column `nme`",
        Some("did you mean `name`?"),
    )
    .await;
    check_problem(
        "/v1/query",
        r#"{"sql":"SELECT * FROM instanses"}"#,
        400,
        "bad_sql",
        "there is no table `instanses`",
        Some("did you mean `instances`?"),
    )
    .await;
    check_problem(
        "/v1/query",
        r#"{"query":{"from":"instanses"}}"#,
        400,
        "unknown_table",
        "there is no table `instanses`",
        Some("did you mean `instances`?"),
    )
    .await;
    check_problem(
        "/v1/query",
        r#"{"query":{"from":"instances","select":["cpu"]}}"#,
        400,
        "unknown_column",
        "table `instances` has no column `cpu`",
        Some("did you mean `cpu_avg`?"),
    )
    .await;
    check_problem(
        "/v1/query",
        r#"{"query":{"from":"instances","where":[{"field":"name","op":"like","value":"x"}]}}"#,
        400,
        "bad_json",
        "where[0]: there is no op `like`",
        Some("one of eq, ne, lt, le, gt, ge, in, not_in, contains, starts_with, ends_with, is_null, not_null"),
    )
    .await;
    check_problem(
        "/v1/query",
        r#"{"query":{"from":"instances","select":["name"],"limits":5}}"#,
        400,
        "bad_json",
        "the query has no `limits`",
        Some("did you mean `limit`?"),
    )
    .await;
    check_problem("/v1/query", "{}", 400, "bad_request", "the body needs either `sql` or `query`", None).await;
    check_problem("/v1/query", r#"{"sql":" "}"#, 400, "bad_sql", "`sql` is empty", None).await;
    check_problem("/v1/ask", r#"{"question":""}"#, 400, "bad_request", "`question` is empty", None).await;
    check_problem(
        "/v1/ask",
        "{\"question\":\n 5}",
        400,
        "bad_json",
        "the body is not right at line 2, column 2: invalid type: integer `5`, expected a string",
        None,
    )
    .await;
    check_problem(
        "/v1/ask",
        r#"{"question":"list all VMs","optoins":{}}"#,
        400,
        "bad_json",
        "the body is not right at line 1, column 36: unknown field `optoins`, expected one of `question`, `show_prompt`, `session`, `options`",
        Some("did you mean `options`?"),
    )
    .await;
    check_problem(
        "/v1/ask",
        r#"{"question":"list all VMs","options":{"max_age":"soon"}}"#,
        400,
        "bad_request",
        "`max_age`: `soon` is not a span of time: write a number and ms, s, m, h or d, such as `5m`",
        None,
    )
    .await;
}

#[tokio::test]
async fn sql_that_does_more_than_read_is_refused() {
    let router = service(&[]).await;
    for sql in [
        "DROP TABLE instances",
        "COPY instances TO '/tmp/x.csv'",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "INSERT INTO instances SELECT * FROM instances",
    ] {
        let response = post(&router, "/v1/query", json!({ "sql": sql }).to_string()).await;
        assert_eq!(
            (response.status.as_u16(), response.json()["code"].as_str()),
            (403, Some("sql_refused")),
            "{sql}: {}",
            response.text
        );
    }
}

#[tokio::test]
async fn an_unknown_region_is_named() {
    let router = service(&[]).await;
    let body = json!({ "query": { "from": "instances", "scope": { "regions": ["eu-wst-1"] } } }).to_string();
    let problem = post(&router, "/v1/query", body).await.json();
    assert_eq!(problem["code"], "unknown_scope", "{problem}");
    assert_eq!(problem["hint"], "did you mean `eu-west-1`?");
}

#[tokio::test]
async fn what_is_wrong_with_the_request_itself_is_a_problem_too() {
    let router = service(&[]).await;
    let send = async |request: axum::http::request::Builder, body: &'static str| {
        send(&router, request.body(Body::from(body)).unwrap()).await
    };

    let missing = get(&router, "/v1/aks").await;
    assert_eq!((missing.status.as_u16(), missing.json()["hint"].as_str()), (404, Some("did you mean `/v1/ask`?")));

    let method = get(&router, "/v1/ask").await;
    assert_eq!((method.status.as_u16(), method.json()["code"].as_str()), (405, Some("method_not_allowed")));
    assert_eq!(method.headers[header::ALLOW], "POST");

    let plain =
        send(request("POST", "/v1/ask").header(header::CONTENT_TYPE, "text/plain"), r#"{"question":"x"}"#).await;
    assert_eq!((plain.status.as_u16(), plain.json()["code"].as_str()), (415, Some("unsupported_media_type")));

    let accept =
        request("POST", "/v1/ask").header(header::CONTENT_TYPE, "application/json").header(header::ACCEPT, "image/png");
    let accept = send(accept, r#"{"question":"list all VMs"}"#).await;
    assert_eq!((accept.status.as_u16(), accept.json()["code"].as_str()), (406, Some("not_acceptable")));

    let elsewhere = axum::http::Request::builder().uri("/v1/tables").header(header::HOST, "evil.example:8010");
    let elsewhere = send(elsewhere, "").await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.json()["code"].as_str()), (421, Some("host_not_allowed")));
}

#[tokio::test]
async fn a_body_beyond_the_bound_and_a_request_beyond_its_time_are_turned_away() {
    let server = Server { max_body_bytes: 100, ..Server::default() };
    let small = router(Arc::new(State::new(app(&[], Config { server, ..Config::default() }).await, true)));
    let large = post(&small, "/v1/ask", json!({ "question": "x".repeat(200) }).to_string()).await;
    assert_eq!((large.status.as_u16(), large.json()["code"].as_str()), (413, Some("body_too_large")));

    let server = Server { request_timeout: Duration::from_millis(1), ..Server::default() };
    let hasty = router(Arc::new(State::new(app(&[], Config { server, ..Config::default() }).await, true)));
    let late = post(&hasty, "/v1/ask", json!({ "question": "cost by service last month" }).to_string()).await;
    assert_eq!((late.status.as_u16(), late.json()["code"].as_str()), (504, Some("timed_out")));

    let server = Server { concurrent_requests: 0, ..Server::default() };
    let full = router(Arc::new(State::new(app(&[], Config { server, ..Config::default() }).await, true)));
    let busy = get(&full, "/v1/tables").await;
    assert_eq!((busy.status.as_u16(), busy.json()["code"].as_str()), (503, Some("busy")));
    assert_eq!(busy.headers[header::RETRY_AFTER], "1");
    assert_eq!(get(&full, "/healthz").await.status, 200);
}

#[tokio::test]
async fn tables_are_listed_with_their_columns() {
    let router = service(&[]).await;
    let tables = get(&router, "/v1/tables").await.json();
    assert_eq!(tables["tables"].as_array().unwrap().len(), schema::tables::ALL.len());
    let instances = get(&router, "/v1/tables/instances").await.json();
    assert_eq!(instances["own"][0]["name"], "instance_type");
    let missing = get(&router, "/v1/tables/instanses").await;
    assert_eq!((missing.status.as_u16(), missing.json()["code"].as_str()), (404, Some("table_not_found")));
    assert_eq!(missing.json()["hint"], "did you mean `instances`?");
}

#[tokio::test]
async fn figures_count_requests_answers_calls_and_kept_scopes() {
    let router = service(&[]).await;
    for _ in 0..2 {
        post(&router, "/v1/ask", json!({ "question": "list all VMs" }).to_string()).await;
    }
    let text = get(&router, "/metrics").await.text;
    for name in [
        "neph_http_requests_total{method=\"POST\",path=\"/v1/ask\",status=\"200\"}",
        "neph_http_request_seconds_bucket{path=\"/v1/ask\",le=\"0.0005\"}",
        "neph_answers_total{route=\"common\",coverage=\"complete\"}",
        "neph_provider_calls_total{source=\"demo\",provider=\"aws\"}",
        "neph_cache_hits_total{source=\"demo\"}",
    ] {
        assert!(text.contains(name), "no {name} in\n{text}");
    }
}

#[tokio::test]
async fn the_description_is_as_it_was() {
    let router = service(&[]).await;
    let described = get(&router, "/v1/openapi.json").await;
    insta::assert_snapshot!("openapi", described.text);
    // What is listed is there, and what is there is listed.
    for path in described.json()["paths"].as_object().unwrap().keys() {
        let status = get(&router, path).await.status;
        assert!(status != 404 || path.contains('{'), "{path}: {status}");
    }
}
