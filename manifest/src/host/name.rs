//! The name of a host, or the name that all hosts meant are under.

use crate::address::Reach;
use crate::text::shown;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// In lower case, without a dot at its end; an address of IPv6 in its shortest form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum HostName {
    Exact(String),
    /// All under this name, which begins with a dot: the dot is what keeps `evilexample.com` out.
    Under(String),
    Address(IpAddr),
}

impl HostName {
    /// Whether it is this machine, or an address of a network of one's own.
    pub(super) fn is_private(&self) -> bool {
        match self {
            Self::Exact(name) => name == "localhost" || name.ends_with(".localhost"),
            Self::Under(suffix) => suffix.ends_with(".localhost"),
            Self::Address(address) => !Reach::Public.allows(*address),
        }
    }

    /// Whether it means the host of a request.
    pub(super) fn allows(&self, host: &str) -> bool {
        match (self, read(host)) {
            (Self::Address(own), Some(Host::Address(address))) => *own == address,
            (Self::Exact(own), Some(Host::Name(name))) => *own == name,
            (Self::Under(suffix), Some(Host::Name(name))) => is_under(&name, suffix),
            _ => false,
        }
    }

    /// What both mean.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let (left, right) = (self.clone(), other.clone());
        match (self, other) {
            (Self::Exact(name), Self::Under(suffix)) => is_under(name, suffix).then_some(left),
            (Self::Under(suffix), Self::Exact(name)) => is_under(name, suffix).then_some(right),
            (Self::Under(a), Self::Under(b)) if a.ends_with(b.as_str()) => Some(left),
            (Self::Under(a), Self::Under(b)) if b.ends_with(a.as_str()) => Some(right),
            _ => (left == right).then_some(left),
        }
    }
}

/// A suffix begins with a dot, so whatever ends with it and is longer has a label before it.
fn is_under(name: &str, suffix: &str) -> bool {
    name.len() > suffix.len() && name.ends_with(suffix)
}

enum Host {
    Name(String),
    Address(IpAddr),
}

/// The host of a request. None for what could be read in two ways.
fn read(host: &str) -> Option<Host> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<Ipv6Addr>() {
        return Some(Host::Address(address.into()));
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return Some(Host::Address(address.into()));
    }
    check(&name).is_ok().then_some(Host::Name(name))
}

impl FromStr for HostName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let suffix = text.strip_prefix("*.");
        match read(suffix.unwrap_or(text)) {
            Some(Host::Address(address)) if suffix.is_none() => in_reach(address).map(|()| Self::Address(address)),
            Some(Host::Address(_)) => Err("is an address under `*.`; write it whole, or a name".to_owned()),
            Some(Host::Name(name)) if suffix.is_none() => Ok(Self::Exact(name)),
            Some(Host::Name(name)) if name.contains('.') => Ok(Self::Under(format!(".{name}"))),
            Some(Host::Name(_)) => Err("would cover a whole top-level domain; name the domain under `*.`".to_owned()),
            None => Err(check(&suffix.unwrap_or(text).to_ascii_lowercase())
                .err()
                .unwrap_or_else(|| "is neither a name nor an address".to_owned())),
        }
    }
}

/// A name of DNS, of letters, digits, `-` and `_`.
fn check(name: &str) -> Result<(), String> {
    let is_right = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let name = name.strip_suffix('.').unwrap_or(name);
    if !name.is_ascii() {
        return Err("has letters beyond ASCII; write it as DNS has it (`xn--…`)".to_owned());
    }
    if name.len() > 253 {
        return Err("is longer than the 253 characters that a name may have".to_owned());
    }
    for label in name.split('.') {
        if label.is_empty() || label.len() > 63 {
            return Err("has a part between dots that is empty or longer than 63 characters".to_owned());
        }
        if label.contains('*') {
            return Err("has a `*` that is not its first part; write `*.name`, or `*` alone".to_owned());
        }
        if !label.chars().all(is_right) || label.starts_with('-') || label.ends_with('-') {
            return Err(format!("has the part {}; parts are letters, digits and `-` within", shown(label)));
        }
    }
    is_no_number(name)
}

/// `2130706433`, `0x7f.1` and `127.1` are ways to write 127.0.0.1 that some clients understand: what ends in a number is an
/// address, and one is written in full.
fn is_no_number(name: &str) -> Result<(), String> {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_hex = last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    if is_hex || last.bytes().all(|b| b.is_ascii_digit()) {
        return Err("ends in a number; write an address in full, as in `192.0.2.10`, and no range".to_owned());
    }
    Ok(())
}

/// An address that may be asked for.
fn in_reach(address: IpAddr) -> Result<(), String> {
    if Reach::Private.allows(address) {
        return Ok(());
    }
    Err("is an address where clouds keep the credentials of machines, or of no host in particular; it cannot be asked for".to_owned())
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => f.write_str(name),
            Self::Under(suffix) => write!(f, "*{suffix}"),
            Self::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}
