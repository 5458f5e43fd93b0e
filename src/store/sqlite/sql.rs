//! SQL as a reader typed it, over a connection that can do nothing but read.
//!
//! Four locks, each enough by itself: the file is opened read-only, `query_only` is on, statements
//! that would change anything are refused when they are prepared, and what SQLite does not call
//! read-only is not run. Beside them stand limits of time and memory, since an honest question may
//! be too large as well. What the locks let through is argued in
//! `docs/decisions/0020-what-query-allows.md`.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, Statement};

use crate::archive::ArchiveError;
use crate::tabular::Cell;

use super::connection::open_reading;
use super::fault::sqlite_error;

/// Steps of SQLite's machine between two looks at the clock: some tens of microseconds.
const STEPS: i32 = 1000;

/// The largest single value, in bytes: all bodies of an archive joined are no answer.
const VALUE_BYTES: i32 = 128 << 20;

/// Patterns that are longer make `LIKE` slow and find nothing.
const PATTERN_BYTES: i32 = 4096;

/// Pragmas that tell and take a name.
const TELL_OF: [&str; 6] = [
    "table_info",
    "table_xinfo",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
];

/// Pragmas that tell when they are given no value.
const TELL: [&str; 18] = [
    "application_id",
    "collation_list",
    "compile_options",
    // asked by the full-text index itself
    "data_version",
    "database_list",
    "encoding",
    "foreign_key_check",
    "freelist_count",
    "function_list",
    "integrity_check",
    "journal_mode",
    "module_list",
    "page_count",
    "page_size",
    "pragma_list",
    "quick_check",
    "table_list",
    "user_version",
];

/// What a question is answered with, in this order.
#[derive(Debug)]
pub enum Answer {
    /// The names of the columns, once.
    Columns(Vec<String>),
    /// A row, as often as there is one.
    Row(Vec<Cell>),
}

/// A table or view with its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// The names of its columns, in order.
    pub columns: Vec<String>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// SQLite does not understand it.
    #[error("understand the query: {message}")]
    Mistake {
        /// What SQLite says.
        message: String,
        /// The byte of the text it says it of.
        offset: Option<usize>,
    },
    /// It would do something else than read.
    #[error("run {what}: a query only reads")]
    NotReading {
        /// What it would do, as in `DELETE FROM page`.
        what: String,
    },
    /// There is more than one statement.
    #[error(
        "run several statements: a query is one; ask for each by itself, or join them with UNION ALL or WITH"
    )]
    Several,
    /// There is no statement, or one that has no rows.
    #[error("run the query: it asks for nothing")]
    Nothing,
    /// A parameter has no value.
    #[error("run the query without a value for {name}: add `--param {}=VALUE`", bare(.name))]
    Missing {
        /// The parameter, as in `:site`.
        name: String,
    },
    /// A parameter without a name.
    #[error("give a value to a `?`: name it, as in `:site`")]
    Nameless,
    /// A value has no parameter.
    #[error("use the value of `{name}`: the query has no `:{name}`")]
    Unasked {
        /// The name given.
        name: String,
    },
    /// Whoever asked has waited long enough.
    #[error("answer in time")]
    Late,
    /// It needs more memory than it may have.
    #[error("answer in the memory that a query may have")]
    Large,
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// An archive opened for questions in SQL.
#[derive(Debug)]
pub struct SqlDesk {
    connection: Connection,
    path: PathBuf,
    refused: Refused,
}

/// What was refused last, told by the guard to whoever tells the reader.
type Refused = Arc<Mutex<Option<String>>>;

impl SqlDesk {
    /// Opens the archive at `path`. A question is given up when `late` says so; it is asked many
    /// times a second. `memory_bytes` bounds what SQLite holds in this whole process.
    pub fn open(
        path: impl AsRef<Path>,
        memory_bytes: Option<u64>,
        late: impl FnMut() -> bool + Send + 'static,
    ) -> Result<Self, ArchiveError> {
        let path = path.as_ref().to_owned();
        let mut connection = open_reading(&path)?;
        let refused = Refused::default();
        lock(&mut connection, memory_bytes, &refused, late)
            .map_err(|error| sqlite_error(&error, "open the archive for a query", &path))?;
        Ok(Self {
            connection,
            path,
            refused,
        })
    }

    /// Asks `sql`, with `parameters` by name, and hands each piece of the answer to `reader`, who
    /// may have enough.
    pub fn ask(
        &self,
        sql: &str,
        parameters: &[(String, Cell)],
        mut reader: impl FnMut(Answer) -> ControlFlow<()>,
    ) -> Result<(), SqlError> {
        let told = |error| self.told(&error, sql);
        let mut statement = self.connection.prepare(sql).map_err(told)?;
        if !statement.readonly() {
            let what = first_word(sql);
            return Err(SqlError::NotReading { what });
        }
        if statement.column_count() == 0 {
            return Err(SqlError::Nothing);
        }
        bind(&mut statement, parameters, told)?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let count = columns.len();
        if reader(Answer::Columns(columns)).is_break() {
            return Ok(());
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(told)? {
            let cells = (0..count).map(|column| row.get_ref(column).map(cell));
            let cells: Result<Vec<Cell>, _> = cells.collect();
            if reader(Answer::Row(cells.map_err(told)?)).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Every table and view with its columns, views first.
    pub fn shapes(&self) -> Result<Vec<Shape>, SqlError> {
        let mut found: Vec<Shape> = Vec::new();
        let sql = "SELECT m.name, c.name
                   FROM sqlite_schema m, pragma_table_xinfo(m.name) c
                   WHERE m.type IN ('view', 'table') AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'
                         AND m.name NOT LIKE 'fts!_%' ESCAPE '!' AND c.hidden <> 1
                   ORDER BY m.type DESC, m.rowid, c.cid";
        self.ask(sql, &[], |answer| {
            let Answer::Row(cells) = answer else {
                return ControlFlow::Continue(());
            };
            if let [Cell::Text(table), Cell::Text(column)] = cells.as_slice() {
                match found.last_mut().filter(|last| last.name == *table) {
                    Some(last) => last.columns.push(column.clone()),
                    None => found.push(Shape {
                        name: table.clone(),
                        columns: vec![column.clone()],
                    }),
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    fn told(&self, error: &rusqlite::Error, sql: &str) -> SqlError {
        let refused = self
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(what) = refused {
            let first = first_word(sql);
            let reads = ["EXPLAIN", "SELECT", "VALUES", "WITH"].contains(&first.as_str());
            return match what.as_str() {
                // the one that was refused is another
                "" if reads => SqlError::Several,
                "" => SqlError::NotReading { what: first },
                _ => SqlError::NotReading { what },
            };
        }
        match (error, error.sqlite_error_code()) {
            (rusqlite::Error::MultipleStatement, _) => SqlError::Several,
            (_, Some(ErrorCode::OperationInterrupted)) => SqlError::Late,
            (_, Some(ErrorCode::OutOfMemory)) => SqlError::Large,
            (
                rusqlite::Error::SqlInputError {
                    msg,
                    sql: part,
                    offset,
                    ..
                },
                _,
            ) => SqlError::Mistake {
                message: msg.clone(),
                offset: usize::try_from(*offset)
                    .ok()
                    .map(|offset| offset + sql.len().saturating_sub(part.len())),
            },
            (
                rusqlite::Error::SqliteFailure(failure, message),
                Some(ErrorCode::Unknown | ErrorCode::TooBig | ErrorCode::TypeMismatch),
            ) => SqlError::Mistake {
                message: message.clone().unwrap_or_else(|| failure.to_string()),
                offset: None,
            },
            _ => SqlError::Archive(sqlite_error(error, "run a query", &self.path)),
        }
    }
}

/// Sets the locks and limits. The guard comes last: it would refuse the pragmas before it.
fn lock(
    connection: &mut Connection,
    memory_bytes: Option<u64>,
    refused: &Refused,
    late: impl FnMut() -> bool + Send + 'static,
) -> rusqlite::Result<()> {
    // what is sorted spills into a file that the system removes, not into memory
    connection.execute_batch("PRAGMA temp_store = FILE; PRAGMA cell_size_check = ON;")?;
    if let Some(bytes) = memory_bytes {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        connection.pragma_update_and_check(None, "hard_heap_limit", bytes, |_row| Ok(()))?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // a name in double quotes that no column has is a mistake, not text
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_BYTES)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.progress_handler(STEPS, Some(late))?;
    let refused = Arc::clone(refused);
    connection.authorizer(Some(move |context: AuthContext<'_>| {
        match refusal(&context.action) {
            None => Authorization::Allow,
            Some(what) => {
                let mut told = refused.lock().unwrap_or_else(PoisonError::into_inner);
                // what is refused first is what was asked for
                told.get_or_insert(what);
                Authorization::Deny
            }
        }
    }))
}

/// What of a statement is not allowed: nothing, or its name; empty where the statement's own first
/// word says it better.
fn refusal(action: &AuthAction<'_>) -> Option<String> {
    let ours = |table: &str| !table.starts_with("sqlite_");
    match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => None,
        AuthAction::Function { function_name } => {
            let loads = ["load_extension", "fts3_tokenizer"]
                .iter()
                .any(|name| function_name.eq_ignore_ascii_case(name));
            loads.then(|| format!("{function_name}()"))
        }
        AuthAction::Pragma {
            pragma_name,
            pragma_value,
        } => {
            let one_of = |names: &[&str]| {
                let same = |name: &&str| name.eq_ignore_ascii_case(pragma_name);
                names.iter().any(same)
            };
            let tells = one_of(&TELL_OF) || (pragma_value.is_none() && one_of(&TELL));
            (!tells).then(|| format!("PRAGMA {pragma_name}"))
        }
        AuthAction::Insert { table_name } if ours(table_name) => {
            Some(format!("INSERT INTO {table_name}"))
        }
        AuthAction::Update { table_name, .. } if ours(table_name) => {
            Some(format!("UPDATE {table_name}"))
        }
        AuthAction::Delete { table_name } if ours(table_name) => {
            Some(format!("DELETE FROM {table_name}"))
        }
        _ => Some(String::new()),
    }
}

/// Gives every parameter of `statement` its value, and every value its parameter.
fn bind(
    statement: &mut Statement<'_>,
    parameters: &[(String, Cell)],
    told: impl Fn(rusqlite::Error) -> SqlError,
) -> Result<(), SqlError> {
    let mut asked = Vec::new();
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).map(str::to_owned);
        let name = name.ok_or(SqlError::Nameless)?;
        let value = parameters.iter().find(|(given, _)| given == bare(&name));
        let Some((given, value)) = value else {
            return Err(SqlError::Missing { name });
        };
        statement
            .raw_bind_parameter(index, Bound(value))
            .map_err(&told)?;
        asked.push(given.clone());
    }
    match parameters.iter().find(|(name, _)| !asked.contains(name)) {
        Some((name, _)) => Err(SqlError::Unasked { name: name.clone() }),
        None => Ok(()),
    }
}

/// A parameter's name without its sign.
fn bare(name: &str) -> &str {
    name.trim_start_matches([':', '@', '$'])
}

fn first_word(sql: &str) -> String {
    let word = sql.split(|letter: char| !letter.is_ascii_alphabetic());
    let word = word.into_iter().find(|word| !word.is_empty());
    word.unwrap_or_default().to_uppercase()
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    }
}

/// A cell as SQLite takes it.
struct Bound<'a>(&'a Cell);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Cell::Real(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
