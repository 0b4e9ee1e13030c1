//! Options as Terraform spells them, with one dash, and how they are spelled here.

/// Terraform's options that exist here, without dashes.
const KNOWN: [&str; 9] = [
    "auto-approve",
    "out",
    "target",
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
        (is_json || KNOWN.contains(&name)).then(|| {
            format!("tip: long options have two dashes: write --{here} instead of -{option}")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::with_two_dashes;

    fn tip(argument: &str) -> Option<String> {
        with_two_dashes(["apply".to_owned(), argument.to_owned()])
    }

    #[test]
    fn an_option_of_terraform_is_answered_with_the_one_here() {
        let expected = "tip: long options have two dashes: write --out=p instead of -out=p";
        assert_eq!(tip("-out=p").as_deref(), Some(expected));
        let expected = "tip: long options have two dashes: write --format json instead of -json";
        assert_eq!(tip("-json").as_deref(), Some(expected));
        assert_eq!(tip("--auto-approve"), None);
        assert_eq!(tip("-f"), None);
        assert_eq!(tip("-outcome"), None);
    }
}
