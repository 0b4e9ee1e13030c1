//! The part of a page below the options, as text for a terminal of 80 columns.

use std::fmt::Write;

use clap::builder::Styles;

use super::page::Page;
use crate::cli::exit::Exit;

/// The width of a page.
const WIDTH: usize = 80;
/// The most columns that a command of an example takes when its explanation is beside it.
const BESIDE: usize = 56;

/// The sections of a page: examples, environment, formats, exit codes.
pub(super) fn sections(page: &Page, styles: &Styles) -> String {
    let header = styles.get_header();
    let mut text = String::new();
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n" };
            let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
            // Writing to a text does not fail.
            let _ = write!(text, "{gap}{header}{title}:{header:#}\n{lines}");
        }
    };
    section("Examples", examples(page));
    let variables = page.variables.iter().copied().flatten();
    section("Environment", table(variables.map(|variable| (variable.name, variable.about))));
    section("Formats", table(page.formats.iter().map(|format| (format.name(), format.about()))));
    section("Exit codes", exit_codes(page));
    text
}

/// The examples, what each is for beside it.
fn examples(page: &Page) -> Vec<String> {
    let short = page.examples.iter().map(|(command, _)| command.chars().count());
    let column = short.filter(|length| *length <= BESIDE).max().unwrap_or(0);
    let line = |(command, about): &(&str, &str)| match about {
        &"" => (*command).to_owned(),
        about => format!("{command:column$}  # {about}"),
    };
    page.examples.iter().map(line).collect()
}

/// Two columns.
fn table<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let rows: Vec<(&str, &str)> = rows.collect();
    let column = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    rows.into_iter().map(|(name, about)| format!("{name:column$}  {about}")).collect()
}

/// `0 done, 1 failed, …`, filled.
fn exit_codes(page: &Page) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let exits = exits(page);
    for (index, exit) in exits.iter().enumerate() {
        let comma = if index + 1 < exits.len() { "," } else { "" };
        let piece = format!("{} {}{comma}", exit.code(), exit.in_few_words());
        match lines.last_mut() {
            Some(line) if line.chars().count() + piece.chars().count() + 3 <= WIDTH => {
                line.push(' ');
                line.push_str(&piece);
            }
            _ => lines.push(piece),
        }
    }
    lines
}

/// How a command may end, by number.
pub(in crate::cli) fn exits(page: &Page) -> Vec<Exit> {
    let everywhere = [Exit::Done, Exit::Usage, Exit::Interrupted];
    let mut exits: Vec<Exit> = everywhere.iter().chain(page.exits).copied().collect();
    exits.sort_by_key(|exit| exit.code());
    exits
}
