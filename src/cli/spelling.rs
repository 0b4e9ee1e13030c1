//! Options as Terraform spells them, with one dash, and how they are spelled here.

use std::ffi::OsString;

/// Terraform's options that exist here, without dashes.
const KNOWN: [&str; 13] = [
    "auto-approve",
    "out",
    "target",
    "replace",
    "lock-timeout",
    "help",
    "version",
    "destroy",
    "refresh-only",
    "detailed-exitcode",
    "parallelism",
    "var",
    "var-file",
];

/// What to write instead of the first option with one dash, where Terraform knows it.
pub(super) fn with_two_dashes(arguments: impl IntoIterator<Item = String>) -> Option<String> {
    arguments.into_iter().find_map(|argument| {
        let option = argument.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?;
        let name = option.split('=').next().unwrap_or(option);
        let is_json = name == "json";
        let here = if is_json { "format json" } else { option };
        (is_json || KNOWN.contains(&name))
            .then(|| format!("long options have two dashes: write --{here} instead of -{option}"))
    })
}

/// The words with `--version --verbose` as the command that says all of it.
pub(super) fn with_version_command(words: Vec<OsString>) -> Vec<OsString> {
    let options = words.get(1..).unwrap_or_default();
    let is = |word: &OsString, names: [&str; 2]| names.iter().any(|name| word == name);
    let has = |names| options.iter().any(|word| is(word, names));
    let (version, verbose) = (["--version", "-V"], ["--verbose", "-v"]);
    let is_only = options.iter().all(|word| is(word, version) || is(word, verbose));
    if !(is_only && has(version) && has(verbose)) {
        return words;
    }
    let program = words.into_iter().take(1);
    program.chain(["version", "--verbose"].map(OsString::from)).collect()
}

/// Whether the whole page of a command is asked for: by `--help`, or by `help COMMAND`.
pub(super) fn asks_for_help(words: &[OsString]) -> bool {
    let options = words.iter().skip(1).take_while(|word| *word != "--");
    options.clone().any(|word| word == "--help") || options.take(1).any(|word| word == "help")
}

#[cfg(test)]
mod tests {
    use super::with_two_dashes;

    fn tip(argument: &str) -> Option<String> {
        with_two_dashes(["apply".to_owned(), argument.to_owned()])
    }

    #[test]
    fn an_option_of_terraform_is_answered_with_the_one_here() {
        let expected = "long options have two dashes: write --out=p instead of -out=p";
        assert_eq!(tip("-out=p").as_deref(), Some(expected));
        let expected = "long options have two dashes: write --format json instead of -json";
        assert_eq!(tip("-json").as_deref(), Some(expected));
        assert_eq!(tip("--auto-approve"), None);
        assert_eq!(tip("-f"), None);
        assert_eq!(tip("-outcome"), None);
    }
}
