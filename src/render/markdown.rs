//! Text into Markdown: values from files and answers become text that cannot format, link, mention or break out of a table.

use super::layout::visible;

/// A text in which no character has a meaning of its own. References stand for the characters that have one; a mention or a
/// reference to an issue is broken by a space of no width, because forges look for them after the references are resolved.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '@' | '#' => out.push_str(&format!("&#{};&#8203;", u32::from(character))),
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '!' | '$' => {
                out.push_str(&format!("&#{};", u32::from(character)));
            }
            character => out.push(character),
        }
    }
    out
}

/// A value as code: inside the element forges look for no mentions, but they do for formatting.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text).replace("&#8203;", ""))
}

/// A sentence whose backticks set off code.
pub(super) fn prose(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return escaped(text);
    }
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { escaped(part) }).collect()
}

/// A page that may have so many bytes and no more.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    most: usize,
}

impl Page {
    /// An empty page.
    pub(super) fn new(most: usize) -> Self {
        Page { text: String::new(), most }
    }

    /// Adds what must not be missing, whether it fits or not.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds the pieces as long as the page stays under the limit by so much, then says how many are left out.
    pub(super) fn push_all(
        &mut self,
        pieces: impl ExactSizeIterator<Item = String>,
        keep_free: usize,
    ) -> usize {
        let mut left = pieces.len();
        for piece in pieces {
            if self.text.len() + piece.len() + keep_free > self.most {
                break;
            }
            self.text.push_str(&piece);
            left -= 1;
        }
        left
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}
