//! The ways to come by versions in SQL. A text lies beside what is asked of its version, a page of the file for
//! each, so whatever does not need it goes by indexes that hold the rest.

use rusqlite::Connection;

use crate::archive::{SearchOrder, Versions};
use crate::search::{Condition, Filter};

use crate::store::sqlite::fault::Fault;

/// Where the search begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// With what the index has for the words.
    Words,
    /// With every version.
    Listing,
    /// With every version, the latest published first: few are looked at where many are found.
    Latest,
}

/// What is read beside a version's number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// What the version says of itself: in `v`.
    pub(super) version: bool,
}

impl Needs {
    /// What `condition` asks for.
    pub(super) fn of(condition: &Condition) -> Self {
        let any = |these: &[Condition]| these.iter().map(Self::of).fold(Self::default(), Self::and);
        match condition {
            Condition::Index(_) => Self::default(),
            Condition::Filter(filter) => Self {
                version: match filter {
                    Filter::Source(_)
                    | Filter::Author(_)
                    | Filter::Published(..)
                    | Filter::Seen(..)
                    | Filter::Language(_) => true,
                    Filter::Site(_) | Filter::Views(_) | Filter::Changed | Filter::Gone => false,
                },
            },
            Condition::All(these) | Condition::Any(these) => any(these),
            Condition::Not(inner) => Self::of(inner),
        }
    }

    /// What `order` asks for beside the score.
    pub(super) const fn for_order(order: SearchOrder) -> Self {
        Self {
            version: !matches!(order, SearchOrder::Relevance),
        }
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            version: self.version || other.version,
        }
    }
}

/// The tables of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tables {
    versions: Versions,
    /// Whether the archive has the list of versions without their texts; older ones do not.
    listing: bool,
}

impl Tables {
    pub(super) fn of(connection: &Connection, versions: Versions) -> Result<Self, Fault> {
        let listing = connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'version_listing')",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(Self { versions, listing })
    }

    /// `v`, with what is told of a version in a list.
    pub(super) const fn version(self) -> &'static str {
        if self.listing {
            "version v INDEXED BY version_listing"
        } else {
            "version v"
        }
    }

    /// What a search reads from, with the page of each version as `p`; and how its number is called.
    pub(super) fn from(self, way: Way, needs: Needs) -> (String, &'static str) {
        let version = self.version();
        let (begin, id) = match way {
            Way::Words => ("fts".to_owned(), "fts.rowid"),
            Way::Listing => (version.to_owned(), "v.id"),
            Way::Latest => (
                "version w INDEXED BY version_publish_time".to_owned(),
                "w.id",
            ),
        };
        let all = self.versions == Versions::All;
        let join = if way != Way::Listing && (needs.version || all) {
            format!(" CROSS JOIN {version} ON v.id = {id}")
        } else {
            String::new()
        };
        // those that the search begins with come first; else SQLite knows better
        let cross = if way == Way::Listing { "" } else { "CROSS " };
        let page = if all {
            "p.id = v.page_id".to_owned()
        } else {
            format!("p.current_version_id = {id}")
        };
        let from = format!("{begin}{join} {cross}JOIN page p ON {page} AND p.kind <> 'part'");
        (from, id)
    }
}
