//! Which table a question is about.

mod billed;

use crate::Vocabulary;
use crate::lexicon::{About, Kinds, Noun, Role, Sense, Senses};
use crate::tokens::Words;
use schema::{Column, Table, TableKind, tables};

/// The table that a question is about, if it says one.
pub(crate) fn subject(words: &Words, senses: &Senses<'_>, own: &Vocabulary) -> Option<&'static Table> {
    let nouns = nouns(words, senses);
    if let Some(table) = super::past::subject(words, senses, &nouns) {
        return Some(table);
    }
    // "for each load balancer its VPC" is about the load balancers.
    if words.lower(0) == "for"
        && matches!(words.lower(1), "each" | "every")
        && let Some((len, noun)) = senses.at(2).find_map(|(len, s)| match s {
            Sense::Table(noun) if !noun.plural => Some((len, noun)),
            _ => None,
        })
        && words.lower(2 + len) == "its"
        && noun.table.kind == TableKind::Resource
        && noun.table.name != "accounts"
    {
        return Some(noun.table);
    }
    // "what is in account prod" asks for what the account holds; "'s" is cut off.
    let within = matches!(
        words.phrase(0, 3),
        "what is in" | "what is there" | "what's there in" | "what lives in" | "what exists in"
    ) || matches!(words.phrase(0, 4), "what do we have" | "what have we got" | "what do we run")
        && matches!(words.lower(4), "in" | "on")
        || matches!(words.phrase(0, 2), "what in" | "what's in" | "whats in");
    if within && nouns.iter().all(|n| n.table.name == "accounts") {
        return Some(&tables::RESOURCES);
    }
    // "public ip of bastion-2" is of a machine.
    if let [only] = nouns.as_slice()
        && only.table.name == "public_ips"
        && !only.plural
        && (1..words.len()).any(|at| {
            matches!(words.lower(at - 1), "of" | "for")
                && super::lookup::names_a_thing(words, senses, at)
                && at + 1 == words.len()
        })
    {
        return Some(&tables::INSTANCES);
    }
    if let Some(table) = looked_up(words, senses, &nouns, own) {
        return Some(table);
    }
    // "postgres 15.4 in the staging account", "db.t3.* in account prod": a value says what, and the account where.
    if !nouns.is_empty() && nouns.iter().all(|n| n.table.name == "accounts") {
        let told: Vec<_> = places(words, senses)
            .filter(|at| {
                words.lower(*at).contains(|c: char| c.is_ascii_digit()) || super::value::is_engine(words.lower(*at))
            })
            .filter(|at| !is_where(words, *at))
            .filter_map(|at| super::value::table_of(words.lower(at)))
            .collect();
        if let Some(name) = told.first().filter(|name| told.iter().all(|other| other == *name)) {
            return tables::ALL.iter().copied().find(|t| t.name == *name);
        }
    }
    // "average monthly cost of a t3.large": a size says what it is of, and its cost is known without a time.
    let mean = nouns.iter().all(|noun| noun.table.kind == TableKind::Costs)
        && senses.plays_somewhere(Role::Average)
        && senses.plays_somewhere(Role::Cost)
        && !places(words, senses).any(|at| super::time::names_a_time(words, at) && words.lower(at) != "month");
    if let Some(table) = told_by_value(words).filter(|_| mean) {
        return Some(table);
    }
    if billed::names_its_column(words, senses, &nouns) {
        return Some(&tables::COSTS);
    }
    if billed::is_unused(words) || billed::is_meant(words, senses, &nouns) || billed::is_ranked(words, senses, &nouns) {
        return Some(&tables::COSTS);
    }
    let first = nouns.iter().find(|n| n.table.kind != TableKind::Costs);
    let has = |role: Role| senses.plays_somewhere(role);
    if let Some(first) = first {
        let spends = has(Role::Spend) && !is_a_teams_name(words, senses);
        let costs = has(Role::Cost);
        // A word such as "EC2", or one that the bill groups by, does not make it a question about resources.
        let billed = nouns.iter().all(on_bill);
        // "the cost of unattached EBS" is of what lies there now.
        let lies = has(Role::Detached) && first.table.column("cost_30d").is_some();
        if billed
            && !lies
            && (spends
                || (costs && !compares_cost(words, senses))
                || (superlative_cost(words, senses)
                    && (first.table.name == "accounts" || names_dimension(words, senses))))
        {
            return Some(&tables::COSTS);
        }
        // "network spend last quarter".
        let category = |n: &Noun| {
            n.table.name == "networks"
                && places(words, senses).any(|at| {
                    words.lower(at) == "network"
                        && senses.at(at + 1).any(|(_, s)| matches!(s, Sense::Role(Role::Spend | Role::Cost)))
                })
        };
        if (spends || costs) && nouns.iter().all(|n| on_bill(n) || category(n)) && nouns.iter().any(category) {
            return Some(&tables::COSTS);
        }
        if spends && nouns.iter().all(|n| on_bill(n) || n.table.name == "databases" || n.table.name == "resources") {
            return Some(&tables::COSTS);
        }
        // "what did everything cost in October": all of the bill.
        let made = places(words, senses)
            .any(|at| matches!(words.lower(at), "created" | "launched" | "made" | "started" | "with" | "list" | "new"));
        let asked = places(words, senses).any(|at| {
            matches!(
                words.phrase(at, 2),
                "cost of" | "costs of" | "cost for" | "costs for" | "how much" | "what did" | "what do" | "what does"
            )
        });
        let everything = nouns.iter().all(|n| matches!(n.table.name, "resources" | "costs"))
            && (places(words, senses).any(|at| matches!(words.lower(at), "everything" | "stuff")) || asked && !made)
            && places(words, senses).any(|at| super::time::names_a_time(words, at));
        if everything && costs && !compares_cost(words, senses) && !superlative_cost(words, senses) {
            return Some(&tables::COSTS);
        }
        // "the top 10 services for account prod" are those that cost most.
        let services = places(words, senses).any(|at| words.lower(at) == "services");
        if services && has(Role::Top) && nouns.iter().all(|n| n.table.name == "accounts") {
            return Some(&tables::COSTS);
        }
        // "which accounts have untagged volumes" counts volumes.
        if first.table.name == "accounts"
            && let Some(other) = nouns.iter().find(|n| n.table.name != "accounts")
        {
            return Some(other.table);
        }
        if let Some(owner) = columns_of(words, senses, &nouns) {
            return Some(owner);
        }
        // "which network has the most instances" counts instances.
        if matches!(first.table.name, "networks" | "subnets")
            && (has(Role::Most) || has(Role::Least))
            && let Some(other) = nouns.iter().find(|n| {
                matches!(
                    n.table.name,
                    "instances" | "subnets" | "security_groups" | "load_balancers" | "nat_gateways" | "databases"
                ) && n.table != first.table
            })
        {
            return Some(other.table);
        }
        // "anything over 95 p95 CPU": machines alone are measured.
        let measured = first.table.name == "resources"
            && places(words, senses).any(|at| {
                senses.columns_at(at).any(|(_, table, c)| {
                    table.name == "instances" && matches!(c.name, "cpu_avg" | "cpu_max" | "cpu_p95" | "memory_avg")
                })
            });
        if measured
            && places(words, senses)
                .any(|at| matches!(words.lower(at), "anything" | "something" | "everything" | "things" | "stuff"))
        {
            return Some(&tables::INSTANCES);
        }
        // "anything still on t2.micro", "what else runs postgres 12": a size or an engine says what it is.
        if let Some(table) = told_by_value(words).filter(|_| first.table.name == "resources") {
            return Some(table);
        }
        return Some(first.table);
    }
    let sign = places(words, senses)
        .any(|at| words.lower(at) == "$" && !matches!(words.kind(at + 1), Some(crate::tokens::Kind::Number(_))));
    let tax = sign
        || places(words, senses).any(|at| {
            matches!(words.lower(at), "tax" | "taxes" | "vat")
                || matches!(words.phrase(at, 2), "much credit" | "credit total" | "credits applied" | "credits granted")
                || matches!(words.phrase(at, 2), "credits received" | "credits did" | "unused commitments")
                || matches!(
                    words.phrase(at, 2),
                    "purchase lines" | "purchase charges" | "usage charges" | "usage lines"
                )
                || matches!(words.phrase(at, 2), "credit lines" | "adjustment lines" | "correction lines")
                || matches!(words.lower(at), "credits" | "purchases" | "adjustments" | "corrections")
                    && (matches!(words.lower(at + 1), "booked" | "received" | "posted" | "issued" | "made" | "granted")
                        || matches!(
                            words.phrase(at + 1, 2),
                            "were booked" | "were posted" | "were issued" | "were granted"
                        )
                        || (0..at).any(|i| senses.role(i, Role::Total).is_some()))
                || at == 0 && matches!(words.lower(at), "credits" | "purchases" | "adjustments" | "corrections")
        });
    let to_date = nouns.is_empty()
        && places(words, senses).any(|at| {
            matches!(words.lower(at), "mtd" | "ytd" | "month-to-date" | "year-to-date")
                || matches!(words.phrase(at, 3), "month to date" | "year to date")
        });
    let most_money = places(words, senses).any(|at| words.phrase(at, 2) == "most money");
    let money = most_money || to_date || tax || has(Role::Spend) || has(Role::Cost) || superlative_cost(words, senses);
    let bill = nouns.iter().any(|n| n.table.kind == TableKind::Costs);
    if money || bill {
        return Some(&tables::COSTS);
    }
    // "how many distinct regions are we in": places of all that there is.
    let places_alone = (0..words.len().min(6)).any(|at| {
        senses.role(at, Role::HowMany).is_some_and(|len| {
            let from = at + len + usize::from(senses.role(at + len, Role::Distinct).is_some());
            matches!(words.lower(from), "regions" | "zones" | "locations")
        })
    });
    if places_alone && nouns.is_empty() {
        return Some(&tables::RESOURCES);
    }
    // "what is running in us-west-2".
    let what = (1..words.len()).any(|at| matches!(words.phrase(at, 2), "what is" | "what's" | "whats"));
    let asks =
        what && nouns.is_empty() || matches!(words.lower(0), "what" | "whats" | "what's" | "anything" | "something");
    let state = senses.at(2).chain(senses.at(1)).any(|(_, s)| matches!(s, Sense::State(_)));
    // "what isn't tagged in account staging".
    let tagged =
        (1..words.len()).any(|at| senses.at(at).any(|(_, s)| matches!(s, Sense::Role(Role::Untagged | Role::Tagged))));
    if asks && (state || tagged) && nouns.is_empty() {
        return Some(&tables::RESOURCES);
    }
    // "list all subscriptions with their ids", where "all subscriptions" is elsewhere no more than everywhere.
    let begun = (0..words.len()).find(|at| {
        !senses.at(*at).any(|(_, s)| matches!(s, Sense::Role(Role::Filler | Role::Showing)))
            || senses.at(*at).any(|(_, s)| matches!(s, Sense::Role(Role::Everywhere)))
    });
    let accounts = begun.is_some_and(|at| {
        senses.at(at).any(|(len, s)| {
            matches!(s, Sense::Role(Role::Everywhere))
                && ["accounts", "subscriptions"].contains(&words.lower(at + len - 1))
        })
    });
    if accounts && nouns.is_empty() && !begun.is_some_and(|at| is_where(words, at)) {
        return Some(&tables::ACCOUNTS);
    }
    // "which regions are we in".
    let regions = (0..words.len()).any(|at| {
        words.lower(at) == "regions"
            && (matches!(words.phrase(at + 1, 2), "we use" | "we're in")
                || matches!(
                    words.phrase(at + 1, 3),
                    "are we in" | "are we using" | "do we use" | "we are in" | "are in use"
                ))
    });
    if regions && nouns.is_empty() {
        return Some(&tables::RESOURCES);
    }
    // "t3 family by region".
    let family = (1..words.len()).any(|at| {
        matches!(words.lower(at), "family" | "families" | "series") && super::value::is_family(words.lower(at - 1))
    });
    if family && nouns.is_empty() {
        return Some(&tables::INSTANCES);
    }
    // An ARN says by itself what it is of.
    if nouns.is_empty() && (0..words.len()).any(|at| words.lower(at).starts_with("arn:aws")) {
        return Some(&tables::RESOURCES);
    }
    // "c5.2xlarge running in us-east-1", "state of vol-0abc1234": a value that things of one table alone have.
    by_column(words, senses).or_else(|| by_value(words, senses)).or_else(|| {
        let tables: Vec<_> = (0..words.len())
            // "tags on i-0abc" are of that one.
            .filter(|at| {
                let tags = words.lower(at.wrapping_sub(1)) == "on"
                    && matches!(words.lower(at.wrapping_sub(2)), "tags" | "labels");
                tags || !is_where(words, *at) || words.lower(*at).contains('.')
            })
            .filter_map(|at| super::value::table_of(words.lower(at)))
            .collect();
        let first = *tables.first()?;
        tables
            .iter()
            .all(|table| *table == first)
            .then(|| schema::tables::ALL.iter().copied().find(|t| t.name == first))?
    })
}

/// "average CPU by instance type": no noun, and a column that one table alone has.
fn by_column(words: &Words, senses: &Senses<'_>) -> Option<&'static Table> {
    places(words, senses).find_map(|at| {
        let mut owners = senses
            .columns_at(at)
            // "what has ip 10.0.0.5", "how much storage": machines have addresses too, and disks hold most.
            .filter(|(_, table, column)| {
                // How many nodes there are, no provider but one says.
                let said = column.name != "node_count"
                    || places(words, senses).any(|at| senses.role(at, Role::Average).is_some());
                (table.kind == TableKind::Resource || matches!(column.name, "saving_30d"))
                    && said
                    && !matches!(column.name, "address" | "storage_gib" | "modified_at" | "joined_at" | "description")
            })
            .map(|(len, table, _)| (len, table));
        let (longest, table) = owners.next()?;
        let alone = owners.all(|(len, other)| len < longest || other == table);
        alone.then_some(table)
    })
}

/// "public ips of NAT gateways", "how many distinct images do our instances use": the first noun is a column of the second.
fn columns_of(words: &Words, senses: &Senses<'_>, nouns: &[Noun]) -> Option<&'static Table> {
    let (first, second) = (nouns.first()?.table, nouns.get(1)?.table);
    // "which network does security group web-dmz belong to".
    let asked = (1..words.len()).find(|at| {
        matches!(words.lower(at - 1), "which" | "what")
            && senses.at(*at).any(|(len, s)| {
                matches!(s, Sense::Table(n) if n.table == first && !n.plural)
                    && matches!(words.lower(at + len), "does" | "is" | "did" | "was")
            })
    });
    if asked.is_some_and(|at| senses.columns_at(at).any(|(_, table, _)| table == second)) {
        return Some(second);
    }
    let held = matches!(first.name, "public_ips" | "images" | "networks" | "subnets");
    if !held || first == second || second.kind != TableKind::Resource {
        return None;
    }
    let place = places(words, senses).find(|at| {
        senses.at(*at).any(|(_, s)| matches!(s, Sense::Table(n) if n.table == first))
            && senses.columns_at(*at).any(|(_, table, _)| table == second)
    })?;
    let distinct =
        places(words, senses).any(|at| at < place && matches!(words.lower(at), "different" | "distinct" | "unique"));
    let of = (place + 1..place + 4).any(|at| words.lower(at) == "of") && first.name == "public_ips"
        || (place + 1..place + 4).any(|at| words.lower(at) == "of") && !words.lower(place).ends_with('s');
    (distinct || of).then_some(second)
}

/// "which account is i-0abc in", "what does vol-0abc cost": the thing is the subject, and nothing else is named.
fn looked_up(words: &Words, senses: &Senses<'_>, nouns: &[Noun], own: &Vocabulary) -> Option<&'static Table> {
    // "which subnet is i-0abc in" is about that one.
    let kin = |n: &Noun| matches!(n.table.name, "networks" | "subnets" | "images") && !n.plural;
    let kin = matches!(words.lower(0), "what" | "which")
        && matches!(words.lower(2), "is" | "does" | "was" | "did")
        && nouns.iter().all(kin);
    if !kin && nouns.iter().any(|n| !matches!(n.table.name, "accounts" | "costs")) {
        return None;
    }
    let asks = matches!(words.lower(0), "what" | "which" | "whats" | "who" | "where" | "when" | "how");
    let ids: Vec<_> = (0..words.len())
        .filter(|at| !is_where(words, *at))
        .filter_map(|at| super::value::table_of(words.raw(at)).map(|t| (at, t)))
        .collect();
    match ids.as_slice() {
        [(at, name)] if (asks || words.lower(at.wrapping_sub(1)) == "of") && words.raw(*at).contains('-') => {
            tables::ALL.iter().copied().find(|t| t.name == *name)
        }
        [] => super::lookup::subject(words, senses, own).map(|table| by_column(words, senses).unwrap_or(table)),
        _ => None,
    }
}

/// "running in subnet-0abc1234" is about what runs there.
fn is_where(words: &Words, at: usize) -> bool {
    matches!(words.lower(at.wrapping_sub(1)), "in" | "using" | "from" | "with" | "per" | "on" | "by" | "behind")
}

fn on_bill(noun: &Noun) -> bool {
    noun.bare || matches!(noun.table.name, "accounts" | "costs")
}

/// "spot count by account": how things are bought is known of machines alone.
fn by_value(words: &Words, senses: &Senses<'_>) -> Option<&'static Table> {
    places(words, senses)
        .any(|at| senses.at(at).any(|(_, s)| matches!(s, Sense::Value { column: "lifecycle" | "architecture", .. })))
        .then_some(&tables::INSTANCES)
}

/// The one table whose things alone have the sizes, kinds of disk, engines or runtimes that are named; ids say where as well.
fn told_by_value(words: &Words) -> Option<&'static Table> {
    let mut told = (0..words.len())
        .map(|at| words.lower(at))
        .filter(|word| !word.contains('-'))
        .filter_map(super::value::table_of);
    let name = told.next()?;
    told.all(|other| other == name).then(|| tables::ALL.iter().copied().find(|table| table.name == name))?
}

fn places<'a>(words: &'a Words, _senses: &'a Senses<'_>) -> impl Iterator<Item = usize> + use<'a> {
    0..words.len()
}

/// The nouns, longest first at each place, without those that a group is made by.
fn nouns(words: &Words, senses: &Senses<'_>) -> Vec<Noun> {
    let mut nouns = Vec::new();
    let mut each = None;
    let mut of_each = false;
    let mut at = 0;
    while at < words.len() {
        let found = senses.at(at).find_map(|(len, s)| match s {
            Sense::Table(noun) => Some((len, *noun)),
            _ => None,
        });
        let longer =
            |n: usize| longest_name(senses, at).is_some_and(|name| name > n) || measures_network(words, senses, at);
        let Some((len, noun)) = found.filter(|(n, _)| !longer(*n)) else {
            at += longest_other(senses, at);
            continue;
        };
        // "the Databases category" is of the bill.
        if words.lower(at + len) == "category" {
            at += len + 1;
            continue;
        }
        let mut before = at;
        while before > 0 && matches!(words.lower(before - 1), "the" | "of" | "," | "and" | "in" | "for") {
            before -= 1;
        }
        let word = words.lower(before.wrapping_sub(1));
        let lead = words.lower(before.wrapping_sub(2));
        let grouped = matches!(word, "by" | "per")
            || (matches!(word, "each" | "every") && matches!(lead, "for" | "in" | "of" | "from" | "per" | "by"));
        // "accounts by VM cost" is about VMs.
        let measured = word == "by" && matches!(words.lower(at + len), "count" | "counts" | "cost" | "costs");
        let grouped = grouped && !measured || words.lower(at + len) == "wise";
        if grouped && !matches!(noun.table.name, "accounts" | "resources" | "costs") {
            each = Some(noun);
            of_each |= lead == "of";
        }
        // "load balancers in account X", "what is stopped in the prod account": the account is where, not what.
        let placed = noun.table.name == "accounts"
            && (!nouns.is_empty()
                || !noun.plural
                    && (1..=3).any(|back| at > back && matches!(words.lower(at - back), "in" | "within" | "inside")));
        if !(grouped || placed) {
            nouns.push(noun);
        }
        at += len;
    }
    // "do we run anything with over 32 cores, VMs only": a noun that says nothing yields to one that does.
    if nouns.iter().any(|n| !matches!(n.table.name, "resources" | "accounts" | "costs")) {
        nouns.retain(|n| n.table.name != "resources");
    }
    // "the arn of every instance in the staging account": the account is where.
    if of_each && nouns.iter().all(|n| n.table.name == "accounts") {
        nouns.clear();
    }
    // "average cost per instance": what a group is made by is what the question is about, if nothing else is.
    if nouns.iter().all(|n: &Noun| n.table.kind == TableKind::Costs) {
        nouns.extend(each);
    }
    nouns
}

/// "network in by region", "network egress": what machines send and receive, and no network.
fn measures_network(words: &Words, senses: &Senses<'_>, at: usize) -> bool {
    let column = senses.columns_at(at).find(|(_, _, c)| matches!(c.name, "network_in" | "network_out"));
    // "every network in eu-west-1".
    column.is_some_and(|(len, ..)| {
        let places = words.phrase(at, len) == "network in";
        len > 1
            && (!places
                || matches!(
                    words.lower(at + len),
                    "" | "," | "by" | "per" | "over" | "under" | "above" | "below" | ">" | "<" | "and" | "of" | "for"
                ))
    })
}

/// The longest name of a service or category there.
fn longest_name(senses: &Senses<'_>, at: usize) -> Option<usize> {
    senses.at(at).find_map(|(len, s)| matches!(s, Sense::Service(_) | Sense::Category(_)).then_some(len))
}

/// "databases of team billing": the only word of money is what a team is called.
fn is_a_teams_name(words: &Words, senses: &Senses<'_>) -> bool {
    let names = |at: usize| {
        words.lower(at) == "billing"
            && (matches!(words.lower(at.wrapping_sub(1)), "team" | "squad" | "=")
                || matches!(words.lower(at + 1), "team" | "squad"))
    };
    (0..words.len()).filter(|at| senses.role(*at, Role::Spend).is_some()).all(names)
}

/// Phrases in which a noun is no noun: "in all accounts", "the network load balancers".
fn longest_other(senses: &Senses<'_>, at: usize) -> usize {
    // "Cosmos DB", "machine learning", "step functions": one name.
    let name = senses
        .at(at)
        .find_map(|(len, s)| (len > 1 && matches!(s, Sense::Service(_) | Sense::Category(_))).then_some(len));
    name.or_else(|| {
        senses.at(at).find_map(|(len, s)| {
            matches!(s, Sense::Role(Role::Everywhere | Role::ToAnything | Role::Attached)).then_some(len)
        })
    })
    .unwrap_or(1)
}

/// "EC2 that cost over $100" is about machines, "EC2 cost" about the bill.
fn compares_cost(words: &Words, senses: &Senses<'_>) -> bool {
    if !senses.kinds_somewhere().any(Kinds::COMPARE) {
        return false;
    }
    places(words, senses).any(|at| {
        let money = senses.at(at).find_map(|(len, s)| matches!(s, Sense::Role(Role::Cost)).then_some(len));
        // "cost over the last two weeks" says when.
        let timed = |at: usize| {
            let from = at + usize::from(matches!(words.lower(at), "the" | "these"));
            matches!(words.lower(from), "last" | "past" | "previous" | "trailing" | "preceding" | "week" | "weekend")
        };
        let compared = |at: usize| senses.at(at).any(|(len, s)| matches!(s, Sense::Compare(..)) && !timed(at + len));
        money.is_some_and(|len| compared(at + len))
            || senses.at(at).any(|(_, s)| matches!(s, Sense::Compare(_, About::Cost)))
    })
}

/// "the most expensive EC2 region" ranks regions, not machines.
fn names_dimension(words: &Words, senses: &Senses<'_>) -> bool {
    const DIMENSIONS: &[&str] = &["RegionId", "ServiceName", "SubAccountName", "provider"];
    places(words, senses).any(|at| {
        let is_bill = |(_, table, column): (usize, &Table, &Column)| {
            table.kind == TableKind::Costs && DIMENSIONS.contains(&column.name)
        };
        senses.columns_at(at).any(is_bill)
    })
}

fn superlative_cost(words: &Words, senses: &Senses<'_>) -> bool {
    if !senses.kinds_somewhere().any(Kinds::SUPERLATIVE) {
        return false;
    }
    places(words, senses)
        .any(|at| senses.at(at).any(|(_, s)| matches!(s, Sense::Superlative(crate::lexicon::Measure::Cost, _))))
}
