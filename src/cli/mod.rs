//! The command line: arguments, environment, wiring, progress, exit codes. The only floor that prints or reads the environment.
//!
//! Floor 9: names everything below, and is named by nothing but `main`.

mod apply;
mod apply_end;
mod approval;
mod args;
mod audit;
mod backend;
mod ci;
mod context;
mod doctor;
mod drift;
mod drift_edits;
mod exit;
mod explain;
mod export;
mod export_terraform;
mod failure;
mod fit;
mod fmt;
mod format;
mod frame;
mod import;
mod import_file;
mod init;
mod interrupt;
mod load;
mod loaded;
mod lock;
mod metrics;
mod migrate;
mod observe;
mod output;
mod owner;
mod plan;
mod plan_file;
mod plan_source;
mod planning;
mod preflight;
mod progress;
mod purpose;
mod redaction;
mod refresh;
mod schema;
mod session;
mod show;
mod simulator;
mod spelling;
mod state;
mod state_notes;
mod validate;
mod version;
mod whole_file;
mod zone_export;

pub use frame::main;
