//! What can go wrong with a run itself: arguments and environment, the connection to the API, the state. No checks; they are reported where
//! they happen.

use super::code::{Code, Known, STOPS, WARNS, exit, room};

room! {
    /// The entries, by slug.
    CODES, Known::OnRun;
    "already-managed", exit(3), "An application that is managed already",
        "an application has one address, and an address one application",
        "move the record with `spectrumctl state mv`, or let it go with `spectrumctl state rm` first";
    "audit-log", WARNS, "Who made a change is not known",
        "only the account's audit log tells who changed what",
        "give the token the permission that the finding names, or leave out --who";
    "base-url", exit(1), "CLOUDFLARE_BASE_URL cannot be used",
        "credentials are sent to that address, so it must be https, or http to this very machine, without user name, query and fragment",
        "write it like https://api.cloudflare.com/client/v4, or unset it";
    "ca-file", exit(1), "The file of --ca-file cannot be used",
        "--ca-file names a file of certificates in PEM form",
        "check the path, its permissions, and that it holds a block BEGIN CERTIFICATE";
    "cannot-start", exit(1), "The program cannot start",
        "the system gives this process no further thread or file",
        "check the limits of the system (`ulimit -a`), and run again";
    "credentials", exit(1), "There are no API credentials",
        "Cloudflare answers only to an API token, or to the address and Global API Key of a user",
        "set CLOUDFLARE_API_TOKEN (or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY), or try it without an account by --sim";
    "declined", exit(1), "The plan was not confirmed",
        "only `yes` carries a plan out",
        "run apply again";
    "dropped-field", exit(6), "The API took a write and did not keep a field",
        "a field that the account may not use can be dropped without an error, and then has no effect",
        "check what the account and the zone's plan are entitled to, or remove the field from the configuration";
    "ended-early", STOPS, "A run that was ended because it could not succeed",
        "the same refusal three times in a row, or refused credentials, would meet every further step too",
        "see the refusals, mend their cause, and apply again for the rest";
    "file-exists", exit(1), "A file that would be overwritten",
        "what somebody has written is never overwritten by what this tool writes as a beginning",
        "remove it, or name another path with -f";
    "format-refused", exit(1), "A file that cannot be formatted safely",
        "read again, the formatted text would mean something else or lack a comment, so the file is left as it is",
        "simplify the spot, and report the file: this is a bug of the tool";
    "incomplete-list", STOPS, "A list that is not whole",
        "a list that is not whole would make applications look as if they were gone, so that nothing is concluded from it",
        "run again when nobody else is changing the zone";
    "no-state", WARNS, "There is no state to compare with",
        "drift is computed from what was last applied, and without a state nothing is known to have been",
        "apply once, or name the state with --state; `plan` compares with the configuration instead";
    "not-a-plan", exit(1), "A file that is no saved plan, or was changed",
        "a plan is carried out as it was approved or not at all",
        "name a file that `spectrumctl plan --out FILE` has written";
    "not-an-envelope", STOPS, "An answer that is not the API's",
        "every answer of the API is a JSON envelope; what came was made by something in between, such as a proxy or Cloudflare's edge",
        "run again in a minute; if it stays so, check CLOUDFLARE_BASE_URL and the proxies on the way";
    "not-configured", exit(3), "An import of what the configuration does not hold",
        "what is managed without a configuration would be deleted by the next apply",
        "add the YAML that the finding prints, or let `--write FILE` add it";
    "not-live", exit(3), "An import of what is not live",
        "only what is live can be taken under management",
        "check the zone and the id; `spectrumctl export` shows what is live";
    "odd-answer", STOPS, "An answer without its content",
        "the answer has the form of a success and not its content, so that nothing can be concluded from it",
        "run again; if it stays so, the API has changed: look for a newer version of spectrumctl";
    "refused", STOPS, "A refusal without a code",
        "the API refused the call with a code that Cloudflare's page on Spectrum does not explain",
        "correct what the message names; Cloudflare's support asks for the Ray ID";
    "simulator", exit(1), "The simulator cannot start",
        "without its world and a port there is no simulator",
        "correct or remove the file that is named, or name a free port with --listen";
    "stale-digest", exit(5), "A plan that is not the one that was approved",
        "the configuration, the state or what is live has changed since, so that something else would be done",
        "look at the plan that is shown, and approve its digest";
    "stale-plan", exit(5), "A saved plan that no longer fits",
        "the plan was made for what was there before, and carrying it out could undo what somebody else has done",
        "plan again, look at it, and apply that plan";
    "state-backend", exit(1), "A place that the state cannot be kept in",
        "the state is kept where every run can read, lock and write it",
        "name a folder, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX with settings.state or --state";
    "state-broken", WARNS, "The state is damaged and is not used",
        "what is ours is found again by hostname and protocol; what left the configuration cannot be told from what was never ours, so it is not deleted",
        "restore it with `spectrumctl state rollback`, or apply to write a new one; the damaged bytes are kept aside";
    "state-edit", exit(1), "A change of the state that cannot be made",
        "the state would hold an application twice, lose what it knows, or name what it does not have",
        "look with `spectrumctl state list` and `spectrumctl state history`, and correct the arguments";
    "state-key", exit(1), "A key of the state that cannot be used",
        "a key that is guessed from something else would not be the one that decrypts the state",
        "set SPECTRUMCTL_STATE_KEY to what `openssl rand -hex 32` prints, and keep that in a safe place";
    "state-lineage", exit(1), "A state of another lineage",
        "two states that do not descend from one another know different applications, and one would forget those of the other",
        "check the file and the state's place; if it is meant, add --force";
    "state-lock-lost", exit(1), "The lock on the state is no longer held",
        "it was released by force or it expired, so that somebody else may be writing",
        "plan again before going on";
    "state-locked", exit(7), "The state is locked",
        "another run is writing, and two at once would undo each other's work",
        "wait for it, or wait longer with --lock-timeout; if it is gone for good: spectrumctl state unlock ID";
    "state-newer", exit(1), "The state was written by a later program",
        "this program would damage what it does not know",
        "use the program that wrote it, or a later one";
    "state-older", exit(1), "A state that is older than the one in the store",
        "what was recorded since would be forgotten",
        "pull the state again and edit that; if it is meant, add --force";
    "state-stale", exit(1), "The state moved on meanwhile",
        "writing would undo what was recorded in between",
        "run again, so that the state is read anew under the lock";
    "state-unconditional", exit(1), "A store that does not keep to conditional writes",
        "two runs could overwrite each other's state without notice",
        "use a store that honours If-None-Match and If-Match, such as S3, R2, Google Cloud Storage, Azure Blob or a recent MinIO";
    "state-unreadable", exit(1), "The state cannot be read",
        "what is ours is unknown, so nothing is planned: going on could create what exists",
        "make it a plain file that this user may read";
    "state-unwritable", exit(1), "The state cannot be written",
        "what is done would not be remembered",
        "make the folder writable and see that the disk has room";
    "taken-back", exit(6), "A replacement that was taken back",
        "one application of the hostname was refused, and a hostname whose applications do not agree serves none of them",
        "mend what was refused, and apply again";
    "terraform", exit(1), "A Terraform state that cannot be read",
        "the applications are read from what `terraform show -json` writes",
        "write it anew: `terraform show -json > state.json`";
    "timed-out", STOPS, "No answer in time",
        "the API did not answer in time",
        "check the network and https://www.cloudflarestatus.com, then run again";
    "tls", exit(1), "TLS cannot be set up",
        "the certificates that are trusted could not be loaded, so that no server could be verified",
        "check the system's certificates and --ca-file";
    "unreachable", STOPS, "The API cannot be reached",
        "no whole answer came over the connection",
        "check the network, the proxy settings and CLOUDFLARE_BASE_URL; behind a proxy that inspects TLS, give its certificate with --ca-file";
    "unwritable-output", exit(1), "The output cannot be written",
        "the output is what the run is for",
        "check the path, its permissions, and the room on the disk";
}
