//! The fields of an application as YAML: no more of them than differs from the API's defaults.

use serde_json::Value as Json;

use super::exported::{ExportedApp, Rows};
use crate::config::format::rank;
use crate::config::format::writer::{entry, text};
use crate::model::{Entry, Field, Keyword, Kind, Node, Origin, Style, Value};

/// The reference to the port of a row.
const PORT: &str = "${each.port}";

/// The fields that differ from the defaults in table order, the defaults that are dropped, and the checks that are against it; before them
/// the rows that it stands for.
pub(super) fn fields(app: &ExportedApp) -> Vec<Entry> {
    let Some(rows) = &app.rows else { return common(app, false, false) };
    let mut fields = vec![entry("each", each(rows))];
    fields.extend(common(app, !rows.hosts.is_empty(), !rows.ports.is_empty()));
    fields
}

/// What differs between the rows.
fn each(rows: &Rows) -> Node {
    let mut each = Vec::new();
    if !rows.hosts.is_empty() {
        each.push(entry("host", list(rows.hosts.iter().map(|host| text(host)))));
    }
    if !rows.ports.is_empty() {
        each.push(entry("port", list(ranges(&rows.ports).into_iter().map(plain))));
    }
    Node::new(Kind::Map(each))
}

/// Sorted ports, three and more in a row as a range.
fn ranges(ports: &[u16]) -> Vec<String> {
    let runs = ports.chunk_by(|one, next| u32::from(*one) + 1 == u32::from(*next));
    let text = |run: &[u16]| match run {
        [first, _, .., last] => vec![format!("{first}-{last}")],
        short => short.iter().map(ToString::to_string).collect(),
    };
    runs.flat_map(text).collect()
}

/// The fields with references to the row in place of a hostname or port that differs between rows. Applications of which this is the same
/// differ in nothing else.
pub(super) fn common(app: &ExportedApp, host: bool, port: bool) -> Vec<Entry> {
    let mut fields = without_rows(app);
    if host {
        put(&mut fields, Field::DnsName, plain("${each.host}.${zone}".to_owned()));
    }
    let edge = app.live.spec.protocol().filter(|_| port);
    let Some(edge) = edge else { return fields };
    put(&mut fields, Field::Protocol, plain(format!("{}/{PORT}", edge.transport)));
    if let Some(Value::Ports(ports)) = app.live.spec.get(Field::OriginPort)
        && *ports == edge.ports
    {
        put(&mut fields, Field::OriginPort, plain(PORT.to_owned()));
    }
    if let Some(Value::Origins(origins)) = app.live.spec.get(Field::OriginDirect) {
        let origin = |origin: &Origin| {
            let written = origin.to_string();
            let address = written.strip_suffix(&edge.ports.to_string());
            match address.filter(|_| origin.ports == edge.ports) {
                Some(address) => text(&format!("{address}{PORT}")),
                None => text(&written),
            }
        };
        put(&mut fields, Field::OriginDirect, list(origins.0.iter().map(origin)));
    }
    fields
}

/// The fields of one application, in the order of the table.
fn without_rows(app: &ExportedApp) -> Vec<Entry> {
    let spec = &app.live.spec;
    let is_static = spec.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    let mut fields = Vec::new();
    for (field, value) in spec.values() {
        let moot = field == Field::EdgeIpsConnectivity && is_static;
        if field.row().default != Some(value) && !matches!(value, Value::Unread(_)) && !moot {
            put(&mut fields, field, node(value.to_json()));
        }
    }
    for name in &app.dropped {
        if fields.iter().all(|field| field.key != *name) {
            fields.push(entry(name, Node::new(Kind::Null)));
        }
    }
    fields.sort_by_key(|field| rank(&field.key));
    if !app.allowed.is_empty() {
        let reason = || entry("reason", text("exported as it is live"));
        let allowed = app.allowed.iter().map(|check| vec![entry("check", text(check)), reason()]);
        let allow = list(allowed.map(|fields| Node::new(Kind::Map(fields))));
        fields.push(entry("lifecycle", Node::new(Kind::Map(vec![entry("allow", allow)]))));
    }
    fields
}

/// Puts a value at its field's path.
fn put(fields: &mut Vec<Entry>, field: Field, value: Node) {
    match field.split() {
        (top, "") => set(fields, top, value),
        (top, name) => {
            if fields.iter().all(|field| field.key != top) {
                fields.push(entry(top, Node::new(Kind::Map(Vec::new()))));
            }
            let group = fields.iter_mut().find(|field| field.key == top);
            if let Some(Entry { value: Node { kind: Kind::Map(inner), .. }, .. }) = group {
                set(inner, name, value);
            }
        }
    }
}

fn set(fields: &mut Vec<Entry>, name: &str, value: Node) {
    match fields.iter_mut().find(|field| field.key == name) {
        Some(field) => field.value = value,
        None => fields.push(entry(name, value)),
    }
}

fn list(items: impl Iterator<Item = Node>) -> Node {
    Node::new(Kind::List(items.collect()))
}

/// A text that is no other value of YAML's.
fn plain(text: String) -> Node {
    Node::new(Kind::Scalar { text, style: Style::Plain })
}

/// A value as a node; what would be taken for a variable is written so that it is not.
fn node(value: Json) -> Node {
    match value {
        Json::Object(fields) => Node::new(Kind::Map(
            fields.into_iter().map(|(name, value)| entry(name, node(value))).collect(),
        )),
        Json::Array(items) => list(items.into_iter().map(node)),
        Json::String(value) => text(&value.replace("${", "$${")),
        other => Node::from_json(&other),
    }
}
