//! The page of each command. A test runs every example.

use super::page::{BLANK, Page, Variable, variable};
use crate::cli::exit::Exit;
use crate::cli::format::Format;
use crate::cli::{apply, explain, plan, validate};

/// What a command reads that asks the API.
const API: &[Variable] = &[
    variable("CLOUDFLARE_API_TOKEN", "or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY: credentials"),
    variable("CLOUDFLARE_BASE_URL", "another API, such as that of `spectrumctl sim`"),
];
/// What a command reads that reads the configuration.
const CONFIGURATION: &[Variable] =
    &[variable("SPECTRUM_VAR_NAME", "the value of ${NAME} in the configuration")];
/// What a command reads that reads the state.
const STATE: &[Variable] =
    &[variable("SPECTRUMCTL_STATE_KEY", "the state's key; AWS_…, GOOGLE_…, AZURE_…: its bucket")];
/// What a watch reads.
const WATCH: &[Variable] =
    &[variable("SPECTRUMCTL_WEBHOOK_SECRET", "the key that signs what --webhook sends")];
/// What a command reads that runs in a pipeline.
const FORGE: &[Variable] = &[
    variable("GITHUB_TOKEN", "or GITLAB_TOKEN, FORGEJO_TOKEN: the token of the forge"),
    variable("SPECTRUMCTL_FORGE_TOKEN", "another token of the forge"),
    variable("SPECTRUMCTL_COMMENT_KEY", "seals the comment with the plan"),
];
/// What a command reads that prints for people.
const TERMINAL: &[Variable] =
    &[variable("NO_COLOR", "no colour; COLUMNS: the width of the output")];

const BOTH: &[Format] = &[Format::Human, Format::Json];
const READS: &[Exit] = &[Exit::Failed, Exit::Findings];
const WRITES_STATE: &[Exit] = &[Exit::Failed, Exit::Locked];

/// The page of a command.
pub(in crate::cli) fn page(path: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.path == path)
}

/// The pages, by command.
static PAGES: &[Page] = &[
    Page {
        path: "",
        examples: &[
            ("spectrumctl init", "write a configuration to begin with"),
            ("spectrumctl --sim plan", "try it without an account"),
        ],
        variables: &[API, CONFIGURATION, STATE, TERMINAL],
        exits: &[
            Exit::Failed,
            Exit::Pending,
            Exit::Findings,
            Exit::Guarded,
            Exit::Stale,
            Exit::Incomplete,
            Exit::Locked,
        ],
        ..BLANK
    },
    Page {
        path: "init",
        examples: &[
            ("spectrumctl init --zone example.com", "your zone, one example"),
            ("spectrumctl init --ci github", "with a pipeline"),
        ],
        variables: &[API],
        exits: &[Exit::Failed],
        ..BLANK
    },
    Page {
        path: "validate",
        examples: &[
            ("spectrumctl validate --strict", "warnings are errors"),
            ("spectrumctl validate spectrum.yaml --format concise", "one line each"),
        ],
        variables: &[CONFIGURATION, TERMINAL],
        formats: &validate::FORMATS,
        exits: READS,
    },
    Page {
        path: "plan",
        examples: &[
            ("spectrumctl plan --out plan.json", "save it for apply"),
            ("spectrumctl plan --target 'example.com/*'", "a part of it"),
        ],
        variables: &[API, CONFIGURATION, STATE],
        formats: &plan::FORMATS,
        exits: &[Exit::Failed, Exit::Pending, Exit::Findings, Exit::Guarded],
    },
    Page {
        path: "apply",
        examples: &[
            ("spectrumctl apply --auto-approve", "do not ask"),
            ("spectrumctl apply plan.json", "what `plan --out` saved"),
        ],
        variables: &[API, CONFIGURATION, STATE],
        formats: &apply::FORMATS,
        exits: APPLIES,
    },
    Page {
        path: "destroy",
        examples: &[
            ("spectrumctl destroy --target example.com/ssh --auto-approve", "one"),
            ("spectrumctl --sim destroy --auto-approve", "in the simulator"),
        ],
        variables: &[API, CONFIGURATION, STATE],
        formats: &apply::FORMATS,
        exits: APPLIES,
    },
    Page {
        path: "drift",
        examples: &[
            ("spectrumctl drift --who", "and who changed it"),
            ("spectrumctl drift --format markdown=drift.md", "also in a file"),
        ],
        variables: &[API, CONFIGURATION, STATE, WATCH],
        formats: &plan::FORMATS,
        exits: &[Exit::Failed, Exit::Pending, Exit::Findings],
    },
    Page {
        path: "import",
        examples: &[
            ("spectrumctl import --all", "what is live as configured"),
            ("spectrumctl import example.com/mail 0123456789abcdef0123456789abcdef", ""),
        ],
        variables: &[API, CONFIGURATION, STATE],
        exits: &[Exit::Failed, Exit::Findings, Exit::Incomplete, Exit::Locked],
        ..BLANK
    },
    Page {
        path: "export",
        examples: &[
            ("spectrumctl export --zone example.com > live.yaml", "everything live"),
            ("spectrumctl export --split app --out live --fold", "what is missing here"),
        ],
        variables: &[API, CONFIGURATION, STATE],
        exits: READS,
        ..BLANK
    },
    Page {
        path: "migrate terraform",
        examples: &[
            ("spectrumctl migrate terraform terraform.json", "its state as JSON"),
            ("spectrumctl migrate terraform terraform.json --out edge", "elsewhere"),
        ],
        variables: &[API, STATE],
        exits: READS,
        ..BLANK
    },
    Page {
        path: "show",
        examples: &[
            ("spectrumctl show example.com/ssh", "configured, recorded and live"),
            ("spectrumctl show --live --zone example.com", "what is live"),
        ],
        variables: &[API, CONFIGURATION, STATE],
        formats: BOTH,
        exits: READS,
    },
    Page {
        path: "doctor",
        examples: &[
            ("spectrumctl doctor", "before the first apply"),
            ("spectrumctl doctor --format json", "for a program"),
        ],
        variables: &[API, CONFIGURATION, STATE],
        formats: BOTH,
        exits: READS,
    },
    Page {
        path: "explain",
        examples: &[
            ("spectrumctl explain port-overlap", "a rule; or a code of the API"),
            ("spectrumctl explain --list", "all codes and slugs"),
        ],
        variables: &[TERMINAL],
        formats: &explain::FORMATS,
        ..BLANK
    },
    Page {
        path: "fmt",
        examples: &[
            ("spectrumctl fmt --diff", "show what would change"),
            ("spectrumctl fmt - < spectrum.yaml", "for an editor"),
        ],
        exits: READS,
        ..BLANK
    },
    Page {
        path: "schema",
        examples: &[
            ("spectrumctl schema > .spectrum.schema.json", "for an editor"),
            ("spectrumctl schema plan", "of `plan --format json`"),
        ],
        ..BLANK
    },
    Page {
        path: "sim",
        examples: &[
            ("spectrumctl sim --listen 127.0.0.1:0", "on a free port"),
            ("spectrumctl sim --listen 127.0.0.1:0 --world world.json", "kept in a file"),
        ],
        exits: &[Exit::Failed],
        ..BLANK
    },
    Page {
        path: "completions",
        examples: &[
            ("spectrumctl completions bash > spectrumctl.bash", "`source` it in ~/.bashrc"),
            ("spectrumctl completions zsh > _spectrumctl", "in a folder of $fpath"),
        ],
        ..BLANK
    },
    Page {
        path: "man",
        examples: &[
            ("spectrumctl man plan > spectrumctl-plan.1", "one page"),
            ("spectrumctl man --out man1", "all pages"),
        ],
        exits: &[Exit::Failed],
        ..BLANK
    },
    Page {
        path: "version",
        examples: &[
            ("spectrumctl version -v", "with commit, target and formats"),
            ("spectrumctl --version", "the version alone"),
        ],
        ..BLANK
    },
    Page {
        path: "ci plan",
        examples: &[
            ("spectrumctl ci plan --state s3://bucket/prefix", "state in a bucket"),
            ("spectrumctl ci plan --state-branch spectrum-state", "or on a branch"),
        ],
        variables: &[API, CONFIGURATION, STATE, FORGE],
        exits: &[Exit::Failed, Exit::Findings, Exit::Guarded],
        ..BLANK
    },
    Page {
        path: "ci apply",
        examples: &[
            ("spectrumctl ci apply --state-branch spectrum-state", "what was merged"),
            ("spectrumctl ci apply --when-changed apply", "even if it has changed"),
        ],
        variables: &[API, CONFIGURATION, STATE, FORGE],
        exits: APPLIES,
        ..BLANK
    },
    Page {
        path: "ci drift",
        examples: &[
            ("spectrumctl ci drift --state-branch spectrum-state", "a pull request"),
            ("spectrumctl ci drift --report issue", "an issue instead"),
        ],
        variables: &[API, CONFIGURATION, STATE, FORGE],
        exits: &[Exit::Failed, Exit::Pending, Exit::Findings],
        ..BLANK
    },
    Page {
        path: "state list",
        examples: &[
            ("spectrumctl state list 'example.com/*'", "those of a zone"),
            ("spectrumctl state list --format json", "with cached refusals"),
        ],
        variables: &[STATE],
        formats: BOTH,
        exits: &[Exit::Failed],
    },
    Page {
        path: "state show",
        examples: &[
            ("spectrumctl state show example.com/ssh", "what is recorded"),
            ("spectrumctl state show example.com/ssh --format json", "for a program"),
        ],
        variables: &[STATE],
        formats: BOTH,
        exits: &[Exit::Failed],
    },
    Page {
        path: "state mv",
        examples: &[
            ("spectrumctl state mv example.com/ssh example.com/shell", "a new address"),
            ("spectrumctl state mv example.com/ssh example.com/shell --lock-timeout 30s", ""),
        ],
        variables: &[STATE],
        exits: WRITES_STATE,
        ..BLANK
    },
    Page {
        path: "state rm",
        examples: &[
            ("spectrumctl state rm example.com/ssh", "it keeps running"),
            ("spectrumctl state rm 'example.com/*'", "a whole zone"),
        ],
        variables: &[STATE],
        exits: WRITES_STATE,
        ..BLANK
    },
    Page {
        path: "state pull",
        examples: &[
            ("spectrumctl state pull > state.json", "a copy, for `state push`"),
            ("spectrumctl state pull --redact origins", "to show somebody"),
        ],
        variables: &[STATE],
        formats: &[Format::Json],
        exits: &[Exit::Failed],
    },
    Page {
        path: "state push",
        examples: &[
            ("spectrumctl state push state.json", "what `state pull` printed"),
            ("spectrumctl state pull | spectrumctl state push -", "from stdin"),
        ],
        variables: &[STATE],
        exits: WRITES_STATE,
        ..BLANK
    },
    Page {
        path: "state history",
        examples: &[
            ("spectrumctl state history", "versions, by their numbers"),
            ("spectrumctl state history --format json", "for a program"),
        ],
        variables: &[STATE],
        formats: BOTH,
        exits: &[Exit::Failed],
    },
    Page {
        path: "state rollback",
        examples: &[
            ("spectrumctl state rollback 8", "a number of `state history`"),
            ("spectrumctl state rollback 8 --lock-timeout 30s", "wait for another run"),
        ],
        variables: &[STATE],
        exits: WRITES_STATE,
        ..BLANK
    },
    Page {
        path: "state rebuild",
        examples: &[
            ("spectrumctl state rebuild", "after a loss"),
            ("spectrumctl state rebuild --force", "although it can be read"),
        ],
        variables: &[API, CONFIGURATION, STATE],
        exits: WRITES_STATE,
        ..BLANK
    },
    Page {
        path: "state unlock",
        examples: &[
            ("spectrumctl state unlock 7a1c2b3d-0000-4000-8000-000000000000", ""),
            ("spectrumctl --sim state unlock 7a1c2b3d-0000-4000-8000-000000000000", ""),
        ],
        variables: &[STATE],
        exits: &[Exit::Failed],
        ..BLANK
    },
    Page {
        path: "state forget-learned",
        examples: &[
            ("spectrumctl state forget-learned", "all cached refusals"),
            ("spectrumctl state forget-learned --lock-timeout 30s", "wait for another run"),
        ],
        variables: &[STATE],
        exits: WRITES_STATE,
        ..BLANK
    },
];

const APPLIES: &[Exit] =
    &[Exit::Failed, Exit::Findings, Exit::Guarded, Exit::Stale, Exit::Incomplete, Exit::Locked];
