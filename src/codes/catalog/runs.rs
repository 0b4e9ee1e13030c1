//! What can go wrong with a run: arguments and environment, the connection to the API, the state, files that are written. Reported
//! where it happens.

use super::table::catalog;
use crate::codes::Known;
use crate::codes::code::{STOPS, WARNS, exit};
use crate::codes::example::Example;

catalog! {
    Known::OnRun;
    ALREADY_MANAGED = "already-managed", exit(3), "The application or the address is managed already",
        why: "an application has one address, and an address has one application",
        fix: "move the record with `spectrumctl state mv`, or forget it with `spectrumctl state rm`",
        example: Example::shell_in(r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 11111111111111111111111111111111}"#, r"spectrumctl --sim import example.com/ssh 11111111111111111111111111111111
sed 's/ssh:/web:/' spectrum.yaml > web.yaml
spectrumctl -f web.yaml --sim import example.com/web 11111111111111111111111111111111", "spectrumctl --sim import example.com/ssh 11111111111111111111111111111111");
    ANSWER_TOO_LARGE = "answer-too-large", STOPS, "The answer is too large",
        why: "no answer of the API is so large; a proxy or another server made this one",
        fix: "check CLOUDFLARE_BASE_URL and the proxies in between";
    AUDIT_LOG = "audit-log", WARNS, "The audit log cannot be read, so the author of a change is unknown",
        fix: "give the token the permission that the finding names, or leave out --who";
    BASE_URL = "base-url", exit(1), "CLOUDFLARE_BASE_URL cannot be used",
        fix: "set it to https://api.cloudflare.com/client/v4, or unset it",
        example: Example::shell("CLOUDFLARE_API_TOKEN=example-token CLOUDFLARE_BASE_URL=http://192.0.2.1 spectrumctl plan", "spectrumctl --sim plan");
    CA_FILE = "ca-file", exit(1), "The file of --ca-file cannot be used",
        fix: "name a PEM file with one or more `-----BEGIN CERTIFICATE-----` blocks",
        example: Example::shell("CLOUDFLARE_API_TOKEN=example-token spectrumctl --ca-file spectrum.yaml plan", "spectrumctl --sim plan");
    CANNOT_START = "cannot-start", exit(1), "The program cannot start",
        why: "the system gives this process no further thread or file",
        fix: "check the limits of the system (`ulimit -a`), and run again";
    CREDENTIALS = "credentials", exit(1), "There are no API credentials",
        fix: "set CLOUDFLARE_API_TOKEN (or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY), or try it without an account: --sim",
        example: Example::shell("spectrumctl plan", "spectrumctl --sim plan");
    DECLINED = "declined", exit(1), "Cancelled at the prompt",
        fix: "run `spectrumctl apply` again and type `yes`";
    DROPPED_FIELD = "dropped-field", exit(6), "The API accepted a write and dropped a field",
        why: "the API drops a field without an error if the account may not use it",
        fix: "check the entitlements of the account and the plan of the zone, or remove the field from the configuration";
    DEPOSED_RESOURCE = "deposed-resource", WARNS, "An application that Terraform has replaced and not deleted",
        why: "it is live until Terraform deletes it, and no configuration of Terraform's wants it",
        fix: "run `terraform apply`, which deletes it, before the migration; afterwards it is unmanaged";
    EDITED_COMMENT = "edited-comment", WARNS, "The comment with the plan was edited",
        why: "its seal does not fit, so what it shows may not be what was planned",
        fix: "find out who edited it, and use the same SPECTRUMCTL_COMMENT_KEY in all jobs";
    ENDED_EARLY = "ended-early", STOPS, "The run stopped early",
        why: "every further step would fail in the same way",
        fix: "read the refusals, correct their cause, and run `spectrumctl apply` again for the rest";
    FILE_EXISTS = "file-exists", exit(1), "A file that would be overwritten",
        why: "this command never overwrites a file",
        fix: "remove it, or name another path with -f",
        example: Example::shell("spectrumctl init --zone example.com", "spectrumctl -f edge.yaml init --zone example.com");
    FORGE = "forge", exit(1), "The forge cannot be used",
        why: "the pull request and its comment are read and written through the REST interface of GitHub, GitLab or Forgejo",
        fix: "give the job the token and the permissions that `spectrumctl init --ci` writes";
    FORMAT_REFUSED = "format-refused", exit(1), "A file that cannot be formatted safely",
        why: "the formatted text would have another meaning or lose a comment, so the file is left as it is",
        fix: "simplify the spot, and report the file: this is a defect of spectrumctl";
    GIT = "git", exit(1), "git could not do what a pipeline needs",
        why: "the change and the state are read from the repository, and what was not read is unknown",
        fix: "see that git 2.38 or newer is installed, and that the token of the job may read the repository, and write it if the state is on a branch";
    INCOMPLETE_LIST = "incomplete-list", STOPS, "An incomplete list",
        why: "with an incomplete list, existing applications would look deleted",
        fix: "run again when nobody else is changing the zone";
    INCOMPLETE_RESOURCE = "incomplete-resource", exit(1), "A resource of Terraform's without what every application has",
        why: "an import into Terraform that failed leaves such a resource, and what it lacks is not made up",
        fix: "run `terraform apply -refresh-only` and `terraform show -json` again, or export what is live";
    MOVED_ON = "moved-on", exit(1), "A pull request that cannot be planned as it is",
        why: "it was pushed to since the job began, or it conflicts with its target",
        fix: "wait for the job of the newer commit, or resolve the conflict and push";
    LISTEN = "listen", exit(1), "The watch cannot answer",
        why: "the address is taken, belongs to another machine, or needs a right that this process does not have",
        fix: "choose another port: `--listen 127.0.0.1:9090`";
    NO_FORGE = "no-forge", exit(1), "A job that `ci` cannot be used in",
        why: "`ci` reads the repository, the commit and the pull request from what a forge gives to its jobs",
        fix: "write the pipeline with `spectrumctl init --ci`, or run `spectrumctl plan` or `spectrumctl apply`",
        example: Example::shell("spectrumctl ci plan", "spectrumctl --sim plan");
    NO_STATE = "no-state", WARNS, "The state does not know a zone",
        why: "drift is a difference to what was last applied, and nothing is recorded of this zone",
        fix: "run `spectrumctl apply` once, or name the state with --state",
        example: Example::shell_in(r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 11111111111111111111111111111111}"#, "spectrumctl --sim drift", r"spectrumctl --sim apply --auto-approve
spectrumctl --sim drift");
    SINCE_UNKNOWN = "since-unknown", WARNS, "Drift that is compared with a record from before a damage",
        why: "what was applied after it is not recorded, so a difference may come from an apply and not from outside",
        fix: "run `spectrumctl plan`: what differs from the configuration is shown there; an apply records it anew";
    NOTHING_TO_COMPARE = "nothing-to-compare", exit(1), "Nothing could be compared",
        why: "drift is a difference to what was last applied, or to the configuration, and both are empty",
        fix: "name the configuration with -f and the state with --state";
    OTHER_IDENTITY = "other-identity", exit(3), "An import of an application on another hostname or port",
        why: "the next apply would move it to the hostname and port of the configuration, which is an outage",
        fix: "check the id, or write the hostname and port of the live application into the configuration",
        example: Example::shell_in(r#"apps:
  - {zone: example.com, protocol: tcp/2222, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 22222222222222222222222222222222}
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 11111111111111111111111111111111}"#, "spectrumctl --sim import example.com/ssh 22222222222222222222222222222222", "spectrumctl --sim import example.com/ssh 11111111111111111111111111111111");
    NOT_A_PLAN = "not-a-plan", exit(1), "The file is not a saved plan, or it was changed",
        fix: "make a new one: `spectrumctl plan --out FILE`",
        example: Example::shell(r"spectrumctl --sim plan --out plan.bin
printf x >> plan.bin
spectrumctl --sim apply plan.bin", r"spectrumctl --sim plan --out plan.bin
spectrumctl --sim apply plan.bin");
    NOT_AN_ENVELOPE = "not-an-envelope", STOPS, "The answer did not come from the API",
        why: "the API always answers with a JSON envelope; a proxy or Cloudflare's edge made this answer",
        fix: "run again in a minute; if it stays, check CLOUDFLARE_BASE_URL and the proxies in between";
    NOT_CONFIGURED = "not-configured", exit(3), "An import to an address that is not in the configuration",
        why: "the next apply would delete an application that is managed and not configured",
        fix: "add the YAML that the finding prints, or run the import with `--write FILE`",
        example: Example::shell_in(r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 11111111111111111111111111111111}"#, "spectrumctl --sim import example.com/web 11111111111111111111111111111111", "spectrumctl --sim import example.com/ssh 11111111111111111111111111111111");
    NOT_EDITED = "not-edited", WARNS, "Drift that was not written into the configuration",
        why: "the value is written such that changing it there could change something else",
        fix: "make the change that the finding names by hand";
    NOT_EQUAL = "not-equal", exit(1), "A migration that would change something",
        why: "an apply would change something, and a migration changes nothing",
        fix: "look at `spectrumctl plan`; until it is empty, leave the other tool in charge";
    NOT_LIVE = "not-live", exit(3), "An import of an application that is not live",
        fix: "check the zone and the id; `spectrumctl export` lists what is live",
        example: Example::shell_in(r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 11111111111111111111111111111111}"#, "spectrumctl --sim import example.com/ssh 22222222222222222222222222222222", "spectrumctl --sim import example.com/ssh 11111111111111111111111111111111");
    ODD_ANSWER = "odd-answer", STOPS, "An answer without the expected content",
        why: "the API answered \"success\" without the content that belongs to it",
        fix: "run again; if it stays, the API has changed: update spectrumctl";
    OPEN_STEP = "open-step", WARNS, "The outcome of an earlier call is not known yet",
        why: "the run that sent it ended before the answer, and what it did has not been seen since",
        fix: "run `spectrumctl apply` with a token that can read the zone";
    REFUSED = "refused", STOPS, "A refusal without a documented code",
        why: "Cloudflare's page on Spectrum errors does not list this refusal",
        fix: "correct what the message names, or give the Ray ID to Cloudflare's support";
    SIMULATOR = "simulator", exit(1), "The simulator cannot start",
        fix: "correct or remove the file that the finding names, or name a free port with --listen",
        example: Example::shell(r"printf 'zones: nope' > sim.yaml
spectrumctl --sim plan", r"printf 'zones: [{name: example.com}]' > sim.yaml
spectrumctl --sim plan");
    STALE_DIGEST = "stale-digest", exit(5), "The approved plan is stale",
        why: "the configuration, the state or what is live has changed since the approval",
        fix: "review the new plan and approve its digest",
        example: Example::shell("spectrumctl --sim apply --approve sha256:0000000000000000000000000000000000000000000000000000000000000000", "spectrumctl --sim apply --auto-approve");
    STALE_PLAN = "stale-plan", exit(5), "The saved plan is stale",
        why: "the plan was made for a different state of things, and applying it could undo somebody else's change",
        fix: "plan again, review that plan, and apply it",
        example: Example::shell(r"spectrumctl --sim plan --out plan.bin
spectrumctl --sim apply --auto-approve
spectrumctl --sim apply plan.bin", r"spectrumctl --sim plan --out plan.bin
spectrumctl --sim apply plan.bin");
    STATE_BACKEND = "state-backend", exit(1), "The state cannot be kept there",
        fix: "set settings.state or --state to a folder, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX, \
              and set the credentials in the variables that the cloud's own tools read",
        example: Example::shell("CLOUDFLARE_API_TOKEN=example-token spectrumctl --state ftp://example.com/state plan", "spectrumctl --state elsewhere/ state list");
    STATE_BROKEN = "state-broken", WARNS, "The state is damaged",
        why: "what was recorded after the damage is unknown, so applications are matched by hostname and protocol, and what left the \
              configuration is not deleted until it is adopted again",
        fix: "restore it with `spectrumctl state rollback`, or apply to write a new one; the damaged file is kept beside it",
        example: Example::shell(r"spectrumctl --sim apply --auto-approve
printf x > state/sim/state.json
spectrumctl --sim plan", r"spectrumctl --sim apply --auto-approve
spectrumctl --sim plan");
    STATE_EDIT = "state-edit", exit(1), "The state cannot be changed like this",
        fix: "look at `spectrumctl state list` and `spectrumctl state history`, and correct the arguments",
        example: Example::shell(r"spectrumctl --sim apply --auto-approve
spectrumctl --sim state mv example.com/web example.com/www", r"spectrumctl --sim apply --auto-approve
spectrumctl --sim state mv example.com/ssh example.com/shell");
    STATE_KEY = "state-key", exit(1), "The key of the state cannot be used",
        fix: "set SPECTRUMCTL_STATE_KEY to the output of `openssl rand -hex 32`, and keep that in a safe place",
        example: Example::shell("SPECTRUMCTL_STATE_KEY=short spectrumctl --state elsewhere state list", "SPECTRUMCTL_STATE_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef spectrumctl --state elsewhere state list");
    STATE_LINEAGE = "state-lineage", exit(1), "A state of another lineage",
        why: "the two states do not descend from one another, so one would forget the applications of the other",
        fix: "check the file and the place of the state; to replace it all the same, add --force",
        example: Example::shell(r#"spectrumctl --sim apply --auto-approve
spectrumctl --sim state pull > pulled.json
sed -i.old 's/"lineage": "[0-9a-f]*/"lineage": "00000000/' pulled.json
spectrumctl --sim state push pulled.json"#, r"spectrumctl --sim apply --auto-approve
spectrumctl --sim state pull > pulled.json
spectrumctl --sim state push pulled.json");
    STATE_LOCK_LOST = "state-lock-lost", exit(1), "The lock on the state was lost",
        why: "somebody released it by force, or it expired, so another run may be writing",
        fix: "run the command again";
    STATE_LOCKED = "state-locked", exit(7), "The state is locked",
        why: "another run is writing",
        fix: "wait for that run, or wait longer with --lock-timeout";
    STATE_NEWER = "state-newer", exit(1), "A newer version wrote the state",
        why: "this version would lose what it cannot read",
        fix: "use the version of spectrumctl that wrote it, or a newer one",
        example: Example::shell(r#"spectrumctl --sim apply --auto-approve
sed -i.old 's/"format_version": 1/"format_version": 99/' state/sim/state.json
spectrumctl --sim plan"#, r"spectrumctl --sim apply --auto-approve
spectrumctl --sim plan");
    STATE_NOT_STORED = "state-not-stored", exit(1), "The state was not stored on its branch",
        why: "the next run does not know what this one has done",
        fix: "apply again: what was done is found by hostname and port; let only one job apply at a time, or keep the state in a bucket";
    STATE_OLDER = "state-older", exit(1), "The file is older than the stored state",
        why: "everything recorded since the file was pulled would be lost",
        fix: "pull the state again and edit that; to replace it all the same, add --force",
        example: Example::shell(r"spectrumctl --sim apply --auto-approve
spectrumctl --sim state pull > pulled.json
spectrumctl --sim destroy --auto-approve
spectrumctl --sim state push pulled.json", r"spectrumctl --sim apply --auto-approve
spectrumctl --sim state pull > pulled.json
spectrumctl --sim state push pulled.json");
    STATE_STALE = "state-stale", exit(1), "The state has changed in the meantime",
        why: "writing would undo what was recorded in between",
        fix: "run the command again";
    STATE_UNCONDITIONAL = "state-unconditional", exit(1), "The store does not support conditional writes",
        why: "two runs could overwrite each other's state without an error",
        fix: "use a store that honours If-None-Match and If-Match, such as S3, R2, Google Cloud Storage, Azure Blob or a \
              recent MinIO";
    STATE_UNREADABLE = "state-unreadable", exit(1), "The state cannot be read",
        why: "without it, planning could create what exists already",
        fix: "check that the place can be reached, and that this user or these credentials may read it",
        example: Example::shell(r"mkdir -p state/sim/state.json
spectrumctl --sim plan", "spectrumctl --sim plan");
    STATE_UNWRITABLE = "state-unwritable", exit(1), "The state cannot be written",
        why: "the result of this run would not be recorded",
        fix: "check that the place can be reached, that it has room, and that this user or these credentials may write it";
    TAKEN_BACK = "taken-back", exit(6), "A replacement was undone",
        why: "another application of the same hostname could not be replaced, and applications of one hostname must agree",
        fix: "correct the application that was refused, and run `spectrumctl apply` again";
    TERRAFORM = "terraform", exit(1), "A Terraform state that cannot be read",
        why: "the applications are read from the output of `terraform show -json`",
        fix: "write it again: `terraform show -json > terraform.json`";
    TIMED_OUT = "timed-out", STOPS, "The API did not answer in time",
        fix: "check the network and https://www.cloudflarestatus.com, then run again";
    TLS = "tls", exit(1), "TLS cannot be set up",
        why: "the trusted certificates could not be loaded, so no server can be verified",
        fix: "check the certificates of the system and --ca-file";
    UNNAMED_ZONE = "unnamed-zone", exit(1), "A zone of Terraform's file whose name is not known",
        why: "the file has only its id, and a hostname does not say where its zone begins",
        fix: "name it with `--zone NAME`, or set CLOUDFLARE_API_TOKEN so that it can be looked up";
    UNREACHABLE = "unreachable", STOPS, "The API cannot be reached",
        fix: "check the network, the proxy settings and CLOUDFLARE_BASE_URL; if a proxy inspects TLS, give its certificate \
              with --ca-file",
        example: Example::shell("CLOUDFLARE_API_TOKEN=example-token CLOUDFLARE_BASE_URL=http://127.0.0.1:9/client/v4 spectrumctl plan", "spectrumctl --sim plan");
    UNWRITABLE_OUTPUT = "unwritable-output", exit(1), "The output cannot be written",
        fix: "check the path, its permissions, and the free space on the disk",
        example: Example::shell("spectrumctl --sim plan --format json=missing/plan.json", r"mkdir missing
spectrumctl --sim plan --format json=missing/plan.json");
}
