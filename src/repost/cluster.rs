//! From pairs that are alike to clusters.

use std::collections::{BTreeMap, HashMap};

/// The clusters that `pairs` join, each in order, the one with the lowest member first.
pub fn clusters(pairs: impl IntoIterator<Item = (i64, i64)>) -> Vec<Vec<i64>> {
    let mut parents: HashMap<i64, i64> = HashMap::new();
    for (one, other) in pairs {
        let (one, other) = (root(&mut parents, one), root(&mut parents, other));
        // the lowest is the root
        parents.insert(one.max(other), one.min(other));
    }
    let members: Vec<i64> = parents.keys().copied().collect();
    let mut found: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for member in members {
        found
            .entry(root(&mut parents, member))
            .or_default()
            .push(member);
    }
    let mut found: Vec<Vec<i64>> = found.into_values().filter(|all| all.len() > 1).collect();
    for cluster in &mut found {
        cluster.sort_unstable();
    }
    found
}

fn root(parents: &mut HashMap<i64, i64>, member: i64) -> i64 {
    let mut way = Vec::new();
    let mut at = member;
    loop {
        let above = *parents.entry(at).or_insert(at);
        if above == at {
            break;
        }
        way.push(at);
        at = above;
    }
    for passed in way {
        parents.insert(passed, at);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pairs_join_is_one_cluster() {
        assert_eq!(clusters([]), Vec::<Vec<i64>>::new());
        let found = clusters([(7, 3), (9, 8), (3, 5), (2, 5)]);
        assert_eq!(found, [vec![2, 3, 5, 7], vec![8, 9]]);
        assert_eq!(clusters([(1, 1)]), Vec::<Vec<i64>>::new());
    }
}
