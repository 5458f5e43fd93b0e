//! What pruning came to.

use serde_json::{Value, json};

use crate::store::sqlite::upkeep::{PruneDone, Pruned};

use super::report::bytes;

/// What it came to, as JSON.
pub(in crate::cli) fn pruned_object(done: &PruneDone) -> Value {
    let mut object = tally_object(&done.pruned);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("run".to_owned(), json!(done.run.map(|run| run.0)));
        fields.insert("dry_run".to_owned(), json!(done.run.is_none()));
        fields.insert("complete".to_owned(), json!(done.complete));
    }
    object
}

/// The numbers, as JSON.
fn tally_object(pruned: &Pruned) -> Value {
    json!({
        "bodies": pruned.bodies,
        "freed": pruned.freed,
        "rebased": pruned.rebased,
        "dictionaries": pruned.dictionaries,
        "spared": pruned.spared,
    })
}

/// What it came to.
pub(in crate::cli) fn pruned(done: &PruneDone) -> String {
    let mut lines = tally(&done.pruned, done.run.is_none());
    if !done.complete {
        lines.push("stopped; the next prune goes on".to_owned());
    } else if done.run.is_some() && done.pruned.freed > 0 {
        lines.push("`zhanwen compact` gives the room back to the disk".to_owned());
    }
    lines.join("\n")
}

/// The numbers in words.
fn tally(pruned: &Pruned, dry: bool) -> Vec<String> {
    let (was, were) = if dry {
        ("would be", "would be")
    } else {
        ("was", "were")
    };
    let verb = |count: u64| if count == 1 { was } else { were };
    let Pruned {
        bodies,
        freed,
        rebased,
        dictionaries,
        spared,
    } = *pruned;
    let mut lines = vec![format!(
        "the bytes of {bodies} {} {} given up, {} as they are kept",
        if bodies == 1 { "body" } else { "bodies" },
        verb(bodies),
        bytes(freed),
    )];
    if rebased > 0 {
        lines.push(format!(
            "{rebased} kept against one of them {} kept otherwise",
            verb(rebased)
        ));
    }
    if dictionaries > 0 {
        lines.push(format!(
            "{dictionaries} dictionar{} that nothing needs any more {} given up",
            if dictionaries == 1 { "y" } else { "ies" },
            verb(dictionaries)
        ));
    }
    if spared > 0 {
        lines.push(format!(
            "{spared} {} left, since a body kept against it cannot be read: `zhanwen verify` names that",
            verb(spared)
        ));
    }
    lines
}
