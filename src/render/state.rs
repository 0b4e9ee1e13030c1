//! The state for people and for other programs: what is remembered, and which versions are kept. Values with a variable in them are shown
//! as their masks, and `--redact origins` hides where the traffic goes.
//!
//! `format_version` is "1.0", with the rules of `findings_json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value as Json;

use super::findings_json::{FORMAT_VERSION, write_json};
use super::layout::{packed, padded, visible, width};
use super::style::{self, TermStyle};
use crate::ledger::State;
use crate::model::facts::CachedRefusal;
use crate::model::{Address, Field, Protect, Provenance, Recorded};

/// What the rest of a row is set in by where a table is wider than the terminal.
const BLOCK: &str = "    ";

/// An application as the state remembers it, fit to be shown.
#[derive(Debug, Serialize)]
pub struct Remembered<'a> {
    address: String,
    app_id: &'a str,
    zone_id: &'a str,
    file: &'a str,
    provenance: Provenance,
    applied: bool,
    confirmed: bool,
    protect: Protect,
    labels: &'a BTreeMap<String, String>,
    note: Option<&'a str>,
    fields: BTreeMap<&'static str, Json>,
    #[serde(skip)]
    texts: Vec<(Field, String)>,
}

impl<'a> Remembered<'a> {
    /// What may be shown of a record.
    pub fn new(address: &Address, recorded: &'a Recorded, redact_origins: bool) -> Self {
        let (mut fields, mut texts) = (BTreeMap::new(), Vec::new());
        for (field, value) in recorded.spec().values() {
            let hidden = (redact_origins && field.row().origin).then_some("‹redacted›");
            let mask = recorded.masks.get(field.path()).map(String::as_str).or(hidden);
            fields.insert(
                field.path(),
                mask.map_or_else(|| value.to_json(), |mask| value.masked(mask)),
            );
            texts.push((field, mask.map_or_else(|| value.to_string(), str::to_owned)));
        }
        Remembered {
            address: address.to_string(),
            app_id: recorded.id.as_str(),
            zone_id: recorded.zone_id.as_str(),
            file: &recorded.file,
            provenance: recorded.provenance,
            applied: recorded.applied,
            confirmed: recorded.confirmed,
            protect: recorded.protect,
            labels: &recorded.labels,
            note: recorded.note.as_deref(),
            fields,
            texts,
        }
    }

    fn text(&self, field: Field) -> &str {
        self.texts.iter().find(|(found, _)| *found == field).map_or("", |(_, text)| text)
    }
}

/// The state as a list.
#[derive(Debug)]
pub struct Listing<'a> {
    /// The state.
    pub state: &'a State,
    /// Those of its applications that are to be shown.
    pub apps: Vec<Remembered<'a>>,
    /// The addresses of what was deleted for a replacement and could not be created again.
    pub lost: Vec<String>,
    /// The addresses of steps of which nobody knows how they ended.
    pub open_steps: Vec<String>,
}

#[derive(Serialize)]
struct ListReport<'a> {
    format_version: &'a str,
    lineage: String,
    serial: u64,
    tool: &'a str,
    written_at: String,
    apps: &'a [Remembered<'a>],
    released: Vec<ReleasedEntry<'a>>,
    learned: Vec<CachedRefusal>,
    lost: &'a [String],
    #[serde(rename = "unsettled")]
    open_steps: &'a [String],
}

#[derive(Serialize)]
struct ReleasedEntry<'a> {
    app_id: &'a str,
    address: String,
    when: String,
}

/// Writes the list as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_list_json(out: &mut dyn Write, listing: &Listing<'_>) -> io::Result<()> {
    let state = listing.state;
    let released = state.released.iter().map(|(id, released)| ReleasedEntry {
        app_id: id.as_str(),
        address: released.address.to_string(),
        when: released.when.to_string(),
    });
    write_json(
        out,
        &ListReport {
            format_version: FORMAT_VERSION,
            lineage: state.lineage.to_string(),
            serial: state.serial,
            tool: &state.tool,
            written_at: state.written_at.to_string(),
            apps: &listing.apps,
            released: released.collect(),
            learned: state.learned.iter().map(CachedRefusal::as_shown).collect(),
            lost: &listing.lost,
            open_steps: &listing.open_steps,
        },
    )
}

/// Writes the list as an aligned table.
///
/// # Errors
/// Those of the writer.
pub fn write_list(out: &mut dyn Write, listing: &Listing<'_>, style: TermStyle) -> io::Result<()> {
    let head = ["ADDRESS", "PROTOCOL", "HOSTNAME", "APPLICATION"].map(str::to_owned);
    let row = |app: &Remembered<'_>| {
        [
            app.address.clone(),
            app.text(Field::Protocol).to_owned(),
            app.text(Field::DnsName).to_owned(),
            app.app_id.to_owned(),
        ]
    };
    let rows: Vec<[String; 4]> = listing.apps.iter().map(row).collect();
    if rows.is_empty() {
        writeln!(
            out,
            "The state holds no application{}.",
            if listing.state.apps.is_empty() { "" } else { " that matches" }
        )?;
    } else {
        write_table(out, &head, &rows, style)?;
    }
    for address in listing.lost.iter().map(|address| visible(address)) {
        writeln!(
            out,
            "{address} is down: it was deleted for a replacement that failed. `spectrumctl apply --restore {address}` creates it as it was."
        )?;
    }
    for address in &listing.open_steps {
        writeln!(
            out,
            "A step on {} has no end on record; the next apply looks how it ended.",
            visible(address)
        )?;
    }
    Ok(())
}

/// Writes rows under a head, each column as wide as its widest text.
pub(super) fn write_table<const N: usize>(
    out: &mut dyn Write,
    head: &[String; N],
    rows: &[[String; N]],
    style: TermStyle,
) -> io::Result<()> {
    let widest = |column: usize| {
        rows.iter().chain([head]).map(|row| width(&row[column])).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..N).map(widest).collect();
    if widths.iter().sum::<usize>() + 2 * N.saturating_sub(1) > style.width {
        return write_blocks(out, rows, style);
    }
    let line = |row: &[String; N]| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(text, width)| padded(&visible(text), *width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    writeln!(out, "{}", style.paint(style::STRONG, line(head)))?;
    rows.iter().try_for_each(|row| writeln!(out, "{}", line(row)))
}

/// Writes the rows of a table that is wider than the terminal: the first cell alone, and the others below it.
fn write_blocks<const N: usize>(
    out: &mut dyn Write,
    rows: &[[String; N]],
    style: TermStyle,
) -> io::Result<()> {
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| visible(cell)).collect();
        let (first, others) = cells.split_at(1);
        writeln!(out, "{}", style.paint(style::STRONG, first.concat()))?;
        let others = others.iter().map(String::as_str).filter(|cell| !cell.is_empty());
        for line in packed(others, style.width.saturating_sub(BLOCK.len())) {
            writeln!(out, "{BLOCK}{line}")?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct AppReport<'a> {
    format_version: &'a str,
    #[serde(flatten)]
    app: &'a Remembered<'a>,
}

/// Writes one application as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_app_json(out: &mut dyn Write, app: &Remembered<'_>) -> io::Result<()> {
    write_json(out, &AppReport { format_version: FORMAT_VERSION, app })
}

/// Writes one application as text.
///
/// # Errors
/// Those of the writer.
pub fn write_app(out: &mut dyn Write, app: &Remembered<'_>, style: TermStyle) -> io::Result<()> {
    let came = match app.provenance {
        Provenance::Created => "created",
        Provenance::Adopted => "adopted",
        Provenance::Imported => "imported",
    };
    let protect = match app.protect {
        Protect::Off => "no",
        Protect::On => "yes",
        Protect::Strict => "strict",
    };
    let since = match (app.confirmed, app.applied) {
        (false, _) => ", restored and not confirmed by an apply",
        (true, false) => ", not applied since",
        (true, true) => "",
    };
    let mut rows: Vec<(&str, String)> = vec![
        ("application", app.app_id.to_owned()),
        ("zone", app.zone_id.to_owned()),
        ("file", app.file.to_owned()),
        ("origin of the record", format!("{came}{since}")),
        ("protected", protect.to_owned()),
    ];
    rows.extend(app.labels.iter().map(|(key, value)| ("label", format!("{key}={value}"))));
    rows.extend(app.note.map(|note| ("note", note.to_owned())));
    rows.extend(app.texts.iter().map(|(field, text)| (field.path(), text.clone())));
    let names = rows.iter().map(|(name, _)| width(name)).max().unwrap_or_default();
    writeln!(out, "{}", style.paint(style::STRONG, &app.address))?;
    rows.iter()
        .try_for_each(|(name, text)| writeln!(out, "  {}  {}", padded(name, names), visible(text)))
}
