//! What machines cost, from Azure's cost files, through the engine.

use super::azure::{EA, R, VM, row};
use super::*;
use chrono::{DateTime, TimeZone, Utc};
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, EngineSettings, FetchContext, FetchError, FetchRequest, Options, Request, Source, What, cells};
use schema::tables::INSTANCES;
use schema::{Row, Scope};
use std::sync::{Arc, LazyLock};

static TABLES: LazyLock<Vec<TableSupport>> =
    LazyLock::new(|| vec![TableSupport { table: &INSTANCES, costly: &[], pushes: &[] }]);

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 9, 20, 12, 0, 0).unwrap()
}

/// Two machines of a subscription, of which one is on the bill.
struct Machines;

#[async_trait::async_trait]
impl Source for Machines {
    fn id(&self) -> &str {
        "azure"
    }

    fn provider(&self) -> &str {
        "azure"
    }

    fn tables(&self) -> &[TableSupport] {
        &TABLES
    }

    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        Ok(Discovery { scopes: vec![Scope::new("azure", "s-1", "Prod", "eastus2")], ..Discovery::default() })
    }

    fn estimate(&self, _: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        let machine = |name: &str| {
            let id = VM.to_lowercase().replace("web-1", name);
            Row::new(request.table)
                .with("provider", "azure")
                .with("account_id", "s-1")
                .with("account_name", "Prod")
                .with("region", "eastus2")
                .with("resource_id", id.as_str())
                .with("native_id", id.as_str())
                .with("name", name)
                .with("fetched_at", now())
        };
        cx.emit(vec![machine("web-1"), machine("db-1")]).await
    }
}

/// The machines with their costs, and the answer's warnings.
async fn costs(files: &[(&str, Vec<u8>)]) -> (Vec<String>, Vec<String>) {
    let folder = folder(files);
    let billing = Arc::new(billing(folder.path(), 0));
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(Machines)).in_place(billing).clock(now);
    let engine = builder.build().unwrap();
    let sql = "SELECT name, cost_30d, cost_basis FROM instances ORDER BY name DESC";
    let answer = engine.run(Request { what: What::Sql(sql.to_owned()), options: Options::default() }).await.unwrap();
    let line = |batch: &RecordBatch, row| {
        let cells = (0..3).map(|column| cells::text(batch, row, column).unwrap_or_else(|| "-".to_owned()));
        cells.collect::<Vec<_>>().join(" ")
    };
    let lines = answer.batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| line(batch, row)));
    (lines.collect(), answer.warnings)
}

#[tokio::test]
async fn a_machine_costs_what_its_amortised_rows_of_thirty_days_say() {
    let day = |day, cost, reservation, charge| row(day, cost, reservation, charge, "");
    let old = day(1, "100", "", "Usage").replace("09/01/2024,D2s", "08/01/2024,D2s");
    let amortised = [EA, &day(1, "2.4", "", "Usage"), &day(2, "1.5E0", R, "Usage"), &old].concat();
    let actual = [EA, &day(1, "2.4", "", "Usage"), &day(2, "0", R, "Usage"), &old].concat();
    let export = |name: &str, day: &str| format!("{name}/20240901-20240930/202409{day}0300/r/part_0_0001.csv");
    let both = [
        // Yesterday's run has the same month.
        (export("amortized", "19"), amortised.clone().into_bytes()),
        (export("amortized", "20"), amortised.into_bytes()),
        (export("actual", "20"), actual.clone().into_bytes()),
    ];
    let files: Vec<(&str, Vec<u8>)> = both.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    assert_eq!(costs(&files).await.0, ["web-1 3.9 billing_export", "db-1 - -"]);
    // What the reservation covers is not in actual costs, and the answer says so.
    let alone = export("actual", "20");
    let (lines, warnings) = costs(&[(&alone, actual.into_bytes())]).await;
    assert_eq!(lines, ["web-1 2.4 billing_export", "db-1 - -"]);
    assert!(warnings.iter().any(|warning| warning.contains("has no `EffectiveCost`")), "{warnings:?}");
}
