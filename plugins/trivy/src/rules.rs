//! What Trivy looks for, as rules. How severe a finding is Trivy says, each time.

use guest_sdk::{Class, Rule, Severity};

const ORIGIN: Option<&str> = Some("Trivy");

pub(crate) const VULNERABILITY: Rule = Rule {
    id: "vulnerable-package",
    title: "Package has a known vulnerability",
    severity: Severity::High,
    class: Class::Vulnerability,
    why: "What runs from this image or folder has the package in it, and how it can be attacked is published.",
    remediation: "",
    missing: None,
    origin: ORIGIN,
};

pub(crate) const MISCONFIGURATION: Rule = Rule {
    id: "misconfiguration",
    title: "Configuration fails a check",
    severity: Severity::Medium,
    class: Class::Compliance,
    why: "What is built or deployed from this file will be less safe than it could be.",
    remediation: "",
    missing: None,
    origin: ORIGIN,
};

pub(crate) const SECRET: Rule = Rule {
    id: "secret-in-file",
    title: "A secret lies in a file",
    severity: Severity::Critical,
    class: Class::Posture,
    why: "Whoever can pull the image or read the folder has the secret, and all that it opens.",
    remediation: "Revoke the secret and make a new one: it has been copied. Then hand it over when the program starts, \
                  and take the file out of the image and of its history.",
    missing: None,
    origin: ORIGIN,
};

pub(crate) const LICENCE: Rule = Rule {
    id: "licence",
    title: "Licence may not be used as it is",
    severity: Severity::Medium,
    class: Class::Compliance,
    why: "Some licences ask something of whoever passes the software on, or forbid some uses of it.",
    remediation: "Have someone who may decide it look at the licence; else replace the package.",
    missing: None,
    origin: ORIGIN,
};

pub(crate) const SYSTEM: Rule = Rule {
    id: "end-of-life-system",
    title: "Operating system gets no more fixes",
    severity: Severity::High,
    class: Class::Posture,
    why: "What is found in it from now on stays open, and a scan may not even know of it.",
    remediation: "Build the image from a release that is still maintained.",
    missing: None,
    origin: ORIGIN,
};

pub(crate) const ALL: &[Rule] = &[VULNERABILITY, MISCONFIGURATION, SECRET, LICENCE, SYSTEM];
