//! Azure's words for states, and the neutral state that each means.

use schema::State;

/// A resource that has no state but that of its last change. One that says nothing is there.
pub(crate) fn provisioned(word: Option<&str>) -> State {
    match word.map(str::to_ascii_lowercase).as_deref() {
        None | Some("succeeded" | "updating" | "ready") => State::Available,
        Some("creating" | "accepted" | "provisioning" | "pending" | "running" | "resolvingdns") => State::Pending,
        Some("deleting") => State::Deleting,
        Some("deleted") => State::Deleted,
        Some("failed" | "canceled" | "cancelled") => State::Failed,
        Some(_) => State::Unknown,
    }
}

/// A virtual machine, by the code of its power state and the word of its last change.
pub(crate) fn instance(power: Option<&str>, provisioning: Option<&str>) -> State {
    if provisioning.is_some_and(|word| word.eq_ignore_ascii_case("deleting")) {
        return State::Deleting;
    }
    let word = power.and_then(|code| code.split_once('/')).map(|(_, word)| word.to_ascii_lowercase());
    match word.as_deref() {
        Some("running") => State::Running,
        Some("starting" | "creating") => State::Pending,
        Some("stopping" | "deallocating") => State::Stopping,
        Some("stopped" | "deallocated") => State::Stopped,
        Some(_) => State::Unknown,
        // A machine that is being made, or could not be, has no power state.
        None => match provisioned(provisioning) {
            State::Available => State::Unknown,
            state => state,
        },
    }
}

/// A managed disk.
pub(crate) fn disk(word: Option<&str>, provisioning: Option<&str>) -> State {
    match word {
        // Of one with an active signature somebody is reading.
        Some("Attached" | "Reserved" | "Frozen" | "ActiveSAS" | "ActiveSASFrozen") => State::InUse,
        Some("Unattached") => State::Available,
        Some("ReadyToUpload" | "ActiveUpload") => State::Pending,
        Some(_) => State::Unknown,
        None => provisioned(provisioning),
    }
}

/// A database server of PostgreSQL or MySQL, and a database or an elastic pool of Azure SQL.
pub(crate) fn database(word: Option<&str>) -> State {
    match word {
        Some("Ready" | "Updating" | "Restarting" | "Online" | "Scaling") => State::Available,
        Some("Starting" | "Provisioning" | "Creating" | "Copying" | "Restoring" | "Recovering") => State::Pending,
        Some("Resuming") => State::Pending,
        Some("Stopping" | "Pausing") => State::Stopping,
        Some("Stopped" | "Paused" | "Offline" | "Shutdown") => State::Stopped,
        Some("Dropping" | "Deleting") => State::Deleting,
        // The key of its encryption cannot be reached, or its files cannot: it serves nobody.
        Some("Disabled" | "Inaccessible" | "Suspect" | "EmergencyMode" | "RecoveryPending") => State::Failed,
        _ => State::Unknown,
    }
}

/// A function app.
pub(crate) fn site(word: Option<&str>) -> State {
    match word {
        Some("Running") => State::Available,
        Some("Stopped") => State::Stopped,
        _ => State::Unknown,
    }
}

/// A cluster of AKS, by the code of its power state and the word of its last change. One whose last change failed goes
/// on running, as a machine does.
pub(crate) fn cluster(power: Option<&str>, provisioning: Option<&str>) -> State {
    match (provisioning.map(str::to_ascii_lowercase).as_deref(), power) {
        (Some("deleting"), _) => State::Deleting,
        (Some("stopping"), _) => State::Stopping,
        (Some("creating" | "starting"), _) => State::Pending,
        (_, Some("Running")) => State::Available,
        (_, Some("Stopped")) => State::Stopped,
        (_, Some(_)) => State::Unknown,
        (word, None) => provisioned(word),
    }
}

/// A subscription.
pub(crate) fn subscription(word: Option<&str>) -> State {
    match word {
        Some("Enabled" | "Warned" | "PastDue") => State::Available,
        Some("Disabled") => State::Stopped,
        Some("Deleted") => State::Deleted,
        _ => State::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_what_its_power_state_says() {
        let states = [
            ("PowerState/running", State::Running),
            ("PowerState/starting", State::Pending),
            ("PowerState/stopping", State::Stopping),
            ("PowerState/deallocating", State::Stopping),
            ("PowerState/stopped", State::Stopped),
            ("PowerState/deallocated", State::Stopped),
            ("PowerState/unknown", State::Unknown),
        ];
        for (code, state) in states {
            assert_eq!(instance(Some(code), Some("Succeeded")), state, "{code}");
        }
        assert_eq!(instance(Some("PowerState/running"), Some("Deleting")), State::Deleting);
        assert_eq!(instance(None, Some("Creating")), State::Pending);
        assert_eq!(instance(None, Some("Failed")), State::Failed);
        assert_eq!(instance(None, Some("Succeeded")), State::Unknown);
    }

    #[test]
    fn a_disk_that_somebody_reads_is_in_use() {
        for word in ["Attached", "Reserved", "ActiveSAS", "ActiveSASFrozen"] {
            assert_eq!(disk(Some(word), Some("Succeeded")), State::InUse, "{word}");
        }
        assert_eq!(disk(Some("Unattached"), Some("Succeeded")), State::Available);
        assert_eq!(disk(Some("ActiveUpload"), Some("Succeeded")), State::Pending);
    }

    #[test]
    fn a_cluster_is_what_is_being_done_to_it_or_else_its_power_state() {
        let check = |power, provisioning, state| {
            assert_eq!(cluster(power, Some(provisioning)), state, "{power:?} {provisioning}");
        };
        check(Some("Running"), "Succeeded", State::Available);
        check(Some("Running"), "Upgrading", State::Available);
        check(Some("Running"), "Failed", State::Available);
        check(Some("Running"), "Deleting", State::Deleting);
        check(Some("Running"), "Stopping", State::Stopping);
        check(Some("Stopped"), "Starting", State::Pending);
        check(Some("Stopped"), "Succeeded", State::Stopped);
        check(Some("Dreaming"), "Succeeded", State::Unknown);
        check(None, "Succeeded", State::Available);
        check(None, "Failed", State::Failed);
        check(None, "Reticulating", State::Unknown);
    }
}
