//! The form of the tables of the catalog.

/// A table of entries that have one cause each and no check. `known` is when each of them is found; an entry is
/// `NAME = "slug", severity, "title", why: "…", fix: "…", example: …;`, and `why` is left out where the title says everything,
/// `example` where none is possible.
macro_rules! catalog {
    (@why) => { None };
    (@why $why:literal) => { Some($why) };
    (@example) => { None };
    (@example $example:expr) => { $example };
    ($known:expr; $($name:ident = $slug:literal, $severity:expr, $title:literal,
        $(why: $why:literal,)? fix: $fix:literal $(, example: $example:expr)?;)*) => {
        $(
            #[doc = concat!("`", $slug, "`: ", $title, ".")]
            pub static $name: $crate::codes::Code = $crate::codes::Code {
                slug: $slug,
                title: $title,
                inferred_number: None,
            docs: "",
                severity: $severity.0,
                exit: $severity.1,
                causes: &[$crate::codes::Cause {
                    slug: $slug,
                    why: $crate::codes::catalog::table::catalog!(@why $($why)?),
                    fix: $fix,
                    known: $known,
                    ..$crate::codes::Cause::BLANK
                }],
                example: $crate::codes::catalog::table::catalog!(@example $($example)?),
                ..$crate::codes::Code::RULE
            };
        )*

        /// The entries of this table, by slug.
        pub(in crate::codes) static CODES: &[&$crate::codes::Code] = &[$(&$name),*];
    };
}
pub(super) use catalog;
