//! Builds the tree from the parser's events.

use std::collections::BTreeMap;

use granit_parser::{Event, ScalarStyle, Tag};

use super::tree::{ALIASED, ALIASED_FOR_EACH, MAX_DEPTH, MAX_NODES, MAX_SCALAR, Read};
use crate::codes;
use crate::finding::{Finding, Place};
use crate::model::{Entry, Kind, Node, Style};

/// A collection that is not closed yet.
struct Frame {
    place: Place,
    anchor: usize,
    size_before: usize,
    part: Part,
}

enum Part {
    List(Vec<Node>),
    Map { entries: Entries, merged: Vec<Node>, key: Option<Key> },
}

/// A key whose value is yet to come.
struct Key {
    text: String,
    place: Place,
    is_merge: bool,
}

/// The tree under construction.
pub(super) struct Builder {
    pub(super) findings: Vec<Finding>,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, (Node, usize)>,
    root: Option<Node>,
    size: usize,
    /// How much of the size aliases have brought.
    aliased: usize,
}

type Refused = Box<Finding>;

impl Builder {
    pub(super) fn new() -> Self {
        Builder {
            findings: Vec::new(),
            frames: Vec::new(),
            anchors: BTreeMap::new(),
            root: None,
            size: 0,
            aliased: 0,
        }
    }

    /// Takes the next event; an `Err` is a refusal of the whole file.
    pub(super) fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), Refused> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(&text, style, tag.as_deref(), place)?;
                self.grow(1, node.place.as_ref())?;
                self.attach(node, anchor, 1);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(Part::List(Vec::new()), anchor, tag.as_deref(), place)?
            }
            Event::MappingStart(_, anchor, tag) => {
                let part = Part::Map { entries: Entries::default(), merged: Vec::new(), key: None };
                self.open(part, anchor, tag.as_deref(), place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(id) => self.alias(id, place)?,
            _ => {}
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Read {
        Read { root: self.root.unwrap_or_else(|| Node::new(Kind::Null)), findings: self.findings }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        place: Place,
    ) -> Result<Node, Refused> {
        if text.len() > MAX_SCALAR {
            return Err(Box::new(too_much(
                &place,
                &format!("a value has more than {MAX_SCALAR} bytes"),
            )));
        }
        let is_text = self.is_text(tag, &place);
        let plain = style == ScalarStyle::Plain && !is_text;
        let kind = match text {
            "" | "~" | "null" | "Null" | "NULL" if plain => Kind::Null,
            _ => Kind::Scalar {
                text: text.to_owned(),
                style: if plain { Style::Plain } else { Style::Quoted },
            },
        };
        Ok(Node { kind, place: Some(place), mask: None })
    }

    /// Whether a tag makes a scalar a text; a tag of no YAML core type is a finding.
    fn is_text(&mut self, tag: Option<&Tag>, place: &Place) -> bool {
        let Some(tag) = tag else { return false };
        if !tag.is_yaml_core_schema() {
            let summary = format!("unknown tag `{}`", tag.original());
            self.findings.push(Finding::new(&codes::UNKNOWN_TAG, summary).at(Some(place)));
        }
        tag.core_suffix() == Some("str")
    }

    fn open(
        &mut self,
        part: Part,
        anchor: usize,
        tag: Option<&Tag>,
        place: Place,
    ) -> Result<(), Refused> {
        self.is_text(tag, &place);
        if self.frames.len() >= MAX_DEPTH {
            return Err(Box::new(too_much(
                &place,
                &format!("more than {MAX_DEPTH} levels of nesting"),
            )));
        }
        let size_before = self.size;
        self.grow(1, Some(&place))?;
        self.frames.push(Frame { place, anchor, size_before, part });
        Ok(())
    }

    fn close(&mut self) {
        let Some(Frame { place, anchor, size_before, part }) = self.frames.pop() else { return };
        let kind = match part {
            Part::List(items) => Kind::List(items),
            Part::Map { mut entries, merged, .. } => {
                self.merge(&mut entries, merged);
                Kind::Map(entries.list)
            }
        };
        let node = Node { kind, place: Some(place), mask: None };
        self.attach(node, anchor, self.size - size_before);
    }

    fn alias(&mut self, id: usize, place: Place) -> Result<(), Refused> {
        let Some((node, size)) = self.anchors.get(&id) else {
            let summary = "an alias is inside its own anchor";
            return Err(Box::new(Finding::new(&codes::ALIAS_LOOP, summary).at(Some(&place))));
        };
        let (node, size) = (node.clone(), *size);
        self.grow(size, Some(&place))?;
        self.aliased += size;
        let written = self.size - self.aliased;
        if self.aliased > ALIASED + ALIASED_FOR_EACH * written {
            return Err(written_out(&place));
        }
        self.attach(node, 0, size);
        Ok(())
    }

    fn grow(&mut self, by: usize, place: Option<&Place>) -> Result<(), Refused> {
        self.size += by;
        match place {
            Some(place) if self.size > MAX_NODES => Err(written_out(place)),
            _ => Ok(()),
        }
    }

    /// Puts a complete node where it belongs: a list's next member, a mapping's next key or value, or the root.
    fn attach(&mut self, node: Node, anchor: usize, size: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut frame.part {
            Part::List(items) => items.push(node),
            Part::Map { key, .. } if key.is_none() => {
                *key = Some(key_of(node, &frame.place, &mut self.findings))
            }
            Part::Map { entries, merged, key } => {
                let Some(key) = key.take() else { return };
                if key.is_merge {
                    merged.push(node);
                } else {
                    entries.push(key, node, &mut self.findings);
                }
            }
        }
    }

    /// Adds what merge keys bring and the mapping does not have itself; the first of several wins.
    fn merge(&mut self, entries: &mut Entries, merged: Vec<Node>) {
        let sources = merged.into_iter().flat_map(|node| match node.kind {
            Kind::List(items) => items,
            _ => vec![node],
        });
        for source in sources {
            let Kind::Map(inherited) = source.kind else {
                let finding = Finding::new(&codes::MERGE_KEY, "`<<` does not refer to a mapping");
                self.findings.push(finding.at(source.place.as_ref()));
                continue;
            };
            for entry in inherited {
                if entries.find(&entry.key).is_none() {
                    entries.list.push(entry);
                }
            }
        }
    }
}

fn key_of(node: Node, around: &Place, findings: &mut Vec<Finding>) -> Key {
    let place = node.place.clone().unwrap_or_else(|| around.clone());
    match node.kind {
        Kind::Scalar { text, style } => {
            Key { is_merge: text == "<<" && style == Style::Plain, text, place }
        }
        Kind::Null => Key { text: "~".to_owned(), place, is_merge: false },
        _ => {
            let summary = "a list or mapping is used as a key";
            findings.push(Finding::new(&codes::KEY_NOT_A_NAME, summary).at(Some(&place)));
            Key { text: String::new(), place, is_merge: false }
        }
    }
}

/// The entries of a mapping under construction, with an index once there are too many to be searched one by one.
#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    index: BTreeMap<String, usize>,
}

/// Up to how many entries a mapping is searched one by one.
const SEARCHED: usize = 32;

impl Entries {
    fn find(&mut self, key: &str) -> Option<&Entry> {
        if self.list.len() <= SEARCHED {
            return self.list.iter().find(|entry| entry.key == key);
        }
        for (at, entry) in self.list.iter().enumerate().skip(self.index.len()) {
            self.index.insert(entry.key.clone(), at);
        }
        self.index.get(key).and_then(|at| self.list.get(*at))
    }

    fn push(&mut self, key: Key, value: Node, findings: &mut Vec<Finding>) {
        if let Some(first) = self.find(&key.text) {
            findings.push(duplicate_key(&key.text, &key.place, first.key_place.as_ref()));
            return;
        }
        self.list.push(Entry { key: key.text, key_place: Some(key.place), value });
    }
}

/// The finding for a key that is written twice in one mapping.
pub(crate) fn duplicate_key(key: &str, place: &Place, first: Option<&Place>) -> Finding {
    Finding::new(&codes::DUPLICATE_KEY, format!("the key `{key}` is written twice"))
        .at(Some(place))
        .with(first, "first written here")
}

fn written_out(place: &Place) -> Refused {
    let what = "written out, its aliases make more values than any configuration needs";
    Box::new(too_much(place, what))
}

fn too_much(place: &Place, what: &str) -> Finding {
    Finding::new(&codes::TOO_LARGE, what).at(Some(place))
}
