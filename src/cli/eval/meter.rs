//! What reading costs: processor time and memory, as Linux tells them.

use std::time::Duration;

/// What a run cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Threads.
    pub(crate) jobs: usize,
    /// On the wall's clock, reading and scoring.
    pub(crate) elapsed: Duration,
    /// On the processor, reading alone; where the system tells.
    pub(crate) cpu: Option<Duration>,
    /// The most memory the process held; where the system tells.
    pub(crate) peak_memory_bytes: Option<u64>,
}

/// Processor time that this thread has used.
pub(super) fn thread_time() -> Option<Duration> {
    // the kernel brings the number up to date when it chooses who runs next
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split_ascii_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// The most memory that this process has held.
pub(super) fn peak_memory_bytes() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_takes_time_and_memory() {
        let Some(before) = thread_time() else {
            // a kernel built without the accounting
            return;
        };
        let heap: Vec<u64> = (0..4_000_000).map(std::hint::black_box).collect();
        assert!(thread_time().expect("it was told before") > before);
        let held = u64::try_from(heap.len() * 8).expect("a few million bytes");
        assert!(peak_memory_bytes().is_none_or(|peak| peak >= held));
    }
}
