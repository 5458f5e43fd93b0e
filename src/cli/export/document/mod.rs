//! Articles as documents, in Markdown or plain text: a file for each in folders by site and month, or
//! one file for all.

mod markdown;
mod text;

use std::fs;
use std::io::{self, Write as _};

use crate::archive::Dossier;
use crate::cli::failure::Failure;

use super::Sink;
use super::choice::{About, Choice};
use super::names::Names;
use super::place::{Place, UnfinishedFolder};
use super::stop::Stop;
use super::way::{Pen, Way};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Markdown,
    Text,
}

impl Style {
    const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Text => "txt",
        }
    }

    /// A file of an article.
    fn alone(self, dossier: &Dossier) -> String {
        match self {
            Self::Markdown => markdown::alone(dossier),
            Self::Text => text::article(dossier),
        }
    }

    /// An article among others.
    fn among(self, dossier: &Dossier) -> String {
        match self {
            Self::Markdown => markdown::among(dossier),
            Self::Text => text::among(dossier),
        }
    }

    /// What stands before the articles of one file.
    fn head(self, about: &About) -> String {
        match self {
            Self::Markdown => markdown::head(about),
            Self::Text => text::head(about),
        }
    }

    /// What stands behind them.
    fn foot(self, about: &About) -> String {
        match self {
            Self::Markdown => markdown::foot(about),
            Self::Text => text::foot(about),
        }
    }
}

/// Writes one file.
#[derive(Debug)]
pub(super) struct OneDocument<'a> {
    style: Style,
    way: Way,
    pen: Pen<'a>,
}

impl<'a> OneDocument<'a> {
    /// Writes what stands before the articles: what is asked for; how many they are is known at the end.
    pub(super) fn begin(
        style: Style,
        choice: &Choice,
        way: Way,
        mut pen: Pen<'a>,
    ) -> Result<Self, Failure> {
        let head = style.head(&choice.about("articles", 0, 0));
        pen.write_all(head.as_bytes())
            .map_err(|source| way.refused(source))?;
        Ok(Self { style, way, pen })
    }
}

impl Sink for OneDocument<'_> {
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        self.pen.write_all(self.style.among(dossier).as_bytes())?;
        Ok(1)
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.way.refused(source)
    }

    fn finish(self: Box<Self>, about: &About) -> Result<(), Failure> {
        let Self {
            style,
            way,
            mut pen,
        } = *self;
        let foot = style.foot(about);
        let written = pen.write_all(foot.as_bytes()).and_then(|()| pen.flush());
        drop(pen);
        way.finish(written, &about.object())
    }
}

/// Writes a folder.
#[derive(Debug)]
pub(super) struct Documents {
    style: Style,
    names: Names,
    folder: UnfinishedFolder,
    stop: Stop,
}

impl Documents {
    /// Begins a folder at `place`.
    pub(super) fn begin(style: Style, place: &Place, stop: &Stop) -> Result<Self, Failure> {
        Ok(Self {
            style,
            names: Names::default(),
            folder: place.directory()?,
            stop: stop.clone(),
        })
    }
}

impl Sink for Documents {
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        self.stop.check()?;
        let name = self.names.of(dossier);
        let folder = self.folder.path().join(name.folder());
        fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{}.{}", name.file, self.style.ending()));
        fs::write(file, self.style.alone(dossier))?;
        Ok(1)
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.folder.place().refused(source)
    }

    fn finish(self: Box<Self>, about: &About) -> Result<(), Failure> {
        let file = format!("README.{}", self.style.ending());
        let mut said = self.style.head(about);
        said.push_str(&self.style.foot(about));
        fs::write(self.folder.path().join(file), said).map_err(|source| self.refused(source))?;
        self.folder.finish(about)
    }
}
