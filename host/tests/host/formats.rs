//! Every format says the same: what was written is read back and compared with the JSON.

use crate::support::{app, ask};
use datafusion::arrow::datatypes::DataType;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use host::app::Asked;
use host::config::Config;
use host::exit::Exit;
use host::format::{Format, View};
use host::remarks;
use host::reply::Reply;
use serde_json::Value;

const SQL: &str =
    "SELECT name, size_gib, encrypted, created_at, tags, cost_30d FROM volumes ORDER BY resource_id LIMIT 40";

async fn reply(sql: &str) -> Reply {
    ask(&*app(&[], Config::default()).await, Asked::Sql(sql.to_owned())).await
}

fn written(reply: &Reply, format: Format, view: View) -> Vec<u8> {
    let mut out = Vec::new();
    format.write(reply, view, &mut out).unwrap();
    out
}

fn text(reply: &Reply, format: Format) -> String {
    String::from_utf8(written(reply, format, View::default())).unwrap()
}

#[tokio::test]
async fn ndjson_and_csv_hold_the_rows_of_the_json() {
    let reply = reply(SQL).await;
    let json: Value = serde_json::from_str(&text(&reply, Format::Json)).unwrap();
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 40);

    let lines: Vec<Value> =
        text(&reply, Format::Ndjson).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&lines, rows);

    let csv = text(&reply, Format::Csv);
    let mut lines = csv.split("\r\n");
    assert_eq!(lines.next(), Some("name,size_gib,encrypted,created_at,tags,cost_30d"));
    let first = lines.next().unwrap();
    let cost = rows[0]["cost_30d"].as_str().unwrap_or("");
    assert!(first.ends_with(&format!(",{cost}")), "{first} does not end in {cost}");
}

#[tokio::test]
async fn parquet_keeps_exact_types_and_says_what_it_covers() {
    let reply = reply(SQL).await;
    let file = written(&reply, Format::Parquet, View::default());
    let reader = ParquetRecordBatchReaderBuilder::try_new(axum::body::Bytes::from(file)).unwrap();
    assert_eq!(reader.schema().field_with_name("cost_30d").unwrap().data_type(), &DataType::Decimal128(38, 18));
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
    let coverage = metadata.iter().find(|pair| pair.key == "nephoscope.coverage").unwrap().value.clone().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&coverage).unwrap()["complete"], true);
    let rows: usize = reader.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, 40);
}

#[tokio::test]
async fn an_answer_without_rows_is_written_in_every_format() {
    let reply = reply("SELECT name, cost_30d FROM volumes WHERE name = 'no such volume'").await;
    assert_eq!(text(&reply, Format::Table), "");
    assert_eq!(text(&reply, Format::Csv), "name,cost_30d\r\n");
    assert_eq!(text(&reply, Format::Ndjson), "");
    let file = written(&reply, Format::Parquet, View::default());
    let reader = ParquetRecordBatchReaderBuilder::try_new(axum::body::Bytes::from(file)).unwrap();
    assert_eq!(reader.schema().fields().len(), 2);
    assert_eq!(Exit::of(&reply), Exit::Complete);
}

#[tokio::test]
async fn a_table_is_narrow_enough_cuts_no_cell_and_says_how_many_rows_it_left_out() {
    let reply = reply("SELECT resource_id, name, cost_30d FROM instances ORDER BY cost_30d DESC LIMIT 9").await;
    let view = View { width: Some(60), first_rows: Some(3), color: false };
    let table = String::from_utf8(written(&reply, Format::Table, view)).unwrap();
    assert!(table.lines().all(|line| line.chars().count() <= 60), "{table}");
    assert!(table.ends_with("… 6 more\n"), "{table}");
    // An id that is broken over lines is whole when they are put together.
    let json: Value = serde_json::from_str(&text(&reply, Format::Json)).unwrap();
    let id = json["rows"][0]["resource_id"].as_str().unwrap();
    let squeezed: String = table.chars().filter(|c| !c.is_whitespace()).collect();
    let last = &id[id.len() - 8..];
    assert!(squeezed.contains(last), "{last} is not in {table}");
}

#[tokio::test]
async fn remarks_say_what_is_missing_and_what_that_means() {
    let app = app(&["sandbox"], Config::default()).await;
    let reply = ask(&app, Asked::Question("how many VMs per provider".to_owned())).await;
    let remarks = remarks::of(&reply);
    assert_eq!(remarks[1], "incomplete: 4 of 18 scopes could not be read:");
    assert!(
        remarks[2].starts_with(
            "  aws sandbox (333344445555) in eu-central-1, eu-west-1, us-east-1, us-west-2: instances: denied: "
        ),
        "{remarks:#?}"
    );
    assert_eq!(remarks[3], "the figures are a lower bound: they can only grow when the rest is read");
    assert_eq!(Exit::of(&reply), Exit::Partial);
    let markdown = text(&reply, Format::Markdown);
    assert!(markdown.contains("incomplete: 4 of 18 scopes"), "{markdown}");
    assert!(markdown.starts_with("| provider | count |\n| --- | ---: |\n"), "{markdown}");
}
