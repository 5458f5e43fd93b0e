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

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_places_inside_it(text in "(name|hosts|start|noise|list|fields|[a-z\\[\\]={}\"'\n 展#.]){0,40}") {
        if let Err(error) = parse("a.toml", &text) {
            proptest::prop_assert!(!error.mistakes().is_empty());
            for mistake in error.mistakes() {
                let (line, column) = mistake.position();
                proptest::prop_assert!(line <= text.matches('\n').count() + 1 && column >= 1);
            }
            let mut drawn = String::new();
            miette::GraphicalReportHandler::new().render_report(&mut drawn, &error)?;
        }
    }
}
