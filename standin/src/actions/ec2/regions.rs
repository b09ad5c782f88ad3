//! `DescribeRegions`: the regions that the account has; may be called in any region.

use crate::call::{Call, Refusal};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let all = form.get("AllRegions") == Some("true");
    let named = form.list("RegionName");
    let filters: Vec<(&str, Vec<&str>)> = (1..=form.groups("Filter"))
        .map(|n| (form.get(&format!("Filter.{n}.Name")).unwrap_or_default(), form.list(&format!("Filter.{n}.Value"))))
        .collect();
    let mut shown = Vec::new();
    for region in &call.account.regions {
        let mut fits = all || region.opt_in_status != "not-opted-in";
        fits &= named.is_empty() || named.contains(&region.name.as_str());
        for (name, wanted) in &filters {
            let value = match *name {
                "region-name" => region.name.as_str(),
                "opt-in-status" => region.opt_in_status.as_str(),
                other => return Err(super::unknown_filter(other)),
            };
            fits &= wanted.iter().any(|pattern| super::wildcard(pattern, value));
        }
        if fits {
            shown.push(region);
        }
    }
    let mut xml = Xml::default();
    xml.list("regionInfo", "item", shown, |xml, region| {
        xml.text("regionName", &region.name);
        xml.text("regionEndpoint", &format!("ec2.{}.amazonaws.com", region.name));
        xml.text("optInStatus", &region.opt_in_status);
    });
    Ok(xml.done())
}
