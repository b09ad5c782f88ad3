//! The least-privilege IAM policy for a list of actions, for `explain` to print.

use serde_json::{Value, json};
use std::collections::BTreeSet;

const ASSUME: &str = "sts:AssumeRole";

/// An IAM policy that allows these actions and nothing else: sorted, each once. Roles may be assumed where they are known
/// to be the ones that are meant ([`crate::Settings::roles`]); where none is known, all may.
///
/// No read that the adapter makes can be narrowed to a resource before the resources are known, so theirs is `*`.
pub fn policy<'a>(actions: impl IntoIterator<Item = &'a str>, roles: &[String]) -> Value {
    let actions: BTreeSet<&str> = actions.into_iter().collect();
    let (assumes, reads): (BTreeSet<&str>, BTreeSet<&str>) =
        actions.into_iter().partition(|action| *action == ASSUME && !roles.is_empty());
    let statement = |id: &str, actions: &BTreeSet<&str>, resource: Value| json!({ "Sid": id, "Effect": "Allow", "Action": actions, "Resource": resource });
    let mut statements = Vec::new();
    if !reads.is_empty() {
        statements.push(statement("NephoscopeReads", &reads, json!("*")));
    }
    if !assumes.is_empty() {
        statements.push(statement("NephoscopeAssumesRoles", &assumes, json!(roles)));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::policy;
    use serde_json::json;

    #[test]
    fn actions_are_sorted_and_named_once() {
        let policy = policy(["ec2:DescribeVolumes", "ec2:DescribeInstances", "ec2:DescribeVolumes"], &[]);
        assert_eq!(policy["Statement"][0]["Action"], json!(["ec2:DescribeInstances", "ec2:DescribeVolumes"]));
        assert_eq!(policy["Statement"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn only_the_roles_that_are_meant_may_be_assumed() {
        let roles = ["arn:aws:iam::*:role/read".to_owned()];
        let policy = policy(["sts:AssumeRole", "ec2:DescribeVolumes"], &roles);
        assert_eq!(policy["Statement"][0]["Action"], json!(["ec2:DescribeVolumes"]));
        assert_eq!(policy["Statement"][1]["Action"], json!(["sts:AssumeRole"]));
        assert_eq!(policy["Statement"][1]["Resource"], json!(roles));
    }
}
