//! The fields of an application as YAML: no more of them than differs from the API's defaults.

use serde_json::{Value as Json, json};
use serde_yaml::{Mapping, Value as Yaml};

use super::exported::{ExportedApp, Rows};
use crate::model::{Field, Keyword, Origin, Value};

/// The reference to the port of a row.
const PORT: &str = "${each.port}";

/// The fields that differ from the defaults in table order, the defaults that are dropped, and the checks that are against it; before them
/// the rows that it stands for.
pub(super) fn fields(entry: &ExportedApp) -> Mapping {
    let Some(rows) = &entry.rows else { return common(entry, false, false) };
    let mut mapping = Mapping::new();
    mapping.insert(Yaml::from("each"), Yaml::Mapping(each(rows)));
    mapping.extend(common(entry, !rows.hosts.is_empty(), !rows.ports.is_empty()));
    mapping
}

/// What differs between the rows.
fn each(rows: &Rows) -> Mapping {
    let mut each = Mapping::new();
    if !rows.hosts.is_empty() {
        let hosts = rows.hosts.iter().map(|host| Yaml::from(host.as_str()));
        each.insert(Yaml::from("host"), Yaml::Sequence(hosts.collect()));
    }
    if !rows.ports.is_empty() {
        each.insert(Yaml::from("port"), Yaml::Sequence(ranges(&rows.ports)));
    }
    each
}

/// Sorted ports, three and more in a row as a range.
fn ranges(ports: &[u16]) -> Vec<Yaml> {
    let runs = ports.chunk_by(|one, next| u32::from(*one) + 1 == u32::from(*next));
    let text = |run: &[u16]| match run {
        [first, _, .., last] => vec![Yaml::from(format!("{first}-{last}"))],
        short => short.iter().map(|port| Yaml::from(*port)).collect(),
    };
    runs.flat_map(text).collect()
}

/// The fields with references to the row in place of a hostname or port that differs between rows. Applications of which this is the same
/// differ in nothing else.
pub(super) fn common(entry: &ExportedApp, host: bool, port: bool) -> Mapping {
    let mut mapping = without_rows(entry);
    if host {
        put(&mut mapping, Field::DnsName, Yaml::from("${each.host}.${zone}"));
    }
    let edge = entry.live.spec.protocol().filter(|_| port);
    let Some(edge) = edge else { return mapping };
    put(&mut mapping, Field::Protocol, Yaml::from(format!("{}/{PORT}", edge.transport)));
    if let Some(Value::Ports(ports)) = entry.live.spec.get(Field::OriginPort)
        && *ports == edge.ports
    {
        put(&mut mapping, Field::OriginPort, Yaml::from(PORT));
    }
    if let Some(Value::Origins(origins)) = entry.live.spec.get(Field::OriginDirect) {
        let origin = |origin: &Origin| {
            let text = origin.to_string();
            let address = text.strip_suffix(&edge.ports.to_string());
            match address.filter(|_| origin.ports == edge.ports) {
                Some(address) => Yaml::from(format!("{address}{PORT}")),
                None => Yaml::from(text),
            }
        };
        let origins = origins.0.iter().map(origin).collect();
        put(&mut mapping, Field::OriginDirect, Yaml::Sequence(origins));
    }
    mapping
}

/// The fields of one application.
fn without_rows(entry: &ExportedApp) -> Mapping {
    let spec = &entry.live.spec;
    let is_static = spec.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    let mut mapping = Mapping::new();
    for (field, value) in spec.values() {
        let moot = field == Field::EdgeIpsConnectivity && is_static;
        if field.row().default != Some(value) && !matches!(value, Value::Unread(_)) && !moot {
            put(&mut mapping, field, yaml(value.to_json()));
        }
    }
    for name in &entry.dropped {
        mapping.entry(Yaml::from(name.as_str())).or_insert(Yaml::Null);
    }
    if !entry.allowed.is_empty() {
        let allow = entry
            .allowed
            .iter()
            .map(|check| json!({"check": check, "reason": "exported as it is live"}))
            .collect();
        mapping.insert(Yaml::from("lifecycle"), yaml(json!({ "allow": Json::Array(allow) })));
    }
    mapping
}

/// Puts a value at its field's path.
fn put(mapping: &mut Mapping, field: Field, value: Yaml) {
    match field.split() {
        (top, "") => drop(mapping.insert(Yaml::from(top), value)),
        (top, name) => {
            let inner =
                mapping.entry(Yaml::from(top)).or_insert_with(|| Yaml::Mapping(Mapping::new()));
            inner
                .as_mapping_mut()
                .expect("a field with an inner name is in a mapping")
                .insert(Yaml::from(name), value);
        }
    }
}

/// A value as YAML; what would be taken for a variable is written so that it is not.
fn yaml(value: Json) -> Yaml {
    match value {
        Json::Object(object) => Yaml::Mapping(
            object.into_iter().map(|(name, value)| (Yaml::from(name), yaml(value))).collect(),
        ),
        Json::Array(items) => Yaml::Sequence(items.into_iter().map(yaml).collect()),
        Json::String(text) => Yaml::from(text.replace("${", "$${")),
        Json::Number(number) => {
            number.as_u64().map_or_else(|| Yaml::from(number.to_string()), Yaml::from)
        }
        Json::Bool(flag) => Yaml::from(flag),
        Json::Null => Yaml::Null,
    }
}
