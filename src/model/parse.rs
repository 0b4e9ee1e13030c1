//! How the written value of an attribute is read, and what is said when it cannot be.

use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;

use super::hostname::NotAHostname;
use super::keyword::Keyword;
use super::node::{Kind, Node, Style};
use super::origin::{NotAnOrigin, Origin};
use super::ports::Ports;
use super::protocol::Protocol;
use super::scalar::{self, core_number, list_keywords, read_flag, read_number};
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

/// The fix for a port that cannot be read, where nothing says which one is meant.
pub const A_PORT: &str = "write a port such as 443, or a range such as \"3000-4000\"";
const A_HOSTNAME: &str = "write a hostname, such as app.example.com";
const A_UUID: &str = "write the UUID of the virtual network";

/// In which way a value could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// A list where a text belongs, a boolean where a keyword belongs.
    Type,
    /// A scalar of the right kind that is no value of this field.
    Form,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// In which way.
    pub wrong: Wrong,
    /// What is wrong, one line, no full stop.
    pub summary: String,
    /// What to write instead.
    pub fix: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A problem before its place is known.
struct Reason {
    wrong: Wrong,
    summary: String,
    fix: String,
}

impl Parse {
    /// Reads a value; a list tells all members that are wrong.
    ///
    /// # Errors
    /// Each thing that is wrong.
    pub fn read(self, path: &str, node: &Node) -> Result<Value, Vec<Problem>> {
        let problem = |node: &Node, Reason { wrong, summary, fix }: Reason| Problem {
            wrong,
            summary,
            fix,
            place: node.place.clone(),
        };
        match self {
            Parse::Addresses => {
                read_list(path, node, ("an IP address", "[198.51.100.7]"), read_address)
                    .map(|ips| Value::Addresses(Unordered(ips)))
            }
            Parse::Origins => {
                let member = ("an origin such as tcp://192.0.2.1:22", "[\"tcp://192.0.2.1:22\"]");
                read_list(path, node, member, read_origin)
                    .map(|origins| Value::Origins(Unordered(origins)))
            }
            single => single.read_single(path, node).map_err(|reason| vec![problem(node, reason)]),
        }
    }

    fn read_single(self, path: &str, node: &Node) -> Result<Value, Reason> {
        let (text, style) = node.scalar().ok_or_else(|| self.wrong_type(path, node))?;
        match self {
            Parse::Flag => read_flag(node)
                .map(Value::Flag)
                .map_err(|fix| Reason { fix: fix.to_owned(), ..self.wrong_type(path, node) }),
            Parse::Keyword(keywords) => self.read_keyword(path, node, keywords),
            Parse::Ports => self.read_form(path, node, parse_ports(text, style)),
            Parse::Number => self.read_form(path, node, parse_number(node)),
            _ if matches!(style, Style::Number | Style::Bool) => Err(self.wrong_type(path, node)),
            Parse::Protocol => {
                let fix = |_: &_| protocol_fix(text, node.mask.is_some());
                self.read_form(path, node, parse_text(text, fix).map(Value::Protocol))
            }
            Parse::Hostname => {
                let fix = |error: &_| hostname_fix(path, error).to_owned();
                self.read_form(path, node, parse_text(text, fix).map(Value::Hostname))
            }
            Parse::Uuid => self.read_form(path, node, parse_uuid(text)),
            _ => Ok(Value::Text(text.to_owned())),
        }
    }

    fn read_keyword(self, path: &str, node: &Node, keywords: &[Keyword]) -> Result<Value, Reason> {
        let named: Vec<_> = keywords.iter().map(|keyword| (keyword.text(), *keyword)).collect();
        let is_text =
            node.scalar().is_some_and(|(_, style)| matches!(style, Style::Plain | Style::Quoted));
        let wrong = if is_text { Wrong::Form } else { Wrong::Type };
        scalar::read_keyword(node, &named).map(Value::Keyword).map_err(|fix| Reason {
            wrong,
            fix,
            ..self.wrong_type(path, node)
        })
    }

    /// The value, or what is wrong with the form of a scalar of the right kind.
    fn read_form(
        self,
        path: &str,
        node: &Node,
        read: Result<Value, Unfit>,
    ) -> Result<Value, Reason> {
        read.map_err(|Unfit { why, fix }| {
            let summary = format!("`{path}` cannot be {}: {why}", node.shown());
            Reason { wrong: Wrong::Form, summary, fix }
        })
    }

    /// What the field takes, for a message.
    fn expected(self) -> String {
        match self {
            Parse::Protocol => "a text such as tcp/22".to_owned(),
            Parse::Hostname => "a hostname".to_owned(),
            Parse::Keyword(keywords) => {
                list_keywords(keywords.iter().map(|keyword| keyword.text()))
            }
            Parse::Addresses | Parse::Origins => "a list".to_owned(),
            Parse::Ports => "a port or a range of ports".to_owned(),
            Parse::Number => "a whole number".to_owned(),
            Parse::Flag => "true or false".to_owned(),
            Parse::Text => "a text".to_owned(),
            Parse::Uuid => "a UUID".to_owned(),
        }
    }

    fn wrong_type(self, path: &str, node: &Node) -> Reason {
        let expected = self.expected();
        let summary = format!("`{path}` must be {expected}, not {}", node.shown());
        let fix = match (self, ports_of_mapping(node)) {
            (Parse::Ports, Some(ports)) => format!("write \"{ports}\""),
            (Parse::Ports, None) => A_PORT.to_owned(),
            (Parse::Hostname, _) => A_HOSTNAME.to_owned(),
            (Parse::Number, _) => "write a whole number, such as 600".to_owned(),
            (Parse::Uuid, _) => A_UUID.to_owned(),
            (Parse::Text, _) => "write the Worker's tag".to_owned(),
            _ => format!("write {expected}"),
        };
        Reason { wrong: Wrong::Type, summary, fix }
    }
}

/// The range of `{start: 3000, end: 4000}`, as other tools write it.
fn ports_of_mapping(node: &Node) -> Option<Ports> {
    let text = |key: &str| node.get(key)?.scalar().map(|(text, _)| text.to_owned());
    format!("{}-{}", text("start")?, text("end")?).parse().ok()
}

/// Why a text does not fit, and what to write instead.
struct Unfit {
    why: String,
    fix: String,
}

fn parse_text<T: FromStr>(text: &str, fix: impl Fn(&T::Err) -> String) -> Result<T, Unfit>
where
    T::Err: Display,
{
    text.parse().map_err(|error| Unfit { fix: fix(&error), why: error.to_string() })
}

fn parse_ports(text: &str, style: Style) -> Result<Value, Unfit> {
    let number = core_number(text).filter(|_| style == Style::Plain);
    let text = number.map_or_else(|| text.to_owned(), |number| number.to_string());
    parse_text(&text, |_| A_PORT.to_owned()).map(Value::Ports)
}

fn parse_number(node: &Node) -> Result<Value, Unfit> {
    let why = "it must be a whole number";
    read_number(node).map(Value::Number).map_err(|fix| Unfit { why: why.to_owned(), fix })
}

/// A UUID with hyphens, in lower case.
fn parse_uuid(text: &str) -> Result<Value, Unfit> {
    let uuid = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    uuid.map(|uuid| Value::Text(uuid.hyphenated().to_string())).ok_or_else(|| Unfit {
        why: "it must have the form 8-4-4-4-12 in hexadecimal digits".to_owned(),
        fix: A_UUID.to_owned(),
    })
}

/// What to write instead of a text that is no hostname; an address has a field of its own where it
/// is the origin.
fn hostname_fix(path: &str, error: &NotAHostname) -> &'static str {
    if path.starts_with("origin_dns") && *error == NotAHostname::Address {
        "use origin_direct for an address, as in [\"tcp://192.0.2.1:22\"], and remove origin_dns"
    } else {
        A_HOSTNAME
    }
}

/// What was probably meant by a protocol that cannot be read.
fn protocol_fix(text: &str, masked: bool) -> String {
    let ports = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let lower = text.to_ascii_lowercase();
    match lower.parse::<Protocol>() {
        Ok(protocol) if !masked => format!("write {protocol}"),
        _ if !masked && ports.parse::<Ports>().is_ok() => {
            format!("write tcp/{ports} or udp/{ports}")
        }
        _ => "write tcp/22, udp/53, or a range such as tcp/1000-2000".to_owned(),
    }
}

/// Reads each member of a list, and tells all that are wrong. `member` is what a member is, and an example of the list.
fn read_list<T>(
    path: &str,
    node: &Node,
    (member, example): (&str, &str),
    read: impl Fn(&Node) -> Result<T, (String, String)>,
) -> Result<Vec<T>, Vec<Problem>> {
    let problem = |node: &Node, wrong, summary, fix| Problem {
        wrong,
        summary,
        fix,
        place: node.place.clone(),
    };
    let Kind::List(items) = &node.kind else {
        let fix = match list_of(node, |member| read(member).is_ok()) {
            Some(list) => format!("write {list}"),
            None => format!("write a list, such as {example}"),
        };
        return Err(vec![problem(
            node,
            Wrong::Type,
            format!("`{}` must be a list, not {}", path, node.shown()),
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
                wrong.push(problem(
                    item,
                    way,
                    format!("`{}` has {}, which is not {member}: {because}", path, item.shown()),
                    fix,
                ));
            }
        }
    }
    if wrong.is_empty() { Ok(members) } else { Err(wrong) }
}

/// The list that a text with commas stands for, if each of its members can be read.
fn list_of(node: &Node, is_member: impl Fn(&Node) -> bool) -> Option<String> {
    let (text, _) = node.scalar().filter(|_| node.mask.is_none())?;
    let members: Vec<&str> = text.split(',').map(str::trim).collect();
    let scalar =
        |text: &str| Node::new(Kind::Scalar { text: text.to_owned(), style: Style::Quoted });
    let quoted = members.iter().map(|member| format!("\"{member}\""));
    let list = format!("[{}]", quoted.collect::<Vec<_>>().join(", "));
    members.iter().all(|member| is_member(&scalar(member))).then_some(list)
}

fn read_address(node: &Node) -> Result<IpAddr, (String, String)> {
    let text = node.scalar().map_or("", |(text, _)| text);
    text.parse().map_err(|_| {
        (
            "it is neither an IPv4 nor an IPv6 address".to_owned(),
            "write an address such as 198.51.100.7 or 2001:db8::7".to_owned(),
        )
    })
}

fn read_origin(node: &Node) -> Result<Origin, (String, String)> {
    let text = node.scalar().map_or("", |(text, _)| text);
    text.parse().map_err(|error: NotAnOrigin| {
        let fix = match &error {
            NotAnOrigin::Brackets(Some(meant)) if node.mask.is_none() => format!("write \"{meant}\""),
            NotAnOrigin::Brackets(_) => "put the address in brackets, as in tcp://[2001:db8::1]:443".to_owned(),
            NotAnOrigin::Address => {
                "write the address of the origin; for a name, first create a DNS-only record of it in the \
                 application's zone (a CNAME where the origin is elsewhere), then replace origin_direct with \
                 origin_dns: {name: THE_RECORD} and origin_port"
                    .to_owned()
            }
            _ => "write tcp://IP:PORT or udp://IP:PORT, such as tcp://192.0.2.1:22 or tcp://[2001:db8::1]:22".to_owned(),
        };
        (error.to_string(), fix)
    })
}
