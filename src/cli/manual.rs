//! `man`: the manual page of a command, or the pages of all in a folder.

use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::ManArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::help::{self, Page};
use super::whole_file::{self, Readers, unwritable};

/// Runs the command.
pub(super) fn run(args: &ManArgs) -> Result<Exit, Failure> {
    let mut root = help::command(true);
    root.build();
    if let Some(folder) = &args.out {
        write_all(&root, "", folder)?;
        return Ok(Exit::Done);
    }
    let command = find(&root, &args.command)?;
    let page =
        bytes(command, &args.command.join(" ")).map_err(|error| unwritable("stdout", &error))?;
    match io::stdout().lock().write_all(&page) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(unwritable("stdout", &error).into())
        }
        _ => Ok(Exit::Done),
    }
}

/// The command with these words.
fn find<'a>(root: &'a Command, words: &[String]) -> Result<&'a Command, Failure> {
    words.iter().try_fold(root, |command, word| {
        command.find_subcommand(word).ok_or_else(|| {
            let words = words.join(" ");
            Failure::usage(format!("there is no command {words}; `spectrumctl --help` lists all"))
        })
    })
}

/// Writes the pages of a command and of those below it.
fn write_all(command: &Command, path: &str, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| unwritable(&folder.display().to_string(), &error))?;
    let name = format!("spectrumctl {path}").trim().replace(' ', "-");
    let file = folder.join(format!("{name}.1"));
    let shown = file.display().to_string();
    let page = bytes(command, path).map_err(|error| unwritable(&shown, &error))?;
    whole_file::replace(&file, &page, Readers::Everyone)?;
    let mut below = command.get_subcommands().filter(|sub| sub.get_name() != "help");
    below.try_for_each(|sub| {
        let path = format!("{path} {}", sub.get_name());
        write_all(sub, path.trim(), folder)
    })
}

/// A page: name, synopsis, options, commands, and what the help has below them.
fn bytes(command: &Command, path: &str) -> io::Result<Vec<u8>> {
    let title = format!("spectrumctl {path}").trim().replace(' ', "-");
    let source = concat!("spectrumctl ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(title).source(source);
    let mut whole = Vec::new();
    man.render_title(&mut whole)?;
    let mut add = |render: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
        let mut part = Vec::new();
        render(&mut part)?;
        // Each part begins with what the whole page begins with, up to its first section.
        let begin = part.windows(4).position(|four| four == b".SH ").unwrap_or(part.len());
        whole.extend_from_slice(&part[begin..]);
        io::Result::Ok(())
    };
    add(&|out| man.render_name_section(out))?;
    add(&|out| man.render_synopsis_section(out))?;
    add(&|out| man.render_description_section(out))?;
    add(&|out| man.render_options_section(out))?;
    if command.has_subcommands() {
        add(&|out| man.render_subcommands_section(out))?;
    }
    if let Some(page) = help::page(path) {
        add(&|out| sections(page).to_writer(out))?;
    }
    Ok(whole)
}

/// EXAMPLES, ENVIRONMENT, FORMATS and EXIT STATUS.
fn sections(page: &Page) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    for (command, about) in page.examples {
        entry(&mut roff, command, about);
    }
    let variables: Vec<_> = page.variables.iter().copied().flatten().collect();
    if !variables.is_empty() {
        roff.control("SH", ["ENVIRONMENT"]);
        variables.into_iter().for_each(|one| entry(&mut roff, one.name, one.about));
    }
    if !page.formats.is_empty() {
        roff.control("SH", ["FORMATS"]);
        page.formats.iter().for_each(|format| entry(&mut roff, format.name(), format.about()));
    }
    roff.control("SH", ["EXIT STATUS"]);
    for exit in help::exits(page) {
        entry(&mut roff, &exit.code().to_string(), exit.meaning());
    }
    roff
}

fn entry(roff: &mut Roff, name: &str, about: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(about)]);
}
