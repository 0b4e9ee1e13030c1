//! A resource's address, `module.edge["eu"].cloudflare_spectrum_application.this[0]`, and what is made of it.

/// A name between two dots, and the index behind it.
#[derive(Debug, Default)]
struct Step {
    name: String,
    index: Option<String>,
}

/// The resource with its modules, each with its index: `edge-eu.this-0`. Names of Terraform's have no dots, so a dot parts a module from
/// what is in it.
pub(super) fn name(address: &str) -> String {
    let mut steps = steps(address).into_iter();
    let mut names = Vec::new();
    while let Some(step) = steps.next() {
        if step.name == "module" || steps.len() == 1 {
            names.extend(steps.next().map(|step| match step.index {
                Some(index) => format!("{}-{index}", step.name),
                None => step.name,
            }));
        }
    }
    names.join(".")
}

/// The whole resource that an instance belongs to, in every instance of its modules.
pub fn without_indices(address: &str) -> String {
    steps(address).into_iter().map(|step| step.name).collect::<Vec<_>>().join(".")
}

fn steps(address: &str) -> Vec<Step> {
    let (mut steps, mut step) = (Vec::new(), Step::default());
    let (mut in_index, mut in_text, mut is_escaped) = (false, false, false);
    for letter in address.chars() {
        match letter {
            '"' if in_index && !is_escaped => in_text = !in_text,
            '\\' if in_text && !is_escaped => is_escaped = true,
            '[' if !in_index => (in_index, step.index) = (true, Some(String::new())),
            ']' if in_index && !in_text => in_index = false,
            '.' if !in_index => steps.push(std::mem::take(&mut step)),
            _ => {
                is_escaped = false;
                step.index.as_mut().filter(|_| in_index).unwrap_or(&mut step.name).push(letter);
            }
        }
    }
    steps.push(step);
    steps
}

#[cfg(test)]
mod tests {
    use super::{name, without_indices};

    #[test]
    fn modules_and_indices_are_part_of_the_name() {
        for (address, expected, whole) in [
            ("x.ssh", "ssh", "x.ssh"),
            ("x.ssh[0]", "ssh-0", "x.ssh"),
            (r#"module.a.x.this["k"]"#, "a.this-k", "module.a.x.this"),
            (r#"module.a["k.l"].module.b[1].x.this"#, "a-k.l.b-1.this", "module.a.module.b.x.this"),
            (
                r#"module.module.x.module["a\"]\\b"]"#,
                r#"module.module-a"]\b"#,
                "module.module.x.module",
            ),
            ("", "", ""),
        ] {
            assert_eq!(name(address), expected);
            assert_eq!(without_indices(address), whole);
        }
    }
}
