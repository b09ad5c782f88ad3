//! Azure's own cost files: every agreement's columns, and actual and amortised costs side by side.

use super::kinds::parquet;
use super::*;
use crate::shares::Basis;
use crate::snapshot::OpenFile;
use datafusion::arrow::array::{ArrayRef, Decimal128Array, Float64Array, StringArray, TimestampMicrosecondArray};
use std::sync::Arc;

pub(super) const VM: &str = "/subscriptions/S-1/resourceGroups/Web/providers/Microsoft.Compute/virtualMachines/Web-1";
pub(super) const R: &str = "/providers/Microsoft.Capacity/reservationOrders/O/reservations/R-1";

/// An enterprise agreement's columns, as few as the tests need.
pub(super) const EA: &str = "SubscriptionId,SubscriptionName,ResourceLocation,Date,ProductName,MeterCategory,MeterId,Quantity,UnitOfMeasure,PayGPrice,\
    CostInBillingCurrency,BillingCurrencyCode,ResourceId,Tags,AdditionalInfo,ReservationId,ReservationName,ChargeType,Frequency,PricingModel,\
    ServiceFamily,BillingPeriodStartDate,BillingPeriodEndDate\n";

/// One row of them: day of September 2024, cost, reservation, charge type, pricing model.
pub(super) fn row(day: u32, cost: &str, reservation: &str, charge: &str, model: &str) -> String {
    format!(
        "S-1,Prod,US East 2,09/{day:02}/2024,D2s v5,Virtual Machines,m-1,24,1 Hour,0.1,{cost},EUR,{VM},\
         \"\"\"team\"\": \"\"web\"\",\"\"env\"\": \"\"prod\"\"\",\"{{\"\"VCPUs\"\":2,\"\"x\"\":\"\"a,b\"\"}}\",{reservation},,{charge},UsageBased,{model},\
         Compute,09/01/2024,09/30/2024\n"
    )
}

/// A day of use at a price, and one that a reservation covers, which was bought for 300 and is wasted on a third day.
fn actual() -> String {
    [
        EA.to_owned(),
        row(1, "2.4", "", "Usage", "OnDemand"),
        row(1, "0", R, "Usage", "Reservation"),
        row(2, "300", R, "Purchase", "Reservation"),
        row(3, "-1E-3", "", "Refund", "OnDemand"),
    ]
    .concat()
}

fn amortised() -> String {
    [
        EA.to_owned(),
        row(1, "2.4", "", "Usage", "OnDemand"),
        row(1, "1.5", R, "Usage", "Reservation"),
        row(2, "1.6", R, "UnusedReservation", "Reservation"),
        row(3, "-1E-3", "", "Refund", "OnDemand"),
    ]
    .concat()
}

/// The warnings of a folder's answer.
async fn warned(files: &[(&str, Vec<u8>)]) -> Vec<String> {
    let folder = folder(files);
    billing(folder.path(), Limits::default().verify_at_open_bytes).open().await.unwrap().warnings
}

#[tokio::test]
async fn an_enterprise_row_is_a_focus_row() {
    let file = || ("amortized/a.csv", [EA, &row(9, "5.64902E-05", R, "Usage", "Reservation")].concat().into_bytes());
    let check = async |columns: &str, expected: &str| {
        check(&[file()], &format!("SELECT {columns} FROM costs"), &[expected], &[]).await;
    };
    check(
        r#""provider", "ServiceProviderName", "SubAccountId", "SubAccountName", "ResourceId", "ResourceName", "ResourceType""#,
        "azure | Microsoft | s-1 | Prod | /subscriptions/s-1/resourcegroups/web/providers/microsoft.compute/virtualmachines/web-1 \
         | Web-1 | microsoft.compute/virtualmachines",
    )
    .await;
    check(
        r#""ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd""#,
        "2024-09-09T00:00:00Z | 2024-09-10T00:00:00Z | 2024-09-01T00:00:00Z | 2024-10-01T00:00:00Z",
    )
    .await;
    check(
        r#""EffectiveCost", "BilledCost", "BillingCurrency", "ListUnitPrice", "ListCost", "PricingQuantity", "ConsumedQuantity", "PricingUnit""#,
        "0.0000564902 | null | EUR | 0.1 | 2.4 | 24 | 24 | 1 Hour",
    )
    .await;
    check(
        r#""ChargeCategory", "ChargeFrequency", "PricingCategory", "CommitmentDiscountStatus", "CommitmentDiscountType", "CommitmentDiscountCategory""#,
        "Usage | Usage-Based | Committed | Used | Reservation | Usage",
    )
    .await;
    check(
        r#""CommitmentDiscountId", "ServiceName", "ServiceCategory", "RegionId", "Tags"['env'], "SkuId", "MeterCategory""#,
        "/providers/microsoft.capacity/reservationorders/o/reservations/r-1 | Virtual Machines | Compute | eastus2 | prod | m-1 | Virtual Machines",
    )
    .await;
    check(r#""AdditionalInfo", "ChargeType""#, r#"{"VCPUs":2,"x":"a,b"} | Usage"#).await;
}

#[tokio::test]
async fn pay_as_you_go_and_customer_agreements_are_read_alike() {
    let legacy = "\u{feff}SubscriptionGuid,ResourceGroup,ResourceLocation,UsageDateTime,MeterCategory,MeterId,UsageQuantity,ResourceRate,\
        PreTaxCost,InstanceId,Tags,ServiceName,Currency\n\
        S-1,g,EastUS,2024-09-02,Storage,m,3,0.025,0.075,/SUBSCRIPTIONS/S-1/x/Disk,,Disks,USD\n";
    let mca = "billingAccountName,date,chargeType,meterCategory,meterId,SubscriptionId,ResourceID,resourceLocation,quantity,costInBillingCurrency,\
        billingCurrency,pricingCurrency,exchangeRatePricingToBilling,payGPrice,paygCostInBillingCurrency,tags,benefitId,provider\n\
        Acme,09/02/2024,Usage,Storage,m,S-2,/A/B,EU West,3,1.25,EUR,USD,0.9,1,2.7,\"{\"\"a\"\": 1}\",,Azure\n";
    let localised = "subscriptionId,Ressourcenstandort (ResourceLocation),date,meterCategory,UsageQuantity (UsageQuantity),cost,InstanceName,Currency\n\
        S-3,UK South,2024-09-02T00:00:00Z,Bandwidth,1,4,,GBP\n";
    let files = [("a.csv", legacy.into()), ("b.csv", mca.into()), ("c.csv", localised.into())];
    let sql = r#"SELECT "SubAccountId", "ResourceId", "RegionId", "ChargePeriodStart", "BilledCost", "EffectiveCost", "BillingCurrency",
        "ListCost", "ConsumedQuantity", "ServiceName", "Tags"['a'] FROM costs ORDER BY 1"#;
    let expected = [
        "s-1 | /subscriptions/s-1/x/disk | eastus | 2024-09-02T00:00:00Z | 0.075 | 0.075 | USD | null | 3 | Disks | null",
        "s-2 | /a/b | westeurope | 2024-09-02T00:00:00Z | 1.25 | 1.25 | EUR | 2.7 | 3 | Storage | 1",
        "s-3 | null | uksouth | 2024-09-02T00:00:00Z | 4 | 4 | GBP | null | 1 | Bandwidth | null",
    ];
    check(&files, sql, &expected, &[]).await;
    assert!(warned(&files).await.is_empty());
}

#[tokio::test]
async fn a_price_in_another_currency_becomes_a_list_cost_by_the_files_own_rate_or_not_at_all() {
    let file = |rate: &str, value: &str| {
        format!(
            "subscriptionId,date,meterId,cost,quantity,payGPrice,pricingCurrency{rate}\nS,2024-09-01,m,1,3,0.1,USD{value}\n"
        )
        .into_bytes()
    };
    let sql = r#"SELECT "ListCost" FROM costs"#;
    check(&[("a.csv", file(",exchangeRatePricingToBilling", ",0.9"))], sql, &["0.27"], &[]).await;
    check(&[("a.csv", file("", ""))], sql, &["null"], &[]).await;
}

#[tokio::test]
async fn actual_and_amortised_costs_of_the_same_days_are_never_added_up() {
    let files = [
        ("costs-actual/20240901-20240930/202410010300/r/part_0_0001.csv", actual().into_bytes()),
        ("costs-amortized/20240901-20240930/202410010300/r/part_0_0001.csv.gz", gzip(&amortised())),
    ];
    // Each sum is its own file's, to the last digit.
    check(&files, SUMS, &["8 | 302.399 | 5.499"], &[]).await;
    let sql = r#"SELECT sum("ConsumedQuantity"), sum("ListCost") FROM costs"#;
    check(&files, sql, &["48 | 4.8"], &[]).await;
    let sql = r#"SELECT "ChargeCategory", sum("BilledCost"), sum("EffectiveCost") FROM costs GROUP BY 1 ORDER BY 1"#;
    let expected = ["Adjustment | -0.001 | -0.001", "Purchase | 300 | null", "Usage | 2.4 | 5.5"];
    check(&files, sql, &expected, &[]).await;
    let warnings = warned(&files).await;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("each stands in two rows"), "{warnings:?}");
}

#[tokio::test]
async fn what_an_export_is_is_told_by_manifest_name_or_rows() {
    let sql = r#"SELECT sum("BilledCost"), sum("EffectiveCost") FROM costs"#;
    let both = "302.399 | 5.499";
    check(&[("x/a.csv", actual().into()), ("y/b.csv", amortised().into())], sql, &[both], &[]).await;
    check(&[("ActualCost.csv", actual().into()), ("AmortizedCost.csv", amortised().into())], sql, &[both], &[]).await;
    let manifest = |word: &str| {
        format!(r#"{{"exportConfig": {{"type": "{word}"}}, "blobs": [{{"blobName": "c/part_0_0001.csv"}}]}}"#)
            .into_bytes()
    };
    // The manifest's word counts, whatever the folder is called.
    let files = [
        ("amortized/20240901-20240930/r/part_0_0001.csv", actual().into_bytes()),
        ("amortized/20240901-20240930/r/manifest.json", manifest("ActualCost")),
        ("b/20240901-20240930/r/part_0_0001.csv", amortised().into_bytes()),
        ("b/20240901-20240930/r/manifest.json", manifest("AmortizedCost")),
    ];
    check(&files, sql, &[both], &[]).await;
    let odd = [EA, &row(1, "300", R, "Purchase", ""), &row(1, "1", R, "UnusedReservation", "")].concat();
    let named = [("odd.csv", "does not tell whether its costs are actual or amortised")];
    check(&[("actual/a.csv", actual().into()), ("odd.csv", odd.into())], sql, &["302.399 | 2.399"], &named).await;
}

#[tokio::test]
async fn parts_of_a_run_are_of_one_kind_though_not_each_part_tells() {
    let parts = |text: String| {
        let rows: Vec<&str> = text.lines().skip(1).collect();
        [0, 1].map(|part| {
            let rows: String =
                rows.iter().enumerate().filter(|(at, _)| at % 2 == part).map(|(_, row)| format!("{row}\n")).collect();
            format!("{EA}{rows}").into_bytes()
        })
    };
    // The first part has no row that a commitment has to do with; the second has the others.
    let [first, second] = parts(
        [EA, &row(1, "2.4", "", "Usage", ""), &row(1, "1.5", R, "Usage", ""), &row(1, "1", "", "Usage", "")].concat(),
    );
    for folder in ["c/20240901-20240930/202410010300/r", "c"] {
        let name = |part| format!("{folder}/part_{part}_0001.csv");
        let (zero, one) = (name(0), name(1));
        let files = [(zero.as_str(), first.clone()), (one.as_str(), second.clone())];
        check(&files, SUMS, &["3 | 3.4 | 4.9"], &[]).await;
    }
    // Two kinds in one folder are told apart by their own rows.
    let files = [("x/a.csv", actual().into()), ("x/b.csv", amortised().into())];
    check(&files, SUMS, &["8 | 302.399 | 5.499"], &[]).await;
}

#[tokio::test]
async fn one_of_both_alone_gives_both_costs_where_no_commitment_is_concerned() {
    let sql = r#"SELECT "ChargeCategory", "CommitmentDiscountStatus", "BilledCost", "EffectiveCost" FROM costs ORDER BY 1, 2, 3"#;
    let files = [("actual/a.csv", actual().into())];
    let expected = [
        "Adjustment | null | -0.001 | -0.001",
        "Purchase | null | 300 | null",
        "Usage | Used | 0 | null",
        "Usage | null | 2.4 | 2.4",
    ];
    check(&files, sql, &expected, &[]).await;
    let warnings = warned(&files).await;
    assert!(warnings.len() == 1 && warnings[0].contains("no `EffectiveCost`"), "{warnings:?}");
    let files = [("amortized/a.csv", amortised().into())];
    let expected = [
        "Adjustment | null | -0.001 | -0.001",
        "Usage | Unused | null | 1.6",
        "Usage | Used | null | 1.5",
        "Usage | null | 2.4 | 2.4",
    ];
    check(&files, sql, &expected, &[]).await;
    let warnings = warned(&files).await;
    assert!(warnings.len() == 1 && warnings[0].contains("no `BilledCost`"), "{warnings:?}");
    // Without a commitment there is nothing to be warned of.
    let files = [("actual/a.csv", [EA, &row(1, "2.4", "", "Usage", "OnDemand")].concat().into_bytes())];
    check(&files, SUMS, &["1 | 2.4 | 2.4"], &[]).await;
    assert!(warned(&files).await.is_empty());
}

#[tokio::test]
async fn days_and_subscriptions_that_only_one_of_both_has_are_not_lost() {
    let other = row(5, "7", "", "Usage", "OnDemand");
    let actual = [actual(), other.clone(), other.replace("S-1,", "S-2,")].concat();
    let files = [("actual/a.csv", actual.into_bytes()), ("amortized/a.csv", amortised().into_bytes())];
    check(&files, SUMS, &["10 | 316.399 | 19.499"], &[]).await;
}

#[tokio::test]
async fn a_focus_export_beside_them_counts_alone() {
    let focus = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,SubAccountId,ResourceId,ServiceProviderName,x_SkuMeterId\n\
        2.4,2.4,EUR,2024-09-01T00:00Z,/subscriptions/S-1,/A/resourceGroups/WEB/b,Microsoft,m\n\
        0,1.5,EUR,2024-09-01T00:00Z,/subscriptions/S-1,/A/resourceGroups/WEB/b,Microsoft,m\n\
        300,0,EUR,2024-09-02T00:00Z,/subscriptions/S-1,arn:aws:X,AWS,m\n\
        0,1.6,EUR,2024-09-02T00:00Z,/subscriptions/S-1,/A/resourceGroups/WEB/b,Microsoft,m\n";
    let aws = csv(2);
    let files = [
        ("actual/a.csv", actual().into_bytes()),
        ("amortized/a.csv", amortised().into_bytes()),
        ("aws/a.csv", aws.into_bytes()),
        ("focus/a.csv", focus.into()),
    ];
    // Of the third day the FOCUS export has nothing, so it comes from the others.
    check(&files, SUMS, &["8 | 305.399 | 7.999"], &[]).await;
    let sql = r#"SELECT DISTINCT "SubAccountId", "ResourceId" FROM costs WHERE "x_SkuMeterId" = 'm' ORDER BY 2"#;
    check(&files, sql, &["s-1 | /a/resourcegroups/web/b", "s-1 | arn:aws:X"], &[]).await;
    assert!(warned(&files).await.iter().any(|warning| warning.contains("that a FOCUS export has too are left out")));
}

#[tokio::test]
async fn an_export_of_one_resource_group_leaves_the_others_rows_alone() {
    let of_group = |group: &str, cost: &str| {
        row(1, cost, "", "Usage", "OnDemand").replace("resourceGroups/Web", &format!("resourceGroups/{group}"))
    };
    let whole = [EA, &of_group("Web", "2"), &of_group("Db", "5")].concat().into_bytes();
    let sql = r#"SELECT sum("BilledCost"), sum("EffectiveCost"), sum("ConsumedQuantity") FROM costs"#;
    let amortised = [EA, &of_group("WEB", "2")].concat().into_bytes();
    check(&[("actual/a.csv", whole.clone()), ("amortized/a.csv", amortised)], sql, &["7 | 7 | 48"], &[]).await;
    let focus = |id: &str| {
        format!(
            "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,SubAccountId,{id},ConsumedQuantity,x_SkuMeterId\n\
             2,2,EUR,2024-09-01T00:00Z,/subscriptions/S-1,{VM},24,m\n"
        )
        .into_bytes()
    };
    check(&[("actual/a.csv", whole.clone()), ("focus/a.csv", focus("ResourceId"))], sql, &["7 | 7 | 48"], &[]).await;
    // Rows that do not tell their group may be of any.
    check(&[("actual/a.csv", whole), ("focus/a.csv", focus("x_Id"))], sql, &["2 | 2 | 24"], &[]).await;
}

#[tokio::test]
async fn two_exports_that_may_be_the_same_charges_are_warned_of() {
    let warnings = warned(&[("actual/a/a.csv", actual().into()), ("actual/b/b.csv", actual().into())]).await;
    assert!(
        warnings.iter().any(|warning| warning.contains("count twice") && warning.contains("`actual/b/b.csv`")),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_file_whose_rows_could_not_be_looked_at_is_left_out_and_named() {
    let folder = folder(&[("actual/a.csv", actual().into()), ("amortized/a.csv", amortised().into())]);
    let billing = billing(folder.path(), 0);
    let root = billing.root().unwrap();
    let (found, _) = billing.list(&root).await.unwrap();
    let choice = crate::exports::choose(&root, &billing.memory, found, &billing.settings.limits).await;
    let files: Vec<Arc<OpenFile>> = billing
        .headers(&root, choice.files)
        .await
        .into_iter()
        .map(|(found, origin, header)| {
            Arc::new(OpenFile { found, origin, header: header.unwrap(), basis: Basis::default() })
        })
        .collect();
    // What one file's rows tell is known, and of the other nothing.
    crate::snapshot::find_facts(&root, &billing.memory, vec![Arc::clone(&files[0])], &billing.settings.limits).await;
    let settled = crate::shares::settle(files, &billing.memory);
    let items = |settled: &[Arc<OpenFile>]| settled.iter().map(|file| file.found.item.clone()).collect::<Vec<_>>();
    assert_eq!(items(&settled.files), ["actual/a.csv"]);
    assert_eq!(settled.untold.len(), 1);
    assert!(settled.untold[0].1.message.contains("`amortized/a.csv` changed or could not be reached"));
    assert!(settled.may_pass);
}

#[tokio::test]
async fn the_name_of_the_location_itself_tells_where_the_rows_do_not() {
    let odd = [EA, &row(1, "300", R, "Purchase", ""), &row(1, "1", R, "UnusedReservation", "")].concat();
    let folder = folder(&[("amortized/odd.csv", odd.into()), ("both-actual/x/b.csv", amortised().into())]);
    let (rows, opened) = ask(&billing(&folder.path().join("amortized"), 0), SUMS).await;
    assert!(named(&opened).is_empty(), "{:?}", named(&opened));
    assert_eq!(rows, ["2 | null | 301"]);
    // Files of either kind may lie in it, so what rows tell counts more.
    let (rows, _) = ask(&billing(&folder.path().join("both-actual"), 0), SUMS).await;
    assert_eq!(rows, ["4 | 2.399 | 5.499"]);
}

#[tokio::test]
async fn days_that_a_newer_run_hides_do_not_take_the_other_kinds_place() {
    let run = |period: &str, stamp: &str| format!("amortized/{period}/{stamp}/r/part_0_0001.csv");
    let rows = |days: &[u32]| {
        let rows: String = days.iter().map(|day| row(*day, "2", "", "Usage", "OnDemand")).collect();
        [EA, &rows].concat().into_bytes()
    };
    // The newer run is of the third day too, and has no row of it any more.
    let (month, half) = (run("20240901-20240930", "202409200300"), run("20240901-20240915", "202409210300"));
    let files = [("actual/a.csv", rows(&[3, 20])), (&month, rows(&[3, 20])), (&half, rows(&[4]))];
    check(&files, SUMS, &["4 | 6 | 6"], &[]).await;
    let sql = r#"SELECT "BilledCost", "EffectiveCost", "ConsumedQuantity" FROM costs WHERE "ChargePeriodStart" < '2024-09-04'"#;
    check(&files, sql, &["2 | 2 | 24"], &[]).await;
}

#[tokio::test]
async fn a_bad_cell_is_named_by_the_files_own_column() {
    let good = ("good.csv", [EA, &row(1, "1", "", "Usage", "OnDemand")].concat().into_bytes());
    let cases = [
        (
            row(2, "1,5", "", "Usage", "OnDemand").replace("1,5", "1.5.0"),
            "row 2, column `CostInBillingCurrency`: `1.5.0`",
        ),
        (
            row(2, "1", "", "Usage", "OnDemand").replace("09/02/2024", "13/09/2024"),
            "row 2, column `Date`: `13/09/2024`",
        ),
        (row(2, "1", "", "Usage", "OnDemand").replace("team\"\":", "team\"\""), "row 2, column `Tags`"),
    ];
    for (bad, words) in cases {
        let bad = [EA, &row(1, "1", "", "Usage", "OnDemand"), &bad].concat();
        let sql = r#"SELECT sum("BilledCost"), count("Tags"), count("ChargePeriodStart") FROM costs"#;
        check(&[("bad.csv", bad.into()), good.clone()], sql, &["1 | 1 | 1"], &[("bad.csv", words)]).await;
    }
}

#[tokio::test]
async fn parquet_of_any_types_adds_up() {
    let text = |words: &[&str]| Arc::new(StringArray::from(words.to_vec())) as ArrayRef;
    let time = TimestampMicrosecondArray::from(vec![1_725_148_800_000_000, 1_725_235_200_000_000]);
    let cost = Decimal128Array::from(vec![2_500, -1]).with_precision_and_scale(20, 3).unwrap();
    let batch = RecordBatch::try_from_iter([
        ("SubscriptionId", text(&["S-1", "S-1"])),
        ("date", Arc::new(time) as ArrayRef),
        ("meterId", text(&["m", "m"])),
        ("costInBillingCurrency", Arc::new(cost) as ArrayRef),
        ("quantity", Arc::new(Float64Array::from(vec![0.1, 3.0])) as ArrayRef),
        ("payGPrice", Arc::new(Float64Array::from(vec![0.3, 0.0])) as ArrayRef),
        ("reservationId", text(&["", ""])),
        ("tags", text(&["\"a\": \"1\"", ""])),
    ])
    .unwrap();
    let sql =
        r#"SELECT "BilledCost", "EffectiveCost", "ChargePeriodStart", "ListCost", "Tags"['a'] FROM costs ORDER BY 1"#;
    let expected =
        ["-0.001 | -0.001 | 2024-09-02T00:00:00Z | null | null", "2.5 | 2.5 | 2024-09-01T00:00:00Z | 0.03 | 1"];
    check(&[("a.parquet", parquet(&batch))], sql, &expected, &[]).await;
}

#[tokio::test]
async fn a_column_that_cannot_be_told_apart_or_read_is_named() {
    let twice = "SubscriptionId,Date,MeterId,Cost,cost\nS,2024-09-01,m,1,2\n";
    check(&[("a.csv", twice.into()), ("good.csv", csv(1).into())], SUMS, &["1 | 1.5 | 1.25"], &[("a.csv", "twice")])
        .await;
    let lacking = "SubscriptionId,MeterId,MeterCategory,CostInBillingCurrency\nS,m,c,1\n";
    let named = [("a.csv", "Azure cost export that lacks its cost, its date")];
    check(&[("a.csv", lacking.into()), ("good.csv", csv(1).into())], SUMS, &["1 | 1.5 | 1.25"], &named).await;
}

#[tokio::test]
async fn the_bound_on_days_of_subscriptions_is_hit_and_named() {
    let rows: String = (0..101).map(|n| row(1, "1", "", "Usage", "").replace("S-1,", &format!("S-{n},"))).collect();
    let folder = folder(&[("a.csv", [EA, &rows].concat().into())]);
    let mut settings = Settings::new(Location::Folder(folder.path().to_owned()));
    settings.limits = Limits { header_bytes: 64 * 1024, ..Limits::for_testing() };
    let opened = Billing::new(settings).open().await.unwrap();
    assert!(named(&opened)[0].1.contains("`account_days`"), "{:?}", named(&opened));
}

#[tokio::test]
async fn what_counts_follows_the_files_from_one_request_to_the_next() {
    let folder = folder(&[("actual/a.csv", actual().into_bytes())]);
    let billing = billing(folder.path(), 0);
    assert_eq!(ask(&billing, SUMS).await.0, ["4 | 302.399 | 2.399"]);
    put(folder.path(), "amortized/a.csv", amortised().as_bytes());
    assert_eq!(ask(&billing, SUMS).await.0, ["8 | 302.399 | 5.499"]);
    put(folder.path(), "amortized/a.csv", [EA, &row(9, "1", "", "Usage", "OnDemand")].concat().as_bytes());
    assert_eq!(ask(&billing, SUMS).await.0, ["5 | 303.399 | 3.399"]);
    std::fs::remove_file(folder.path().join("amortized/a.csv")).unwrap();
    assert_eq!(ask(&billing, SUMS).await.0, ["4 | 302.399 | 2.399"]);
}

#[tokio::test]
async fn a_name_that_the_rows_contradict_is_warned_of() {
    let warnings = warned(&[("amortized/a.csv", actual().into())]).await;
    assert!(warnings.iter().any(|warning| warning.contains("check what was exported")), "{warnings:?}");
}

#[tokio::test]
async fn dates_with_the_day_first_are_seen_by_the_folders_period() {
    let text = [EA, &row(2, "1", "", "Usage", "OnDemand").replace("09/02/2024", "02/09/2024")].concat();
    let warnings = warned(&[("actual/20240901-20240930/202409030300/r/part_0_0001.csv", text.into())]).await;
    assert!(warnings.iter().any(|warning| warning.contains("with the day first")), "{warnings:?}");
}

/// Numbers that look random and are the same in every run.
struct Walk(u64);

impl Walk {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }
}

/// A file of rows of any kind that it may hold, and the sum of their costs in billionths. It has a row for each
/// subscription and day, so that every row of one kind of file has one of the other's beside it.
fn mixed(walk: &mut Walk, charges: [&str; 3]) -> (String, usize, i128) {
    let mut rows = Vec::new();
    for (day, account) in (1..6).flat_map(|day| (0..3).map(move |account| (day, account))) {
        rows.push((day, account, 1, "Usage", ""));
    }
    for _ in 0..40 + walk.next(40) {
        let billionths = walk.next(2_000_000_000) as i128 - 500_000_000;
        let charge = charges[walk.next(3)];
        let is_committed = charge == "UnusedReservation" || (charge != "Refund" && walk.next(3) == 0);
        rows.push((1 + walk.next(5), walk.next(3), billionths, charge, if is_committed { R } else { "" }));
    }
    let text = rows.iter().map(|(day, account, billionths, charge, reservation)| {
        let day = u32::try_from(*day).unwrap();
        row(day, &format!("{billionths}E-9"), reservation, charge, "").replacen("S-1,", &format!("S-{account},"), 1)
    });
    let text = EA.to_owned() + &text.collect::<String>();
    (text, rows.len(), rows.iter().map(|row| row.2).sum())
}

#[tokio::test]
async fn any_mixture_of_rows_adds_up_to_its_files() {
    let mut walk = Walk(0x9e37_79b9_7f4a_7c15);
    let shown = |billionths: i128| {
        let sign = if billionths < 0 { "-" } else { "" };
        let (whole, rest) = (billionths.unsigned_abs() / 1_000_000_000, billionths.unsigned_abs() % 1_000_000_000);
        trimmed(format!("{sign}{whole}.{rest:09}000000000"))
    };
    for round in 0..12 {
        let (actual, actual_rows, billed) = mixed(&mut walk, ["Usage", "Purchase", "Refund"]);
        let (amortised, amortised_rows, effective) = mixed(&mut walk, ["Usage", "UnusedReservation", "Refund"]);
        let files = [("actual/a.csv", actual.into_bytes()), ("amortized/b.csv", amortised.into_bytes())];
        let folder = folder(&files);
        let (rows, opened) = ask(&billing(folder.path(), 0), SUMS).await;
        assert!(named(&opened).is_empty(), "{:?}", named(&opened));
        let expected = format!("{} | {} | {}", actual_rows + amortised_rows, shown(billed), shown(effective));
        assert_eq!(rows, [expected], "round {round}");
    }
}
