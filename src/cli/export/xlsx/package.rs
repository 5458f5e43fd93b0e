//! The container of a workbook and its smaller parts (ECMA-376).

use std::fmt;
use std::io::{self, Seek, SeekFrom, Write};

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, result::ZipError};

use super::cell::escaped;
use crate::cli::export::choice::About;

/// A sheet that is whole.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    /// Its cells, where they are rows under names.
    pub(super) range: Option<String>,
}

/// A container on its way.
pub(super) struct Package<W: Write + Seek>(ZipWriter<Failing<W>>);

/// Fails once. A container that is dropped unfinished is finished by its library, which complains on standard
/// error where that fails; by then the failure is known, and what is written is thrown away.
#[derive(Debug)]
pub(super) struct Failing<W> {
    out: W,
    failed: bool,
}

impl<W> Failing<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, failed: false }
    }

    fn once<T>(&mut self, after: T, doing: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.failed {
            return Ok(after);
        }
        let done = doing(&mut self.out);
        // what was interrupted is tried again
        self.failed = matches!(&done, Err(error) if error.kind() != io::ErrorKind::Interrupted);
        done
    }
}

impl<W: Write> Write for Failing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.once(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.once((), Write::flush)
    }
}

impl<W: Seek> Seek for Failing<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.once(0, |out| out.seek(to))
    }
}

impl<W: Write + Seek> fmt::Debug for Package<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Package").finish_non_exhaustive()
    }
}

impl<W: Write + Seek> Write for Package<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

impl<W: Write + Seek> Package<W> {
    /// An empty container.
    pub(super) fn begin(out: W) -> io::Result<Self> {
        let mut package = Self(ZipWriter::new(Failing::new(out)));
        package.put("_rels/.rels", &format!(
            "<Relationships xmlns=\"{RELATIONS}\">\
             <Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/>\
             <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
             </Relationships>"
        ))?;
        package.put("xl/styles.xml", &styles())?;
        Ok(package)
    }

    /// Begins a part, which is written next.
    pub(super) fn part(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // half the time of the usual level, for a tenth more bytes
            .compression_level(Some(3));
        self.0.start_file(name, options).map_err(told)
    }

    fn put(&mut self, name: &str, xml: &str) -> io::Result<()> {
        self.part(name)?;
        self.write_all(HEAD.as_bytes())?;
        self.write_all(xml.as_bytes())
    }

    /// Writes the parts that know of all sheets, and ends.
    pub(super) fn finish(mut self, sheets: &[Part], about: &About) -> io::Result<()> {
        self.put("xl/workbook.xml", &workbook(sheets))?;
        self.put("xl/_rels/workbook.xml.rels", &relations(sheets))?;
        self.put("docProps/core.xml", &core(about))?;
        self.put("[Content_Types].xml", &types(sheets))?;
        let mut out = self.0.finish().map_err(told)?;
        out.flush()
    }
}

/// What the system said, in its own words and kind.
fn told(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

fn workbook(sheets: &[Part]) -> String {
    let listed: String = (1..)
        .zip(sheets)
        .map(|(number, sheet)| {
            let number: u32 = number;
            format!(
                "<sheet name=\"{}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>",
                escaped(&sheet.name)
            )
        })
        .collect::<Vec<_>>()
        .concat();
    let names: String = (0..)
        .zip(sheets)
        .filter_map(|(number, sheet)| {
            let (number, name): (u32, _) = (number, escaped(&sheet.name));
            let range = sheet.range.as_ref()?;
            Some(format!(
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{number}\" hidden=\"1\">'{name}'!{range}</definedName>\
                 <definedName name=\"_xlnm.Print_Titles\" localSheetId=\"{number}\">'{name}'!$1:$1</definedName>"
            ))
        })
        .collect::<Vec<_>>().concat();
    format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><bookViews><workbookView/></bookViews>\
         <sheets>{listed}</sheets><definedNames>{names}</definedNames></workbook>"
    )
}

fn relations(sheets: &[Part]) -> String {
    let listed: String = (1..=sheets.len())
        .map(|number| {
            format!(
                "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            )
        })
        .collect::<Vec<_>>().concat();
    let styles = sheets.len() + 1;
    format!(
        "<Relationships xmlns=\"{RELATIONS}\">{listed}\
         <Relationship Id=\"rId{styles}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
    )
}

fn types(sheets: &[Part]) -> String {
    const OF: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let listed: String = (1..=sheets.len())
        .map(|number| {
            format!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"{OF}.worksheet+xml\"/>"
            )
        })
        .collect::<Vec<_>>().concat();
    format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{OF}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{OF}.styles+xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         {listed}</Types>"
    )
}

fn core(about: &About) -> String {
    let title = if about.search.is_empty() {
        about.what.to_owned()
    } else {
        format!("{}: {}", about.what, about.search)
    };
    format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title>\
         <dc:creator>{}</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{}</dcterms:created></cp:coreProperties>",
        escaped(&title),
        escaped(&about.tool),
        about.exported_at
    )
}

/// The formats of cells, in the order of their numbers in [`super::cell`].
fn styles() -> String {
    // Chinese Windows and Mac both have it or put another in its place; charset 134 is GB 2312
    let font = |more: &str| {
        format!(
            "<font>{more}<sz val=\"10\"/><name val=\"Microsoft YaHei\"/><family val=\"2\"/><charset val=\"134\"/></font>"
        )
    };
    let format = |number: u32, font: u32, fill: u32| {
        format!(
            "<xf numFmtId=\"{number}\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\"/>"
        )
    };
    let formats = [
        format(0, 0, 0),
        format(0, 1, 2),
        format(0, 2, 0),
        format(164, 0, 0),
        format(165, 0, 0),
        format(166, 0, 0),
        format(2, 0, 0),
    ];
    format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"3\">\
         <numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/>\
         <numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\"/>\
         <numFmt numFmtId=\"166\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm\"/></numFmts>\
         <fonts count=\"3\">{}{}{}</fonts>\
         <fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill>\
         <fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE8ECF3\"/><bgColor indexed=\"64\"/></patternFill></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"{}\">{}</cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>",
        font(""),
        font("<b/>"),
        font("<u/><color rgb=\"FF1F5FBF\"/>"),
        formats.len(),
        formats.concat()
    )
}
