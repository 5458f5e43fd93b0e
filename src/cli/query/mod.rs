//! `zhanwen query`: a question in SQL, answered as a table or for other programs.

mod mistake;
mod patience;
mod schema;
mod sheet;

use std::fmt::Debug;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::config::Settings;
use crate::store::sqlite::{Answer, SqlDesk};
use crate::tabular::{Cell, Format, RowWriter, writer};

use super::args::{QueryArgs, QueryFormat};
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::{Output, Paint, harmless};
use super::render::Grid;

use patience::Patience;
use sheet::Sheet;

pub use mistake::QueryError;

/// Rows of a table unless told: more are not read, and take long to draw.
const TABLE_ROWS: u64 = 1000;

/// Runs the command. It waits for nobody but the disk, so it needs no runtime; Ctrl-C ends it as it
/// ends any program.
pub(super) fn run(
    args: &QueryArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if args.schema {
        return schema::run(args.sql.as_deref(), output);
    }
    let sql = question(args)?;
    let format = format(args);
    let patience = Arc::new(Patience::new(args.timeout));
    let late = {
        let patience = Arc::clone(&patience);
        move || patience.is_over()
    };
    let desk = SqlDesk::open(&settings.archive, Some(args.memory), late)?;
    let limit = match (args.limit, format) {
        (Some(0), _) => u64::MAX,
        (Some(limit), _) => limit,
        (None, QueryFormat::Table) => TABLE_ROWS,
        (None, _) => u64::MAX,
    };

    let mut sheet = Sheet::open(args.output.as_deref(), &settings.archive, output)?;
    let drawing = Drawing {
        format,
        width: (sheet.is_terminal() && format == QueryFormat::Table).then(Output::width),
        csv: Format::Csv {
            mark: !args.no_bom && !sheet.is_terminal(),
            guard: !args.no_guard,
        },
        paint: sheet.paint(),
    };
    // JSON escapes what a terminal would obey, and a table shows it; the others keep text as it is
    let tame = sheet.is_terminal() && matches!(format, QueryFormat::Csv | QueryFormat::Markdown);
    let mut answering = Answering {
        drawing,
        tame,
        limit,
        patience: &patience,
        out: Some(sheet.writer()),
        drawn: None,
        rows: 0,
        cut: false,
        written: Ok(()),
    };
    let asked = desk.ask(&sql, &args.parameters, |answer| answering.take(answer));
    asked.map_err(|error| QueryError::of(error, &sql, &desk, args))?;
    let (written, cut) = answering.end();
    sheet.close(written)?;
    if cut {
        tracing::warn!("there are more than {limit} rows: `--limit 0` gives all");
    }
    Ok(Exit::Success)
}

/// An answer on its way from the archive to where it is written.
#[derive(Debug)]
struct Answering<'a, W> {
    drawing: Drawing,
    tame: bool,
    limit: u64,
    patience: &'a Patience,
    /// Until the columns are known.
    out: Option<W>,
    drawn: Option<Box<dyn RowWriter + 'a>>,
    rows: u64,
    cut: bool,
    written: io::Result<()>,
}

impl<'a, W: io::Write + Debug + 'a> Answering<'a, W> {
    fn take(&mut self, answer: Answer) -> ControlFlow<()> {
        if matches!(answer, Answer::Row(_)) && self.rows == self.limit {
            self.cut = true;
            return ControlFlow::Break(());
        }
        self.written = self.write(answer);
        match self.written {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn write(&mut self, answer: Answer) -> io::Result<()> {
        match (answer, &mut self.drawn) {
            (Answer::Columns(columns), _) => {
                if let Some(out) = self.out.take() {
                    self.drawn = Some(self.drawing.begin(&columns, out)?);
                }
                Ok(())
            }
            (Answer::Row(cells), Some(drawn)) => {
                self.rows += 1;
                let cells = if self.tame {
                    cells.into_iter().map(tamed).collect()
                } else {
                    cells
                };
                self.patience.paused(|| drawn.row(&cells))
            }
            // rows come after their columns
            (Answer::Row(_), None) => Ok(()),
        }
    }

    /// What the writing came to, and whether there was more.
    fn end(self) -> (io::Result<()>, bool) {
        let written = self.written.and_then(|()| match self.drawn {
            Some(mut drawn) => drawn.finish(),
            None => Ok(()),
        });
        (written, self.cut)
    }
}

/// The SQL, from where it stands.
fn question(args: &QueryArgs) -> Result<String, Failure> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| CliError::ReadQuery { path, source }
    };
    let sql = match (&args.file, args.sql.as_deref()) {
        (Some(path), _) => std::fs::read_to_string(path).map_err(unreadable(path))?,
        (None, Some("-") | None) => {
            let mut typed = String::new();
            let input = Path::new("standard input");
            let read = io::stdin().read_to_string(&mut typed);
            read.map_err(unreadable(input))?;
            typed
        }
        (None, Some(sql)) => sql.to_owned(),
    };
    // editors of Windows begin a file with it
    Ok(sql.trim_start_matches('\u{feff}').to_owned())
}

fn format(args: &QueryArgs) -> QueryFormat {
    let extension = args.output.as_ref().and_then(|path| path.extension());
    let named = extension
        .and_then(|extension| extension.to_str())
        .and_then(QueryFormat::of_extension);
    args.format.or(named).unwrap_or(QueryFormat::Table)
}

/// `cell` without what would act on a terminal.
fn tamed(cell: Cell) -> Cell {
    match cell {
        Cell::Text(text) => {
            let lines: Vec<String> = text.split('\n').map(harmless).collect();
            Cell::Text(lines.join("\n"))
        }
        other => other,
    }
}

/// How the answer is to look.
#[derive(Debug, Clone, Copy)]
struct Drawing {
    format: QueryFormat,
    /// Of the terminal, for a table on one.
    width: Option<usize>,
    csv: Format,
    paint: Paint,
}

impl Drawing {
    fn begin<'a>(
        self,
        columns: &[String],
        out: impl io::Write + Debug + 'a,
    ) -> io::Result<Box<dyn RowWriter + 'a>> {
        match self.format {
            QueryFormat::Table => Ok(Box::new(Grid::new(columns, self.width, self.paint, out))),
            QueryFormat::Csv => writer(self.csv, columns, out),
            QueryFormat::Json => writer(Format::Json, columns, out),
            QueryFormat::Jsonl => writer(Format::JsonLines, columns, out),
            QueryFormat::Markdown => writer(Format::Markdown, columns, out),
        }
    }
}
