//! Files that are made to do harm.

use super::*;

#[test]
fn a_hostile_file_is_refused_without_harm() {
    let deep = format!("{HEAD}noise = {}", "[".repeat(100_000));
    assert!(parse("a.toml", &deep).is_err());
    let many = format!("{HEAD}{}", "[a]\n".repeat(2000));
    assert!(parse("a.toml", &many).is_err());
    let large = format!("{HEAD}noise = '{}'", "div>".repeat(50_000));
    assert!(parse("a.toml", &large).is_err());
    let pattern = format!("{HEAD}[list]\nurls = '(a{{1000}}){{1000}}'");
    assert!(parse("a.toml", &pattern).is_err());
}
