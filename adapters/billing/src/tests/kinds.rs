//! What is read, and as what: formats, versions, types and the dirt of real files.

use super::*;
use datafusion::arrow::array::*;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Schema, TimeUnit};
use datafusion::parquet::arrow::ArrowWriter;
use std::sync::Arc;

pub(super) fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, array)| array).collect()).unwrap()
}

fn tags() -> MapArray {
    let mut tags = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    tags.keys().append_value("team");
    tags.values().append_value("p");
    tags.append(true).unwrap();
    tags.append(false).unwrap();
    tags.finish()
}

fn typed() -> RecordBatch {
    batch(vec![
        ("billedcost", Arc::new(Float64Array::from(vec![Some(0.1), Some(8e-7)]))),
        (
            "EFFECTIVECOST",
            Arc::new(Decimal128Array::from(vec![Some(25), None]).with_precision_and_scale(12, 2).unwrap()),
        ),
        ("ChargePeriodStart", Arc::new(TimestampNanosecondArray::from(vec![1_726_700_400_000_000_000, 0]))),
        ("BillingPeriodStart", Arc::new(Date32Array::from(vec![19967, 0]))),
        ("ServiceName", Arc::new(DictionaryArray::<Int32Type>::from_iter(["Storage", "Compute"]))),
        ("BillingAccountId", Arc::new(Int64Array::from(vec![42, 43]))),
        ("ServiceProviderName", Arc::new(StringViewArray::from(vec!["Microsoft", "Acme Co"]))),
        ("Tags", Arc::new(tags())),
        ("x_Credits", Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>(vec![Some(vec![Some(1.5)]), None]))),
    ])
}

#[tokio::test]
async fn csv_gzip_and_parquet_in_nested_folders_add_up() {
    let batch = typed();
    let files =
        [("a.csv", csv(2).into_bytes()), ("2024/09/b.csv.gz", gzip(&csv(3))), ("2024/10/c.parquet", parquet(&batch))];
    check(&files, SUMS, &["7 | 7.6000008 | 6.5"], &[]).await;
    check(
        &files,
        r#"SELECT "provider", count(*) FROM costs GROUP BY 1 ORDER BY 1"#,
        &["acme | 1", "aws | 5", "azure | 1"],
        &[],
    )
    .await;
}

#[tokio::test]
async fn gzip_in_several_members_is_read_to_the_last() {
    let rest = csv(3).replacen(HEADER, "", 1);
    let bytes = [gzip(&csv(2)), gzip(&rest), gzip(&rest)].concat();
    check(&[("a.csv.gz", bytes)], SUMS, &["8 | 12 | 10"], &[]).await;
}

#[tokio::test]
async fn parquet_types_become_the_tables_types() {
    let sql = r#"SELECT "BilledCost", "EffectiveCost", "ChargePeriodStart", "BillingPeriodStart", "ServiceName", "BillingAccountId",
        "ServiceProviderName", "Tags"['team'], "x_Credits" FROM costs ORDER BY 1"#;
    let expected = [
        "0.0000008 | null | 1970-01-01T00:00:00Z | 1970-01-01T00:00:00Z | Compute | 43 | Acme Co | null | null",
        "0.1 | 0.25 | 2024-09-18T23:00:00Z | 2024-09-01T00:00:00Z | Storage | 42 | Microsoft | p | [1.5]",
    ];
    check(&[("a.parquet", parquet(&typed()))], sql, &expected, &[]).await;
}

#[tokio::test]
async fn columns_of_parquet_files_are_found_whatever_their_names_look_like() {
    let number = |n: f64| Arc::new(Float64Array::from(vec![n])) as ArrayRef;
    let time = || Arc::new(StringArray::from(vec!["2024-09-01"])) as ArrayRef;
    let odd = parquet(&batch(vec![
        (" BilledCost ", number(1.5)),
        ("charge_period_start", time()),
        ("x_Team", number(2.0)),
        ("x_team", number(3.0)),
    ]));
    let sql = r#"SELECT "BilledCost", "ChargePeriodStart", "x_Team", "x_team_2" FROM costs"#;
    check(&[("a.parquet", odd)], sql, &["1.5 | 2024-09-01T00:00:00Z | 2.0 | 3.0"], &[]).await;
    let twice = parquet(&batch(vec![
        ("BilledCost", number(1.0)),
        ("ChargePeriodStart", time()),
        ("x_a", number(1.0)),
        ("x_a", number(2.0)),
    ]));
    let files = [("good.csv", csv(1).into()), ("twice.parquet", twice)];
    check(&files, SUMS, &["1 | 1.5 | 1.25"], &[("twice.parquet", "has the column `x_a` twice")]).await;
}

#[tokio::test]
async fn tags_as_a_structure_a_list_or_text_are_a_map() {
    let fields = vec![Field::new("team", DataType::Utf8, true), Field::new("env", DataType::Utf8, true)];
    let columns: Vec<ArrayRef> =
        vec![Arc::new(StringArray::from(vec![Some("s")])), Arc::new(StringArray::from(vec![None::<&str>]))];
    let structure = StructArray::new(fields.into(), columns, None);
    let text = StringArray::from(vec![r#"[{"key": "team", "value": "t"}, {"key": "n", "value": 1}]"#]);
    let cost = || Arc::new(Float64Array::from(vec![1.0])) as ArrayRef;
    let time = || Arc::new(StringArray::from(vec!["2024-09-01"])) as ArrayRef;
    let file =
        |tags: ArrayRef| parquet(&batch(vec![("BilledCost", cost()), ("ChargePeriodStart", time()), ("Tags", tags)]));
    let files = [("a.parquet", file(Arc::new(structure))), ("b.parquet", file(Arc::new(text)))];
    let sql = r#"SELECT "Tags"['team'], "Tags"['env'], "Tags"['n'], cardinality("Tags") FROM costs ORDER BY 1"#;
    check(&files, sql, &["s | null | null | 1", "t | null | 1 | 2"], &[]).await;
}

#[tokio::test]
async fn the_dirt_of_csv_files_is_read() {
    let text = "\u{feff}BilledCost,EffectiveCost,ChargePeriodStart,ServiceName,RegionId,Tags,Id\r\n\
        8E-7,NULL,2024-09-01T00:00Z,NULL,,NULL,1\r\n\
        -0.123456789012345678,2,2024-09-18 23:00:00,\"a\nb, \"\"c\"\"\",eu-west-1,\"{\"\"n\"\": 1, \"\"o\"\": {\"\"p\"\": null}}\",NULL\r\n";
    let sql = r#"SELECT "BilledCost", "EffectiveCost", "ChargePeriodStart", "ServiceName", "RegionId", "Tags"['n'], "Tags"['o'], "Id" FROM costs ORDER BY 1"#;
    let expected = [
        "-0.123456789012345678 | 2 | 2024-09-18T23:00:00Z | a\nb, \"c\" | eu-west-1 | 1 | {\"p\":null} | null",
        "0.0000008 | null | 2024-09-01T00:00:00Z | null | null | null | null | 1",
    ];
    check(&[("a.csv", text.into())], sql, &expected, &[]).await;
}

#[tokio::test]
async fn versions_of_focus_stand_side_by_side() {
    let v10 = "BilledCost,ChargePeriodStart,ProviderName,PublisherName\n1,2024-09-01,AWS,Amazon\n";
    let v12 = "BilledCost,ChargePeriodStart,ProviderName,PublisherName,InvoiceId,x_Team\n2,2024-09-01,Microsoft,Datadog,i-1,red\n";
    let v14 = "BilledCost,ChargePeriodStart,ServiceProviderName,HostProviderName,InvoiceDetailId,x_team\n4,2024-09-01,Oracle,Oracle,d-1,blue\n";
    let files = [("a.csv", v10.into()), ("b.csv", v12.into()), ("c.csv", v14.into())];
    let sql = r#"SELECT "provider", "ServiceProviderName", "ProviderName", "HostProviderName", "InvoiceId", "InvoiceDetailId", "x_Team", "BilledCost" FROM costs ORDER BY 8"#;
    let expected = [
        "aws | AWS | AWS | null | null | null | null | 1",
        "azure | Microsoft | Microsoft | null | i-1 | null | red | 2",
        "oracle | Oracle | null | Oracle | null | d-1 | blue | 4",
    ];
    check(&files, sql, &expected, &[]).await;
}

#[tokio::test]
async fn a_hundred_small_files_add_up_and_narrow() {
    // Each with a column of its own, so that no two are read as one.
    let names: Vec<String> = (0..100).map(|n| format!("day={n:03}/part.csv")).collect();
    let file =
        |n: usize| csv(3).replacen("Tags\n", &format!("Tags,x_{n}\n"), 1).replace("\"\"a\"\"}\"\n", "\"\"a\"\"}\",1\n");
    let files: Vec<(&str, Vec<u8>)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), file(n).into_bytes())).collect();
    let folder = folder(&files);
    let (rows, opened) = ask(&billing(folder.path(), Limits::default().verify_at_open_bytes), SUMS).await;
    assert_eq!((rows, named(&opened)), (vec!["300 | 450 | 375".to_owned()], vec![]));
    let files = &files[..10];
    check(
        files,
        r#"SELECT count(*) FROM costs WHERE "ServiceName" = 'Storage' AND "ChargePeriodStart" < '2024-10-01'"#,
        &["30"],
        &[],
    )
    .await;
    check(files, r#"SELECT count("x_7"), count(*) FROM costs"#, &["3 | 30"], &[]).await;
    check(files, r#"SELECT count(*) FROM costs WHERE "RegionId" = 'x' OR "EffectiveCost" > 2"#, &["0"], &[]).await;
    check(files, r#"SELECT "ServiceName" FROM costs WHERE "BilledCost" > 1 LIMIT 2"#, &["Storage", "Storage"], &[])
        .await;
}

#[tokio::test]
async fn a_plan_reads_no_more_columns_than_the_query_names() {
    let folder = folder(&[("a.csv", csv(1).into()), ("b.parquet", parquet(&typed()))]);
    let opened = billing(folder.path(), 0).open().await.unwrap();
    let plan = rows(
        &run(&opened, r#"EXPLAIN SELECT sum("EffectiveCost") FROM costs WHERE "ServiceName" = 'Storage'"#)
            .await
            .unwrap(),
    )
    .join("\n");
    for unread in ["BilledCost", "ProviderName", "Tags", "billing_map", "billing_provider"] {
        assert!(!plan.contains(unread), "{unread} in {plan}");
    }
    assert!(plan.contains("billing_decimal") && plan.contains("pruning_predicate"), "{plan}");
    let plan = rows(&run(&opened, "EXPLAIN SELECT count(*) FROM costs").await.unwrap()).join("\n");
    assert!(!plan.contains("EffectiveCost"), "{plan}");
}

#[tokio::test]
async fn the_schema_is_the_tables_and_then_the_files_own() {
    let folder = folder(&[("a.csv", "BilledCost,ChargePeriodStart,x_a,x_b,x_c\n1,2024-09-01,1,2,3\n".into())]);
    let mut settings = Settings::new(Location::Folder(folder.path().to_owned()));
    settings.limits.extra_columns = 2;
    let opened = Billing::new(settings).open().await.unwrap();
    let focus = engine::arrow::schema_of(&schema::tables::COSTS);
    let all = opened.provider.schema();
    assert_eq!(&all.fields()[..focus.fields().len()], &focus.fields()[..]);
    let own: Vec<&str> = all.fields()[focus.fields().len()..].iter().map(|field| field.name().as_str()).collect();
    assert_eq!(own, ["x_a", "x_b"]);
    assert!(opened.warnings[0].contains("`extra_columns`"), "{:?}", opened.warnings);
    let all = run(&opened, "SELECT * FROM costs").await.unwrap();
    assert_eq!(all[0].schema().fields(), opened.provider.schema().fields());
}

#[tokio::test]
async fn times_with_any_zone_and_unit_are_in_utc() {
    let cost = || Arc::new(Int32Array::from(vec![1])) as ArrayRef;
    let file = |time: ArrayRef| parquet(&batch(vec![("BilledCost", cost()), ("ChargePeriodStart", time)]));
    let seconds = TimestampSecondArray::from(vec![1_726_700_400]).with_timezone("+02:00");
    let millis = TimestampMillisecondArray::from(vec![1_726_700_400_000]);
    assert_eq!(*millis.data_type(), DataType::Timestamp(TimeUnit::Millisecond, None));
    let files = [("a.parquet", file(Arc::new(seconds))), ("b.parquet", file(Arc::new(millis)))];
    let sql = r#"SELECT DISTINCT "ChargePeriodStart" FROM costs WHERE "ChargePeriodStart" >= '2024-09-18T22:59:59Z'"#;
    check(&files, sql, &["2024-09-18T23:00:00Z"], &[]).await;
}

#[tokio::test]
async fn a_large_csv_file_is_read_in_parts_only_where_no_line_break_is_quoted() {
    let breaks = csv(400).replace("Storage", "\"Stor\nage, 1,1,1,1,1,1,1\"");
    for (text, is_cut) in [(csv(400), true), (breaks, false)] {
        let folder = folder(&[("a.csv", text.into())]);
        let mut settings = Settings::new(Location::Folder(folder.path().to_owned()));
        settings.limits = Limits::for_testing();
        let opened = Billing::new(settings).open().await.unwrap();
        let config = SessionConfig::new().with_target_partitions(4).with_repartition_file_min_size(1);
        let context = SessionContext::new_with_config(config);
        context.register_table("costs", opened.provider.clone()).unwrap();
        let plan = context.sql(&format!("EXPLAIN {SUMS}")).await.unwrap().collect().await.unwrap();
        let plan = rows(&plan).join("\n");
        assert_eq!(plan.contains("4 groups"), is_cut, "{plan}");
        let sums = context.sql(SUMS).await.unwrap().collect().await.unwrap();
        assert_eq!(rows(&sums), ["400 | 600 | 500"]);
    }
}
