//! How many files and connections the system lets this process have open.

/// What the archive, the terminal and the resolver need.
const OWN: usize = 32;

/// With fewer, a connection is closed after each answer instead of being kept for the next.
const PLENTY: usize = 512;

/// The limit, where the system tells.
fn limit() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// As many of `hosts` as there are descriptors for: what fails for want of one would count against
/// the host.
pub(super) fn hosts_side_by_side(hosts: usize) -> usize {
    let Some(limit) = limit() else { return hosts };
    let most = limit.saturating_sub(OWN).max(1);
    if hosts > most {
        tracing::warn!(
            "{most} hosts side by side instead of {hosts}: the system allows {limit} open files; \
             raise it with `ulimit -n`"
        );
    }
    hosts.min(most)
}

/// Whether connections may be kept for the next request.
pub(super) fn are_plenty() -> bool {
    limit().is_none_or(|limit| limit >= PLENTY)
}
