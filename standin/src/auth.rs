//! Who signs a call: the access key of the `Authorization` header, and the sessions of assumed roles.

use crate::behaviour;
use crate::seeded;
use chrono::{DateTime, NaiveDateTime, Utc};
use std::collections::HashMap;
use std::time::Instant;

/// What a SigV4 `Authorization` header says, unverified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnverifiedSignature {
    pub(crate) access_key_id: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl UnverifiedSignature {
    /// Reads `AWS4-HMAC-SHA256 Credential=AKID/date/region/service/aws4_request, …`.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let credential = header.split("Credential=").nth(1)?.split([',', ' ']).next()?;
        let mut parts = credential.split('/');
        let access_key_id = parts.next()?.to_owned();
        let _date = parts.next()?;
        Some(Self { access_key_id, region: parts.next()?.to_owned(), service: parts.next()?.to_owned() })
    }
}

/// The time that the client signed with (`X-Amz-Date`): the stand-in has no clock of its own.
pub(crate) fn signed_at(header: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(header, "%Y%m%dT%H%M%SZ").ok().map(|at| at.and_utc())
}

/// Whom a key belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    pub(crate) account_id: String,
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

/// The credentials of an assumed role.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) token: String,
    pub(crate) principal: Principal,
    issued: Instant,
    calls: u64,
}

/// What a key is found to be.
#[derive(Debug)]
pub(crate) enum Verdict {
    Known(Principal),
    Unknown,
    Expired(Principal),
}

/// The sessions of assumed roles, by access key id.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_key: HashMap<String, Session>,
    issued: u64,
}

impl Sessions {
    /// New credentials for a role.
    pub(crate) fn issue(&mut self, account_id: &str, role: &str, session_name: &str) -> Session {
        self.issued += 1;
        let drawn = |what: &str| seeded::hash(self.issued, &[account_id, role, what]);
        let user_id = format!("AROA{:016X}:{session_name}", seeded::hash(0, &[account_id, role]));
        let session = Session {
            access_key_id: format!("ASIA{:016X}", drawn("key")),
            secret_access_key: format!("{:040x}", drawn("secret")),
            token: format!("session-{:016x}{:016x}", drawn("token"), drawn("more")),
            principal: Principal {
                account_id: account_id.to_owned(),
                arn: format!("arn:aws:sts::{account_id}:assumed-role/{role}/{session_name}"),
                user_id,
            },
            issued: Instant::now(),
            calls: 0,
        };
        self.by_key.insert(session.access_key_id.clone(), session.clone());
        session
    }

    /// Counts a call of a session's key and says whether it still holds.
    pub(crate) fn verify(&mut self, key: &str, token: Option<&str>, limits: behaviour::Sessions) -> Verdict {
        let Some(session) = self.by_key.get_mut(key).filter(|s| Some(s.token.as_str()) == token) else {
            return Verdict::Unknown;
        };
        session.calls += 1;
        let too_old = session.issued.elapsed() >= limits.last;
        if too_old || limits.calls.is_some_and(|most| session.calls > most) {
            return Verdict::Expired(session.principal.clone());
        }
        Verdict::Known(session.principal.clone())
    }
}
