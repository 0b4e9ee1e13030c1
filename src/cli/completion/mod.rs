//! Completions: the script that a shell reads, and what the shell asks the program for while somebody types. What is offered comes from
//! the arguments, the configuration and a state in a folder; nothing is asked over the network, and nothing is written.

mod candidates;
mod command;
mod offers;
mod words;

pub(super) use command::{complete, run};
