//! Who holds a lease, and whether that process is gone: what a killed one held is free at once.
//!
//! A holder is written as `process 4711 started 183920 boot 6f1c… pids 4026531836`: a process by
//! its number and the tick it started at, in one PID namespace of one boot of one machine. Only who
//! lives in the same namespace of the same boot can say that it is gone; about everybody else, and
//! where the system does not tell, nothing is said and the lease runs out by itself.

use std::fs;
use std::io::ErrorKind;

/// A process as the archive names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    process: u32,
    /// Where processes are told apart; without it the number means nothing to anybody.
    place: Option<Place>,
}

/// When the process started, and where its number is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    started: String,
    boot: String,
    pids: String,
}

impl Holder {
    /// This process.
    pub(super) fn this() -> Self {
        Self {
            process: std::process::id(),
            place: Place::of_this_process(),
        }
    }

    /// As it is kept.
    pub(super) fn text(&self) -> String {
        let Self { process, place } = self;
        match place {
            Some(Place {
                started,
                boot,
                pids,
            }) => format!("process {process} started {started} boot {boot} pids {pids}"),
            None => format!("process {process}"),
        }
    }

    /// Whether the holder called `kept` lives or lived where the system tells of its processes.
    pub(super) fn is_beside(&self, kept: &str) -> bool {
        let (Some(here), Some((_process, there))) = (&self.place, read(kept)) else {
            return false;
        };
        here.boot == there.boot && here.pids == there.pids
    }

    /// Whether the holder called `kept` was a process beside this one and is gone for certain.
    pub(super) fn knows_gone(&self, kept: &str) -> bool {
        self.is_beside(kept)
            && read(kept).is_some_and(|(process, there)| is_gone(&process, &there.started))
    }
}

impl Place {
    fn of_this_process() -> Option<Self> {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
        // pid:[4026531836]
        let pids: String = namespace
            .to_str()?
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let boot = boot.trim().to_owned();
        (!boot.is_empty() && !pids.is_empty()).then_some(Self {
            started: Stat::of(&stat)?.started.to_owned(),
            boot,
            pids,
        })
    }
}

/// The number and the place in a kept name.
fn read(kept: &str) -> Option<(String, Place)> {
    let words: Vec<&str> = kept.split(' ').collect();
    let [
        "process",
        process,
        "started",
        started,
        "boot",
        boot,
        "pids",
        pids,
    ] = words.as_slice()
    else {
        return None;
    };
    let _number: u32 = process.parse().ok()?;
    let place = Place {
        started: (*started).to_owned(),
        boot: (*boot).to_owned(),
        pids: (*pids).to_owned(),
    };
    Some(((*process).to_owned(), place))
}

/// Whether no process of that number runs here that started then.
fn is_gone(process: &str, started: &str) -> bool {
    match fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => Stat::of(&stat).is_some_and(|stat| stat.is_over() || stat.started != started),
        // a /proc that hides other people's processes hides the first one too
        Err(error) if error.kind() == ErrorKind::NotFound => fs::metadata("/proc/1/stat").is_ok(),
        Err(_) => false,
    }
}

/// What `/proc/<pid>/stat` says of a process.
struct Stat<'a> {
    state: &'a str,
    started: &'a str,
}

impl<'a> Stat<'a> {
    /// The name, in brackets, may hold anything; what follows its last bracket is numbers.
    fn of(stat: &'a str) -> Option<Self> {
        let (_name, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_ascii_whitespace();
        let state = fields.next()?;
        // field 22 of all, where the state is field 3
        let started = fields.nth(18)?;
        Some(Self { state, started })
    }

    /// Killed, and only not yet buried by its parent.
    fn is_over(&self) -> bool {
        matches!(self.state, "Z" | "X" | "x")
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_is_not_gone() {
        let this = Holder::this();
        assert!(this.place.is_some(), "the system tells of its processes");
        assert!(!this.knows_gone(&this.text()));
    }

    #[test]
    fn a_process_is_gone_once_it_ended_or_another_has_its_number() {
        let this = Holder::this();
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .expect("sleep");
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("stat");
        let beside = Holder {
            process: child.id(),
            place: this.place.clone().map(|place| Place {
                started: Stat::of(&stat).expect("start").started.to_owned(),
                ..place
            }),
        };
        assert!(!this.knows_gone(&beside.text()));
        let predecessor = Holder {
            place: beside.place.clone().map(|place| Place {
                started: "1".to_owned(),
                ..place
            }),
            ..beside.clone()
        };
        assert!(this.knows_gone(&predecessor.text()));

        child.kill().expect("kill");
        // not yet waited for: the system still lists it
        while !this.knows_gone(&beside.text()) {
            std::thread::yield_now();
        }
        child.wait().expect("end");
        assert!(this.knows_gone(&beside.text()));
    }

    #[test]
    fn nothing_is_said_of_processes_elsewhere() {
        let this = Holder::this();
        let gone = |change: fn(&mut Place)| {
            let mut place = this.place.clone().expect("place");
            place.started = "1".to_owned();
            change(&mut place);
            let other = Holder {
                place: Some(place),
                ..this.clone()
            };
            this.knows_gone(&other.text())
        };
        assert!(gone(|_same| {}));
        assert!(!gone(|place| place.boot = "another".to_owned()));
        assert!(!gone(|place| place.pids = "1".to_owned()));
        for unknown in ["", "process 4711", "process x started 1 boot b pids 1"] {
            assert!(!this.knows_gone(unknown), "{unknown}");
        }
    }

    #[test]
    fn a_name_may_hold_brackets_and_blanks() {
        let stat = "7 (a) S (b) Z 1 1 1 0 -1 4 1 0 0 0 1 2 0 0 20 0 1 0 183920 99 0";
        let stat = Stat::of(stat).expect("stat");
        assert_eq!((stat.state, stat.started), ("Z", "183920"));
        assert!(Stat::of("7 (a) S 1").is_none());
    }
}
