//! The User-Agent: honest about who asks, with a way to reach them.

/// The product token that robots.txt groups are matched against (RFC 9309, 2.2.1).
pub(super) const PRODUCT: &str = "zhanwen";

/// `whole` as it is, or the product with its version and where to reach the operator.
pub(super) fn compose(whole: Option<&str>, contact: Option<&str>) -> String {
    if let Some(whole) = whole {
        return whole.to_owned();
    }
    let version = env!("CARGO_PKG_VERSION");
    match contact {
        Some(contact) => format!("{PRODUCT}/{version} (+{contact})"),
        None => format!("{PRODUCT}/{version} (news archiver)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_product_and_the_contact() {
        let told = compose(None, Some("https://www.example.org/about-our-crawler"));
        assert!(told.starts_with("zhanwen/"), "{told}");
        assert!(
            told.ends_with(" (+https://www.example.org/about-our-crawler)"),
            "{told}"
        );
        assert_eq!(compose(Some("Mine/1"), Some("ignored")), "Mine/1");
    }
}
