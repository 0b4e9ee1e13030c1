//! Live applications as a list: what they serve, where, and whether they are managed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::findings_json::{FORMAT_VERSION, write_json as write_value};
use super::layout::{counted, padded, visible, width};
use super::style::{self, TermStyle};
use crate::model::spec::place_in;
use crate::model::{Address, AppId, Field, Live, Recorded};
use crate::plan::LiveZone;

/// What is recorded of applications, by their ids.
fn managed(apps: &BTreeMap<Address, Recorded>) -> BTreeMap<&AppId, (&Address, &Recorded)> {
    apps.iter().map(|(address, recorded)| (&recorded.id, (address, recorded))).collect()
}

/// The mask of a field: that of the variable which its value comes from.
fn mask<'a>(managed: Option<&(&Address, &'a Recorded)>, field: Field) -> Option<&'a str> {
    managed?.1.masks.get(field.path()).map(String::as_str)
}

/// The applications of a zone as people look for them: by hostname, then by port.
fn ordered(zone: &LiveZone) -> Vec<&Live> {
    let mut apps: Vec<&Live> = zone.apps.iter().collect();
    apps.sort_by_cached_key(|live| {
        let identity = live.spec.identity();
        let place = identity.map(|it| (it.hostname, it.protocol.ports, it.protocol));
        // What cannot be read comes last.
        (place.is_none(), place)
    });
    apps
}

fn text(live: &Live, field: Field, managed: Option<&(&Address, &Recorded)>) -> String {
    let value = live.spec.get(field).map(|value| visible(&value.to_string()));
    value.map(|value| mask(managed, field).map_or(value, str::to_owned)).unwrap_or_default()
}

/// The fields of a live application, those that come from variables masked.
fn fields(live: &Live, managed: Option<&(&Address, &Recorded)>) -> Map<String, Json> {
    let mut fields = live.spec.to_json();
    for (field, value) in live.spec.values() {
        if let Some(mask) = mask(managed, field) {
            place_in(&mut fields, field, value.masked(mask));
        }
    }
    fields
}

/// Writes the list for people, grouped by zone. Whether an application is managed is known only from a state that was read whole.
///
/// # Errors
/// Those of the writer.
pub fn write(
    out: &mut dyn Write,
    zones: &[&LiveZone],
    recorded: &BTreeMap<Address, Recorded>,
    is_whole: bool,
    style: TermStyle,
) -> io::Result<()> {
    let managed = managed(recorded);
    for zone in zones {
        let count = counted(zone.apps.len(), "application");
        writeln!(out, "{}", style.paint(style::STRONG, format!("{}: {count}", zone.name)))?;
        let apps = ordered(zone);
        let rows: Vec<[String; 3]> = apps
            .iter()
            .map(|live| {
                let known = managed.get(&live.id);
                let address = known.map(|(address, _)| visible(&address.to_string()));
                let unnamed = if is_whole { "not managed" } else { "managed or not is unknown" };
                let address = address.unwrap_or_else(|| unnamed.to_owned());
                let shown = |field: Field| text(live, field, known);
                [shown(Field::Protocol), shown(Field::DnsName), address]
            })
            .collect();
        let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max();
        let (protocols, names) = (widest(0).unwrap_or_default(), widest(1).unwrap_or_default());
        for (live, [protocol, name, address]) in apps.iter().zip(&rows) {
            let id = style.paint(style::FAINT, visible(live.id.as_str()));
            let (protocol, name) = (padded(protocol, protocols), padded(name, names));
            writeln!(out, "  {protocol}  {name}  {id}  {address}")?;
        }
    }
    Ok(())
}

/// The list as JSON.
#[derive(Debug, Serialize)]
struct Report<'a> {
    format_version: &'static str,
    simulated: bool,
    apps: Vec<Entry<'a>>,
}

/// A live application: the API's object with what is known beside it.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    zone: &'a str,
    zone_id: &'a str,
    app_id: &'a str,
    address: Option<String>,
    created_on: Option<&'a str>,
    modified_on: Option<&'a str>,
    fields: Map<String, Json>,
}

/// Writes the list as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_json(
    out: &mut dyn Write,
    zones: &[&LiveZone],
    recorded: &BTreeMap<Address, Recorded>,
    simulated: bool,
) -> io::Result<()> {
    let managed = managed(recorded);
    let apps = zones.iter().flat_map(|zone| {
        let managed = &managed;
        ordered(zone).into_iter().map(move |live| Entry {
            zone: &zone.name,
            zone_id: zone.id.as_str(),
            app_id: live.id.as_str(),
            address: managed.get(&live.id).map(|(address, _)| address.to_string()),
            created_on: live.created_on.as_deref(),
            modified_on: live.modified_on.as_deref(),
            fields: fields(live, managed.get(&live.id)),
        })
    });
    write_value(out, &Report { format_version: FORMAT_VERSION, simulated, apps: apps.collect() })
}
