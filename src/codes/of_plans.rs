//! What a plan can be refused for, or warn of: the guards and what is found while live applications, state and configuration are compared.
//! No checks: a guard is lifted as its own text says, never by `settings.checks`.

use super::code::{Code, Known, STOPS, WARNS, exit, room};

room! {
    /// The entries, by slug.
    CODES, Known::Preflight;
    "adoption-differs", exit(4), "A live application with other values would be taken over",
        "nobody has said that it may be taken over, and doing so would overwrite what somebody else has set",
        "set `settings.adopt: true`, run `spectrumctl import ADDRESS APP_ID`, or write its values into the configuration";
    "adoption-resets", exit(4), "Values of an application that was taken over would be reset",
        "the application was taken over and never applied since, so what the file leaves out was hardly meant to be reset",
        "add the lines that the finding prints to the application";
    "cycle", exit(3), "Changes that wait for each other",
        "each change takes a port or address that the next one frees, so none can be the first",
        "allow one of them to be replaced with `lifecycle: {replace: allow}`, or change them one at a time";
    "drift", exit(2), "Changed outside",
        "the live application is not what was last applied",
        "apply to set it back, take the values over into the configuration, or name the field under `lifecycle.ignore_changes`";
    "drift-appeared", exit(2), "A live application that appeared outside",
        "it is live, the configuration does not have it, and no apply has met it",
        "take it over by `spectrumctl export` and `spectrumctl import`, or delete it; `unmanaged: ignore` leaves such ones unsaid";
    "drift-held", WARNS, "Changed outside, and left alone",
        "`on_drift: hold` shows what was changed outside and does not write it",
        "take the values over into the configuration, or set `on_drift: repair`";
    "drift-missing", exit(2), "An application was deleted outside",
        "it was applied, and the API no longer has it",
        "apply to create it again, or remove it from the configuration";
    "drift-refused", exit(4), "Changed outside, where that stops the run",
        "`on_drift: refuse` stops the run when something was changed outside",
        "take the values over into the configuration, set them back by hand, or set `on_drift: repair`";
    "empty-configuration", exit(4), "No application is configured, and some are recorded",
        "an empty configuration is more often a wrong path or a failed checkout than the wish to delete everything",
        "check the path; if it is meant, run with `--allow empty`";
    "file-vanished", exit(4), "A file lost all its applications",
        "a file that is lost or cut off is more frequent than the wish to delete everything that it held",
        "restore it, read it too with `-f`, write `removed: [{file: PATH}]`, or run with `--allow file=PATH`";
    "immutable-field", exit(3), "A field that the API cannot change",
        "Cloudflare cannot change this field on an existing application",
        "set it back, or allow a delete and a create, which is an outage, with `lifecycle: {replace: allow}`";
    "lost-application", WARNS, "An application that a failed replacement has deleted",
        "the API refused what was to take its place, or the run ended in between, so that nothing serves it now",
        "apply to create it as configured, or bring back what it was by `spectrumctl apply --restore ADDRESS`";
    "max-delete-percent", exit(4), "Too large a share of deletes",
        "so large a share of the recorded applications at once is more often an accident than meant",
        "check the plan; then run with `--max-deletes N`, or set `settings.limits.max_delete_percent`";
    "max-deletes", exit(4), "Too many deletes",
        "so many deletes at once are more often an accident than meant",
        "check the plan; then run with `--max-deletes N`, or set `settings.limits.max_deletes`";
    "max-replaces", exit(4), "Too many replaces",
        "so many replaces at once are more often an accident than meant, and each is an outage",
        "check the plan; then run with `--max-replaces N`, or set `settings.limits.max_replaces`";
    "max-updates", exit(4), "Too many updates",
        "so many updates at once are more often an accident than meant",
        "check the plan; then run with `--max-updates N`, or set `settings.limits.max_updates`";
    "missing-state", exit(4), "A pipeline has no state",
        "a pipeline begins with a fresh checkout, so that a state in a folder is lost unless something brings it back",
        "keep the state in a bucket with settings.state, name its folder with --state, or run with `--allow no-state` if this is the first run";
    "preflight-skipped", WARNS, "Something was not checked before the call",
        "what could not be read gives no verdict, so a refusal may come from Cloudflare in place of the plan",
        "give the token the permission that the finding names, or plan with --no-preflight";
    "protected", exit(4), "A protected application would be cut off",
        "it is protected, by the configuration or by what was last applied, and an entry that is only removed stays protected",
        "set `lifecycle: {protect: false}` and apply that by itself first";
    "replace-group", exit(3), "Applications of one hostname that must be replaced together",
        "the type of a hostname's records and its static addresses belong to the hostname, so that all of its applications change with it",
        "configure them all in the same way with `lifecycle: {replace: allow}`, or use another hostname";
    "restore", exit(3), "What cannot be brought back",
        "only what apply has deleted for a replacement, and could not replace, is kept to be brought back",
        "see the addresses that plan names";
    "state-of-another-zone", exit(3), "The state belongs to another zone of this name",
        "what the state records was written to a zone with another id, so it says nothing about this one",
        "use the right state, token or account; if the zone was created anew, `spectrumctl state rm 'ZONE/*'` forgets what was recorded";
    "token-not-active", STOPS, "The token is not active",
        "Cloudflare answers to a token that is not active for a moment only, and would refuse the changes half way",
        "set CLOUDFLARE_API_TOKEN to a token that is active";
    "two-live-matches", exit(3), "Two live applications for one address",
        "which of the live applications with this hostname and protocol is meant cannot be known",
        "delete one of them, or name one with `spectrumctl import ADDRESS APP_ID`";
    "unconfirmed", exit(4), "A delete of what came back with an earlier state",
        "the state was rolled back or pushed, and no apply has seen the application in the configuration since",
        "name it under `removed`, or let it go with `spectrumctl state rm`";
    "unread-value", WARNS, "A live value that is not known",
        "the API has changed, or the value is older than any that is documented; it is kept as it is",
        "use a newer version of this tool if there is one";
    "vanished", exit(4), "Most applications of a zone are gone at once",
        "so many at once are more often an answer of the API that is wrong, or the wrong account, than deletions",
        "check the zone; if they are gone, run with `--allow vanished`";
    "zone-identity", exit(3), "A zone is not the one it should be",
        "name, id and account must be of one zone, so that the applications of one are never written to another",
        "correct the id, the name or the account, or use the token of the right account";
    "zone-not-found", exit(1), "A zone that the token does not see",
        "a token sees only the zones that it was made for, so a zone that is not seen is not known to be absent",
        "check the name, and give the token Zone Settings: Read and Edit for this zone";
    "zone-vanished", exit(4), "A zone lost all its applications",
        "a zone that vanishes from the configuration is more often a lost file than the wish to delete everything in it",
        "restore it, write `removed: [{zone: NAME}]`, or run with `--allow zone=NAME`";
}
