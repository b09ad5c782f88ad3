//! AWS's words for states, service by service, and the neutral state that each means.

use schema::State;

/// EC2 instances. The list is one to one, so that a condition on `state` can be handed on (see `filters`).
pub(crate) const INSTANCE: &[(&str, State)] = &[
    ("pending", State::Pending),
    ("running", State::Running),
    ("stopping", State::Stopping),
    ("stopped", State::Stopped),
    ("shutting-down", State::Deleting),
    ("terminated", State::Deleted),
];

/// EC2 instances.
pub(crate) fn instance(word: &str) -> State {
    find(INSTANCE, word)
}

/// EBS volumes.
pub(crate) fn volume(word: &str) -> State {
    match word {
        "creating" => State::Pending,
        "available" => State::Available,
        "in-use" => State::InUse,
        "deleting" => State::Deleting,
        "deleted" => State::Deleted,
        "error" => State::Failed,
        _ => State::Unknown,
    }
}

/// EBS snapshots.
pub(crate) fn snapshot(word: &str) -> State {
    match word {
        "pending" | "recovering" => State::Pending,
        "completed" => State::Available,
        "recoverable" => State::Deleted,
        "error" => State::Failed,
        _ => State::Unknown,
    }
}

/// Images.
pub(crate) fn image(word: &str) -> State {
    match word {
        "available" => State::Available,
        "pending" | "transient" => State::Pending,
        "disabled" => State::Stopped,
        "deregistered" => State::Deleted,
        "failed" | "error" | "invalid" => State::Failed,
        _ => State::Unknown,
    }
}

/// Networks, subnets and NAT gateways.
pub(crate) fn network(word: &str) -> State {
    match word {
        "available" => State::Available,
        "pending" => State::Pending,
        "deleting" => State::Deleting,
        "deleted" => State::Deleted,
        "failed" | "failed-insufficient-capacity" => State::Failed,
        "unavailable" => State::Stopped,
        _ => State::Unknown,
    }
}

/// Load balancers.
pub(crate) fn load_balancer(word: &str) -> State {
    match word {
        // Impaired: it serves, and cannot grow.
        "active" | "active_impaired" => State::Available,
        "provisioning" => State::Pending,
        "failed" => State::Failed,
        _ => State::Unknown,
    }
}

/// RDS, whose list of words is long and grows.
pub(crate) fn database(word: &str) -> State {
    match word {
        // It goes on serving while these last.
        "available"
        | "backing-up"
        | "modifying"
        | "renaming"
        | "configuring-enhanced-monitoring"
        | "configuring-iam-database-auth"
        | "configuring-log-exports"
        | "configuring-associated-roles"
        | "delete-precheck"
        | "resetting-master-credentials"
        | "storage-config-upgrade"
        | "storage-initialization"
        | "storage-optimization" => State::Available,
        "creating" | "starting" | "rebooting" | "upgrading" | "maintenance" | "converting-to-vpc" | "moving-to-vpc" => {
            State::Pending
        }
        "stopping" => State::Stopping,
        "stopped" => State::Stopped,
        "deleting" => State::Deleting,
        "failed" | "storage-full" | "restore-error" | "insufficient-capacity" => State::Failed,
        word if word.starts_with("incompatible-") || word.starts_with("inaccessible-encryption-credentials") => {
            State::Failed
        }
        _ => State::Unknown,
    }
}

/// Lambda functions.
pub(crate) fn function(word: &str) -> State {
    match word {
        // Inactive: its place was given up, and comes back with the next call.
        "Active" | "Inactive" | "ActiveNonInvocable" => State::Available,
        "Pending" => State::Pending,
        "Failed" => State::Failed,
        "Deleting" => State::Deleting,
        _ => State::Unknown,
    }
}

/// EKS clusters.
pub(crate) fn cluster(word: &str) -> State {
    match word {
        // It goes on serving while it is updated.
        "ACTIVE" | "UPDATING" => State::Available,
        "CREATING" | "PENDING" => State::Pending,
        "DELETING" => State::Deleting,
        "FAILED" => State::Failed,
        _ => State::Unknown,
    }
}

/// Accounts of an organisation.
pub(crate) fn account(word: &str) -> State {
    match word {
        "ACTIVE" => State::Available,
        "PENDING_ACTIVATION" => State::Pending,
        "SUSPENDED" => State::Stopped,
        "PENDING_CLOSURE" => State::Deleting,
        "CLOSED" => State::Deleted,
        _ => State::Unknown,
    }
}

fn find(words: &[(&str, State)], word: &str) -> State {
    words.iter().find(|(w, _)| *w == word).map_or(State::Unknown, |(_, state)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_nobody_knows_is_unknown_and_never_a_guess() {
        for state in [instance, volume, snapshot, image, network, load_balancer, database, function, cluster, account] {
            assert_eq!(state("reticulating"), State::Unknown);
            assert_eq!(state(""), State::Unknown);
        }
    }

    #[test]
    fn a_database_that_is_incompatible_with_anything_has_failed() {
        assert_eq!(database("incompatible-network"), State::Failed);
        assert_eq!(database("storage-optimization"), State::Available);
        assert_eq!(instance("shutting-down"), State::Deleting);
    }
}
