//! The least-privilege IAM policy for a list of actions, for `explain` to print.

use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An IAM policy that allows these actions and nothing else: sorted, each once, in one statement.
///
/// None of the reads that the adapter makes can be narrowed to a resource before the resources are known, so
/// `Resource` is `*`.
pub fn policy<'a>(actions: impl IntoIterator<Item = &'a str>) -> Value {
    let actions: BTreeSet<&str> = actions.into_iter().collect();
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "NephoscopeReads",
            "Effect": "Allow",
            "Action": actions,
            "Resource": "*",
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn actions_are_sorted_and_named_once() {
        let policy = policy(["ec2:DescribeVolumes", "ec2:DescribeInstances", "ec2:DescribeVolumes"]);
        assert_eq!(
            policy["Statement"][0]["Action"],
            serde_json::json!(["ec2:DescribeInstances", "ec2:DescribeVolumes"])
        );
    }
}
