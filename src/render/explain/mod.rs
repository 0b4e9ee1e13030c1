//! What `explain` says: the pages of codes, fields, exit codes, statuses and the simulator's files, and the list of all codes; as text,
//! Markdown and JSON.

mod code;
mod field;
mod files;
mod list;
mod numbers;
mod page;

pub use code::code_page;
pub use field::field_page;
pub use files::{faults_page, seed_page};
pub use list::{write_list, write_list_json, write_list_markdown};
pub use numbers::{exit_page, status_page};
pub use page::Page;
