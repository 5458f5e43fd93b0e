//! `zhanwen export`: what is kept, as files that other programs and people open.
//!
//! A [`Choice`] is what a search means; it is read in portions while the last one is written, so that
//! memory does not grow with what is found. Each format has a file of its own; what they write goes
//! to a [`Place`], where it is only when it is whole.

mod choice;
mod csv;
mod document;
mod facts;
mod html;
mod jsonl;
mod names;
mod parquet;
mod place;
mod stop;
mod table;
mod way;
mod web;
mod xlsx;

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::archive::{AssetEntry, Dossier, DossierScope, Library};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::store::sqlite::upkeep::Progress;

use super::args::{
    CsvArgs, DocumentArgs, ExportArgs, ExportFormat, HtmlArgs, JsonlArgs, ParquetArgs, Selection,
    Target, XlsxArgs,
};
use super::exit::Exit;
use super::failure::Failure;
use super::logging::Logs;
use super::output::Output;
use super::progress::Task;
use super::world;

use choice::{About, Choice};
use csv::Csv;
use document::{Documents, OneDocument, Style};
use html::Html;
use jsonl::JsonLines;
use parquet::{Folder, OneFile};
use place::Place;
use stop::Stop;
use way::{Pen, Way};
use xlsx::Xlsx;

/// Runs the command.
pub(super) async fn run(
    args: &ExportArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let export = Export {
        settings,
        logs,
        stop: Stop::at_signals(),
    };
    let done = match &args.format {
        ExportFormat::Csv(args) => export.csv(args, output).await,
        ExportFormat::Xlsx(args) => export.xlsx(args).await,
        ExportFormat::Jsonl(args) => export.jsonl(args, output).await,
        ExportFormat::Parquet(args) => export.parquet(args).await,
        ExportFormat::Markdown(args) => export.documents(args, Style::Markdown, output).await,
        ExportFormat::Text(args) => export.documents(args, Style::Text, output).await,
        ExportFormat::Html(args) => export.html(args).await,
        ExportFormat::Warc(args) => export.warc(args).await,
        ExportFormat::Wacz(args) => export.wacz(args).await,
        ExportFormat::Cdxj(args) => export.cdxj(args).await,
    };
    match done {
        Ok(()) => Ok(Exit::Success),
        // whatever it was that failed then, it failed since it was to stop
        Err(_) if export.stop.is_asked() => Ok(Exit::Interrupted),
        Err(failure) => Err(failure),
    }
}

/// What every format works with.
struct Export<'a> {
    settings: &'a Settings,
    logs: &'a Logs,
    stop: Stop,
}

impl Export<'_> {
    fn choice(&self, selection: &Selection) -> Result<Choice, Failure> {
        Choice::new(selection, self.settings, SystemClock.now())
    }

    /// Writes the articles of `choice` into `sink`, as rows of `what`.
    async fn write(
        &self,
        choice: &Choice,
        what: &'static str,
        scope: DossierScope,
        mut sink: Box<dyn Sink + '_>,
    ) -> Result<(), Failure> {
        let library = world::open_library(self.settings)?;
        let pages = choice.found(&library).await?;
        let of = u64::try_from(pages.len()).unwrap_or(u64::MAX);
        let mut task = Task::new(self.logs);
        let (mut rows, mut articles) = (0, 0);
        let mut portions = choice::read(Arc::clone(&library), pages, scope);
        while let Some(portion) = portions.recv().await {
            for dossier in portion? {
                if sink.shows_pictures() {
                    self.pictures(&library, &dossier, sink.as_mut()).await?;
                }
                let taken = self.stop.check().and_then(|()| sink.take(&dossier));
                rows += match taken {
                    Ok(rows) => rows,
                    // the reader of a pipe has enough
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                    Err(error) => return Err(sink.refused(error)),
                };
                articles += 1;
            }
            task.tell(Progress {
                doing: "writing articles",
                done: articles,
                of,
            });
        }
        sink.finish(&choice.about(what, rows, articles))?;
        drop(task);
        tracing::info!("exported {rows} rows of {articles} articles");
        Ok(())
    }

    /// Hands over the pictures that are kept of an article, one body at a time.
    async fn pictures(
        &self,
        library: &Arc<dyn Library>,
        dossier: &Dossier,
        sink: &mut (dyn Sink + '_),
    ) -> Result<(), Failure> {
        for picture in library.assets(dossier.page, None).await? {
            let Some(hash) = picture.entity else { continue };
            let Some(body) = library.entity(hash).await? else {
                continue;
            };
            let taken = self
                .stop
                .check()
                .and_then(|()| sink.picture(&picture, &body));
            taken.map_err(|error| sink.refused(error))?;
        }
        Ok(())
    }

    async fn csv(&self, args: &CsvArgs, output: &mut Output) -> Result<(), Failure> {
        let choice = self.choice(&args.selection)?;
        let what = args.sheet.rows();
        let (way, pen) = self.way(&args.target, true, output)?;
        let sink = Csv::begin(args, what, way, pen)?;
        let scope = table::scope(what);
        self.write(&choice, what.name(), scope, Box::new(sink))
            .await
    }

    async fn jsonl(&self, args: &JsonlArgs, output: &mut Output) -> Result<(), Failure> {
        let choice = self.choice(&args.selection)?;
        let what = args.sheet.rows();
        let (way, pen) = self.way(&args.target, true, output)?;
        let sink = JsonLines::new(what, way, pen);
        let scope = DossierScope {
            looks: true,
            ..table::scope(what)
        };
        self.write(&choice, what.name(), scope, Box::new(sink))
            .await
    }

    async fn xlsx(&self, args: &XlsxArgs) -> Result<(), Failure> {
        let choice = self.choice(&args.selection)?;
        let what = args.sheet.rows();
        let place = self.place(&args.target)?;
        let sink = Xlsx::begin(what, place, &self.stop)?;
        let scope = table::scope(what);
        self.write(&choice, what.name(), scope, Box::new(sink))
            .await
    }

    async fn parquet(&self, args: &ParquetArgs) -> Result<(), Failure> {
        let choice = self.choice(&args.selection)?;
        let what = args.sheet.rows();
        let place = self.place(&args.target)?;
        let sink: Box<dyn Sink> = if args.single {
            Box::new(OneFile::begin(what, place, &self.stop)?)
        } else {
            Box::new(Folder::begin(what, &choice, &place, &self.stop)?)
        };
        let scope = table::scope(what);
        self.write(&choice, what.name(), scope, sink).await
    }

    async fn documents(
        &self,
        args: &DocumentArgs,
        style: Style,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let choice = self.choice(&args.selection)?;
        let sink: Box<dyn Sink> = if args.single || args.target.output == Path::new("-") {
            let (way, pen) = self.way(&args.target, false, output)?;
            Box::new(OneDocument::begin(style, &choice, way, pen)?)
        } else {
            let place = self.place(&args.target)?;
            Box::new(Documents::begin(style, &place, &self.stop)?)
        };
        let scope = DossierScope {
            all_versions: args.all_versions,
            looks: false,
        };
        self.write(&choice, "articles", scope, sink).await
    }

    async fn html(&self, args: &HtmlArgs) -> Result<(), Failure> {
        let choice = self.choice(&args.selection)?;
        let place = self.place(&args.target)?;
        let sink = Html::begin(args.all_versions, &place, &self.stop)?;
        let scope = DossierScope {
            all_versions: true,
            looks: true,
        };
        self.write(&choice, "articles", scope, Box::new(sink)).await
    }

    fn place(&self, target: &Target) -> Result<Place, Failure> {
        Place::new(target, &self.settings.archive)
    }

    fn way<'a>(
        &self,
        target: &Target,
        beside: bool,
        output: &'a mut Output,
    ) -> Result<(Way, Pen<'a>), Failure> {
        Way::open(target, &self.settings.archive, beside, &self.stop, output)
    }
}

/// Writes articles in some format.
trait Sink {
    /// Whether it shows pictures, so that they are worth reading.
    fn shows_pictures(&self) -> bool {
        false
    }

    /// Is given a picture of the article that comes next.
    fn picture(&mut self, _picture: &AssetEntry, _body: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Writes what `dossier` makes; answers how many rows that were.
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64>;

    /// What failed, and where.
    fn refused(&self, source: io::Error) -> Failure;

    /// Writes what comes after the last one, and puts all in its place.
    fn finish(self: Box<Self>, about: &About) -> Result<(), Failure>;
}
