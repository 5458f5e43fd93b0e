//! A folder of pages that opens without a server: an index by site and month, a list for each month, a
//! page for each article. No scripts, nothing from elsewhere.
//!
//! Lists grow line by line on the disk, so that only the names of months are kept in memory.

mod article;
mod listing;
mod markup;

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};

use crate::archive::{AssetEntry, Dossier};
use crate::cli::failure::Failure;
use crate::model::PageUrl;

use super::Sink;
use super::choice::About;
use super::names::Names;
use super::place::{Place, UnfinishedFolder};
use super::stop::Stop;

use listing::Shelf;

const STYLE: &str = include_str!("style.css");

/// Writes a folder of pages.
#[derive(Debug)]
pub(super) struct Html {
    all_versions: bool,
    names: Names,
    /// Folders of months, by that of their site and the latest first.
    shelves: BTreeMap<String, Shelf>,
    folder: UnfinishedFolder,
    /// The pictures of the article that comes next, by their addresses.
    pictures: HashMap<PageUrl, Shown>,
    stop: Stop,
}

/// A picture in the folder.
#[derive(Debug)]
struct Shown {
    /// Its file, by its digest: a picture that many articles show is there once.
    file: String,
    /// Width and height, where they are known.
    size: Option<(u32, u32)>,
}

/// The folder of pictures; those of sites are called otherwise.
const PICTURES: &str = "pictures";

impl Html {
    /// Begins a folder at `place`.
    pub(super) fn begin(all_versions: bool, place: &Place, stop: &Stop) -> Result<Self, Failure> {
        Ok(Self {
            all_versions,
            names: Names::default(),
            shelves: BTreeMap::new(),
            folder: place.directory()?,
            pictures: HashMap::new(),
            stop: stop.clone(),
        })
    }

    fn end(&self, about: &About) -> io::Result<()> {
        let root = self.folder.path();
        for shelf in self.shelves.values() {
            for month in shelf.months.keys() {
                self.stop.check()?;
                let list = root.join(&shelf.folder).join(month).join("index.html");
                let mut list = OpenOptions::new().append(true).open(list)?;
                list.write_all(listing::month_end(about).as_bytes())?;
            }
        }
        fs::write(root.join("style.css"), STYLE)?;
        let index = listing::index(self.shelves.values(), about);
        fs::write(root.join("index.html"), index)
    }
}

impl Sink for Html {
    fn shows_pictures(&self) -> bool {
        true
    }

    fn picture(&mut self, picture: &AssetEntry, body: &[u8]) -> io::Result<()> {
        let (Some(hash), Some(kind)) = (picture.entity, picture.kind) else {
            return Ok(());
        };
        let folder = self.folder.path().join(PICTURES);
        fs::create_dir_all(&folder)?;
        let file = format!("{hash}.{}", kind.name());
        let path = folder.join(&file);
        if !path.exists() {
            fs::write(path, body)?;
        }
        let size = picture.size;
        self.pictures
            .insert(picture.url.clone(), Shown { file, size });
        Ok(())
    }

    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        self.stop.check()?;
        let name = self.names.of(dossier);
        let site = dossier.current.site.as_str();
        let shelf = self
            .shelves
            .entry(site.to_owned())
            .or_insert_with(|| Shelf::new(site, &name.site));
        let folder = self.folder.path().join(name.folder());
        let is_new = !shelf.months.contains_key(&name.month);
        *shelf.months.entry(name.month.clone()).or_default() += 1;
        if is_new {
            fs::create_dir_all(&folder)?;
        }
        let pictures = std::mem::take(&mut self.pictures);
        let page = article::article(dossier, &pictures, self.all_versions);
        fs::write(folder.join(format!("{}.html", name.file)), page)?;
        let mut list = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("index.html"))?;
        let mut lines = String::new();
        if is_new {
            lines.push_str(&listing::month_begin(site, &name.month));
        }
        lines.push_str(&listing::line(dossier, &name.file));
        list.write_all(lines.as_bytes())?;
        Ok(1)
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.folder.place().refused(source)
    }

    fn finish(self: Box<Self>, about: &About) -> Result<(), Failure> {
        self.end(about).map_err(|source| self.refused(source))?;
        self.folder.finish(about)
    }
}
