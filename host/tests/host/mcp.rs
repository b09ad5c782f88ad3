//! MCP in-process: the tools, what they answer, how they cut it, and what becomes of a call that nobody waits for.

use crate::support::{app, request, send, service};
use crate::{slow, support};
use axum::Router;
use axum::body::Body;
use axum::http::header;
use host::config::Config;
use host::config::server::Server;
use host::http::{State, router, server};
use host::mcp::Mcp;
use rmcp::ServiceExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

fn message(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

async fn sent(router: &Router, method: &str, params: &Value) -> support::Response {
    let request = request("POST", "/mcp")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json, text/event-stream");
    send(router, request.body(Body::from(message(method, params).to_string())).unwrap()).await
}

/// The result of a tool.
async fn call(router: &Router, tool: &str, arguments: Value) -> Value {
    let response = sent(router, "tools/call", &json!({ "name": tool, "arguments": arguments })).await.json();
    response.get("result").unwrap_or_else(|| panic!("{response}")).clone()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

async fn with_bound(max_result_chars: usize) -> Router {
    let mcp = host::config::mcp::Mcp { max_result_chars, ..host::config::mcp::Mcp::default() };
    router(Arc::new(State::new(app(&[], Config { mcp, ..Config::default() }).await, true)))
}

#[test]
fn the_tools_are_described_for_a_model_that_has_never_seen_them() {
    let tools = Mcp::tools();
    assert!(tools.iter().all(|tool| tool.name.len() <= 64));
    insta::assert_json_snapshot!("tools", tools);
}

#[tokio::test]
async fn a_client_is_told_how_to_work() {
    let router = service(&[]).await;
    let params = json!({
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" }
    });
    let result = sent(&router, "initialize", &params).await.json()["result"].clone();
    assert_eq!(result["serverInfo"]["name"], "nephoscope");
    let instructions = result["instructions"].as_str().unwrap();
    assert!(instructions.starts_with("These are the rows of a made-up estate"), "{instructions}");
    for tool in Mcp::tools() {
        assert!(instructions.contains(&format!("`{}`", tool.name)), "`{}` is not in the instructions", tool.name);
    }
}

#[tokio::test]
async fn a_question_is_answered_with_rows_coverage_and_how_it_was_read() {
    let router = service(&[]).await;
    let result = call(&router, "ask", json!({ "question": "how many VMs per provider" })).await;
    assert_eq!(result["isError"], false);
    let said: Vec<_> = text(&result).lines().skip(1).collect();
    assert_eq!(
        said,
        [
            "complete: 18 scopes, read now",
            "read as: the number of instances, for each provider, ordered by count (largest first)",
            "rows 1 to 2 of 2:",
            r#"["provider","count"]"#,
            r#"["aws",254]"#,
            r#"["azure",116]"#,
        ]
    );
    let content = &result["structuredContent"];
    assert_eq!(content["rows"], json!([{ "provider": "aws", "count": 254 }, { "provider": "azure", "count": 116 }]));
    assert_eq!(
        (&content["rows_shown"], &content["row_count"], &content["next_page"]),
        (&json!(2), &json!(2), &Value::Null)
    );
    assert_eq!(content["coverage"]["complete"], true);
}

#[tokio::test]
async fn what_is_missing_is_said_before_the_rows() {
    let router = service(&["sandbox"]).await;
    let result = call(&router, "query", json!({ "sql": "SELECT count(*) AS n FROM instances" })).await;
    let mut said = text(&result).lines().skip(1);
    assert_eq!(said.next(), Some("incomplete: 4 of 18 scopes could not be read:"));
    assert!(
        said.next()
            .unwrap()
            .starts_with("  aws sandbox (333344445555) in eu-central-1, eu-west-1, us-east-1, us-west-2")
    );
    assert!(said.next().unwrap().starts_with("the figures are a lower bound"));
    let coverage = &result["structuredContent"]["coverage"];
    assert_eq!((&coverage["complete"], &coverage["lower_bound"]), (&json!(false), &json!(true)));
    assert_eq!((&coverage["scopes_total"], &coverage["scopes_incomplete"]), (&json!(18), &json!(4)));
    assert_eq!(coverage["scopes"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn pages_have_every_row_once_and_none_is_longer_than_the_bound() {
    const BOUND: usize = 6_000;
    let router = with_bound(BOUND).await;
    let sql = "SELECT native_id, name, account_name, tags, properties FROM volumes ORDER BY native_id";
    let whole = support::post(&router, "/v1/query", json!({ "sql": sql }).to_string()).await.json();
    let mut arguments = json!({ "sql": sql });
    let (mut rows, mut pages) = (Vec::new(), 0);
    loop {
        let result = call(&router, "query", arguments).await;
        let content = &result["structuredContent"];
        for length in [text(&result).chars().count(), content.to_string().chars().count()] {
            assert!(length <= BOUND, "{length} characters: {result}");
        }
        assert_eq!((&content["offset"], &content["row_count"]), (&json!(rows.len()), &whole["row_count"]));
        let shown = content["rows"].as_array().unwrap();
        assert_eq!(content["rows_shown"], shown.len());
        // Of the lines that are arrays, one is the names of the columns.
        assert_eq!(text(&result).lines().filter(|line| line.starts_with('[')).count(), shown.len() + 1);
        rows.extend(shown.iter().cloned());
        pages += 1;
        if content["next_page"].is_null() {
            break;
        }
        // The page alone will do while the answer is kept.
        arguments = json!({ "page": content["next_page"] });
    }
    assert!(pages > 10, "{pages}");
    assert_eq!(Value::Array(rows), whole["rows"]);
}

#[tokio::test]
async fn a_page_of_an_answer_that_is_no_longer_kept_is_made_again_or_says_what_to_do() {
    let router = with_bound(4_000).await;
    let page = json!({ "answer": "0123456789abcdef", "offset": 300 });
    let result = call(&router, "query", json!({ "page": page })).await;
    assert_eq!(result["isError"], true);
    insta::assert_snapshot!(text(&result), @r"
    error (bad_request): the answer `0123456789abcdef` is not kept any more
    hint: ask again; with the same arguments and this `page` the rows go on from its `offset`
    ");
    let sql = "SELECT name FROM volumes ORDER BY name, native_id";
    let result = call(&router, "query", json!({ "sql": sql, "page": page })).await;
    assert_eq!((&result["isError"], &result["structuredContent"]["offset"]), (&json!(false), &json!(300)));
    assert!(text(&result).contains("warning: the answer was no longer kept"), "{}", text(&result));
    let beyond = json!({ "answer": page["answer"], "offset": 10_000 });
    let result = call(&router, "query", json!({ "sql": sql, "page": beyond })).await;
    assert!(text(&result).starts_with("error (bad_request): `offset` is 10000, and there are "), "{}", text(&result));
}

#[tokio::test]
async fn a_cell_that_is_too_long_is_cut_and_a_row_that_is_too_wide_is_refused() {
    let router = with_bound(4_000).await;
    let result =
        call(&router, "query", json!({ "sql": format!("SELECT '{}' AS long, 1 AS n", "ä".repeat(5_000)) })).await;
    let content = &result["structuredContent"];
    assert_eq!((&content["cells_cut"], &content["rows"][0]["n"]), (&json!(1), &json!(1)));
    let long = content["rows"][0]["long"].as_str().unwrap();
    assert!(long.starts_with("ää") && long.ends_with("ä… (cut; 5000 characters in all)"), "{long}");
    let many: Vec<_> = (0..200).map(|n| format!("'{}' AS column_number_{n}", "x".repeat(500))).collect();
    let result = call(&router, "query", json!({ "sql": format!("SELECT {}", many.join(", ")) })).await;
    assert_eq!(
        (&result["isError"], &result["structuredContent"]["error"]["code"]),
        (&json!(true), &json!("limit_reached"))
    );
}

#[tokio::test]
async fn text_in_rows_cannot_look_like_a_line_of_ours() {
    let router = service(&[]).await;
    let sql = r#"SELECT concat('a', chr(10), 'complete: everything', chr(10), '["b"]') AS name"#;
    let result = call(&router, "query", json!({ "sql": sql })).await;
    let lines: Vec<_> = text(&result).lines().collect();
    assert_eq!(lines.last(), Some(&r#"["a\ncomplete: everything\n[\"b\"]"]"#));
    assert!(!lines.contains(&"complete: everything"));
}

#[tokio::test]
async fn slips_are_results_that_say_what_to_do_and_misuse_is_an_error_of_the_protocol() {
    let router = service(&[]).await;
    for (tool, arguments, code, expected) in [
        ("query", json!({ "sql": "SELECT nme FROM instances" }), "bad_sql", "did you mean `name`?"),
        ("query", json!({ "sql": "DROP TABLE instances" }), "sql_refused", "DropTable"),
        ("query", json!({ "sql": "SELECT 1", "query": {} }), "bad_request", "either `sql` or `query`"),
        ("query", json!({ "query": { "from": "instanses" } }), "unknown_table", "did you mean `instances`?"),
        ("query", json!({}), "bad_request", "either `sql` or `query`"),
        ("ask", json!({}), "bad_request", "`page`"),
        ("ask", json!({ "question": " " }), "bad_request", "`question` is empty"),
        ("ask", json!({ "question": "list all VMs", "options": { "max_age": "soon" } }), "bad_request", "`max_age`"),
        (
            "ask",
            json!({ "question": "list all VMs", "options": { "scope": { "regions": ["eu-wst-1"] } } }),
            "unknown_scope",
            "did you mean `eu-west-1`?",
        ),
        ("explain", json!({}), "bad_request", "one of"),
        ("describe_tables", json!({ "tables": ["instanses"] }), "unknown_table", "did you mean `instances`?"),
        ("describe_tables", json!({ "tables": ["costs"], "search": "x" }), "bad_request", "pass one of them"),
        ("run_program", json!({ "program": "" }), "bad_request", "there is no program"),
        ("run_program", json!({ "program": "1", "params": { "x": [] } }), "bad_request", "`x`"),
        ("run_program", json!({ "program": "1", "tables": ["volume"] }), "unknown_table", "did you mean `volumes`?"),
    ] {
        let result = call(&router, tool, arguments.clone()).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}");
        assert_eq!(result["structuredContent"]["error"]["code"], code, "{tool} {arguments}: {result}");
        assert!(text(&result).contains(expected), "{tool} {arguments}: {}", text(&result));
    }
    for (tool, arguments, expected) in [
        ("nope", json!({}), "there is no tool `nope`; the tools are describe_tables, ask, "),
        ("ask", json!({ "quetsion": "list all VMs" }), "unknown field `quetsion`, expected one of `question`"),
        ("ask", json!({ "question": 5 }), "invalid type: integer `5`, expected a string"),
        ("ask", json!({ "question": "x", "options": { "regions": [] } }), "unknown field `regions`"),
    ] {
        let response = sent(&router, "tools/call", &json!({ "name": tool, "arguments": arguments })).await.json();
        assert_eq!(response["error"]["code"], -32602, "{tool} {arguments}: {response}");
        assert!(response["error"]["message"].as_str().unwrap().contains(expected), "{response}");
    }
    // Models write null for what they leave out.
    let result = call(&router, "ask", json!({ "question": "how many VMs", "page": null, "options": null })).await;
    assert_eq!(result["isError"], false);
}

#[tokio::test]
async fn kept_programs_come_in_pages_each_with_its_parameters() {
    for bound in [4_000, 24_000] {
        let router = with_bound(bound).await;
        let (mut arguments, mut names, mut said) = (json!({}), Vec::new(), String::new());
        loop {
            let result = call(&router, "list_programs", arguments).await;
            let content = &result["structuredContent"];
            for length in [text(&result).chars().count(), content.to_string().chars().count()] {
                assert!(length <= bound, "{length} characters: {result}");
            }
            assert_eq!((&content["offset"], &content["programs_total"]), (&json!(names.len()), &json!(14)));
            names.extend(
                content["programs"].as_array().unwrap().iter().map(|kept| kept["name"].as_str().unwrap().to_owned()),
            );
            said.push_str(text(&result));
            arguments = content["next_page"].clone();
            if arguments.is_null() {
                break;
            }
        }
        names.sort();
        let mut all: Vec<_> = host::programs::built_in::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
        all.sort();
        assert_eq!(names, all, "every one, once");
        assert!(said.contains("months (a whole number from 1 to 11, 2)"), "{said}");
        assert!(said.contains("key (a text, team)"), "{said}");
    }
    let beyond = call(&with_bound(4_000).await, "list_programs", json!({ "offset": 99 })).await;
    assert!(text(&beyond).starts_with("error (bad_request): `offset` is 99, and there are 14 programs"), "{beyond}");
}

#[tokio::test]
async fn the_text_of_a_program_that_is_longer_than_a_result_is_read_to_its_end() {
    const BOUND: usize = 4_000;
    let router = with_bound(BOUND).await;
    let (_, whole) = host::programs::built_in::ALL.iter().max_by_key(|(_, text)| text.len()).unwrap();
    let (name, _) = host::programs::built_in::ALL.iter().find(|(_, text)| text == whole).unwrap();
    let (mut read, mut offset) = (String::new(), json!(0));
    loop {
        let result = call(&router, "list_programs", json!({ "id": name, "offset": offset })).await;
        let content = &result["structuredContent"];
        assert!(content.to_string().chars().count() <= BOUND && text(&result).chars().count() <= BOUND, "{result}");
        read.push_str(content["text"].as_str().unwrap());
        if content["next_page"].is_null() {
            break;
        }
        offset = content["next_page"]["offset"].clone();
    }
    assert_eq!((read.as_str(), offset != 0), (*whole, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assistant_writes_a_program_and_runs_it_and_a_kept_one() {
    let router = service(&[]).await;
    let program = "query('SELECT provider, count(*) AS n FROM instances GROUP BY 1 ORDER BY 1').map(r => ({ ...r, more: r.n > params.least }))";
    let result = call(&router, "run_program", json!({ "program": program, "params": { "least": 200 } })).await;
    assert_eq!(result["isError"], false, "{result}");
    let content = &result["structuredContent"];
    let rows = json!([{ "provider": "aws", "n": 254, "more": true }, { "provider": "azure", "n": 116, "more": false }]);
    assert_eq!((&content["rows"], &content["program"]["grant"]["tables"]), (&rows, &json!(["instances"])));

    let months = |months: u32| json!({ "id": "services-that-grew", "params": { "months": months } });
    let rows = async |arguments: Value| {
        let result = call(&router, "run_program", arguments).await;
        assert_eq!(result["isError"], false, "{result}");
        result["structuredContent"]["row_count"].as_u64().unwrap()
    };
    let (one, two) = (rows(months(1)).await, rows(months(2)).await);
    assert!(one > two && two > 0, "{one} {two}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_assistant_writes_is_held_to_its_dollars() {
    let config = toml::from_str("[programs]\nmax_dollars = 0.5").unwrap();
    let router = router(Arc::new(State::new(slow::paid(30, config).await, true)));
    // Two scopes at 30 cents.
    let result = call(&router, "run_program", json!({ "program": "query('SELECT name FROM instances')" })).await;
    assert_eq!(
        (&result["isError"], &result["structuredContent"]["error"]["code"]),
        (&json!(true), &json!("limit_reached"))
    );
    assert!(text(&result).contains("would cost $0.6 or more, and $0.5 are left"), "{}", text(&result));
}

#[tokio::test]
async fn a_refusal_is_a_result_that_shows_the_way_on() {
    let router = service(&[]).await;
    let result = call(&router, "ask", json!({ "question": "delete all untagged volumes" })).await;
    assert_eq!((&result["isError"], &result["structuredContent"]["route"]), (&json!(false), &json!("refused")));
    assert!(text(&result).starts_with("not answered: ") && text(&result).contains("call `query`"), "{}", text(&result));
}

#[tokio::test]
async fn sql_that_is_asked_runs_as_sql_and_is_said_to() {
    let router = service(&[]).await;
    let sql = "SELECT name FROM instances ORDER BY name LIMIT 3";
    let result = call(&router, "ask", json!({ "question": sql })).await;
    let content = &result["structuredContent"];
    assert_eq!((&content["route"], &content["row_count"]), (&json!("direct"), &json!(3)), "{content}");
    assert!(text(&result).contains("read as: SQL, run as it is"), "{}", text(&result));
}

#[tokio::test]
async fn explain_tells_calls_price_and_permissions_and_runs_nothing() {
    let router = service(&[]).await;
    let arguments = json!({ "question": "VMs with CPU below 20%", "options": { "scope": { "providers": ["aws"] } } });
    let result = call(&router, "explain", arguments.clone()).await;
    let content = &result["structuredContent"];
    assert!(content["call_count"].as_u64().unwrap() > 10, "{content}");
    assert_eq!(content["scopes_by_table"], json!({ "instances": 12 }));
    assert_eq!(content["scopes_cached"], 0);
    assert!(text(&result).contains("permissions: demo:"), "{}", text(&result));
    assert_eq!(call(&router, "explain", arguments).await["structuredContent"]["scopes_cached"], 0);
}

#[tokio::test]
async fn tables_are_listed_described_and_found() {
    let router = service(&[]).await;
    let list = call(&router, "describe_tables", json!({})).await;
    let count = list["structuredContent"]["tables"].as_array().unwrap().len();
    assert_eq!(count, schema::tables::ALL.len());
    assert!(text(&list).contains("\nvolumes (25): one block storage volume\n"), "{}", text(&list));

    let two = call(&router, "describe_tables", json!({ "tables": ["instances", "volumes"] })).await;
    assert_eq!(text(&two).matches("\n- resource_id ").count(), 1, "what tables share is told once");
    assert!(text(&two).contains("\n- cpu_avg float percent: "), "{}", text(&two));
    assert!(text(&two).contains("(fetched only when named)"));

    for (words, expected) in [
        ("idle cpu", "instances.cpu_avg "),
        ("public address", "instances.public_ip "),
        ("VPCs", "networks"),
        ("what is unattached", "unattached_volume"),
        ("spend", "costs"),
    ] {
        let found = call(&router, "describe_tables", json!({ "search": words })).await;
        assert!(text(&found).contains(expected), "{words}: {}", text(&found));
    }
    let none = call(&router, "describe_tables", json!({ "search": "zebra" })).await;
    assert_eq!(none["structuredContent"]["found"], json!([]));
    let all: Vec<_> = schema::tables::ALL.iter().map(|table| table.name).collect();
    for bound in [4_000, 24_000] {
        let all = call(&with_bound(bound).await, "describe_tables", json!({ "tables": all })).await;
        let lengths = [text(&all).chars().count(), all["structuredContent"].to_string().chars().count()];
        assert!(lengths.iter().all(|length| *length <= bound), "{lengths:?}");
        assert!(all["structuredContent"]["columns_left_out"].as_u64().unwrap() > 0);
    }
}

#[tokio::test]
async fn only_pages_of_this_machine_may_ask() {
    let router = service(&[]).await;
    for (origin, status) in [
        ("http://localhost:3000", 200),
        ("http://127.0.0.1", 200),
        ("https://[::1]:9", 200),
        ("http://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("http://127.0.0.1.evil.example:8010", 403),
        ("null", 403),
        ("localhost", 403),
    ] {
        let request = request("POST", "/mcp")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::ORIGIN, origin);
        let body = message("tools/list", &json!({})).to_string();
        let response = send(&router, request.body(Body::from(body)).unwrap()).await;
        assert_eq!(response.status, status, "{origin}: {}", response.text);
        assert!(!response.headers.contains_key("access-control-allow-origin"));
    }
    let elsewhere = axum::http::Request::post("/mcp").header(header::HOST, "evil.example:8010");
    assert_eq!(send(&router, elsewhere.body(Body::empty()).unwrap()).await.status, 421);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_turned_away() {
    let server = Server { max_body_bytes: 2_000, ..Server::default() };
    let app = app(&[], Config { server, ..Config::default() }).await;
    let router = router(Arc::new(State::new(app, true)));
    let long = "x".repeat(3_000);
    let response = sent(&router, "tools/call", &json!({ "name": "ask", "arguments": { "question": long } })).await;
    assert_eq!(response.status, 413);
}

/// The longest that a call of these tests takes if nobody cancels it: longer than any test waits.
const LONG: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_call_that_takes_too_long_or_finds_no_place_says_so() {
    let mcp = host::config::mcp::Mcp {
        call_timeout: Duration::from_millis(1_500),
        concurrent_calls: 1,
        ..host::config::mcp::Mcp::default()
    };
    let (app, calls) = slow::app(LONG, Config { mcp, ..Config::default() }).await;
    let router = router(Arc::new(State::new(app, true)));
    let first = call(&router, "query", json!({ "sql": "SELECT name FROM instances" }));
    let second = async {
        slow::until(&calls, 1).await;
        call(&router, "describe_tables", json!({})).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(text(&first).starts_with("error (timed_out): the call took longer than 1.5 s"), "{}", text(&first));
    assert!(text(&second).starts_with("error (busy): 1 calls are being answered"), "{}", text(&second));
    slow::until(&calls, 0).await;
}

/// A server on a duplex stream, and the two ends of a client that speaks for itself.
async fn duplex(
    mcp: Mcp,
) -> (
    tokio::task::JoinHandle<()>,
    BufReader<tokio::io::ReadHalf<tokio::io::DuplexStream>>,
    tokio::io::WriteHalf<tokio::io::DuplexStream>,
) {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let serving = tokio::spawn(async move {
        mcp.serve(theirs).await.unwrap().waiting().await.unwrap();
    });
    let (reader, mut writer) = tokio::io::split(ours);
    let mut reader = BufReader::new(reader);
    let params = json!({
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" }
    });
    say(&mut writer, &message("initialize", &params)).await;
    assert_eq!(hear(&mut reader).await["result"]["protocolVersion"], "2025-06-18");
    say(&mut writer, &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
    (serving, reader, writer)
}

async fn say(writer: &mut (impl AsyncWriteExt + Unpin), message: &Value) {
    writer.write_all(format!("{message}\n").as_bytes()).await.unwrap();
}

async fn hear(reader: &mut (impl AsyncBufReadExt + Unpin)) -> Value {
    let mut line = String::new();
    reader.read_line(&mut line).await.unwrap();
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn slow_call(id: u64, meta: &Value) -> Value {
    let arguments = json!({ "sql": "SELECT name FROM instances" });
    let params = json!({ "name": "query", "arguments": arguments, "_meta": meta });
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })
}

#[tokio::test]
async fn progress_is_told_to_who_asks_for_it_and_a_cancelled_call_is_not_worked_for() {
    let (app, calls) = slow::app(LONG, Config::default()).await;
    let (serving, mut reader, mut writer) = duplex(Mcp::new(app, "ann")).await;
    say(&mut writer, &slow_call(7, &json!({ "progressToken": "p" }))).await;
    let progress = hear(&mut reader).await;
    assert_eq!(
        (&progress["method"], &progress["params"]["progressToken"]),
        (&json!("notifications/progress"), &json!("p"))
    );
    assert_eq!(progress["params"]["total"], 2.0);
    let message = progress["params"]["message"].as_str().unwrap();
    assert!(message.starts_with("1 of 2 scopes"), "{message}");
    slow::until(&calls, 1).await;

    say(&mut writer, &json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 7 } }))
        .await;
    slow::until(&calls, 0).await;
    // The next answer is that of the next call: the cancelled one has none.
    say(&mut writer, &json!({ "jsonrpc": "2.0", "id": 8, "method": "ping" })).await;
    assert_eq!(hear(&mut reader).await["id"], 8);
    drop((reader, writer));
    serving.await.unwrap();
}

#[tokio::test]
async fn a_client_that_goes_away_is_not_worked_for() {
    let (app, calls) = slow::app(LONG, Config::default()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::run_until(app, listener, async move {
        let _ = stopped.await;
    }));
    let client = reqwest::Client::new();
    // Without a token the reply is awaited; with one, a stream of progress is open.
    for meta in [json!({}), json!({ "progressToken": 1 })] {
        let request =
            client.post(&url).header("accept", "application/json, text/event-stream").json(&slow_call(1, &meta)).send();
        let waiting = tokio::spawn(async move { request.await.unwrap().text().await });
        slow::until(&calls, 1).await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        waiting.abort();
        slow::until(&calls, 0).await;
    }
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_server_that_stops_finishes_the_streams_that_are_open() {
    let (app, calls) = slow::app(Duration::from_secs(2), Config::default()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::run_until(app, listener, async move {
        let _ = stopped.await;
    }));
    let request = reqwest::Client::new()
        .post(&url)
        .header("accept", "application/json, text/event-stream")
        .json(&slow_call(1, &json!({ "progressToken": 1 })))
        .send();
    let waiting = tokio::spawn(async move { request.await.unwrap().text().await.unwrap() });
    slow::until(&calls, 1).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    stop.send(()).unwrap();
    let stream = waiting.await.unwrap();
    assert!(stream.contains("notifications/progress") && stream.contains("complete: 2 scopes"), "{stream}");
    tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap().unwrap();
}
