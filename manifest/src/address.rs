//! Which addresses of the network a plugin may reach: those of the internet, those of the operator's own network, and those that
//! nobody may grant.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses the name of a host may stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Those of the internet.
    #[default]
    Public,
    /// Private and loopback ones as well.
    Private,
}

impl Reach {
    /// Whether a name may stand for this address. To be asked of each address that a name resolves to, and of the one that is
    /// then connected to.
    pub fn allows(self, address: IpAddr) -> bool {
        match kind(address) {
            Kind::Public => true,
            Kind::Private => self == Self::Private,
            Kind::Never => false,
        }
    }

    /// Whether an address is this machine, or one of the operator's own network.
    pub fn is_private(address: IpAddr) -> bool {
        kind(address) == Kind::Private
    }
}

/// What an address is an address of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A host of the internet.
    Public,
    /// This machine, or one of the operator's network.
    Private,
    /// The services by which clouds tell a machine its credentials, or no host in particular.
    Never,
}

/// Where clouds keep credentials of machines at addresses that are not link-local: Azure's wire server, Alibaba's metadata,
/// Oracle's old metadata.
const METADATA: [Ipv4Addr; 3] =
    [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];

/// The same over IPv6, by their first half: EC2's own services, of which metadata, EKS's credentials of pods, names and time
/// are some, and Google's metadata.
const METADATA_V6: [[u16; 2]; 2] = [[0xfd00, 0xec2], [0xfd20, 0xce]];

pub(crate) fn kind(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(v4) => kind_v4(v4),
        IpAddr::V6(v6) => kind_v6(v6),
    }
}

fn kind_v4(address: Ipv4Addr) -> Kind {
    let [first, second, ..] = address.octets();
    // 0.0.0.0/8 is "this host", which systems take for loopback; 240.0.0.0/4 holds no hosts.
    let is_nothing = first == 0 || first >= 240 || address.is_multicast();
    if is_nothing || address.is_link_local() || METADATA.contains(&address) {
        return Kind::Never;
    }
    // 100.64.0.0/10 is between a provider and its customers, 198.18.0.0/15 for benchmarks within a network.
    let is_shared = first == 100 && second & 0xc0 == 64 || first == 198 && second & 0xfe == 18;
    if is_shared || address.is_private() || address.is_loopback() { Kind::Private } else { Kind::Public }
}

fn kind_v6(address: Ipv6Addr) -> Kind {
    if address.is_loopback() {
        return Kind::Private;
    }
    if let Some(v4) = embedded(address) {
        return kind_v4(v4);
    }
    let [first, second, third, ..] = address.segments();
    if address.is_unspecified() || address.is_multicast() || METADATA_V6.contains(&[first, second]) {
        return Kind::Never;
    }
    // A translator's own prefix, and Teredo: where in them the address of IPv4 stands is for the network to say.
    if [first, second, third] == [0x64, 0xff9b, 1] || [first, second] == [0x2001, 0] {
        return Kind::Never;
    }
    match first {
        first if first & 0xffc0 == 0xfe80 => Kind::Never,
        // Unique local addresses, and the site-local ones that were before them.
        first if first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfec0 => Kind::Private,
        _ => Kind::Public,
    }
}

/// The address of IPv4 that one of IPv6 leads to: written into it (`::ffff:…`, `::…`), by a translator (`::ffff:0:…`), by NAT64
/// (`64:ff9b::…`), or by 6to4 (`2002:…`).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(joined(high, low)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], expected: Kind) {
        for text in texts {
            assert_eq!(kind(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn the_internet_is_public() {
        check(&["1.1.1.1", "100.63.0.1", "100.128.0.1", "172.32.0.1", "198.20.0.1", "223.255.255.255"], Kind::Public);
        check(&["2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"], Kind::Public);
        // Beside Teredo's addresses, which are no host's that could be told.
        check(&["2001:1::1", "2001:4860:4860::8888"], Kind::Public);
    }

    #[test]
    fn a_network_of_ones_own_is_private() {
        check(
            &["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "198.19.0.1"],
            Kind::Private,
        );
        check(&["::1", "fc00::1", "fd12:3456::1", "fec0::1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1"], Kind::Private);
        check(&["::127.0.0.1", "2002:7f00:1::", "::ffff:0:10.0.0.1"], Kind::Private);
    }

    #[test]
    fn where_credentials_are_kept_nobody_may_go() {
        let v4 = ["169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192"];
        check(&v4, Kind::Never);
        check(&["fe80::1", "febf::1", "fd00:ec2::254", "fd20:ce::254", "::ffff:169.254.169.254"], Kind::Never);
        check(&["fd00:ec2::23", "::ffff:0:169.254.169.254", "64:ff9b:1::a9fe:a9fe", "2001:0:1::a9fe"], Kind::Never);
        check(&["64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::a9fe:a9fe"], Kind::Never);
        check(&["0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "255.255.255.255", "240.0.0.1", "ff02::1"], Kind::Never);
        for text in v4 {
            assert!(!Reach::Private.allows(text.parse().unwrap()));
        }
    }

    #[test]
    fn private_addresses_need_their_own_yes() {
        let address = "10.0.0.1".parse().unwrap();
        assert!(Reach::Private.allows(address) && !Reach::Public.allows(address));
        assert!(Reach::Public.allows("1.1.1.1".parse().unwrap()));
    }
}
