//! Text that is printed as it comes, brought to the width of a terminal: lines that are too long are broken between words, and what
//! follows is set under their beginning.

use super::layout::width;

/// How far the rest of a broken line is set in beyond its beginning.
const HANGING: usize = 2;

/// The text in lines of at most so many characters; a longer word is on a line of its own. Lines that fit stay as they are, and
/// sequences that set colours take no room.
pub fn fitted(text: &str, most: usize) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| fitted_line(line, most)).collect();
    lines.join("\n")
}

fn fitted_line(line: &str, most: usize) -> String {
    if shown_width(line) <= most {
        return line.to_owned();
    }
    let begin = line.len() - line.trim_start_matches(' ').len();
    let (indent, rest) = line.split_at(begin);
    let hanging = " ".repeat(begin + HANGING);
    let (mut text, mut column) = (indent.to_owned(), begin);
    let mut is_first = true;
    for piece in rest.split_inclusive(' ') {
        let word = piece.trim_end_matches(' ');
        if !is_first && column + shown_width(word) > most && !word.is_empty() {
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
            text.push_str(&hanging);
            column = hanging.len();
        }
        text.push_str(piece);
        column += shown_width(piece);
        is_first = false;
    }
    text.truncate(text.trim_end_matches(' ').len());
    text
}

/// How many characters of a text are to be seen.
fn shown_width(text: &str) -> usize {
    let mut rest = text;
    let mut seen = 0;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        seen += width(before);
        let end = after.find(|letter: char| letter.is_ascii_alphabetic());
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    seen + width(rest)
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn a_line_that_fits_keeps_its_spaces_and_a_long_one_is_broken_between_words() {
        assert_eq!(fitted("NAME   SIZE\n  two", 20), "NAME   SIZE\n  two");
        assert_eq!(fitted("  one two three four", 10), "  one two\n    three\n    four");
    }

    #[test]
    fn a_word_is_never_split() {
        let url = "https://developers.cloudflare.com/spectrum/";
        assert_eq!(fitted(&format!("see {url} for it"), 20), format!("see\n  {url}\n  for it"));
    }

    #[test]
    fn colours_take_no_room() {
        let line = "\u{1b}[1mone two\u{1b}[0m three";
        assert_eq!(fitted(line, 13), line);
        assert_eq!(fitted(line, 8), "\u{1b}[1mone two\u{1b}[0m\n  three");
    }
}
