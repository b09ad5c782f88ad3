//! What the programs that ship must answer on the demo estate, worked out in plain Rust from the estate's own rows.
//!
//! Nothing here knows JavaScript or SQL: a program and its truth can only be wrong in the same way by chance.

use crate::support::{app, ask, estate, now};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use demo::Demo;
use engine::{Engine, EngineSettings, Options};
use host::app::{App, Asked, Caller};
use host::config::Config;
use host::programs::built_in;
use host::runner::Runnable;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use schema::tables::{COSTS, DATABASES, IMAGES, INSTANCES, PUBLIC_IPS, SECURITY_GROUPS, SNAPSHOTS, VOLUMES};
use schema::{Row, Table, TableKind, Value as Cell, tables};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Compares the rows of a program, in any order, with the truth about an estate.
pub(crate) fn check(name: &str, rows: &[Value], demo: &Demo) {
    let estate = Estate::new(demo);
    let truth = match name {
        "databases-beside-open-instances" => databases_beside_open_instances(&estate),
        "days-of-unusual-spend" => days_of_unusual_spend(&estate, 90, 5.0),
        "idle-instances-with-dear-volumes" => idle_instances_with_dear_volumes(&estate, 5.0),
        "instances-above-median" => instances_above_median(&estate, 0.0, ""),
        "next-size-down" => next_size_down(&estate, 40.0),
        "owners-of-untagged-resources" => owners_of_untagged_resources(&estate, rows),
        "regions-hardly-used" => regions_hardly_used(&estate, 1000.0),
        "resources-that-make-up-the-spend" => resources_that_make_up_the_spend(&estate, 80, 30),
        "services-that-grew" => services_that_grew(&estate, 2),
        "snapshots-of-gone-volumes" => snapshots_of_gone_volumes(&estate),
        "stopped-instances-that-cost" => stopped_instances_that_cost(&estate),
        "tag-keys-in-several-spellings" => tag_keys_in_several_spellings(&estate),
        "teams-share-week-over-week" => teams_share_week_over_week(&estate),
        "volumes-near-another-team" => volumes_near_another_team(&estate, 60),
        other => panic!("nothing is known of what `{other}` must answer"),
    };
    compare(name, rows, truth);
}

fn compare(name: &str, rows: &[Value], (columns, mut truth): Truth) {
    let mut got: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|column| shown(&row[*column])).collect()).collect();
    assert!(!truth.is_empty(), "the estate has nothing to find for `{name}`");
    got.sort();
    truth.sort();
    assert_eq!(got, truth, "`{name}`");
}

/// The columns that are compared, and what they must hold.
type Truth = (&'static [&'static str], Vec<Vec<String>>);

fn shown(value: &Value) -> String {
    match value {
        // Money is a text in an answer, and what a program computed from it a number.
        Value::String(text) => text.parse().map_or_else(|_| text.clone(), dollars),
        Value::Number(number) => dollars(number.as_f64().unwrap()),
        other => other.to_string(),
    }
}

fn dollars(number: f64) -> String {
    // Never `-0.000`.
    format!("{:.3}", if number.abs() < 0.000_5 { 0.0 } else { number })
}

fn count(number: usize) -> String {
    format!("{number}.000")
}

/// The estate's rows, and what its bill says of each resource.
struct Estate<'a> {
    demo: &'a Demo,
    today: DateTime<Utc>,
    costs: Vec<Row>,
    of_30_days: BTreeMap<String, Decimal>,
}

impl<'a> Estate<'a> {
    fn new(demo: &'a Demo) -> Self {
        let today = demo.estate().settings().now.date_naive().and_time(NaiveTime::MIN).and_utc();
        let mut estate = Self { demo, today, costs: demo.rows(&COSTS), of_30_days: BTreeMap::new() };
        estate.of_30_days = estate.sums(30, 0, |row| some_text(row, "ResourceId").map(|id| id.to_lowercase()));
        estate
    }

    fn rows(&self, table: &'static Table) -> Vec<Row> {
        self.demo.rows(table)
    }

    fn before(&self, days: u64) -> DateTime<Utc> {
        self.today - Days::new(days)
    }

    /// Costs of the days from so many days ago to so many, added up by a key.
    fn sums<K: Ord>(&self, from: u64, until: u64, key: impl Fn(&Row) -> Option<K>) -> BTreeMap<K, Decimal> {
        let (from, until) = (self.before(from), self.before(until));
        let mut sums = BTreeMap::new();
        for row in &self.costs {
            let start = time(row, "ChargePeriodStart").unwrap();
            if (from..until).contains(&start)
                && let Some(key) = key(row)
            {
                *sums.entry(key).or_insert(Decimal::ZERO) += decimal(row, "EffectiveCost").unwrap();
            }
        }
        sums
    }

    /// What a resource cost in the last 30 days, by the ids that a bill may have for it.
    fn cost(&self, row: &Row) -> Option<Decimal> {
        let ids = BTreeSet::from([text(row, "resource_id").to_lowercase(), text(row, "native_id").to_lowercase()]);
        let found: Vec<_> = ids.iter().filter_map(|id| self.of_30_days.get(id)).collect();
        (!found.is_empty()).then(|| found.into_iter().copied().sum())
    }
}

fn some_text(row: &Row, column: &str) -> Option<String> {
    match row.get(column) {
        Cell::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn text(row: &Row, column: &str) -> String {
    some_text(row, column).unwrap_or_else(|| panic!("`{column}` is {:?}", row.get(column)))
}

fn list(row: &Row, column: &str) -> Vec<String> {
    match row.get(column) {
        Cell::List(all) => all.clone(),
        _ => Vec::new(),
    }
}

fn time(row: &Row, column: &str) -> Option<DateTime<Utc>> {
    match row.get(column) {
        Cell::Time(time) => Some(*time),
        _ => None,
    }
}

fn decimal(row: &Row, column: &str) -> Option<Decimal> {
    match row.get(column) {
        Cell::Decimal(number) => Some(*number),
        _ => None,
    }
}

fn float(row: &Row, column: &str) -> Option<f64> {
    match row.get(column) {
        Cell::Float(number) => Some(*number),
        _ => None,
    }
}

fn team(row: &Row, column: &str) -> Option<String> {
    match row.get(column) {
        Cell::Map(tags) => tags.get("team").map(|team| team.to_lowercase()),
        _ => None,
    }
}

fn to_float(number: Decimal) -> f64 {
    number.to_f64().unwrap()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[half] } else { f64::midpoint(numbers[half - 1], numbers[half]) }
}

fn volumes_near_another_team(estate: &Estate<'_>, minutes: i64) -> Truth {
    let instances = estate.rows(&INSTANCES);
    let mut found = Vec::new();
    for volume in estate.rows(&VOLUMES) {
        let Some(made_at) = time(&volume, "created_at") else { continue };
        let mut near: Vec<(TimeDelta, String)> = instances
            .iter()
            .filter(|instance| {
                ["account_id", "region"].iter().all(|column| text(instance, column) == text(&volume, column))
            })
            .filter_map(|instance| Some(((time(instance, "created_at")? - made_at).abs(), team(instance, "tags")?)))
            .filter(|(apart, _)| *apart <= TimeDelta::minutes(minutes))
            .collect();
        near.sort();
        let own = team(&volume, "tags");
        if near.is_empty() || near.iter().any(|(_, team)| Some(team) == own.as_ref()) {
            continue;
        }
        let nearest = near[0].1.clone();
        let of_team = near.iter().filter(|(_, team)| *team == nearest).count();
        found.push(vec![text(&volume, "native_id"), nearest, count(of_team)]);
    }
    (&["native_id", "probable_team", "instances_near"], found)
}

/// One account may be billed in other money than the rest.
fn instances_above_median(estate: &Estate<'_>, percent: f64, other_money: &str) -> Truth {
    let mut groups: BTreeMap<Vec<String>, Vec<(String, f64)>> = BTreeMap::new();
    for row in estate.rows(&INSTANCES) {
        let Some(cost) = estate.cost(&row) else { continue };
        let mut group: Vec<_> =
            ["provider", "region", "instance_type"].iter().map(|column| text(&row, column)).collect();
        group.push((text(&row, "account_name") == other_money).to_string());
        groups.entry(group).or_default().push((text(&row, "native_id"), to_float(cost)));
    }
    let mut found = Vec::new();
    for group in groups.values().filter(|group| group.len() >= 3) {
        let middle = median(group.iter().map(|(_, cost)| *cost).collect());
        for (id, cost) in group.iter().filter(|(_, cost)| (cost / middle - 1.0) * 100.0 > percent) {
            found.push(vec![id.clone(), dollars(*cost), dollars(middle)]);
        }
    }
    (&["native_id", "cost_30d", "median_cost_30d"], found)
}

fn services_that_grew(estate: &Estate<'_>, months: u64) -> Truth {
    let service = |row: &Row| some_text(row, "ServiceName").map(|name| (text(row, "provider"), name));
    let sums: Vec<_> = (0..=months).map(|ago| estate.sums((ago + 1) * 30, ago * 30, service)).collect();
    let mut found = Vec::new();
    for (key, last) in &sums[0] {
        let costs: Vec<Decimal> = sums.iter().map(|month| month.get(key).copied().unwrap_or_default()).collect();
        if costs[costs.len() - 1] > Decimal::ZERO && costs.windows(2).all(|pair| pair[0] > pair[1]) {
            found.push(vec![key.0.clone(), key.1.clone(), dollars(to_float(*last))]);
        }
    }
    (&["provider", "ServiceName", "last_30_days"], found)
}

fn teams_share_week_over_week(estate: &Estate<'_>) -> Truth {
    let of = |row: &Row| Some(team(row, "Tags").unwrap_or_else(|| "untagged".to_owned()));
    let (now, before) = (estate.sums(7, 0, of), estate.sums(14, 7, of));
    let whole = |sums: &BTreeMap<String, Decimal>| to_float(sums.values().sum());
    let teams: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
    let row = |team: &String| {
        let cost = |sums: &BTreeMap<String, Decimal>| to_float(sums.get(team).copied().unwrap_or_default());
        let share = format!("{:.2}0", cost(&now) / whole(&now) * 100.0);
        vec![team.clone(), dollars(cost(&now)), dollars(cost(&before)), share]
    };
    (&["team", "cost", "cost_before", "share_percent"], teams.into_iter().map(row).collect())
}

fn days_of_unusual_spend(estate: &Estate<'_>, days: u64, times: f64) -> Truth {
    let is_usage = |row: &Row| text(row, "ChargeCategory") == "Usage";
    let sums = estate.sums(days + 14, 0, |row| {
        let service = some_text(row, "ServiceName").filter(|_| is_usage(row))?;
        Some((service, time(row, "ChargePeriodStart")?))
    });
    let mut found = Vec::new();
    for ((service, day), cost) in sums.iter().filter(|((_, day), _)| *day >= estate.before(days)) {
        let before: Vec<f64> = (1..=14)
            .filter_map(|ago| sums.get(&(service.clone(), *day - Days::new(ago))))
            .map(|cost| to_float(*cost))
            .collect();
        if before.len() < 7 {
            continue;
        }
        let usual = median(before.clone());
        let spread = (1.4826 * median(before.iter().map(|cost| (cost - usual).abs()).collect())).max(usual / 20.0);
        if spread > 0.0 && (to_float(*cost) - usual) / spread > times {
            found.push(vec![day.format("%Y-%m-%d").to_string(), service.clone(), dollars(to_float(*cost))]);
        }
    }
    (&["day", "service", "cost"], found)
}

/// What is attached to each instance: how many, and what they cost.
fn attached(estate: &Estate<'_>, table: &'static Table) -> BTreeMap<String, (usize, Option<Decimal>)> {
    let mut attached: BTreeMap<String, (usize, Option<Decimal>)> = BTreeMap::new();
    for row in estate.rows(table) {
        if let Some(instance) = some_text(&row, "instance_id") {
            let (count, cost) = attached.entry(instance).or_default();
            *count += 1;
            *cost = estate.cost(&row).map(|own| own + cost.unwrap_or_default()).or(*cost);
        }
    }
    attached
}

fn idle_instances_with_dear_volumes(estate: &Estate<'_>, percent: f64) -> Truth {
    let volumes = attached(estate, &VOLUMES);
    let mut found = Vec::new();
    for row in estate.rows(&INSTANCES) {
        let id = text(&row, "native_id");
        let is_idle = text(&row, "state") == "running" && float(&row, "cpu_avg").is_some_and(|cpu| cpu < percent);
        if let (true, Some(own), Some((count_of, Some(cost)))) = (is_idle, estate.cost(&row), volumes.get(&id))
            && *cost > own
        {
            found.push(vec![id, count(*count_of), dollars(to_float(*cost))]);
        }
    }
    (&["native_id", "volumes", "volumes_cost_30d"], found)
}

fn stopped_instances_that_cost(estate: &Estate<'_>) -> Truth {
    let (volumes, addresses) = (attached(estate, &VOLUMES), attached(estate, &PUBLIC_IPS));
    let mut found = Vec::new();
    for row in estate.rows(&INSTANCES).iter().filter(|row| text(row, "state") == "stopped") {
        let id = text(row, "native_id");
        let of = |all: &BTreeMap<String, (usize, Option<Decimal>)>| all.get(&id).copied().unwrap_or_default();
        let cost = of(&volumes).1.unwrap_or_default() + of(&addresses).1.unwrap_or_default();
        if cost > Decimal::ZERO {
            found.push(vec![id.clone(), count(of(&volumes).0), count(of(&addresses).0), dollars(to_float(cost))]);
        }
    }
    (&["native_id", "volumes", "public_ips", "still_costs_30d"], found)
}

fn owners_of_untagged_resources(estate: &Estate<'_>, rows: &[Value]) -> Truth {
    let instances = estate.rows(&INSTANCES);
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    let mut settle = |row: &Row, guess: Option<String>, owners: &mut BTreeMap<String, String>| {
        let (id, own) = (text(row, "native_id"), team(row, "tags"));
        if let (None, Some(guess)) = (&own, &guess) {
            found.push(vec![id.clone(), guess.clone()]);
        }
        if let Some(owner) = own.or(guess) {
            owners.insert(id, owner);
        }
    };
    for row in &instances {
        let mut votes: BTreeMap<String, usize> = BTreeMap::new();
        for other in instances.iter().filter(|other| some_text(other, "network_id") == some_text(row, "network_id")) {
            let apart = time(other, "created_at").unwrap() - time(row, "created_at").unwrap();
            if let Some(team) = team(other, "tags").filter(|_| apart.abs() <= TimeDelta::hours(1)) {
                *votes.entry(team).or_default() += 1;
            }
        }
        let most = votes.values().copied().max().unwrap_or_default();
        let mut first = votes.iter().filter(|(_, votes)| **votes == most);
        let winner = first.next().map(|(team, _)| team.clone());
        settle(row, winner.filter(|_| first.next().is_none()), &mut owners);
    }
    for (table, column) in [(&VOLUMES, "instance_id"), (&SNAPSHOTS, "volume_id")] {
        for row in estate.rows(table) {
            let through = some_text(&row, column).and_then(|id| owners.get(&id).cloned());
            settle(&row, through, &mut owners);
        }
    }
    // And the guesses are good ones: the estate knows whose each thing really is.
    let truth = estate.demo.estate().true_teams();
    let all = [&INSTANCES, &VOLUMES, &SNAPSHOTS].into_iter().flat_map(|table| estate.rows(table));
    let ids: BTreeMap<String, String> = all.map(|row| (text(&row, "native_id"), text(&row, "resource_id"))).collect();
    let is_right = |row: &&Value| {
        let id = &ids[row["native_id"].as_str().unwrap()];
        truth.get(id.as_str()).copied() == row["probable_owner"].as_str()
    };
    let right = rows.iter().filter(is_right).count();
    assert!(right * 100 >= rows.len() * 90, "{right} of {} guesses are right", rows.len());
    (&["native_id", "probable_owner"], found)
}

fn snapshots_of_gone_volumes(estate: &Estate<'_>) -> Truth {
    let volumes: BTreeSet<String> = estate.rows(&VOLUMES).iter().map(|row| text(row, "native_id")).collect();
    let used: BTreeSet<String> = estate.rows(&IMAGES).iter().flat_map(|row| list(row, "snapshot_ids")).collect();
    let mut chains: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in estate.rows(&SNAPSHOTS) {
        if let Some(volume) = some_text(&row, "volume_id").filter(|volume| !volumes.contains(volume)) {
            chains.entry(volume).or_default().push(row);
        }
    }
    chains.retain(|_, chain| chain.iter().all(|row| !used.contains(&text(row, "native_id"))));
    let row = |(volume, chain): (&String, &Vec<Row>)| {
        let cost: Decimal = chain.iter().filter_map(|row| estate.cost(row)).sum();
        vec![volume.clone(), count(chain.len()), dollars(to_float(cost))]
    };
    (&["volume_id", "snapshots", "cost_30d"], chains.iter().map(row).collect())
}

fn databases_beside_open_instances(estate: &Estate<'_>) -> Truth {
    let mut ports: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in estate.rows(&SECURITY_GROUPS) {
        let mut open = list(&row, "open_ports");
        open.retain(|port| port != "80" && port != "443");
        ports.insert(text(&row, "native_id"), open);
    }
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for row in estate.rows(&INSTANCES) {
        let is_reachable = text(&row, "state") == "running" && some_text(&row, "public_ip").is_some();
        let is_open = list(&row, "security_group_ids").iter().any(|id| ports.get(id).is_some_and(|p| !p.is_empty()));
        if is_reachable && is_open {
            *open.entry(text(&row, "network_id")).or_default() += 1;
        }
    }
    let row = |row: &Row| {
        let doors = open.get(&some_text(row, "network_id")?)?;
        Some(vec![text(row, "native_id"), count(*doors)])
    };
    (&["native_id", "open_instances"], estate.rows(&DATABASES).iter().filter_map(row).collect())
}

fn regions_hardly_used(estate: &Estate<'_>, amount: f64) -> Truth {
    let sums = estate.sums(30, 0, |row| Some((some_text(row, "SubAccountId")?, some_text(row, "RegionId")?)));
    let mut places: BTreeMap<(String, String), (String, usize)> = BTreeMap::new();
    for row in tables::ALL.iter().filter(|table| table.kind == TableKind::Resource).flat_map(|table| estate.rows(table))
    {
        let place = (text(&row, "account_id"), text(&row, "region"));
        if place.1 != "global" {
            places.entry(place).or_insert_with(|| (text(&row, "account_name"), 0)).1 += 1;
        }
    }
    let row = |(place, (account, resources)): (&(String, String), &(String, usize))| {
        let cost = to_float(sums.get(place).copied().unwrap_or_default());
        (cost < amount).then(|| vec![account.clone(), place.1.clone(), count(*resources), dollars(cost)])
    };
    (&["account_name", "region", "resources", "cost_30d"], places.iter().filter_map(row).collect())
}

fn next_size_down(estate: &Estate<'_>, percent: f64) -> Truth {
    let mut prices: BTreeMap<String, Decimal> = BTreeMap::new();
    for row in &estate.costs {
        let is_hour = some_text(row, "PricingUnit").as_deref() == Some("Hours")
            && some_text(row, "ServiceCategory").as_deref() == Some("Compute")
            && text(row, "ChargeCategory") == "Usage"
            && time(row, "ChargePeriodStart").unwrap() >= estate.before(30);
        if let (true, Some(id), Some(price)) = (is_hour, some_text(row, "ResourceId"), decimal(row, "ListUnitPrice")) {
            let known = prices.entry(id.to_lowercase()).or_insert(price);
            *known = price.max(*known);
        }
    }
    let family = |size: &str| match size.split_once('.') {
        Some((family, _)) => family.to_owned(),
        None => {
            // `Standard_D4s_v5`: the first number is the size.
            let digits = size.find(|c: char| c.is_ascii_digit()).unwrap();
            format!("{}*{}", &size[..digits], size[digits..].trim_start_matches(|c: char| c.is_ascii_digit()))
        }
    };
    let vcpus = |row: &Row| match row.get("vcpus") {
        Cell::Int(vcpus) => *vcpus,
        other => panic!("{other:?}"),
    };
    let mut sizes: BTreeMap<Vec<String>, BTreeMap<String, (Decimal, i64)>> = BTreeMap::new();
    let mut priced = Vec::new();
    for row in estate.rows(&INSTANCES) {
        let Some(price) = prices.get(&text(&row, "native_id").to_lowercase()).copied() else { continue };
        let size = text(&row, "instance_type");
        let group = vec![text(&row, "provider"), text(&row, "region"), family(&size), text(&row, "platform")];
        let least = sizes.entry(group.clone()).or_default().entry(size).or_insert((price, vcpus(&row)));
        least.0 = least.0.min(price);
        priced.push((row, group, price));
    }
    let mut found = Vec::new();
    for (row, group, price) in &priced {
        let own = text(row, "instance_type");
        let is_little_used = text(row, "state") == "running" && float(row, "cpu_p95").is_some_and(|cpu| cpu < percent);
        let smaller = sizes[group]
            .iter()
            .filter(|(size, (other, cpus))| **size != own && other < price && *cpus <= vcpus(row))
            .max_by(|a, b| a.1.0.cmp(&b.1.0).then(b.0.cmp(a.0)));
        if let (true, Some((size, (other, _)))) = (is_little_used, smaller) {
            found.push(vec![
                text(row, "native_id"),
                size.clone(),
                dollars(to_float(*price)),
                dollars(to_float(*other)),
            ]);
        }
    }
    (&["native_id", "next_size_down", "list_price_hour", "smaller_price_hour"], found)
}

fn tag_keys_in_several_spellings(estate: &Estate<'_>) -> Truth {
    let mut keys: BTreeMap<String, usize> = BTreeMap::new();
    for row in tables::ALL.iter().filter(|table| table.kind == TableKind::Resource).flat_map(|table| estate.rows(table))
    {
        if let Cell::Map(tags) = row.get("tags") {
            for key in tags.keys() {
                *keys.entry(key.clone()).or_default() += 1;
            }
        }
    }
    let plain = |key: &str| key.to_lowercase().chars().filter(|c| !"-_.:/ ".contains(*c)).collect::<String>();
    let is_twice = |key: &str| keys.keys().filter(|other| plain(other) == plain(key)).count() > 1;
    let found = keys.iter().filter(|(key, _)| is_twice(key)).map(|(key, n)| vec![key.clone(), count(*n)]).collect();
    (&["key", "resources"], found)
}

fn resources_that_make_up_the_spend(estate: &Estate<'_>, percent: i64, days: u64) -> Truth {
    let sums = estate.sums(days, 0, |row| some_text(row, "ResourceId"));
    let mut ranked: Vec<_> = sums.into_iter().filter(|(_, cost)| *cost > Decimal::ZERO).collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let wanted = ranked.iter().map(|(_, cost)| *cost).sum::<Decimal>() * Decimal::new(percent, 2);
    let mut total = Decimal::ZERO;
    let mut found = Vec::new();
    for (id, cost) in ranked {
        if total >= wanted {
            break;
        }
        total += cost;
        found.push(vec![id, dollars(to_float(cost)), dollars(to_float(total))]);
    }
    (&["ResourceId", "cost", "running_total"], found)
}

/// Every program that ships, run in the sandbox as its question runs it.
#[tokio::test(flavor = "multi_thread")]
async fn the_programs_that_ship_answer_right() {
    let app = app(&[], Config::default()).await;
    let demo = estate(&[]);
    for (name, _) in built_in::ALL {
        let kept = app.kept(name).await.unwrap();
        let question = kept.question();
        assert!(![" 0%", " 1 hours", "{"].iter().any(|odd| question.contains(odd)), "{name}: {question}");
        let reply = ask(&app, Asked::Question(kept.question())).await;
        assert_eq!(reply.program.as_ref().map(|program| program.id.as_str()), Some(kept.id.as_str()), "{name}");
        assert_eq!(reply.coverage_word(), "complete", "{name}");
        let reply = serde_json::to_value(&reply).unwrap();
        check(name, reply["rows"].as_array().unwrap(), &demo);
    }
}

/// The rows of a program that ships, with something else than the bill to read.
async fn rows_of(name: &str, bill: &str) -> Vec<Value> {
    let app = app(&[], Config::default()).await;
    let text = app.kept(name).await.unwrap().text.replace("FROM costs", bill);
    let program = Runnable::of_text(text, None, &serde_json::Map::new()).unwrap();
    let reply = serde_json::to_value(ask(&app, Asked::Program(Box::new(program))).await).unwrap();
    reply["rows"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_of_an_account_that_the_bill_does_not_name_is_not_said_to_cost_nothing() {
    // The accounts of AWS have resources in many regions.
    let only_azure = "FROM (SELECT * FROM costs WHERE provider = 'azure') AS bill";
    let rows = rows_of("regions-hardly-used", only_azure).await;
    assert!(rows.iter().all(|row| row["provider"] == "azure"), "{rows:?}");
    let none = rows_of("regions-hardly-used", "FROM (SELECT * FROM costs WHERE provider = 'x') AS bill").await;
    assert!(none[0]["note"].as_str().unwrap().starts_with("there is no bill"), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_median_is_taken_over_two_currencies() {
    let demo = estate(&[]);
    let estate = Estate::new(&demo);
    let account = text(&demo.rows(&INSTANCES)[0], "account_name");
    let truth = instances_above_median(&estate, 0.0, &account);
    let (mut mixed, mut apart) = (instances_above_median(&estate, 0.0, "").1, truth.1.clone());
    mixed.sort();
    apart.sort();
    assert_ne!(mixed, apart, "the account makes a difference");
    let euros = format!(
        "FROM (SELECT provider, SubAccountId, ChargePeriodStart, \
         CASE WHEN SubAccountName = '{account}' THEN 'EUR' ELSE BillingCurrency END AS BillingCurrency FROM costs) AS bill"
    );
    compare("instances-above-median", &rows_of("instances-above-median", &euros).await, truth);
}

/// An estate with nothing in it is answered too.
#[tokio::test(flavor = "multi_thread")]
async fn the_programs_that_ship_find_nothing_where_nothing_is() {
    // No source: every table is there, and has no row.
    let builder = Engine::builder(EngineSettings::default());
    let app = App::assemble(Config::default(), builder, None, true, now).await.unwrap();
    let count = ask(&app, Asked::Sql("SELECT count(*) AS n FROM resources".to_owned())).await;
    assert_eq!(serde_json::to_value(&count).unwrap()["rows"][0]["n"], 0);
    for (name, _) in built_in::ALL {
        let program = app.kept_program(name, None, &serde_json::Map::new()).await.unwrap();
        let caller = Caller { who: "test".to_owned(), via: "cli" };
        let reply = app.answer(program, Options::default(), &caller).await;
        assert!(reply.is_ok(), "{name}: {}", reply.unwrap_err());
    }
}
