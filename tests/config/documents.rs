//! Documents that say something and are laid out by chance: indentation, comments, blank lines, quotes, flow or block style, the order
//! of keys, spaces and line breaks at the ends of lines.

/// Numbers by chance from a seed.
struct Dice(u64);

impl Dice {
    /// A number below a bound.
    fn below(&mut self, bound: u64) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound).unwrap()
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// A document under construction.
struct Document {
    dice: Dice,
    text: String,
    end: &'static str,
    comments: usize,
}

impl Document {
    fn line(&mut self, indent: usize, text: &str) {
        if self.dice.one_in(6) {
            self.text.push_str(self.end);
        }
        if self.dice.one_in(6) {
            self.comments += 1;
            let comment = format!("{}# above {}", " ".repeat(indent), self.comments);
            self.push(&comment);
        }
        let behind = if self.dice.one_in(5) && !text.ends_with(['|', '>']) {
            self.comments += 1;
            format!("   # behind {}", self.comments)
        } else {
            String::new()
        };
        self.push(&format!("{}{text}{behind}", " ".repeat(indent)));
    }

    fn push(&mut self, line: &str) {
        let spaces = if self.dice.one_in(6) { "  " } else { "" };
        self.text.push_str(&format!("{line}{spaces}{}", self.end));
    }

    /// A column deeper than this one.
    fn deeper(&mut self, indent: usize) -> usize {
        indent + 1 + self.dice.below(6)
    }

    fn quoted(&mut self, word: &str) -> String {
        match self.dice.below(3) {
            0 => format!("\"{word}\""),
            1 => format!("'{word}'"),
            _ => word.to_owned(),
        }
    }

    fn mapping(&mut self, indent: usize, key: &str, entries: &[(&str, String)]) {
        if self.dice.one_in(2) {
            let inner: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            return self.line(indent, &format!("{key}: {{{}}}", inner.join(", ")));
        }
        self.line(indent, &format!("{key}:"));
        let inner = self.deeper(indent);
        entries.iter().for_each(|(key, value)| self.line(inner, &format!("{key}: {value}")));
    }

    fn list(&mut self, indent: usize, key: &str, items: &[String]) {
        match self.dice.below(3) {
            0 => self.line(indent, &format!("{key}: [{}]", items.join(", "))),
            1 => {
                self.push(&format!("{}{key}: [", " ".repeat(indent)));
                let inner = self.deeper(indent);
                items.iter().for_each(|item| self.line(inner, &format!("{item},")));
                self.push(&format!("{}]", " ".repeat(indent + 1)));
            }
            _ => {
                self.line(indent, &format!("{key}:"));
                let inner = if self.dice.one_in(2) { indent } else { self.deeper(indent) };
                let space = " ".repeat(1 + self.dice.below(3));
                items.iter().for_each(|item| self.line(inner, &format!("-{space}{item}")));
            }
        }
    }

    fn note(&mut self, indent: usize) {
        let inner = self.deeper(indent);
        match self.dice.below(3) {
            0 => {
                self.line(indent, "note: |");
                let lines = [(inner, "one"), (inner + 2, "two deeper"), (inner, "three")];
                lines.iter().for_each(|(indent, line)| {
                    self.text.push_str(&format!("{}{line}{}", " ".repeat(*indent), self.end))
                });
            }
            1 => {
                self.push(&format!("{}note: plain", " ".repeat(indent)));
                self.push(&format!("{}goes on", " ".repeat(inner)));
            }
            _ => self.line(indent, "note: \"one: line\""),
        }
    }

    fn field(&mut self, indent: usize, name: &str, index: usize) {
        match name {
            "protocol" => self.line(indent, &format!("protocol: tcp/{}", 1000 + index)),
            "dns" => {
                let kind = self.quoted("CNAME");
                self.mapping(
                    indent,
                    "dns",
                    &[("type", kind), ("name", format!("app-{index}.example.com"))],
                );
            }
            "origin_direct" => {
                let origins: Vec<String> = (1..3)
                    .map(|last| format!("\"tcp://192.0.2.{last}:{}\"", 1000 + index))
                    .collect();
                self.list(indent, "origin_direct", &origins);
            }
            "edge_ips" => {
                let (kind, connectivity) = (self.quoted("dynamic"), self.quoted("ipv4"));
                self.mapping(indent, "edge_ips", &[("connectivity", connectivity), ("type", kind)]);
            }
            "tls" => {
                let word = self.quoted("off");
                self.line(indent, &format!("tls:  {word}"));
            }
            "ip_firewall" => self.line(indent, "ip_firewall: true"),
            "labels" => self.mapping(
                indent,
                "labels",
                &[("team", "off".to_owned()), ("tier", "1".to_owned())],
            ),
            "note" => self.note(indent),
            _ => {
                let exception = "{field: tls, reason: tried}".to_owned();
                self.line(indent, "lifecycle:");
                let inner = self.deeper(indent);
                self.list(inner, "ignore_changes", &[exception]);
            }
        }
    }
}

const FIELDS: [&str; 9] = [
    "protocol",
    "dns",
    "origin_direct",
    "edge_ips",
    "tls",
    "ip_firewall",
    "labels",
    "note",
    "lifecycle",
];

/// The document of a seed.
pub(crate) fn document(seed: u64) -> String {
    let mut dice = Dice(seed);
    let end = if dice.one_in(4) { "\r\n" } else { "\n" };
    let mut document = Document { dice, text: String::new(), end, comments: 0 };
    document.line(0, "version: 1");
    document.line(0, "zones:");
    let zone = document.deeper(0);
    document.line(zone, "example.com:");
    let keys = document.deeper(zone);
    document.line(keys, "plan: enterprise");
    document.line(keys, "apps:");
    let apps = document.deeper(keys);
    for index in 0..1 + document.dice.below(4) {
        document.line(apps, &format!("app-{index}:"));
        let indent = document.deeper(apps);
        let mut fields: Vec<&str> = FIELDS
            .into_iter()
            .filter(|name| ["protocol", "dns", "origin_direct"].contains(name))
            .collect();
        for field in &FIELDS[3..] {
            if document.dice.one_in(2) {
                fields.push(field);
            }
        }
        while !fields.is_empty() {
            let next = document.dice.below(fields.len() as u64);
            document.field(indent, fields.remove(next), index);
        }
    }
    document.text
}
