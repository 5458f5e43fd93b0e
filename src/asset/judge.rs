//! What the body of an answer is to who asked for a picture.

use std::time::Duration;

use super::{AssetLimits, Picture, look};

/// What becomes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It is the picture.
    Kept(Picture),
    /// It is a picture, or something else that was meant to be there, that is not kept: why.
    PassedOver(String),
    /// Something came in the place of the picture: what.
    Failed(String),
}

/// What `body` is, which came with a success.
pub fn judge(body: &[u8], limits: &AssetLimits) -> Judgement {
    if body.is_empty() {
        return Judgement::Failed("empty".to_owned());
    }
    let Some(picture) = look(body) else {
        return if is_markup(body) {
            // a challenge, a login, or a page that says that there is no such picture
            Judgement::Failed("a web page in its place".to_owned())
        } else {
            Judgement::PassedOver("not a picture".to_owned())
        };
    };
    if !limits.kinds.contains(&picture.kind) {
        return Judgement::PassedOver(format!("kind {}", picture.kind.name()));
    }
    match picture.size {
        Some((width, height)) if width.min(height) < limits.least_side => {
            Judgement::PassedOver(format!("small ({width}×{height})"))
        }
        _ => Judgement::Kept(picture),
    }
}

fn is_markup(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    first == Some(&b'<')
}

const HOUR: Duration = Duration::from_hours(1);

/// The waits between the tries.
const WAITS: [Duration; 3] = [HOUR, HOUR.saturating_mul(24), HOUR.saturating_mul(24 * 7)];

/// How long to wait after the `tries`th try that failed, the first being 1; nothing where that was the
/// last. `is_gone`: the server says that there is no such picture, which one more look believes.
pub fn retry_after(tries: u32, is_gone: bool) -> Option<Duration> {
    if is_gone {
        return WAITS.get(1).copied().filter(|_| tries <= 1);
    }
    let place = usize::try_from(tries.checked_sub(1)?).ok()?;
    WAITS.get(place).copied()
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::super::kind::tests::png;
    use super::*;

    #[test]
    fn bodies_are_judged_by_what_they_are() {
        let limits = AssetLimits::default();
        let photos = AssetLimits {
            kinds: vec![Kind::Jpeg],
            least_side: 0,
            ..AssetLimits::default()
        };
        let check = |body: &[u8], limits: &AssetLimits, expected: &str| {
            let found = match judge(body, limits) {
                Judgement::Kept(picture) => format!("kept {}", picture.kind.name()),
                Judgement::PassedOver(why) => format!("passed over: {why}"),
                Judgement::Failed(why) => format!("failed: {why}"),
            };
            assert_eq!(found, expected);
        };
        check(&png(640, 480), &limits, "kept png");
        check(&png(1, 1), &limits, "passed over: small (1×1)");
        check(&png(700, 3), &limits, "passed over: small (700×3)");
        check(&png(640, 480), &photos, "passed over: kind png");
        check(b"<svg></svg>", &limits, "kept svg");
        check(
            b" \n<!DOCTYPE html><title>",
            &limits,
            "failed: a web page in its place",
        );
        check(b"%PDF-1.7", &limits, "passed over: not a picture");
        check(b"", &limits, "failed: empty");
        // cut off before its size: kept as it came
        check(b"\x89PNG\r\n\x1A\n", &limits, "kept png");
    }

    #[test]
    fn what_failed_is_tried_again_for_a_while() {
        let hours = |tries, is_gone| retry_after(tries, is_gone).map(|wait| wait.as_secs() / 3600);
        assert_eq!(
            [1, 2, 3, 4].map(|tries| hours(tries, false)),
            [Some(1), Some(24), Some(168), None]
        );
        assert_eq!([1, 2].map(|tries| hours(tries, true)), [Some(24), None]);
        assert_eq!(hours(0, false), None);
    }
}
