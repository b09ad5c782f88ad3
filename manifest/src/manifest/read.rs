//! From the text of a `plugin.toml`.

use super::doubts::hint;
use super::{Fills, HostNeed, InputNeed, Manifest, ManifestError, Needs, Number, SecretNeed, TableNeed, World};
use crate::fields::{Fault, Field, Fields, place};
use crate::limits::{MAX_COLUMNS, MAX_MANIFEST_BYTES, MAX_NEEDS, MAX_VERSION};
use crate::text::{first_line, identifier, sentence, shown};
use crate::{HostPattern, Method, PluginName, ScopePattern};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::DeTable;

impl Manifest {
    /// Reads and checks a `plugin.toml`. Whether there are such tables is another question: see [`Manifest::doubts`].
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        read(text).map_err(|fault| placed(text, fault))
    }

    /// The columns that a `plugin.toml` asks for and that the host's tables do not have, each with its place. That is a slip of
    /// its author's, and still no error where it is installed: a newer host may have such a column. Of a text that is no
    /// manifest, nothing is said.
    pub fn unknown_columns(text: &str) -> Vec<ManifestError> {
        let unknown = unknown_columns(text).unwrap_or_default();
        unknown.into_iter().map(|fault| placed(text, fault)).collect()
    }
}

fn placed(text: &str, fault: Fault) -> ManifestError {
    let (line, column) = place(text, fault.at.start);
    ManifestError { line, column, sentence: fault.sentence }
}

fn unknown_columns(text: &str) -> Result<Vec<Fault>, Fault> {
    let table = parsed(text)?;
    let fields = Fields::new("", 0..0, table.get_ref(), &KEYS)?;
    let Some(needs) = fields.get("needs") else { return Ok(Vec::new()) };
    let mut unknown = Vec::new();
    for need in needs.fields(&NEEDS)?.tables("tables", MAX_NEEDS, &TABLE)? {
        let name = need.need("name")?.text(identifier)?;
        let Some(table) = schema::tables::find(&name) else { continue };
        for item in need.need("columns")?.items(MAX_COLUMNS)? {
            let column = item.text(identifier)?;
            if table.column(&column).is_none() {
                let hint = hint(table.nearest_column(&column));
                unknown.push(item.fault(format!("table `{name}` has no column {}{hint}", shown(&column))));
            }
        }
    }
    Ok(unknown)
}

fn read(text: &str) -> Result<Manifest, Fault> {
    let table = parsed(text)?;
    let fields = Fields::new("", 0..0, table.get_ref(), &KEYS)?;
    let name: PluginName = fields.need("name")?.parse()?;
    let number = fields.need("version")?.text(version)?;
    let world = fields.need("world")?.parse::<World>()?;
    Ok(Manifest {
        version: number,
        fills: fills(&fields, &name, world)?,
        name,
        world,
        summary: fields.need("summary")?.text(sentence)?,
        needs: fields.get("needs").map(|field| needs(&field)).transpose()?.unwrap_or_default(),
    })
}

fn parsed(text: &str) -> Result<Spanned<DeTable<'_>>, Fault> {
    if text.len() > MAX_MANIFEST_BYTES {
        let sentence = format!("the manifest has {} bytes; {MAX_MANIFEST_BYTES} is the most", text.len());
        return Err(Fault::new(0..0, sentence));
    }
    DeTable::parse(text).map_err(|error| {
        // The parser's own first line: the others repeat the text.
        let message = first_line(error.message());
        Fault::new(error.span().unwrap_or(0..0), format!("the manifest is no TOML: {message}"))
    })
}

const KEYS: [&str; 7] = ["name", "version", "world", "summary", "provider", "fills", "needs"];
const NEEDS: [&str; 5] = ["tables", "scopes", "hosts", "secrets", "inputs"];
const TABLE: [&str; 3] = ["name", "columns", "why"];

/// What a source fills. Without a provider its rows are of one that is called like itself.
fn fills(fields: &Fields<'_, '_>, name: &PluginName, world: World) -> Result<Option<Fills>, Fault> {
    if world == World::Scanner {
        let extra = ["provider", "fills"].into_iter().find_map(|key| fields.get(key));
        return extra.map_or(Ok(None), |field| Err(field.wrong("is for a source; a scanner fills no table")));
    }
    let field = fields.get("fills").ok_or_else(|| Fault::new(fields.at(), FILLS_NOTHING))?;
    let tables: BTreeSet<String> =
        field.items(MAX_NEEDS)?.iter().map(|item| item.text(identifier)).collect::<Result<_, _>>()?;
    if tables.is_empty() {
        return Err(field.wrong("is empty; name the tables that it fills"));
    }
    let provider = fields.get("provider").map(|field| field.text(identifier)).transpose()?;
    Ok(Some(Fills { provider: provider.unwrap_or_else(|| name.to_string()), tables }))
}

const FILLS_NOTHING: &str =
    "the manifest of a source says which tables it fills; add `fills`, such as `fills = [\"instances\"]`";

fn version(text: &str) -> Result<semver::Version, String> {
    let parsed = if text.len() > MAX_VERSION { None } else { semver::Version::parse(text).ok() };
    parsed.ok_or_else(|| format!("is {}; write a version as in `1.4.0`", shown(text)))
}

fn needs(field: &Field<'_, '_>) -> Result<Needs, Fault> {
    let fields = field.fields(&NEEDS)?;
    let hosts = hosts(&fields)?;
    let needs = Needs {
        tables: tables(&fields)?,
        scopes: scopes(&fields)?,
        secrets: secrets(&fields, &hosts)?,
        hosts,
        inputs: inputs(&fields)?,
    };
    match (needs.tables.is_empty(), needs.scopes.is_empty()) {
        (false, true) => Err(Fault::new(fields.at(), NOWHERE)),
        (true, false) => Err(Fault::new(fields.at(), NOTHING)),
        _ => Ok(needs),
    }
}

const NOWHERE: &str = "`needs.tables` asks for tables and nothing says where; add `[[needs.scopes]]` with `provider`, \
                       `account_id`, `region` (each `\"*\"` for all) and `why`";
const TO_WHOM: &str =
    "`needs.secrets` does not say which of `[[needs.hosts]]` the secret goes to; add `hosts`, a list of them";
const NOTHING: &str =
    "`needs.scopes` says where to read and nothing says what; add `[[needs.tables]]`, or leave the scopes out";

fn tables(needs: &Fields<'_, '_>) -> Result<BTreeMap<String, TableNeed>, Fault> {
    let list = needs.tables("tables", MAX_NEEDS, &TABLE)?;
    once(list, "name", |fields| {
        let need = TableNeed { columns: columns(&fields.need("columns")?)?, why: why(fields)? };
        Ok((fields.need("name")?.text(identifier)?, need))
    })
}

fn columns(field: &Field<'_, '_>) -> Result<BTreeSet<String>, Fault> {
    let columns: BTreeSet<String> =
        field.items(MAX_COLUMNS)?.iter().map(|item| item.text(identifier)).collect::<Result<_, _>>()?;
    if columns.is_empty() { Err(field.wrong("is empty; name the columns that are read")) } else { Ok(columns) }
}

fn scopes(needs: &Fields<'_, '_>) -> Result<BTreeMap<ScopePattern, String>, Fault> {
    let list = needs.tables("scopes", MAX_NEEDS, &["provider", "account_id", "region", "why"])?;
    once(list, "provider", |fields| {
        let part = |key| fields.need(key)?.text(|text| Ok(text.to_owned()));
        let scope = ScopePattern::new(&part("provider")?, &part("account_id")?, &part("region")?);
        Ok((scope.map_err(|error| Fault::new(fields.at(), error.to_string()))?, why(fields)?))
    })
}

fn hosts(needs: &Fields<'_, '_>) -> Result<BTreeMap<HostPattern, HostNeed>, Fault> {
    let list = needs.tables("hosts", MAX_NEEDS, &["host", "methods", "why"])?;
    once(list, "host", |fields| {
        let need = HostNeed { methods: methods(&fields.need("methods")?)?, why: why(fields)? };
        Ok((fields.need("host")?.parse()?, need))
    })
}

fn methods(field: &Field<'_, '_>) -> Result<BTreeSet<Method>, Fault> {
    let methods: BTreeSet<Method> =
        field.items(Method::ALL.len())?.iter().map(Field::parse).collect::<Result<_, _>>()?;
    if methods.is_empty() { Err(field.wrong("is empty; name the methods, as in `[\"GET\"]`")) } else { Ok(methods) }
}

fn secrets(
    needs: &Fields<'_, '_>,
    hosts: &BTreeMap<HostPattern, HostNeed>,
) -> Result<BTreeMap<String, SecretNeed>, Fault> {
    let list = needs.tables("secrets", MAX_NEEDS, &["name", "hosts", "why"])?;
    once(list, "name", |fields| {
        let need = SecretNeed { hosts: secret_hosts(fields, hosts)?, why: why(fields)? };
        Ok((fields.need("name")?.text(identifier)?, need))
    })
}

/// Where a secret may go. Unsaid, that is clear of one host alone: of several, one might be its author's own.
fn secret_hosts(
    fields: &Fields<'_, '_>,
    hosts: &BTreeMap<HostPattern, HostNeed>,
) -> Result<BTreeSet<HostPattern>, Fault> {
    let Some(field) = fields.get("hosts") else {
        return if hosts.len() > 1 {
            Err(Fault::new(fields.at(), TO_WHOM))
        } else {
            Ok(hosts.keys().cloned().collect())
        };
    };
    let items = field.items(MAX_NEEDS)?;
    if items.is_empty() {
        return Err(field.wrong("is empty; name the hosts that the secret goes to"));
    }
    let asked = |item: &Field<'_, '_>| {
        let host: HostPattern = item.parse()?;
        let is_asked = hosts.keys().any(|asked| asked.covers(&host));
        if is_asked { Ok(host) } else { Err(item.wrong(format!("has `{host}`, which is not in `[[needs.hosts]]`"))) }
    };
    items.iter().map(asked).collect()
}

fn inputs(needs: &Fields<'_, '_>) -> Result<BTreeMap<String, InputNeed>, Fault> {
    let list = needs.tables("inputs", MAX_NEEDS, &["name", "many", "why"])?;
    once(list, "name", |fields| {
        let is_many = fields.get("many").map(|field| field.flag()).transpose()?.unwrap_or(false);
        let number = if is_many { Number::Many } else { Number::One };
        Ok((fields.need("name")?.text(identifier)?, InputNeed { number, why: why(fields)? }))
    })
}

fn why(fields: &Fields<'_, '_>) -> Result<String, Fault> {
    fields.need("why")?.text(sentence)
}

/// What is asked for, each once: of two, an operator would read the one and grant the other.
fn once<K: Ord + ToString, V>(
    list: Vec<Fields<'_, '_>>,
    key: &'static str,
    read: impl Fn(&Fields<'_, '_>) -> Result<(K, V), Fault>,
) -> Result<BTreeMap<K, V>, Fault> {
    let mut all = BTreeMap::new();
    for fields in list {
        let (name, need) = read(&fields)?;
        if all.contains_key(&name) {
            let what = format!("is asked for twice ({}); make one entry of both", shown(&name.to_string()));
            return Err(fields.need(key)?.wrong(what));
        }
        all.insert(name, need);
    }
    Ok(all)
}
