//! `export warc`, `wacz` and `cdxj`: looks, for the programs of web archives.
//!
//! What is to be written is read and put into records while what came before is compressed and written.

mod files;
mod lines;
mod records;
mod wacz;

use std::io::BufWriter;

use tokio::sync::mpsc;

use crate::archive::LookScope;
use crate::clock::{Clock as _, SystemClock};
use crate::model::Timestamp;
use crate::query::{self, Captured, Captures};
use crate::store::sqlite::upkeep::Progress;
use crate::warc::{Package, Record};

use crate::cli::args::{CdxjArgs, Looks, Target, WaczArgs, WarcArgs};
use crate::cli::failure::{CliError, Failure};
use crate::cli::progress::Task;
use crate::cli::world;

use super::Export;
use super::place::{FilePen, Place, Unfinished};

use files::Files;
use wacz::Wacz;

/// Looks that may wait to be written. Each may hold a large body.
const WAITING: usize = 4;

/// Bytes written together.
const TOGETHER: usize = 256 << 10;

const SOFTWARE: &str = concat!("zhanwen/", env!("CARGO_PKG_VERSION"));

/// What is exported, of which archive, when.
#[derive(Clone, Debug)]
struct Chosen {
    scope: LookScope,
    /// In words.
    said: String,
    at: Timestamp,
}

impl Chosen {
    /// What the file `filename` of records says of itself.
    fn info(&self, filename: &str) -> Record {
        let facts = [
            ("software", SOFTWARE),
            ("format", "WARC File Format 1.1"),
            (
                "conformsTo",
                "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            ),
            ("description", &self.said),
        ];
        Record::info(filename, self.at, &facts)
    }
}

/// What takes looks.
trait Sink: Send + 'static {
    /// Writes what a look came to.
    fn put(&mut self, captured: &Captured) -> Result<(), Failure>;
}

impl Export<'_> {
    pub(super) async fn warc(&self, args: &WarcArgs) -> Result<(), Failure> {
        let chosen = self.chosen(&args.looks).await?;
        let target = self.file_place(&args.target)?;
        let files = Files::new(chosen.clone(), target, args.max_size, self.stop.clone())?;
        self.drive(&chosen, files).await?.finish()
    }

    pub(super) async fn cdxj(&self, args: &CdxjArgs) -> Result<(), Failure> {
        let chosen = self.chosen(&args.looks).await?;
        let index = self.file_place(&args.target)?;
        let target = Target {
            output: args.target.output.with_extension("warc.gz"),
            force: args.target.force,
        };
        let target = self.file_place(&target)?;
        let file = index.file(&self.stop)?;
        let mut files = Files::new(chosen.clone(), target, args.max_size, self.stop.clone())?;
        files.index(index, file);
        self.drive(&chosen, files).await?.finish()
    }

    pub(super) async fn wacz(&self, args: &WaczArgs) -> Result<(), Failure> {
        let chosen = self.chosen(&args.looks).await?;
        let place = self.file_place(&args.target)?;
        let file = place.file(&self.stop)?;
        let begun =
            pen(&file).and_then(|out| Wacz::begin(out, chosen.at, &chosen.info(wacz::RECORDS)));
        let wacz = Packing {
            wacz: Box::new(begun.map_err(|source| place.refused(source))?),
            place: place.clone(),
        };
        let packed = self.drive(&chosen, wacz).await?;
        let title = place
            .path()
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        let package = Package {
            title: &title,
            description: &chosen.said,
            created: chosen.at,
            software: SOFTWARE,
            main_page: None,
        };
        let ended = packed.wacz.end(&package).and_then(|mut out| {
            use std::io::Write as _;
            out.flush()
        });
        ended.map_err(|source| place.refused(source))?;
        file.finish()
    }

    /// Hands every look of `chosen` to `sink`.
    async fn drive<S: Sink>(&self, chosen: &Chosen, mut sink: S) -> Result<S, Failure> {
        let library = world::open_library(self.settings)?;
        let of = library.count_looks(&chosen.scope).await?;
        let mut task = Task::new(self.logs);
        let (send, mut receive) = mpsc::channel::<Captured>(WAITING);
        let writing = tokio::task::spawn_blocking(move || {
            while let Some(captured) = receive.blocking_recv() {
                sink.put(&captured)?;
            }
            Ok(sink)
        });
        let mut captures = Captures::new(library, chosen.scope.clone());
        let (mut looks, mut pictures, mut lost) = (0_u64, 0_u64, 0_u64);
        let read: Result<(), Failure> = loop {
            match captures.next().await {
                Ok(Some(captured)) => {
                    looks += u64::from(!captured.is_picture);
                    pictures += u64::from(captured.is_picture && !captured.lost);
                    lost += u64::from(captured.lost);
                    // who writes tells below why it takes no more
                    if send.send(captured).await.is_err() {
                        break Ok(());
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            }
            task.tell(Progress {
                doing: "writing captures",
                done: looks,
                of,
            });
        };
        drop(send);
        let written: Result<S, Failure> = match writing.await {
            Ok(written) => written,
            Err(broke) => Err(CliError::Start {
                source: std::io::Error::other(broke),
            }
            .into()),
        };
        drop(task);
        read?;
        let sink = written?;
        if lost > 0 {
            tracing::warn!("answers left out, since their bodies are not kept any more: {lost}");
        }
        tracing::info!("exported {looks} looks and {pictures} pictures of articles");
        Ok(sink)
    }

    async fn chosen(&self, looks: &Looks) -> Result<Chosen, Failure> {
        let library = world::open_library(self.settings)?;
        let at = SystemClock.now();
        let mut pages = Vec::new();
        for url in &looks.url {
            let page = query::find(&library, &world::page_url(url)?).await?;
            pages.push(page.ok_or_else(|| CliError::UnknownPage {
                url: url.clone(),
                archive: self.settings.archive.clone(),
            })?);
        }
        let scope = LookScope {
            sites: world::kept_sites(&library, self.settings, &looks.site).await?,
            pages,
            since: looks.since,
            // what a crawl adds meanwhile is another export's
            until: Some(looks.until.map_or(at, |until| until.min(at))),
        };
        let mut said = vec!["looks".to_owned()];
        said.extend((!looks.url.is_empty()).then(|| format!("at {}", looks.url.join(", "))));
        said.extend((!looks.site.is_empty()).then(|| format!("of {}", looks.site.join(", "))));
        said.extend(looks.since.map(|since| format!("since {since}")));
        said.extend(looks.until.map(|until| format!("before {until}")));
        let archive = self.settings.archive.file_name().unwrap_or_default();
        said.push(format!(
            "in {}, exported at {at}",
            archive.to_string_lossy()
        ));
        Ok(Chosen {
            scope,
            said: said.join(" "),
            at,
        })
    }

    fn file_place(&self, target: &Target) -> Result<Place, Failure> {
        if target.output.as_os_str() == "-" {
            let path = "standard output".into();
            let source = std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "it takes no records; name a file",
            );
            return Err(CliError::Write { path, source }.into());
        }
        Place::new(target, &self.settings.archive)
    }
}

/// A WACZ file and where it goes.
#[derive(Debug)]
struct Packing {
    wacz: Box<Wacz<BufWriter<FilePen>>>,
    place: Place,
}

impl Sink for Packing {
    fn put(&mut self, captured: &Captured) -> Result<(), Failure> {
        let put = self.wacz.put(captured);
        put.map_err(|source| self.place.refused(source))
    }
}

/// What writes into `file`.
fn pen(file: &Unfinished) -> std::io::Result<BufWriter<FilePen>> {
    Ok(BufWriter::with_capacity(TOGETHER, file.pen()?))
}
