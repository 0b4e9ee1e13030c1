//! What chance makes of a text: pieces lost, doubled, exchanged, taken from elsewhere, and words put in that mean something somewhere.

use crate::support::Dice;

/// Words that mean something to one of the languages that are read.
const WORDS: [&str; 48] = [
    "\n",
    "\r\n",
    "\t",
    " ",
    ":",
    ": ",
    "- ",
    "#",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a",
    "*a",
    "<<: ",
    "|\n",
    ">-\n",
    "---\n",
    "!!str ",
    "~",
    "null",
    "true",
    "0",
    "-1",
    "65536",
    "18446744073709551616",
    "1e999",
    "\\u0000",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "\u{1b}[31m",
    "${",
    "}${ORIGIN:-",
    "$${",
    "é",
    "😀",
    "tcp/1-65535",
    "::1",
    "%2F",
    "<script>",
    "`|`",
    "@team",
    "\\",
];

/// A seed with some changes.
pub(super) fn mutated(seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed(seeds, dice).to_vec();
    for _ in 0..=dice.below(4) {
        change(&mut bytes, seeds, dice);
        bytes.truncate(64 * 1024);
    }
    bytes
}

fn seed<'s>(seeds: &'s [Vec<u8>], dice: &mut Dice) -> &'s [u8] {
    &seeds[dice.below(seeds.len() as u64) as usize]
}

fn at(bytes: &[u8], dice: &mut Dice) -> usize {
    dice.below(bytes.len() as u64 + 1) as usize
}

/// A piece: a few bytes, or lines.
fn piece(bytes: &[u8], dice: &mut Dice) -> std::ops::Range<usize> {
    let from = at(bytes, dice);
    if dice.chance(50) {
        let line = bytes[..from].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let end = bytes[from..].iter().position(|byte| *byte == b'\n');
        return line..end.map_or(bytes.len(), |end| from + end + 1);
    }
    from..(from + dice.below(24) as usize).min(bytes.len())
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], dice: &mut Dice) {
    match dice.below(8) {
        0 | 1 => {
            let (at, word) = (at(bytes, dice), dice.one_of(&WORDS));
            bytes.splice(at..at, word.bytes());
        }
        2 => drop(bytes.drain(piece(bytes, dice))),
        3 => {
            let copied = bytes[piece(bytes, dice)].to_vec();
            let at = at(bytes, dice);
            bytes.splice(at..at, copied);
        }
        4 => {
            let (out, word) = (piece(bytes, dice), dice.one_of(&WORDS));
            bytes.splice(out, word.bytes());
        }
        5 => {
            let other = seed(seeds, dice);
            let taken = other[piece(other, dice)].to_vec();
            let at = at(bytes, dice);
            bytes.splice(at..at, taken);
        }
        6 => {
            let from = piece(bytes, dice).start;
            if let Some(digit) = bytes[from..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                *digit = b'0' + dice.below(10) as u8;
            }
        }
        _ => {
            let at = at(bytes, dice);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = dice.below(256) as u8;
            }
        }
    }
}
