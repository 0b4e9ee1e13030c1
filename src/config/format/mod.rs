//! The canonical form of a configuration's text: line feeds, no spaces at the ends of lines, one newline at the end, two columns of
//! indentation, words without quotes, the keys of an application in the order of the attribute table. Comments stay, and so does what is
//! written in one line or in several.
//!
//! Nothing here trusts itself: the formatted text is read again, and unless it says the same with the same comments, it is refused.

mod canonical;
mod indent;
mod lines;
mod order;
mod words;
pub mod writer;

pub use canonical::{edited, format};
pub use order::rank;
