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
}
