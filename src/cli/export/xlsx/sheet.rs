//! A sheet, row by row.

use std::io::{self, Seek, Write};

use super::cell::{self, HEAD, place, text};
use super::package::Package;
use crate::cli::export::table::{Column, Kind, Value};

const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">";

/// Longer addresses are no links to Excel.
const LONGEST_LINK: usize = 2079;

/// A sheet on its way.
#[derive(Debug)]
pub(super) struct Sheet {
    columns: Vec<Column>,
    rows: u32,
    bytes: u64,
    /// Where links stand, and where they lead.
    links: Vec<(String, String)>,
}

impl Sheet {
    /// Begins the sheet numbered `number` with the names of its columns, which stay in sight.
    pub(super) fn begin<W: Write + Seek>(
        package: &mut Package<W>,
        number: usize,
        columns: &[Column],
    ) -> io::Result<Self> {
        package.part(&format!("xl/worksheets/sheet{number}.xml"))?;
        let selected = if number == 1 {
            " tabSelected=\"1\""
        } else {
            ""
        };
        let widths: String = (1..)
            .zip(columns)
            .map(|(number, column)| {
                let width = width(column);
                format!(
                    "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>"
                )
            })
            .collect::<Vec<_>>()
            .concat();
        let heads: String = columns
            .iter()
            .enumerate()
            .map(|(number, column)| text(&place(number, 1), column.name, HEAD).xml)
            .collect::<Vec<_>>()
            .concat();
        let begin = format!(
            "{BEGIN}<sheetViews><sheetView workbookViewId=\"0\"{selected}>\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             <selection pane=\"bottomLeft\" activeCell=\"A2\" sqref=\"A2\"/></sheetView></sheetViews>\
             <sheetFormatPr defaultRowHeight=\"15\"/><cols>{widths}</cols>\
             <sheetData><row r=\"1\">{heads}</row>"
        );
        package.write_all(begin.as_bytes())?;
        Ok(Self {
            columns: columns.to_vec(),
            rows: 1,
            bytes: 0,
            links: Vec::new(),
        })
    }

    /// Rows so far, that of the names included.
    pub(super) const fn rows(&self) -> u32 {
        self.rows
    }

    /// Bytes of rows so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes a row; answers how many texts had to be cut. At most so many `links` are made, as many as
    /// Excel takes on a sheet; the addresses stand there all the same.
    pub(super) fn row<W: Write + Seek>(
        &mut self,
        package: &mut Package<W>,
        row: &[Value<'_>],
        links: usize,
    ) -> io::Result<u64> {
        self.rows += 1;
        let mut xml = format!("<row r=\"{}\">", self.rows);
        let mut cut = 0;
        for (number, (value, column)) in row.iter().zip(&self.columns).enumerate() {
            let place = place(number, self.rows);
            let link = match value {
                Value::Text(url) if column.kind == Kind::Url && self.links.len() < links => {
                    (url.len() <= LONGEST_LINK).then(|| url.to_string())
                }
                _ => None,
            };
            if let Some(cell) = cell::cell(&place, value, column.kind, link.is_some()) {
                xml.push_str(&cell.xml);
                cut += u64::from(cell.cut);
            }
            self.links.extend(link.map(|link| (place, link)));
        }
        xml.push_str("</row>");
        self.bytes += u64::try_from(xml.len()).unwrap_or(u64::MAX);
        package.write_all(xml.as_bytes())?;
        Ok(cut)
    }

    /// Ends the sheet; answers the range of its cells.
    pub(super) fn end<W: Write + Seek>(
        &mut self,
        package: &mut Package<W>,
        number: usize,
    ) -> io::Result<String> {
        let last = cell::letters(self.columns.len().saturating_sub(1));
        let rows = self.rows;
        write!(package, "</sheetData><autoFilter ref=\"A1:{last}{rows}\"/>")?;
        if !self.links.is_empty() {
            package.write_all(b"<hyperlinks>")?;
            for (number, (place, _)) in (1..).zip(&self.links) {
                let number: u32 = number;
                write!(package, "<hyperlink ref=\"{place}\" r:id=\"rId{number}\"/>")?;
            }
            package.write_all(b"</hyperlinks>")?;
        }
        package.write_all(
            b"<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
              <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/></worksheet>",
        )?;
        if !self.links.is_empty() {
            package.part(&format!("xl/worksheets/_rels/sheet{number}.xml.rels"))?;
            package.write_all(
                b"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
                  <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
            )?;
            for (number, (_, link)) in (1..).zip(&self.links) {
                let number: u32 = number;
                write!(
                    package,
                    "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" Target=\"{}\" TargetMode=\"External\"/>",
                    escaped_address(link)
                )?;
            }
            package.write_all(b"</Relationships>")?;
        }
        Ok(format!("$A$1:${last}${rows}"))
    }
}

/// An address in an attribute: no escapes of Excel's own there.
fn escaped_address(link: &str) -> String {
    let link = link.replace('&', "&amp;").replace('<', "%3C");
    link.replace('>', "%3E").replace('"', "%22")
}

/// Writes a sheet of names and what they are.
pub(super) fn said<W: Write + Seek>(
    package: &mut Package<W>,
    number: usize,
    said: &[(&str, String)],
) -> io::Result<()> {
    package.part(&format!("xl/worksheets/sheet{number}.xml"))?;
    write!(
        package,
        "{BEGIN}<sheetViews><sheetView workbookViewId=\"0\"/></sheetViews>\
         <sheetFormatPr defaultRowHeight=\"15\"/>\
         <cols><col min=\"1\" max=\"1\" width=\"16\" customWidth=\"1\"/>\
         <col min=\"2\" max=\"2\" width=\"90\" customWidth=\"1\"/></cols><sheetData>"
    )?;
    for (row, (name, value)) in (1..).zip(said) {
        let (name, value) = (
            text(&place(0, row), name, HEAD),
            text(&place(1, row), value, 0),
        );
        write!(package, "<row r=\"{row}\">{}{}</row>", name.xml, value.xml)?;
    }
    write!(package, "</sheetData></worksheet>")
}

/// In characters of the body's font.
fn width(column: &Column) -> u32 {
    match (column.kind, column.name) {
        (_, "title" | "title_before") => 48,
        (_, "content_sha256") => 14,
        (Kind::Paragraphs, _) => 60,
        (Kind::Url, _) => 40,
        (Kind::Instant | Kind::PublishTime, _) => 19,
        (Kind::Day, _) => 12,
        (Kind::Integer | Kind::Real | Kind::Boolean, name) => {
            u32::try_from(name.len()).unwrap_or(12).max(8) + 3
        }
        (Kind::Text | Kind::Json, _) => 18,
    }
}
