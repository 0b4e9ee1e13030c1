//! Configurations with one mistake each: the ones that people make, and every field with values that are none of its own.

use spectrumctl::model::Field;

const ZONE: &str = "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n";

/// An application with these fields.
fn app(fields: &[(String, String)]) -> String {
    let lines = fields.iter().map(|(key, value)| format!("        {key}: {value}\n"));
    format!("{ZONE}      one:\n{}", lines.collect::<String>())
}

/// Applications without a mistake, as fields by path.
const BASES: [&[(&str, &str)]; 4] = [
    &[
        ("protocol", "tcp/22"),
        ("dns.type", "CNAME"),
        ("dns.name", "one.example.com"),
        ("origin_direct", "[\"tcp://192.0.2.1:22\"]"),
    ],
    &[
        ("protocol", "udp/3000-3001"),
        ("dns.type", "CNAME"),
        ("dns.name", "one.example.com"),
        ("origin_dns.name", "origin.example.com"),
        ("origin_port", "4000-4001"),
    ],
    &[
        ("protocol", "tcp/443"),
        ("dns.type", "ADDRESS"),
        ("dns.name", "one.example.com"),
        ("edge_ips.type", "static"),
        ("edge_ips.ips", "[198.51.100.7]"),
        ("origin_direct", "[\"tcp://192.0.2.1:443\"]"),
    ],
    &[
        ("protocol", "tcp/22"),
        ("dns.type", "CNAME"),
        ("dns.name", "one.example.com"),
        ("virtual_network_id", "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415"),
        ("origin_direct", "[\"tcp://10.0.0.5:22\"]"),
    ],
];

/// Values that some field does not have.
const VALUES: [&str; 34] = [
    "true",
    "True",
    "false",
    "yes",
    "off",
    "none",
    "0",
    "22",
    "70000",
    "-1",
    "3.5",
    "\"22\"",
    "\"600\"",
    "0x258",
    "22-23",
    "23-22",
    "{start: 3000, end: 3001}",
    "{a: b}",
    "[]",
    "[a, b]",
    "[22]",
    "a",
    "A word",
    "Full",
    "v1",
    "tcp",
    "TCP/22",
    "ssh.example.com",
    "192.0.2.1",
    "\"192.0.2.1,192.0.2.2\"",
    "tcp://192.0.2.1:22",
    "[192.0.2.1:22]",
    "[\"tcp://2001:db8::1:22\"]",
    "https://one.example.com",
];

/// The fields of an application with one of them changed, objects in flow form.
fn written(base: &[(&str, &str)], path: &str, value: &str) -> Vec<(String, String)> {
    let mut values: Vec<(&str, &str)> = base.to_vec();
    match values.iter_mut().find(|(known, _)| *known == path) {
        Some(known) => known.1 = value,
        None => values.push((path, value)),
    }
    let mut fields: Vec<(String, String)> = Vec::new();
    for (path, value) in values {
        let (top, name) = path.split_once('.').unwrap_or((path, ""));
        let inner = format!("{name}: {value}");
        match fields.iter_mut().find(|(known, _)| known == top) {
            Some((_, object)) => *object = object.replace('}', &format!(", {inner}}}")),
            None if name.is_empty() => fields.push((top.to_owned(), value.to_owned())),
            None => fields.push((top.to_owned(), format!("{{{inner}}}"))),
        }
    }
    fields
}

/// Whether a field belongs to a base: a mistake beside another one that it hides is two mistakes.
fn fits(base: usize, path: &str) -> bool {
    match path.split('.').next().unwrap_or_default() {
        "origin_dns" | "origin_port" => base == 1,
        "origin_direct" => base != 1,
        "origin_worker_id" => false,
        "virtual_network_id" => base == 3,
        // What is meant on UDP or with a range of ports may be refused for another reason.
        "protocol" | "tls" | "ip_firewall" | "argo_smart_routing" => base != 1,
        "edge_ips" if path == "edge_ips.ips" => base == 2,
        "edge_ips" if path == "edge_ips.connectivity" => base != 2,
        _ => true,
    }
}

/// Every field of every base with every value.
pub(super) fn random() -> Vec<String> {
    let mut texts = Vec::new();
    for (number, base) in BASES.into_iter().enumerate() {
        let paths = Field::all().map(Field::path).chain(["dns", "edge_ips", "origin_dns"]);
        for path in paths.filter(|path| fits(number, path)) {
            let is_object = Field::with_path(path).is_none();
            let base: Vec<_> = base
                .iter()
                .filter(|(known, _)| !is_object || !known.starts_with(path))
                .copied()
                .collect();
            // A port that is meant as a time, or a range beside one port, is a second mistake.
            let is_second = |value: &str| match path {
                "protocol" => value == "22-23",
                "traffic_type" => value.starts_with("https"),
                "origin_dns.ttl" => value == "\"22\"",
                _ => false,
            };
            let values = VALUES.iter().filter(|value| !is_second(value));
            texts.extend(values.map(|value| app(&written(&base, path, value))));
        }
    }
    texts
}

/// Mistakes that people make, by hand.
pub(super) fn common() -> Vec<String> {
    const APPS: [&str; 22] = [
        "protocol: udp/1000-2000|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}",
        "protocol: tcp/22|dns: {type: ADDRESS, name: a.example.com}|edge_ips: {type: static, ips: \"198.51.100.7,198.51.100.8\"}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/3000-3001|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}|origin_port: {start: 4000, end: 4001}",
        "protocol: udp/53|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"udp://192.0.2.1:53\"]|proxy_protocol: True",
        "protocol: tcp/22|dns: {type: CNAME, name: ${HOST:-a.example.com}}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/22|dns: {type: CNAME, nme: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocl: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/22|dns_type: CNAME|dns: {name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: tcp://192.0.2.1:22",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://2001:db8::1:22\"]",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"192.0.2.1:22\"]",
        "protocol: tcp/22|dns: {type: cname, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/22|dns: {type: A, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/22|dns: {type: CNAME, name: a}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: 22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: TCP/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]|tls: false",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]|ip_firewall: \"yes\"",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]|edge_ips: dynamic",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]|edge_ips: {type: static, ips: [198.51.100.7]}",
        "protocol: tcp/22|dns: {type: ADDRESS, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]|traffic_type: worker",
    ];
    let read = |fields: &str| {
        let pairs = fields.split('|').filter_map(|field| field.split_once(": "));
        app(&pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<Vec<_>>())
    };
    APPS.into_iter().map(read).collect()
}
