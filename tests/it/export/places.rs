//! Where exports go: whole or not at all, and never over what is there.

use std::fs;

use super::{archived, beside, done};
use crate::cli::said;

#[test]
fn what_is_there_stays_unless_replacing_is_asked_for() {
    let (desk, _site) = archived();
    fs::write(desk.path("mine.csv"), "mine").unwrap();
    let refused = desk.run(&["export", "csv", "-o", "mine.csv"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("--force"), "{}", said(&refused));
    assert_eq!(fs::read_to_string(desk.path("mine.csv")).unwrap(), "mine");
    assert_eq!(beside(&desk), ["mine.csv"]);
    done(&desk.run(&["export", "csv", "-o", "mine.csv", "--force"]));
    assert!(fs::read_to_string(desk.path("mine.csv")).unwrap().len() > 1000);
    // what stands beside it stays as well
    fs::remove_file(desk.path("mine.csv")).unwrap();
    let refused = desk.run(&["export", "csv", "-o", "mine.csv"]);
    assert!(
        said(&refused).contains("mine.csv-metadata.json"),
        "{}",
        said(&refused)
    );
}

#[test]
fn the_archive_is_never_written_over() {
    let (desk, _site) = archived();
    let refused = desk.run(&["export", "csv", "-o", "./archive.db", "--force"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("it is the archive"),
        "{}",
        said(&refused)
    );
    done(&desk.run(&["stats"]));
}

/// A limit on the size of files is met as a full disk is.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let (desk, _site) = archived();
    let limited = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 200; exec \"$0\" export csv -o big.csv"])
        .arg(env!("CARGO_BIN_EXE_zhanwen"))
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    assert_eq!(limited.status.code(), Some(1), "{}", said(&limited));
    assert!(
        said(&limited).contains("write big.csv"),
        "{}",
        said(&limited)
    );
    assert!(beside(&desk).is_empty(), "{:?}", beside(&desk));
}
