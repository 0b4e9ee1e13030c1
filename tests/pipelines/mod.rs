//! The pipelines that `init --ci` writes, run step by step: what each step's shell says is read out of the YAML and run in bash, in a git
//! repository, against the simulator and a mock forge; curl is a fake that gives the archive of a release.

mod expressions;
mod jobs;
mod release;
mod repository;
mod steps;
mod stories;
mod troubles;
mod week;
mod written;
