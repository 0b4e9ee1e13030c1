//! The text of a transcript: what comes before the first command, and each command with what is written to its standard input.

/// A transcript without what its commands printed.
pub(super) struct Transcript {
    title: String,
    pub(super) commands: Vec<Command>,
}

/// A line that begins with `$ `.
pub(super) struct Command {
    /// The line without the `$ `.
    pub(super) line: String,
    /// The lines up to `END`, where the line ends with `<<END`.
    pub(super) document: Option<String>,
}

impl Transcript {
    pub(super) fn read(text: &str) -> Self {
        let mut lines = text.lines().peekable();
        let mut transcript = Transcript { title: String::new(), commands: Vec::new() };
        while let Some(title) = lines.next_if(|line| !line.starts_with("$ ")) {
            transcript.title += &format!("{title}\n");
        }
        while let Some(line) = lines.next() {
            let Some(line) = line.strip_prefix("$ ") else { continue };
            let document = line.ends_with("<<END").then(|| {
                lines
                    .by_ref()
                    .take_while(|line| *line != "END")
                    .map(|line| format!("{line}\n"))
                    .collect()
            });
            transcript.commands.push(Command { line: line.to_owned(), document });
        }
        transcript
    }

    /// The transcript with what each command printed.
    pub(super) fn with_answers(&self, answers: &[String]) -> String {
        let mut text = self.title.clone();
        for (command, answer) in self.commands.iter().zip(answers) {
            text += &format!("$ {}\n", command.line);
            if let Some(document) = &command.document {
                text += &format!("{document}END\n");
            }
            text += answer;
            if !answer.is_empty() && !answer.ends_with('\n') {
                text.push('\n');
            }
        }
        text
    }
}
