//! Ports: which are sensitive, and which of them a group opens.

use guest_sdk::Error;
use std::collections::BTreeSet;
use std::fmt;

/// Remote shells and desktops, files, databases, caches, search, and what steers containers: none of them is made to be
/// reached by everybody.
pub(crate) const SENSITIVE: &str = "20,21,22,23,111,135,139,445,1433,1521,2049,2375,2376,2379,3306,3389,5432,5601,5900,\
    5985,5986,6379,6443,8020,9042,9092,9200,9300,10250,11211,27017,50070";

/// What a group opens to every address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Open {
    /// Every port.
    pub(crate) all: bool,
    /// Ranges, both ends within.
    ranges: Vec<(u16, u16)>,
}

impl Open {
    /// Reads `security_groups.open_ports`. `icmp` is no port.
    pub(crate) fn read(ports: &[String]) -> Result<Self, Error> {
        let mut open = Self::default();
        for text in ports {
            match text.as_str() {
                "all" => open.all = true,
                "icmp" => {}
                range => open.ranges.push(
                    range_of(range).ok_or_else(|| Error::Failed(format!("`{range}` in `open_ports` is no port")))?,
                ),
            }
        }
        Ok(open)
    }

    /// Which of these ports it opens.
    pub(crate) fn of(&self, ports: &[u16]) -> Vec<u16> {
        let is_open = |port: &u16| self.all || self.ranges.iter().any(|(from, to)| (from..=to).contains(&port));
        ports.iter().copied().filter(is_open).collect()
    }

    /// Whether it opens any port at all.
    pub(crate) fn opens_any(&self) -> bool {
        self.all || !self.ranges.is_empty()
    }

    /// What two open together.
    pub(crate) fn join(&mut self, other: &Self) {
        self.all |= other.all;
        self.ranges.extend(&other.ranges);
    }

    /// What passes both, one behind the other.
    pub(crate) fn meet(&self, other: &Self) -> Self {
        match (self.all, other.all) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            (false, false) => {
                let pairs = self.ranges.iter().flat_map(|one| other.ranges.iter().map(move |two| (one, two)));
                let common = pairs.map(|(one, two)| (one.0.max(two.0), one.1.min(two.1)));
                Self { all: false, ranges: common.filter(|(from, to)| from <= to).collect() }
            }
        }
    }
}

/// As `open_ports` has it, in order and each range once.
impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.all {
            return f.write_str("all");
        }
        let ranges: BTreeSet<_> = self.ranges.iter().collect();
        for (at, (from, to)) in ranges.into_iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            if from == to { write!(f, "{from}")? } else { write!(f, "{from}-{to}")? }
        }
        Ok(())
    }
}

/// The parameter.
pub(crate) fn sensitive(ports: &[&str]) -> Result<Vec<u16>, Error> {
    let read = |text: &&str| {
        let why = || Error::Failed(format!("`{text}` in the parameter `ports` is no port: 1 to 65535"));
        text.parse().ok().filter(|port| *port > 0).ok_or_else(why)
    };
    ports.iter().map(read).collect()
}

fn range_of(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some((from.parse().ok()?, to.parse().ok()?))
}

/// Some ports in words: all of a few, else the first and how many.
pub(crate) fn shown(open: &Open, ports: &[u16]) -> String {
    /// More is no help in a title.
    const SHOWN: usize = 5;
    if open.all {
        return "every port".to_owned();
    }
    let names: Vec<_> = ports.iter().take(SHOWN).map(u16::to_string).collect();
    let more = ports.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{} {}{rest}", if ports.len() == 1 { "port" } else { "ports" }, names.join(", "))
}
