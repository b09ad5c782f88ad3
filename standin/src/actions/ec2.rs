//! EC2: lists of things, with filters, ids and pages that work alike for all of them.

pub(crate) mod addresses;
pub(crate) mod images;
pub(crate) mod instance_types;
pub(crate) mod instances;
pub(crate) mod nat_gateways;
pub(crate) mod regions;
pub(crate) mod security_groups;
pub(crate) mod snapshots;
pub(crate) mod subnets;
pub(crate) mod tags;
pub(crate) mod volumes;
pub(crate) mod vpcs;

use crate::call::{Call, Refusal};
use crate::estate::Tags;
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

/// One thing of a list that EC2 describes.
pub(crate) trait Item {
    /// The element that holds the list.
    const SET: &'static str;
    /// The parameter that names things by id.
    const IDS: &'static str;
    /// The error where such an id is nobody's.
    const NOT_FOUND: &'static str;

    fn id(&self) -> &str;
    fn tags(&self) -> &Tags;
    /// The values that a filter compares; none where there is no such filter.
    fn attribute(&self, filter: &str) -> Option<Vec<&str>>;
    fn write(&self, call: &Call<'_>, xml: &mut Xml);

    /// Whether parameters of the action's own ask for it.
    fn is_asked(&self, _form: &Form) -> bool {
        true
    }
}

/// EC2's largest page of most things.
const LARGEST: usize = 1000;

/// Describes a list: the page that the form asks for, and the token of the next.
pub(crate) fn describe<T: Item>(call: &Call<'_>, form: &Form, items: &[T]) -> Result<String, Refusal> {
    describe_sized(call, form, items, page_size(form)?)
}

/// As [`describe`], in pages of a size.
fn describe_sized<T: Item>(call: &Call<'_>, form: &Form, items: &[T], size: usize) -> Result<String, Refusal> {
    let (page, next) = select(call, form, items, size)?;
    let mut xml = Xml::with_capacity(page.len() * 600);
    xml.list(T::SET, "item", page, |xml, item| write(call, item, xml));
    xml.maybe("nextToken", next.as_deref());
    Ok(xml.done())
}

/// Writes a thing of the estate, or what was written of it before.
fn write<T: Item>(call: &Call<'_>, item: &T, xml: &mut Xml) {
    xml.raw(&call.world.written.of(item, || {
        let mut own = Xml::default();
        item.write(call, &mut own);
        own.done()
    }));
}

/// Refuses to list what is everybody's: AWS adds all public images or snapshots, tens of thousands of them, where
/// neither owner nor id is named. An estate has none, so that forgetting the owner would go unseen.
fn only_own(call: &Call<'_>, form: &Form, ids: &str) -> Result<(), Refusal> {
    let is_own = |owner: &&str| *owner == "self" || *owner == call.account.id;
    let owners = form.list("Owner");
    if !form.list(ids).is_empty() || !owners.is_empty() && owners.iter().all(is_own) {
        return Ok(());
    }
    let message = "the stand-in has no images or snapshots of others: Owner.1 must be `self` or the account's id";
    Err(Refusal::new(400, "InvalidParameterValue", message))
}

/// The things on the page that the form asks for, and the token of the next page.
fn select<'a, T: Item>(
    call: &Call<'_>,
    form: &Form,
    items: &'a [T],
    size: usize,
) -> Result<(Vec<&'a T>, Option<String>), Refusal> {
    let ids = form.list(T::IDS);
    if let Some(id) = ids.iter().find(|id| !items.iter().any(|item| item.id() == **id)) {
        let message = format!("The {} '{id}' does not exist", T::IDS);
        return Err(Refusal::new(400, T::NOT_FOUND, message));
    }
    let filters = Filters::read(form);
    let mut chosen = Vec::new();
    for item in items {
        if (ids.is_empty() || ids.contains(&item.id())) && item.is_asked(form) && filters.allow(item)? {
            chosen.push(item);
        }
    }
    let (range, next) =
        call.page(form.get("NextToken"), size, chosen.len()).map_err(|bad| bad.refused("InvalidNextToken"))?;
    Ok((chosen[range].to_vec(), next))
}

fn page_size(form: &Form) -> Result<usize, Refusal> {
    match form.number("MaxResults")? {
        None => Ok(LARGEST),
        Some(size @ 5..=LARGEST) => Ok(size),
        Some(size) => Err(Refusal::new(
            400,
            "InvalidParameterValue",
            format!("Value ( {size} ) for parameter maxResults is invalid. Expecting a value between 5 and {LARGEST}."),
        )),
    }
}

/// The filters of a form: all must hold, each by any of its values.
struct Filters<'a>(Vec<(&'a str, Vec<&'a str>)>);

impl<'a> Filters<'a> {
    fn read(form: &'a Form) -> Self {
        let filter = |n: usize| {
            let name = form.get(&format!("Filter.{n}.Name")).unwrap_or_default();
            (name, form.list(&format!("Filter.{n}.Value")))
        };
        Self((1..=form.groups("Filter")).map(filter).collect())
    }

    fn allow<T: Item>(&self, item: &T) -> Result<bool, Refusal> {
        for (name, wanted) in &self.0 {
            let values = match (name.strip_prefix("tag:"), *name) {
                (Some(key), _) => item.tags().get(key).map(String::as_str).into_iter().collect(),
                (None, "tag-key") => item.tags().keys().map(String::as_str).collect(),
                (None, name) => item.attribute(name).ok_or_else(|| unknown_filter(name))?,
            };
            if !wanted.iter().any(|pattern| values.iter().any(|value| wildcard(pattern, value))) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn unknown_filter(name: &str) -> Refusal {
    Refusal::new(400, "InvalidParameterValue", format!("The filter '{name}' is invalid"))
}

/// Whether a value fits a pattern in which `*` is any text and `?` any character.
fn wildcard(pattern: &str, value: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return pattern == value;
    }
    let (pattern, value): (Vec<char>, Vec<char>) = (pattern.chars().collect(), value.chars().collect());
    let (mut p, mut v) = (0, 0);
    // Where to go on when what follows the last star does not fit: one character further.
    let mut star: Option<(usize, usize)> = None;
    while v < value.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, v));
                p += 1;
            }
            Some(&c) if c == '?' || c == value[v] => {
                p += 1;
                v += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    v = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

fn write_tags(xml: &mut Xml, tags: &Tags) {
    if tags.is_empty() {
        return;
    }
    xml.list("tagSet", "item", tags, |xml, (key, value)| {
        xml.text("key", key);
        xml.text("value", value);
    });
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn a_star_is_any_text_and_a_question_mark_any_character() {
        for (pattern, value, fits) in [
            ("m5.*", "m5.large", true),
            ("*.large", "m5.large", true),
            ("m?.l*e", "m5.large", true),
            ("m5.large", "m5.large", true),
            ("m5", "m5.large", false),
            ("*5*x*", "m5.large", false),
            ("*a*a*", "banana", true),
            ("*", "", true),
        ] {
            assert_eq!(wildcard(pattern, value), fits, "{pattern} {value}");
        }
    }
}
