//! One application as it is configured, recorded and live, field by field, with what differs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value as Json;

use super::findings_json::{FORMAT_VERSION, write_json as write_value};
use super::layout::{visible, width};
use super::style::{self, TermStyle};
use crate::config::App;
use crate::model::{Address, Field, Live, Recorded, Spec, Value};

/// An application from three sides; a side that there is not is none.
#[derive(Debug)]
pub struct Sides<'a> {
    address: &'a Address,
    app_id: Option<&'a str>,
    configured: Option<Spec>,
    recorded: Option<Spec>,
    live: Option<Spec>,
    /// Whether it was deleted for a replacement that failed, and is down since.
    is_lost: bool,
    /// Whether the state was read whole, so that what it lacks is not recorded.
    is_whole: bool,
    /// What is shown in the place of a field's values, because a variable went into it.
    masks: Vec<(Field, String)>,
}

impl<'a> Sides<'a> {
    /// The three sides of the application at an address; `is_whole` is whether the state was read whole.
    pub fn new(
        address: &'a Address,
        app: Option<&App>,
        recorded: Option<&'a Recorded>,
        live: Option<&'a Live>,
        is_whole: bool,
    ) -> Sides<'a> {
        let configured = app.map(|app| {
            let given = app.draft.given.iter();
            Spec::new(given.map(|(field, given)| (*field, given.value.clone())))
        });
        let declared = app.into_iter().flat_map(|app| &app.draft.given);
        let written = recorded.into_iter().flat_map(|recorded| &recorded.masks);
        let masks =
            declared.filter_map(|(field, given)| Some((*field, given.mask.clone()?))).chain(
                written.filter_map(|(path, mask)| Some((Field::with_path(path)?, mask.clone()))),
            );
        Sides {
            address,
            app_id: live
                .map(|live| live.id.as_str())
                .or(recorded.map(|recorded| recorded.id.as_str())),
            masks: masks.collect(),
            configured,
            recorded: recorded.map(Recorded::spec),
            live: live.map(|live| live.spec.clone()),
            is_lost: false,
            is_whole,
        }
    }

    /// The same with whether it was deleted for a replacement that failed.
    #[must_use]
    pub fn lost(self, is_lost: bool) -> Self {
        Sides { is_lost, ..self }
    }

    /// The fields that any side has, with whether the sides that exist agree.
    fn rows(&self) -> Vec<Row> {
        let all = [&self.configured, &self.recorded, &self.live];
        let is_set = |field: &Field| {
            all.iter().any(|spec| spec.as_ref().is_some_and(|spec| spec.get(*field).is_some()))
        };
        Field::all()
            .filter(is_set)
            .map(|field| {
                let values = all.map(|spec| spec.as_ref().map(|spec| spec.effective(field)));
                let mut known = values.iter().flatten();
                let first = known.next();
                let differs = known.any(|value| Some(value) != first);
                let mask = self.masks.iter().find(|(of, _)| *of == field).map(|(_, mask)| mask);
                let show = |value: &Value| match mask {
                    Some(mask) => (mask.clone(), value.masked(mask)),
                    None => (value.to_string(), value.to_json()),
                };
                Row {
                    field,
                    values: values.map(|value| value.map(|value| value.map(show))),
                    differs,
                }
            })
            .collect()
    }
}

/// A field with its three values: no side, not set, or text and JSON.
struct Row {
    field: Field,
    values: [Option<Option<(String, Json)>>; 3],
    differs: bool,
}

const RECORDED: &str = "recorded";
const NAMES: [&str; 3] = ["configured", RECORDED, "live"];

/// Writes the application for people: a field whose values agree on one line, others on three.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, sides: &Sides<'_>, style: TermStyle) -> io::Result<()> {
    let title = visible(&sides.address.to_string());
    let id = sides.app_id.map(|id| format!("  app {}", visible(id))).unwrap_or_default();
    writeln!(out, "{}{}", style.paint(style::STRONG, &title), style.paint(style::FAINT, id))?;
    let rows = sides.rows();
    for name in NAMES.iter().zip([&sides.configured, &sides.recorded, &sides.live]) {
        match name {
            (_, Some(_)) => {}
            (name, None) if *name == RECORDED && !sides.is_whole => {
                writeln!(out, "  {name} or not is unknown: the state is damaged")?;
            }
            (name, None) => writeln!(out, "  not {name}")?,
        }
    }
    if sides.is_lost {
        let text = format!(
            "down: deleted for a replacement that failed; `spectrumctl apply --restore {title}` creates it as it was"
        );
        writeln!(out, "  {}", style.paint(style::ALARM, text))?;
    }
    for row in rows {
        write_row(out, &row, style)?;
    }
    Ok(())
}

fn write_row(out: &mut dyn Write, row: &Row, style: TermStyle) -> io::Result<()> {
    let path = row.field.path();
    let text = |value: &Option<(String, Json)>| {
        value.as_ref().map_or_else(|| "(not set)".to_owned(), |(text, _)| visible(text))
    };
    if !row.differs {
        let value = row.values.iter().flatten().next().map(text).unwrap_or_default();
        return writeln!(out, "  {path}: {value}");
    }
    writeln!(out, "  {}", style.paint(style::CHANGED, format!("{path}: differs")))?;
    let longest = NAMES.iter().map(|name| width(name)).max().unwrap_or_default();
    for (name, value) in NAMES.iter().zip(&row.values) {
        if let Some(value) = value {
            writeln!(out, "    {name:longest$}  {}", text(value))?;
        }
    }
    Ok(())
}

/// The application as JSON.
#[derive(Debug, Serialize)]
struct Report<'a> {
    format_version: &'static str,
    address: String,
    app_id: Option<&'a str>,
    lost: bool,
    fields: Vec<FieldReport>,
}

#[derive(Debug, Serialize)]
struct FieldReport {
    path: &'static str,
    configured: Option<Json>,
    recorded: Option<Json>,
    live: Option<Json>,
    differs: bool,
}

/// Writes the application as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_json(out: &mut dyn Write, sides: &Sides<'_>) -> io::Result<()> {
    let fields = sides.rows().into_iter().map(|row| {
        let [configured, recorded, live] =
            row.values.map(|value| value.flatten().map(|(_, json)| json));
        FieldReport { path: row.field.path(), configured, recorded, live, differs: row.differs }
    });
    let report = Report {
        format_version: FORMAT_VERSION,
        address: sides.address.to_string(),
        app_id: sides.app_id,
        lost: sides.is_lost,
        fields: fields.collect(),
    };
    write_value(out, &report)
}
