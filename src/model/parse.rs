//! How the written value of an attribute is read, and what is said when it cannot be.

use super::field::Field;
use super::keyword::Keyword;
use super::node::{Kind, Node, Style};
use super::value::{Unordered, Value};
use crate::finding::Place;

/// The form of an attribute's value.
#[derive(Debug, Clone, Copy)]
pub enum Parse {
    /// `tcp/22`, `udp/1000-2000`, `ssh`.
    Protocol,
    /// A hostname.
    Hostname,
    /// One of these words.
    Keyword(&'static [Keyword]),
    /// A list of IP addresses.
    Addresses,
    /// A list of `tcp://IP:PORT`.
    Origins,
    /// A port or a range.
    Ports,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Any text.
    Text,
    /// A UUID.
    Uuid,
}

/// In which way a value could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// A list where a text belongs, a boolean where a keyword belongs.
    Type,
    /// A scalar of the right kind that is no value of this field.
    Form,
}

/// A value that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The field.
    pub field: Field,
    /// In which way.
    pub wrong: Wrong,
    /// What is wrong, one line, no full stop.
    pub summary: String,
    /// What to write instead.
    pub fix: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A unreadable before its field and place are known: way, summary, fix.
type Reason = (Wrong, String, String);

impl Parse {
    /// Reads a value; a list tells all members that are wrong.
    ///
    /// # Errors
    /// Each thing that is wrong.
    pub fn read(self, field: Field, node: &Node) -> Result<Value, Vec<Unreadable>> {
        let unreadable = |node: &Node, (wrong, summary, fix): Reason| Unreadable {
            field,
            wrong,
            summary,
            fix,
            place: node.place.clone(),
        };
        match self {
            Parse::Addresses => read_list(field, node, "an IP address", read_address)
                .map(|ips| Value::Addresses(Unordered(ips))),
            Parse::Origins => {
                read_list(field, node, "an origin such as tcp://192.0.2.1:22", read_origin)
                    .map(|origins| Value::Origins(Unordered(origins)))
            }
            single => {
                single.read_single(field, node).map_err(|reason| vec![unreadable(node, reason)])
            }
        }
    }

    fn read_single(self, field: Field, node: &Node) -> Result<Value, Reason> {
        let (text, style) = node.scalar().ok_or_else(|| self.wrong_type(field, node))?;
        let shown = node.shown();
        match self {
            Parse::Flag => read_flag(field, text, style, &shown).map(Value::Flag),
            Parse::Keyword(words) => {
                read_word(field, words, text, style, &shown).map(Value::Keyword)
            }
            Parse::Ports => read_ports(field, text, style, &shown),
            Parse::Number => read_number(text, style).map(Value::Number).ok_or_else(|| {
                self.form(
                    field,
                    &shown,
                    "it must be a whole number",
                    "write a whole number, such as 600",
                )
            }),
            _ if matches!(style, Style::Number | Style::Bool) => Err(self.wrong_type(field, node)),
            Parse::Protocol => {
                text.parse().map(Value::Protocol).map_err(|error: super::protocol::NotAProtocol| {
                    self.form(
                        field,
                        &shown,
                        &error.to_string(),
                        &protocol_fix(text, node.mask.is_some()),
                    )
                })
            }
            Parse::Hostname => {
                text.parse().map(Value::Hostname).map_err(|error: super::hostname::NotAHostname| {
                    self.form(field, &shown, &error.to_string(), hostname_fix(field, error))
                })
            }
            Parse::Uuid => read_uuid(text).map(Value::Text).ok_or_else(|| {
                self.form(
                    field,
                    &shown,
                    "it must have the form 8-4-4-4-12 in hexadecimal digits",
                    "write the UUID of the virtual network",
                )
            }),
            _ => Ok(Value::Text(text.to_owned())),
        }
    }

    /// What the field takes, for a message.
    fn expected(self) -> String {
        match self {
            Parse::Protocol => "a text such as tcp/22".to_owned(),
            Parse::Hostname => "a hostname".to_owned(),
            Parse::Keyword(words) => listed(words),
            Parse::Addresses | Parse::Origins => "a list".to_owned(),
            Parse::Ports => "a port or a range of ports".to_owned(),
            Parse::Number => "a whole number".to_owned(),
            Parse::Flag => "true or false".to_owned(),
            Parse::Text => "a text".to_owned(),
            Parse::Uuid => "a UUID".to_owned(),
        }
    }

    fn wrong_type(self, field: Field, node: &Node) -> Reason {
        let summary =
            format!("`{}` must be {}, not {}", field.path(), self.expected(), node.shown());
        (Wrong::Type, summary, format!("write {}", self.expected()))
    }

    fn form(self, field: Field, shown: &str, because: &str, fix: &str) -> Reason {
        (Wrong::Form, format!("`{}` cannot be {shown}: {because}", field.path()), fix.to_owned())
    }
}

/// The words, for a message: `off, flexible, full or strict`.
fn listed(words: &[Keyword]) -> String {
    let texts: Vec<String> = words
        .iter()
        .map(
            |keyword| {
                if keyword.text().is_empty() { "\"\"".to_owned() } else { keyword.to_string() }
            },
        )
        .collect();
    match texts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => texts.join(""),
    }
}

fn read_flag(field: Field, text: &str, style: Style, shown: &str) -> Result<bool, Reason> {
    let plain = style != Style::Quoted;
    match text {
        "true" | "True" | "TRUE" if plain => return Ok(true),
        "false" | "False" | "FALSE" if plain => return Ok(false),
        _ => {}
    }
    let fix = match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => "write true, without quotes",
        "false" | "no" | "off" | "n" | "0" => "write false, without quotes",
        _ => "write true or false",
    };
    Err((
        Wrong::Type,
        format!("`{}` must be true or false, not {shown}", field.path()),
        fix.to_owned(),
    ))
}

fn read_word(
    field: Field,
    words: &[Keyword],
    text: &str,
    style: Style,
    shown: &str,
) -> Result<Keyword, Reason> {
    let exact = words.iter().copied().find(|keyword| keyword.text() == text);
    if let Some(keyword) = exact.filter(|_| !matches!(style, Style::Number | Style::Bool)) {
        return Ok(keyword);
    }
    let off = words.contains(&Keyword::Off)
        && matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "none");
    let near = words
        .iter()
        .copied()
        .filter(|keyword| !keyword.text().is_empty())
        .max_by(|a, b| likeness(*a, text).total_cmp(&likeness(*b, text)));
    let meant = if off {
        Some(Keyword::Off)
    } else {
        near.filter(|keyword| likeness(*keyword, text) > 0.75)
    };
    let fix = meant
        .map_or_else(|| format!("write {}", listed(words)), |keyword| format!("write {keyword}"));
    let wrong =
        if style == Style::Quoted || style == Style::Plain { Wrong::Form } else { Wrong::Type };
    Err((wrong, format!("`{}` must be {}, not {shown}", field.path(), listed(words)), fix))
}

/// How alike a keyword and a text are without regard to case, from 0 to 1.
fn likeness(keyword: Keyword, text: &str) -> f64 {
    strsim::jaro_winkler(&keyword.text().to_lowercase(), &text.to_lowercase())
}

fn read_ports(field: Field, text: &str, style: Style, shown: &str) -> Result<Value, Reason> {
    let written = if style == Style::Plain {
        core_number(text).map(|number| number.to_string())
    } else {
        None
    };
    let ports = written.as_deref().unwrap_or(text).parse().map(Value::Ports);
    ports.map_err(|error: super::ports::NotPorts| {
        Parse::Ports.form(
            field,
            shown,
            &error.to_string(),
            "write a port such as 443, or a range such as \"3000-4000\"",
        )
    })
}

fn read_number(text: &str, style: Style) -> Option<u32> {
    match style {
        Style::Plain => core_number(text),
        Style::Number => text.parse().ok(),
        Style::Quoted | Style::Bool => None,
    }
}

/// A whole number as YAML 1.2's core schema writes it: decimal, `0x16` or `0o26`.
fn core_number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        _ => (text, 10),
    };
    digits
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric())
        .then(|| u32::from_str_radix(digits, radix).ok())?
}

/// A UUID with hyphens, in lower case.
fn read_uuid(text: &str) -> Option<String> {
    let uuid = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36)?;
    Some(uuid.hyphenated().to_string())
}

/// What to write instead of a text that is no hostname; an address has a field of its own where it is the origin.
fn hostname_fix(field: Field, error: super::hostname::NotAHostname) -> &'static str {
    let is_address = error == super::hostname::NotAHostname::Address;
    match field {
        Field::OriginDnsName if is_address => {
            "use origin_direct for an address, as in [\"tcp://192.0.2.1:22\"], and remove origin_dns"
        }
        _ => "write a hostname, such as app.example.com",
    }
}

/// What was probably meant by a protocol that cannot be read.
fn protocol_fix(text: &str, masked: bool) -> String {
    let ports = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let lower = text.to_ascii_lowercase();
    match lower.parse::<super::protocol::Protocol>() {
        Ok(protocol) if !masked => format!("write {protocol}"),
        _ if !masked && ports.parse::<super::ports::Ports>().is_ok() => {
            format!("write tcp/{ports} or udp/{ports}")
        }
        _ => "write tcp/22, udp/53, or a range such as tcp/1000-2000".to_owned(),
    }
}

/// Reads each member of a list, and tells all that are wrong.
fn read_list<T>(
    field: Field,
    node: &Node,
    member: &str,
    read: impl Fn(&Node) -> Result<T, (String, String)>,
) -> Result<Vec<T>, Vec<Unreadable>> {
    let unreadable = |node: &Node, wrong, summary, fix| Unreadable {
        field,
        wrong,
        summary,
        fix,
        place: node.place.clone(),
    };
    let Kind::List(items) = &node.kind else {
        let fix = if node.scalar().is_some() {
            format!("write [{}]", node.shown())
        } else {
            format!("write a list, each member {member}")
        };
        return Err(vec![unreadable(
            node,
            Wrong::Type,
            format!("`{}` must be a list, not {}", field.path(), node.shown()),
            fix,
        )]);
    };
    let mut members = Vec::with_capacity(items.len());
    let mut wrong = Vec::new();
    for item in items {
        match read(item) {
            Ok(value) => members.push(value),
            Err((because, fix)) => {
                let way = if item.scalar().is_some() { Wrong::Form } else { Wrong::Type };
                wrong.push(unreadable(
                    item,
                    way,
                    format!(
                        "`{}` has {}, which is not {member}: {because}",
                        field.path(),
                        item.shown()
                    ),
                    fix,
                ));
            }
        }
    }
    if wrong.is_empty() { Ok(members) } else { Err(wrong) }
}

fn read_address(node: &Node) -> Result<std::net::IpAddr, (String, String)> {
    let text = node.scalar().map_or("", |(text, _)| text);
    text.parse().map_err(|_| {
        (
            "it is neither an IPv4 nor an IPv6 address".to_owned(),
            "write an address such as 198.51.100.7 or 2001:db8::7".to_owned(),
        )
    })
}

fn read_origin(node: &Node) -> Result<super::origin::Origin, (String, String)> {
    use super::origin::NotAnOrigin;
    let text = node.scalar().map_or("", |(text, _)| text);
    text.parse().map_err(|error: NotAnOrigin| {
        let fix = match &error {
            NotAnOrigin::Brackets(Some(meant)) if node.mask.is_none() => format!("write {meant}"),
            NotAnOrigin::Brackets(_) => "put the address in brackets, as in tcp://[2001:db8::1]:443".to_owned(),
            NotAnOrigin::Address => "write the address of the origin; a name belongs into origin_dns".to_owned(),
            _ => "write tcp://IP:PORT or udp://IP:PORT, such as tcp://192.0.2.1:22 or tcp://[2001:db8::1]:22".to_owned(),
        };
        (error.to_string(), fix)
    })
}
