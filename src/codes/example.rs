//! Examples: a configuration that a code is about, and the same made right. A test runs both through the real code.

/// What a run is given: the configuration, and for what only the API decides the world that leads to it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// What the text of the configuration is.
    form: Form,
    /// The lines that the wrong and the right setting share.
    shared: &'static str,
    /// The lines that an earlier configuration has in place of its own; empty where there is none.
    earlier: &'static str,
    /// Whether an earlier configuration was applied before.
    is_later: bool,
    /// The lines of this setting.
    own: &'static str,
    /// What the account holds, as a seed of the simulator; empty where it does not matter.
    pub seed: &'static str,
    /// What is run in the folder of the configuration, a line of the shell each; empty where it is an apply.
    pub commands: &'static str,
    /// What goes wrong, as a script of faults for the simulator; empty where nothing does.
    pub faults: &'static str,
}

/// What the text of a configuration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The fields of the application `example.com/ssh`.
    Application,
    /// The applications of `example.com`.
    Applications,
    /// A whole file.
    File,
}

/// What is wrong, and the same made right.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// Leads to the code.
    pub wrong: Setting,
    /// Does not.
    pub right: Setting,
}

/// What stands above the applications of an example.
const ZONE: &str = "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n";

/// The application beside which commands are run.
const SSH: &str = r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#;

impl Example {
    /// The fields of one application: those that stay, those that are wrong, and what takes their place.
    pub(super) const fn app(
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        Some(Example::new(Form::Application, shared, wrong, right))
    }

    /// The applications of one zone.
    pub(super) const fn apps(
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        Some(Example::new(Form::Applications, shared, wrong, right))
    }

    /// A whole file.
    pub(super) const fn file(
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        Some(Example::new(Form::File, shared, wrong, right))
    }

    /// One application in an account that holds what a seed says.
    pub(super) const fn app_in(
        seed: &'static str,
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        Some(Example::new(Form::Application, shared, wrong, right).seeded(seed, seed))
    }

    /// A whole file in an account that holds what a seed says.
    pub(super) const fn file_in(
        seed: &'static str,
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        Some(Example::new(Form::File, shared, wrong, right).seeded(seed, seed))
    }

    /// A whole file that takes the place of an earlier one, which was applied.
    pub(super) const fn later(
        shared: &'static str,
        earlier: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        let Example { wrong, right } = Example::new(Form::File, shared, wrong, right);
        Some(Example {
            wrong: Setting { earlier, is_later: true, ..wrong },
            right: Setting { earlier, is_later: true, ..right },
        })
    }

    /// A whole file that is right, in an account that is not, and in one that is.
    pub(super) const fn account_file(
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        Some(Example::new(Form::File, shared, "", "").seeded(wrong, right))
    }

    /// One application that is right, in an account that is not, and in one that is.
    pub(super) const fn account(
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        Some(Example::new(Form::Application, shared, "", "").seeded(wrong, right))
    }

    /// One application that is right, and a call that fails.
    pub(super) const fn fault(shared: &'static str, faults: &'static str) -> Option<Example> {
        let example = Example::new(Form::Application, shared, "", "");
        Some(Example { wrong: Setting { faults, ..example.wrong }, ..example })
    }

    /// A whole file that is right, in an account that holds what a seed says, and a call that fails.
    pub(super) const fn world(
        faults: &'static str,
        seed: &'static str,
        file: &'static str,
    ) -> Option<Example> {
        let example = Example::new(Form::File, file, "", "").seeded(seed, seed);
        Some(Example { wrong: Setting { faults, ..example.wrong }, ..example })
    }

    /// Commands beside one application that is right: those that lead to it, and those that do not.
    pub(super) const fn shell(wrong: &'static str, right: &'static str) -> Option<Example> {
        Example::shell_in("", wrong, right)
    }

    /// Commands beside one application that is right, in an account that holds what a seed says.
    pub(super) const fn shell_in(
        seed: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Option<Example> {
        let example = Example::new(Form::Application, SSH, "", "").seeded(seed, seed);
        Some(Example {
            wrong: Setting { commands: wrong, ..example.wrong },
            right: Setting { commands: right, ..example.right },
        })
    }

    const fn new(
        form: Form,
        shared: &'static str,
        wrong: &'static str,
        right: &'static str,
    ) -> Example {
        let setting = Setting {
            form,
            shared,
            earlier: "",
            is_later: false,
            own: wrong,
            seed: "",
            commands: "",
            faults: "",
        };
        Example { wrong: setting, right: Setting { own: right, ..setting } }
    }

    const fn seeded(self, wrong: &'static str, right: &'static str) -> Example {
        Example {
            wrong: Setting { seed: wrong, ..self.wrong },
            right: Setting { seed: right, ..self.right },
        }
    }
}

impl Setting {
    /// The lines of the configuration that matter.
    pub fn lines(&self) -> Vec<&'static str> {
        [self.shared, self.own].iter().flat_map(|part| part.lines()).collect()
    }

    /// The lines of the configuration that was applied before, where one was.
    pub fn earlier_lines(&self) -> Option<Vec<&'static str>> {
        let lines = || [self.shared, self.earlier].iter().flat_map(|part| part.lines()).collect();
        self.is_later.then(lines)
    }

    /// The whole configuration.
    pub fn configuration(&self) -> String {
        self.whole(&self.lines())
    }

    /// The whole configuration that was applied before, where one was.
    pub fn earlier(&self) -> Option<String> {
        Some(self.whole(&self.earlier_lines()?))
    }

    fn whole(&self, lines: &[&str]) -> String {
        let (above, indent) = match self.form {
            Form::File => (String::new(), ""),
            Form::Applications => (ZONE.to_owned(), "      "),
            Form::Application => (format!("{ZONE}      ssh:\n"), "        "),
        };
        let lines = lines.iter().map(|line| format!("{indent}{line}\n"));
        format!("{above}{}", lines.collect::<String>())
    }

    /// What its lines are, for a heading.
    pub fn kind(&self) -> &'static str {
        match self.form {
            Form::Application => "fields of an application",
            Form::Applications => "applications of a zone",
            Form::File => "a file of the configuration",
        }
    }
}
