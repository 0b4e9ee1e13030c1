//! The table of codes and rules: each entry is whole, has a name of its own, and stands in its order.

use std::collections::BTreeSet;

use spectrumctl::codes::{self, CODES, Code};

#[test]
fn every_code_is_whole_and_named_once() {
    let mut named = BTreeSet::new();
    for code in CODES {
        assert!(
            named.insert(code.slug) && !code.title.is_empty() && !code.causes.is_empty(),
            "{}",
            code.name()
        );
        assert!(code.docs.starts_with("https://developers.cloudflare.com/"), "{}", code.name());
        assert!(code.number.is_none() || !code.http_status.is_empty(), "{}", code.name());
        for cause in code.causes {
            assert!(named.insert(cause.slug), "{} names two things", cause.slug);
            assert!(
                cause.keywords.iter().all(|keyword| *keyword == keyword.to_lowercase()),
                "{}",
                cause.slug
            );
            assert!(
                cause.check.is_some() || cause.known != codes::Known::Offline,
                "{}",
                cause.slug
            );
        }
    }
}

#[test]
fn the_table_stands_by_number_and_then_by_slug() {
    let order =
        |code: &Code| (code.number.is_none(), code.number, code.number.map_or(code.slug, |_| ""));
    assert!(CODES.is_sorted_by(|a, b| order(a) < order(b)));
    assert_eq!(
        codes::find_number(11004).map(|code| code.slug),
        codes::find("dns-type-changed").map(|code| code.slug)
    );
}
