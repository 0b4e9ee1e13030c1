//! The formats that the output can have.

/// A format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Human,
    Json,
    Markdown,
    Sarif,
    Github,
    Junit,
    Concise,
}

impl Format {
    /// Every format, with the name that `--format` takes.
    pub(super) const ALL: [(&'static str, Format); 7] = [
        ("human", Format::Human),
        ("json", Format::Json),
        ("markdown", Format::Markdown),
        ("sarif", Format::Sarif),
        ("github", Format::Github),
        ("junit", Format::Junit),
        ("concise", Format::Concise),
    ];

    /// The name that `--format` takes.
    pub(super) fn name(self) -> &'static str {
        let known = Format::ALL.iter().find(|(_, format)| *format == self);
        known.map_or("", |(name, _)| name)
    }

    /// Whether it is made for a place that many may read.
    pub(super) fn is_posted(self) -> bool {
        matches!(self, Format::Markdown | Format::Github | Format::Sarif | Format::Junit)
    }

    /// What it is for.
    pub(super) fn about(self) -> &'static str {
        match self {
            Format::Human => "for people, on a terminal",
            Format::Json => "for programs; `spectrumctl schema` has its schema",
            Format::Markdown => "for a comment on a pull request",
            Format::Sarif => "for code scanning",
            Format::Github => "annotations of GitHub Actions",
            Format::Junit => "for reports of tests",
            Format::Concise => "one line for each finding, for editors",
        }
    }
}
