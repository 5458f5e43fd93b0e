//! Teasers: links to other articles with a sentence or two under each.

use super::body::Body;
use super::lines::is_item;
use super::outline::Outline;

/// Whether the body's element holds hardly any prose but that of teasers.
pub(super) fn is_teasers(outline: &Outline<'_>, body: &Body) -> bool {
    let (teasers, prose) = teasers(outline, body);
    teasers >= 3 && prose * 2 < teasers
}

/// How many lines of prose in the body's element follow an item, as teasers do, and how many stand
/// for themselves.
fn teasers(outline: &Outline<'_>, body: &Body) -> (usize, usize) {
    let range = outline.lines_of(body.element);
    let lines = outline.lines.get(range).unwrap_or_default();
    let (mut teasers, mut prose) = (0, 0);
    let mut since_item = usize::MAX;
    for line in lines {
        if is_item(line) {
            since_item = 0;
        } else if line.size >= 40 && !line.is_links() {
            // a date or a picture's caption may stand between an item and its teaser
            if since_item <= 2 {
                teasers += 1;
            } else {
                prose += 1;
            }
            since_item = usize::MAX;
        } else {
            since_item = since_item.saturating_add(1);
        }
    }
    (teasers, prose)
}
