//! Configuration files: what is wrong with them is found at its place, and their canonical form.

mod applied;
mod bad_input;
mod canonical_form;
mod documents;
mod each;
mod each_rows;
mod edit;
mod many_mistakes;
mod variables;
mod zone_keys;
