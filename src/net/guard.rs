//! Which addresses and ports may be asked: a page must not lead the crawler into the network it
//! runs in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::Host;

use crate::model::{FetchError, PageUrl};

/// Ports of well-known services that are not the web: the list browsers refuse, and the databases.
const NOT_WEB_PORTS: [u16; 90] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432,
    6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 10080, 11211, 27017,
];

/// IPv4 ranges that are not the public internet (IANA's special-purpose registry).
const NOT_PUBLIC_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    // carrier-grade NAT; Alibaba Cloud's metadata service lives here
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    // link-local; the other clouds' metadata services
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([255, 255, 255, 255], 32),
];

/// IPv6 ranges inside the global unicast block `2000::/3` that are not public.
const NOT_PUBLIC_V6: [([u16; 2], u32); 4] = [
    // protocol assignments, Teredo among them
    ([0x2001, 0], 23),
    ([0x2001, 0x0db8], 32),
    // 6to4 carries an IPv4 address of the sender's choice
    ([0x2002, 0], 16),
    ([0x3fff, 0], 20),
];

/// Decides which addresses may be dialled: public ones, and the ranges opened by the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressGuard {
    opened: Vec<IpNet>,
}

impl AddressGuard {
    /// A guard that also lets the ranges of `opened` pass.
    pub const fn new(opened: Vec<IpNet>) -> Self {
        Self { opened }
    }

    /// Whether `address` may be dialled.
    pub fn admits(&self, address: IpAddr) -> bool {
        let canonical = address.to_canonical();
        is_public(canonical)
            || self
                .opened
                .iter()
                .any(|net| net.contains(&canonical) || net.contains(&address))
    }

    /// Refuses ports and literal addresses; names are checked when they are resolved.
    pub fn check(&self, url: &PageUrl) -> Result<(), FetchError> {
        let port = url.as_url().port_or_known_default().unwrap_or_default();
        if NOT_WEB_PORTS.contains(&port) {
            return Err(FetchError::NotFetchable {
                url: url.clone(),
                reason: format!("port {port} is not a web server's"),
            });
        }
        let address = match url.as_url().host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        if self.admits(address) {
            return Ok(());
        }
        Err(FetchError::AddressRefused {
            host: url.host(),
            address: address.to_canonical(),
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|(network, length)| {
            let network = Ipv4Addr::from(*network);
            same_prefix(
                address.to_bits().into(),
                network.to_bits().into(),
                128 - 32 + length,
            )
        }),
        // everything outside 2000::/3 is local, reserved, multicast or wraps an IPv4 address
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            same_prefix(bits, v6([0x2000, 0]), 3)
                && !NOT_PUBLIC_V6
                    .iter()
                    .any(|(network, length)| same_prefix(bits, v6(*network), *length))
        }
    }
}

fn v6([first, second]: [u16; 2]) -> u128 {
    Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0).to_bits()
}

/// Whether two addresses agree in their first `length` bits of 128.
fn same_prefix(one: u128, other: u128, length: u32) -> bool {
    (one ^ other).leading_zeros() >= length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: bool) {
        let admitted = AddressGuard::default().admits(address.parse().unwrap());
        assert_eq!(admitted, expected, "{address}");
    }

    #[test]
    fn only_public_addresses_are_admitted() {
        for address in [
            "1.1.1.1",
            "47.94.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "223.255.255.255",
            "2408:8000::1",
            "2400:3200::1",
            "::ffff:1.1.1.1",
        ] {
            check(address, true);
        }
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn literal_addresses_are_seen_in_every_spelling() {
        let guard = AddressGuard::default();
        for text in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0/",
            "http://１２７.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]:8080/",
        ] {
            let refused = guard.check(&PageUrl::parse(text).unwrap()).unwrap_err();
            assert_eq!(refused.kind(), "address-refused", "{text}");
        }
        assert!(
            guard
                .check(&PageUrl::parse("http://1.1.1.1/").unwrap())
                .is_ok()
        );
    }

    #[test]
    fn an_opened_range_is_admitted() {
        let guard = AddressGuard::new(vec!["127.0.0.0/8".parse().unwrap()]);
        assert!(guard.admits("127.0.0.1".parse().unwrap()));
        assert!(guard.admits("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!guard.admits("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn ports_of_other_services_are_refused() {
        let guard = AddressGuard::default();
        for (port, expected) in [
            (22, Err("not-fetchable")),
            (25, Err("not-fetchable")),
            (3306, Err("not-fetchable")),
            (80, Ok(())),
            (443, Ok(())),
            (8080, Ok(())),
            (8888, Ok(())),
            (9000, Ok(())),
        ] {
            let url = PageUrl::parse(&format!("http://expo.example.cn:{port}/")).unwrap();
            let found = guard.check(&url);
            assert_eq!(
                found.as_ref().map_err(FetchError::kind),
                expected.as_ref().map_err(|kind| *kind),
                "{port}"
            );
        }
    }
}
