//! Text into Markdown: values from files and answers become text that cannot format, link, mention or break out of a table.

use super::field_diff::{Line, diff};
use super::layout::{counted, shortened, visible};
use super::words::remarks;
use crate::finding::Finding;
use crate::plan::FieldChange;

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

/// The fields of an application as a block of lines that go and come, which forges colour. Nothing in it has a meaning of its own:
/// values stand on one line each, and the fence is longer than any row of backticks inside.
pub(super) fn diff_block(fields: &[FieldChange]) -> String {
    let lines: Vec<String> = fields.iter().flat_map(diff_lines).collect();
    let longest = lines.iter().map(|line| backticks(line)).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{}\n{fence}\n", lines.join("\n"))
}

fn diff_lines(field: &FieldChange) -> Vec<String> {
    let (path, difference) = (field.field.path(), diff(field));
    let is_list = [&field.before, &field.after]
        .iter()
        .any(|side| side.as_ref().is_some_and(|side| side.members.is_some()));
    let label = if is_list { "  ".to_owned() } else { format!("{path}: ") };
    let head = is_list.then(|| format!("  {path}:"));
    let lines = difference.lines.iter().map(|line| match line {
        Line::Goes(value) => format!("- {label}{}", visible(value)),
        Line::Comes(value) => format!("+ {label}{}", visible(value)),
    });
    let unchanged =
        (difference.unchanged > 0).then(|| format!("    {} unchanged", difference.unchanged));
    let remarks = Some(remarks(field).join("; ")).filter(|remarks| !remarks.is_empty());
    let remarks = remarks.map(|remarks| format!("# {path}: {remarks}"));
    head.into_iter().chain(lines).chain(unchanged).chain(remarks).collect()
}

/// The length of the longest row of backticks.
fn backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

/// A finding as a list entry: what, where, the server's answer, why, fix.
pub(super) fn finding_entry(finding: &Finding) -> String {
    let text = |text: &str| prose(&shortened(text, 1000));
    let who = finding.address.as_deref().map(|address| format!("{}: ", code(address)));
    let place = finding.place.as_ref().map(|place| format!(" ({})", code(&place.to_string())));
    let head = format!(
        "- **{} {}** {}{}{}\n",
        finding.severity,
        text(&finding.code),
        who.unwrap_or_default(),
        text(&finding.summary),
        place.unwrap_or_default()
    );
    let answer = finding.refusal.as_ref().map(|refusal| {
        let ray = refusal.ray_id.as_deref().map(|ray| format!(", Ray ID {}", text(ray)));
        let ray = ray.unwrap_or_default();
        format!("  - answer: {} (HTTP {}{ray})\n", text(&refusal.message), refusal.http_status)
    });
    let notes: String =
        finding.notes().map(|(name, note)| format!("  - {name}: {}\n", text(note))).collect();
    format!("{head}{}{notes}", answer.unwrap_or_default())
}

/// A finding's list entries, errors or the rest, under a heading that counts them.
pub(super) fn push_findings(page: &mut Page, findings: &[&Finding], title: &str, keep_free: usize) {
    if findings.is_empty() {
        return;
    }
    page.push(&format!("\n#### {title}\n\n"));
    let left = page.push_all(findings.iter().map(|finding| finding_entry(finding)), keep_free);
    push_rest(page, left, "finding");
}

/// Says how many of something are not shown, and where all of them are.
pub(super) fn push_rest(page: &mut Page, left: usize, noun: &str) {
    if left > 0 {
        let verb = if left == 1 { "is" } else { "are" };
        let more = counted(left, &format!("more {noun}"));
        page.push(&format!("\n{more} {verb} not shown here: the job's log shows everything.\n"));
    }
}
