//! What a scan looked at: a finding is resolved by one that would have found it and did not.

use super::Scanned;
use crate::store::iso;
use sandbox::plugin::job::RuleGap;
use schema::query::ScopeFilter;
use schema::scope::{ALL_REGIONS, GLOBAL};
use schema::tables::common::COST_COLUMNS;
use schema::{ScopeCoverage, tables};
use sqlx::{Row, Sqlite, Transaction};
use std::collections::HashSet;

/// The provider in the scope of bills that are read in place: whose charges they have, they do not say beforehand.
pub(super) const BILL: &str = "billing";

/// A finding that is kept: by which rule it was found, and about what.
struct Found {
    rule: String,
    /// Its resource's provider, account and region.
    place: [Option<String>; 3],
    kind: Option<String>,
}

impl Found {
    /// Whether a table lists what it is about.
    fn is_listed(&self) -> bool {
        tables::ALL.iter().any(|table| table.row_kind.is_some() && table.row_kind == self.kind.as_deref())
    }
}

/// Resolves what the scan would have found and did not. Gives back the uids.
pub(super) async fn resolve(
    transaction: &mut Transaction<'_, Sqlite>,
    scanned: &Scanned<'_>,
) -> sqlx::Result<Vec<String>> {
    let Some(looked) = Looked::at(scanned) else { return Ok(Vec::new()) };
    let found: HashSet<&str> = scanned.scan.findings.iter().map(|finding| finding.uid.as_str()).collect();
    let sql = "SELECT uid, rule, provider, account_id, region, kind FROM findings \
               WHERE plugin = ? AND resolved_at IS NULL AND last_seen < ?";
    // What another scan has found since this one began is younger than what this one saw.
    let rows =
        sqlx::query(sql).bind(scanned.plugin).bind(iso(scanned.started_at)).fetch_all(&mut **transaction).await?;
    let mut resolved = Vec::new();
    for row in rows {
        let uid: String = row.try_get(0)?;
        let place = [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
        let kept = Found { rule: row.try_get(1)?, place, kind: row.try_get(5)? };
        if found.contains(uid.as_str()) || !looked.would_have_found(&kept) {
            continue;
        }
        let query = sqlx::query("UPDATE findings SET resolved_at = ? WHERE plugin = ? AND uid = ?");
        query.bind(iso(scanned.ended_at)).bind(scanned.plugin).bind(&uid).execute(&mut **transaction).await?;
        resolved.push(uid);
    }
    Ok(resolved)
}

/// What a scan could look at.
struct Looked<'a> {
    /// Rules that it could not decide, each with where; none for everywhere.
    undecided: Vec<(&'a str, Option<[&'a str; 3]>)>,
    /// Scopes that it could not read: provider, account and region, and of which table.
    unread: Vec<([&'a str; 3], &'a str)>,
    /// Scopes that it read; none where it does not look into tables.
    read: Option<Vec<[&'a str; 3]>>,
    reads_inputs: bool,
    tells_unknown: bool,
    rules: &'a HashSet<String>,
    known_rules: &'a HashSet<String>,
    /// Whether it looked everywhere and at everything.
    is_whole: bool,
    scope: &'a ScopeFilter,
}

impl<'a> Looked<'a> {
    /// None where it looked at nothing to rely on.
    fn at(scanned: &'a Scanned<'_>) -> Option<Self> {
        let scan = scanned.scan;
        let undecided: Vec<_> = scan.gaps.iter().map(|gap| (gap.rule.as_str(), place_of(gap))).collect();
        if !scanned.is_usual || scan.failure.is_some() || undecided.contains(&("*", None)) {
            return None;
        }
        let (read, unread): (Vec<_>, Vec<_>) = scan.coverage.scopes.iter().partition(|line| line.status.is_complete());
        // Whoever tells by rule and place what it does not know has told already which findings rest on a cost. Nobody tells
        // costs on AWS without an export of the bill.
        let is_told = |line: &ScopeCoverage| {
            let costs = &line.columns;
            scanned.tells_unknown && !costs.is_empty() && costs.iter().all(|name| COST_COLUMNS.contains(&name.as_str()))
        };
        let unread = unread.into_iter().filter(|line| !is_told(line));
        Some(Self {
            undecided,
            unread: unread.map(|line| (place_of_line(line), line.table.as_str())).collect(),
            read: scanned.reads_tables.then(|| read.into_iter().map(place_of_line).collect()),
            tells_unknown: scanned.tells_unknown,
            reads_inputs: scanned.reads_inputs,
            rules: scanned.rules,
            known_rules: scanned.known_rules,
            is_whole: scan.is_complete() && scanned.scope.is_all(),
            scope: scanned.scope,
        })
    }

    fn would_have_found(&self, kept: &Found) -> bool {
        // This version of the plugin has no such rule, and nobody will look for that again.
        if !self.known_rules.contains(&kept.rule) {
            return self.is_whole;
        }
        let is_undecided = self.undecided.iter().any(|(rule, place)| {
            (*rule == "*" || *rule == kept.rule) && place.is_none_or(|place| is_perhaps_within(&place, &kept.place))
        });
        if is_undecided || !self.rules.contains(&kept.rule) {
            return false;
        }
        let is_unread = self.unread.iter().any(|(scope, table)| {
            // A resource is there or not by the table that lists it, whatever the bill says.
            let is_beside = self.tells_unknown && *table == tables::COSTS.name && kept.is_listed();
            !is_beside && is_perhaps_within(scope, &kept.place)
        });
        self.is_read(kept) && !is_unread && self.is_asked(&kept.place)
    }

    /// Whether where it was found was looked at. A cloud that is no longer configured, or no longer granted, was not.
    fn is_read(&self, kept: &Found) -> bool {
        let Some(read) = &self.read else { return true };
        // What is in no cloud is told by the files that the plugin was handed, and that it came to the end of.
        if self.reads_inputs && kept.place[0].is_none() {
            return true;
        }
        // Nor is what a bill tells in the scope of one, unless it is a resource that a table lists.
        let is_bill = |[provider, ..]: &[&str; 3]| *provider == BILL;
        if !kept.is_listed() && read.iter().any(is_bill) && !self.unread.iter().any(|(scope, _)| is_bill(scope)) {
            return true;
        }
        read.iter().any(|scope| scope.iter().zip(&kept.place).all(|(scope, of)| is_within(scope, of.as_deref())))
    }

    fn is_asked(&self, [provider, account, region]: &[Option<String>; 3]) -> bool {
        let is_asked = |asked: &[String], of: &Option<String>| {
            asked.is_empty() || of.as_ref().is_some_and(|of| asked.contains(of))
        };
        is_asked(&self.scope.providers, provider)
            && is_asked(&self.scope.accounts, account)
            && is_asked(&self.scope.regions, region)
    }
}

fn place_of_line(line: &ScopeCoverage) -> [&str; 3] {
    [&line.scope.provider, &line.scope.account_id, &line.scope.region].map(String::as_str)
}

/// Where a rule could not be decided. A text that is no place stands for everywhere.
fn place_of(gap: &RuleGap) -> Option<[&str; 3]> {
    place_named(gap.scope.as_deref()?)
}

/// The place that a text names, as `aws/111122223333/eu-west-1` does. Everywhere is none.
pub(super) fn place_named(text: &str) -> Option<[&str; 3]> {
    // An account may itself have slashes.
    let (provider, rest) = text.split_once('/')?;
    let (account, region) = rest.rsplit_once('/')?;
    Some([provider, account, region]).filter(|place| place.iter().any(|part| *part != ALL_REGIONS))
}

fn is_within(scope: &str, of: Option<&str>) -> bool {
    matches!(scope, ALL_REGIONS | GLOBAL) || of.is_some_and(|of| of == scope || of == GLOBAL)
}

/// What does not say where it is may be anywhere.
fn is_perhaps_within(scope: &[&str; 3], place: &[Option<String>; 3]) -> bool {
    scope.iter().zip(place).all(|(scope, of)| {
        matches!(*scope, ALL_REGIONS | GLOBAL)
            || of.as_ref().is_none_or(|of| of == scope || matches!(of.as_str(), GLOBAL | ALL_REGIONS))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::findings::Findings;
    use crate::store::findings::made::{Made, finding, named, states};
    use schema::finding::Finding;
    use schema::{Coverage, Scope, Status};

    fn in_place(uid: &str, rule: &str, place: [Option<&str>; 3], kind: Option<&str>) -> Finding {
        let mut found = finding(uid, rule, "new");
        let [provider, account, region] = place.map(|part| part.map(str::to_owned));
        let resource = &mut found.resource;
        (resource.provider, resource.account_id, resource.region) = (provider, account, region);
        resource.kind = kind.map(str::to_owned);
        found
    }

    fn line(place: [&str; 3], status: Status) -> ScopeCoverage {
        let [provider, account, region] = place;
        ScopeCoverage {
            source: provider.to_owned(),
            scope: Scope::new(provider, account, account, region),
            table: "some".to_owned(),
            columns: Vec::new(),
            item: None,
            status,
            rows: 0,
            age_seconds: 0,
            calls: 0,
            error: None,
        }
    }

    /// What becomes of findings when the next scan finds none of them, and read that.
    async fn check(
        found: Vec<Finding>,
        lines: Vec<ScopeCoverage>,
        gaps: &[(&str, Option<&str>)],
        reads_inputs: bool,
        resolved: &[&str],
    ) {
        let folder = tempfile::tempdir().unwrap();
        let findings = Findings::new(&Store::open(folder.path()).await.unwrap());
        let made =
            |minute, found| Made { plugin: "p", minute, rules: &["r", "s"], found, is_complete: true, is_usual: true };
        made(0, found).record(&findings).await;
        let coverage = Coverage {
            complete: lines.iter().all(|line| line.status.is_complete()),
            scopes: lines,
            ..Coverage::default()
        };
        let gap = |(rule, scope): &(&str, Option<&str>)| RuleGap {
            rule: (*rule).to_owned(),
            scope: scope.map(str::to_owned),
            code: "failed".to_owned(),
            message: "a value is not known".to_owned(),
        };
        let gaps = gaps.iter().map(gap).collect();
        let recorded = made(1, Vec::new()).record_as(&findings, coverage, gaps, true, reads_inputs).await;
        assert_eq!(recorded.changed.resolved, resolved.len());
        let states = states(&findings, "p").await;
        let gone: Vec<_> =
            named(&states).into_iter().filter(|(_, state)| *state == "resolved").map(|(uid, _)| uid).collect();
        assert_eq!(gone, resolved);
        let mut said = recorded.resolved;
        said.sort();
        assert_eq!(said, resolved);
    }

    const NOWHERE: [Option<&str>; 3] = [None, None, None];
    const PROD: [Option<&str>; 3] = [Some("aws"), Some("1"), Some("eu-west-1")];

    #[tokio::test]
    async fn what_files_told_of_is_gone_when_they_no_longer_do() {
        let cve = || vec![in_place("cve", "r", NOWHERE, Some("container.image"))];
        check(cve(), vec![], &[], true, &["cve"]).await;
        // A plugin that is handed no file has looked at nothing here.
        check(cve(), vec![], &[], false, &[]).await;
        // What is in a cloud is there or not by its tables.
        check(vec![in_place("image", "r", PROD, Some("compute.image"))], vec![], &[], true, &[]).await;
        check(cve(), vec![line(["aws", "1", "eu-west-1"], Status::Denied)], &[], true, &[]).await;
    }

    #[tokio::test]
    async fn what_a_bill_told_of_is_gone_when_it_no_longer_does_and_no_resource_with_it() {
        let both = || {
            let service = [Some("aws"), Some("1"), None];
            vec![in_place("service", "r", service, None), in_place("volume", "s", PROD, Some("storage.volume"))]
        };
        let bill = |status| line(["billing", "*", "*"], status);
        check(both(), vec![bill(Status::Live)], &[], false, &["service"]).await;
        check(
            both(),
            vec![bill(Status::Live), line(["aws", "1", "eu-west-1"], Status::Live)],
            &[],
            false,
            &["service", "volume"],
        )
        .await;
        check(both(), vec![bill(Status::Failed)], &[], false, &[]).await;
    }

    #[tokio::test]
    async fn a_gap_holds_what_is_found_by_its_rule_and_in_its_place_alone() {
        let all = || {
            let other = [Some("aws"), Some("2"), Some("eu-west-1")];
            vec![
                in_place("here", "r", PROD, None),
                in_place("other", "s", PROD, None),
                in_place("there", "r", other, None),
            ]
        };
        let read =
            || vec![line(["aws", "1", "eu-west-1"], Status::Live), line(["aws", "2", "eu-west-1"], Status::Live)];
        check(all(), read(), &[("r", Some("aws/1/eu-west-1"))], false, &["other", "there"]).await;
        check(all(), read(), &[("r", Some("aws/1/*"))], false, &["other", "there"]).await;
        check(all(), read(), &[("*", Some("aws/1/eu-west-1"))], false, &["there"]).await;
        check(all(), read(), &[("r", None)], false, &["other"]).await;
        check(all(), read(), &[("r", Some("*/*/*"))], false, &["other"]).await;
        check(all(), read(), &[("*", Some("somewhere"))], false, &[]).await;
    }

    #[tokio::test]
    async fn what_costs_nobody_tells_holds_no_resource() {
        let volume = || vec![in_place("volume", "r", PROD, Some("storage.volume"))];
        let read = || line(["aws", "1", "eu-west-1"], Status::Live);
        let lacks = |columns: &[&str]| ScopeCoverage {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            ..line(["aws", "1", "eu-west-1"], Status::Failed)
        };
        check(volume(), vec![read(), lacks(&["cost_30d", "cost_basis"])], &[], false, &["volume"]).await;
        let bill = || ScopeCoverage { table: "costs".to_owned(), ..line(["aws", "1", "global"], Status::Failed) };
        check(volume(), vec![read(), bill()], &[], false, &["volume"]).await;
        // Another column may be what the rule goes by.
        check(volume(), vec![read(), lacks(&["iops"])], &[], false, &[]).await;
        check(volume(), vec![read(), lacks(&["cost_30d"])], &[("r", Some("aws/1/eu-west-1"))], false, &[]).await;
    }
}
