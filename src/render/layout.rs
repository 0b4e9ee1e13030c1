//! Laying text out: lines that keep to a width, columns that are aligned, and characters that could play tricks on a terminal made visible.

/// The text on one line, fit for a terminal: what moves the cursor, changes colours or turns the reading direction is replaced, because
/// values come from files and from answers of the API.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .map(|character| if is_plain(character) { character } else { stand_in(character) })
        .collect()
}

fn is_plain(character: char) -> bool {
    let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !character.is_control() && !turns
}

fn stand_in(character: char) -> char {
    if character.is_ascii_whitespace() { ' ' } else { '\u{fffd}' }
}

/// How many characters wide a text is; wide characters count as one, so that columns of them are only nearly aligned.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// The text filled up with spaces.
pub(super) fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// The text in lines of at most so many characters, broken between words; a longer word stands on a line of its own. Line breaks in the
/// text are kept.
pub(super) fn wrapped(text: &str, width_of_line: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrapped_line(&visible(line), width_of_line.max(20))).collect()
}

/// A line that is indented means something by it, such as YAML that is to be copied, and stays as it is.
fn wrapped_line(line: &str, most: usize) -> Vec<String> {
    if line.starts_with(' ') {
        return vec![line.to_owned()];
    }
    packed(line.split_whitespace(), most)
}

/// The pieces with spaces between them, in lines of at most so many characters; no piece is broken. One line at least.
pub(super) fn packed<'a>(pieces: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces {
        let current = lines.last_mut().expect("the list begins with a line and is never emptied");
        if current.is_empty() {
            current.push_str(piece);
        } else if width(current) + 1 + width(piece) <= most {
            current.push(' ');
            current.push_str(piece);
        } else {
            lines.push(piece.to_owned());
        }
    }
    lines
}

/// The first characters of a text, with a sign that more follow.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
