//! What a plan can be refused for, or warn of: the guards, and what shows when live applications, state and configuration are compared.
//! A guard is lifted as its fix says, never by `settings.checks`.

use super::table::catalog;
use crate::codes::Known;
use crate::codes::code::{STOPS, WARNS, exit};
use crate::codes::example::Example;

catalog! {
    Known::Preflight;
    ADOPTION_DIFFERS = "adoption-differs", exit(4), "Adopting a live application would overwrite its values",
        why: "taking it over has not been allowed, and it would overwrite what somebody else has set",
        fix: "set `settings.adopt: true`, run `spectrumctl import ADDRESS APP_ID`, or write the live values into the configuration",
        example: Example::file_in(r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.9:22"]}"#, r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "", "settings: {adopt: true}");
    ADOPTION_RESETS = "adoption-resets", exit(4), "Values of an adopted application would be reset",
        why: "no apply has written the application since it was adopted, so fields that the file leaves out are probably \
              missing by mistake",
        fix: "add the lines that the finding prints to the application",
        example: Example::file_in(r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], tls: full}"#, r#"version: 1
settings: {adopt: true}
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "", "        tls: full");
    CYCLE = "cycle", exit(3), "Changes that wait for each other",
        why: "each change takes a port or address that the next one frees, so none of them can be first",
        fix: "write `lifecycle: {replace: allow}` into one of them, or apply the changes one at a time";
    DRIFT = "drift", exit(2), "Changed outside",
        why: "the live application differs from what was last applied",
        fix: "run `spectrumctl apply` to set it back, copy the live values into the configuration, or add the field to \
              `lifecycle.ignore_changes`",
        example: Example::shell(r"spectrumctl --sim apply --auto-approve
sed -i.old 's/192.0.2.1:22/192.0.2.9:22/' state/sim/world.json
spectrumctl --sim drift --format concise", r"spectrumctl --sim apply --auto-approve
spectrumctl --sim drift --format concise");
    DRIFT_APPEARED = "drift-appeared", exit(2), "A live application appeared outside",
        why: "it is live, it is not in the configuration, and no earlier apply listed it",
        fix: "run `spectrumctl export` and `spectrumctl import` to manage it, delete it, or set `unmanaged: ignore`";
    DRIFT_HELD = "drift-held", WARNS, "Changed outside, and left alone",
        why: "`on_drift: hold` shows outside changes and does not write over them",
        fix: "copy the live values into the configuration, or set `on_drift: repair`";
    DRIFT_MISSING = "drift-missing", exit(2), "An application was deleted outside",
        why: "it was applied, and the API no longer has it",
        fix: "run `spectrumctl apply` to create it again, or remove it from the configuration",
        example: Example::shell(r#"spectrumctl --sim apply --auto-approve
sed -i.old 's/"apps":.*,"audit"/"apps":{},"audit"/' state/sim/world.json
spectrumctl --sim drift --format concise"#, r"spectrumctl --sim apply --auto-approve
spectrumctl --sim drift --format concise");
    DRIFT_REFUSED = "drift-refused", exit(4), "Changed outside, which stops the run",
        why: "`on_drift: refuse` stops the run when something was changed outside",
        fix: "copy the live values into the configuration, set them back by hand, or set `on_drift: repair`",
        example: Example::shell(r"sed -i.old 's/apps:/on_drift: refuse\n    apps:/' spectrum.yaml
spectrumctl --sim apply --auto-approve
sed -i.old 's/192.0.2.1:22/192.0.2.9:22/' state/sim/world.json
spectrumctl --sim plan", r"spectrumctl --sim apply --auto-approve
sed -i.old 's/192.0.2.1:22/192.0.2.9:22/' state/sim/world.json
spectrumctl --sim plan");
    EMPTY_CONFIGURATION = "empty-configuration", exit(4), "The configuration is empty, and the state is not",
        why: "a wrong path or a failed checkout looks the same as a wish to delete everything",
        fix: "check the path; to delete everything, run with `--allow empty`",
        example: Example::later("version: 1", r#"zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "zones: {}", r#"zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#);
    FILE_VANISHED = "file-vanished", exit(4), "A file lost all its applications",
        why: "a lost or truncated file looks the same as a wish to delete everything in it",
        fix: "restore it, read it too with `-f`, write `removed: [{file: PATH}]`, or run with `--allow file=PATH`",
        example: Example::shell(r#"printf 'zones: {example.com: {apps: {db: {protocol: tcp/5432, dns: {type: CNAME, name: db.example.com}, origin_direct: ["tcp://192.0.2.2:5432"]}}}}' > db.yaml
spectrumctl -f spectrum.yaml -f db.yaml --sim apply --auto-approve
spectrumctl --sim plan"#, r#"printf 'zones: {example.com: {apps: {db: {protocol: tcp/5432, dns: {type: CNAME, name: db.example.com}, origin_direct: ["tcp://192.0.2.2:5432"]}}}}' > db.yaml
spectrumctl -f spectrum.yaml -f db.yaml --sim apply --auto-approve
spectrumctl -f spectrum.yaml -f db.yaml --sim plan"#);
    IMMUTABLE_FIELD = "immutable-field", exit(3), "A field that the API cannot change",
        why: "Cloudflare cannot change this field on an existing application",
        fix: "set it back, or write `lifecycle: {replace: allow}` to allow a delete and a create, which is an outage";
    LOST_APPLICATION = "lost-application", WARNS, "A failed replacement deleted an application",
        why: "its replacement was refused, or the run ended before the create, so it is down",
        fix: "run `spectrumctl apply` to create it as configured, or `spectrumctl apply --restore ADDRESS` to create it as it was";
    MAX_CONNECTIONS_CUT = "max-connections-cut", exit(4), "Outages that cut too many connections",
        why: "`settings.limits.max_connections_cut` says how many live connections the outages of one apply may cut, and an unknown \
              number is never few enough",
        fix: "apply when there is less traffic, or run with `--max-cut N`; with `--when-quiet 30m --below M` beside it, the apply waits for fewer \
              connections";
    MAX_DELETE_PERCENT = "max-delete-percent", exit(4), "Too large a share of deletes",
        fix: "check the plan; then run with `--max-deletes N`, or set `settings.limits.max_delete_percent`";
    MAX_DELETES = "max-deletes", exit(4), "Too many deletes",
        fix: "check the plan; then run with `--max-deletes N`, or set `settings.limits.max_deletes`",
        example: Example::later(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, r#"      db:
        protocol: tcp/5432
        dns: {type: CNAME, name: db.example.com}
        origin_direct: ["tcp://192.0.2.2:5432"]"#, "settings: {limits: {max_deletes: 0}}", "settings: {limits: {max_deletes: 1, max_delete_percent: 50}}");
    MAX_REPLACES = "max-replaces", exit(4), "Too many replaces",
        why: "each replace is an outage",
        fix: "check the plan; then run with `--max-replaces N`, or set `settings.limits.max_replaces`",
        example: Example::later(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        lifecycle: {replace: allow}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "        dns: {type: CNAME, name: ssh.example.com}", r"        dns: {type: ADDRESS, name: ssh.example.com}
        edge_ips: {type: static, ips: [198.51.100.7]}
settings: {limits: {max_replaces: 0}}", r"        dns: {type: ADDRESS, name: ssh.example.com}
        edge_ips: {type: static, ips: [198.51.100.7]}
settings: {limits: {max_replaces: 1}}");
    MAX_UPDATES = "max-updates", exit(4), "Too many updates",
        fix: "check the plan; then run with `--max-updates N`, or set `settings.limits.max_updates`",
        example: Example::later(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "", r"        tls: full
settings: {limits: {max_updates: 0}}", r"        tls: full
settings: {limits: {max_updates: 1}}");
    MISSING_STATE = "missing-state", exit(4), "A pipeline has no state",
        why: "a fresh checkout does not contain the state of an earlier run, so what that run recorded is unknown",
        fix: "keep the state in a bucket with settings.state, name its folder with --state, or run with \
              `--allow no-state` if this is the first run";
    NOT_QUIET = "not-quiet", exit(4), "The traffic did not fall in time",
        why: "`--when-quiet` lets an outage begin only while few clients are connected, so no step was begun",
        fix: "run again at a quieter time, wait longer with `--when-quiet`, or allow more connections with `--below`";
    PREFLIGHT_SKIPPED = "preflight-skipped", WARNS, "A check was skipped",
        why: "Cloudflare may still reject the change during apply",
        fix: "give the token the permission that the finding names, or plan with --no-preflight",
        example: Example::account(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, r#"tokens:
  - token: example-token
    permissions: ["Zone: Read", "Zone Settings: Edit", "Load Balancers: Read"]"#, r#"tokens:
  - token: example-token
    permissions: ["Zone: Read", "Zone Settings: Edit", "Load Balancers: Read", "DNS: Read"]"#);
    PROTECTED = "protected", exit(4), "A protected application would be deleted, replaced or interrupted",
        why: "`protect` is in the configuration or was in the last one applied, and removing the entry does not lift it",
        fix: "set `lifecycle: {protect: false}` and apply that by itself first",
        example: Example::later(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, r#"      db:
        protocol: tcp/5432
        dns: {type: CNAME, name: db.example.com}
        origin_direct: ["tcp://192.0.2.2:5432"]
        lifecycle: {protect: true}"#, "", r#"      db:
        protocol: tcp/5432
        dns: {type: CNAME, name: db.example.com}
        origin_direct: ["tcp://192.0.2.2:5432"]
        lifecycle: {protect: true}"#);
    REPLACE_GROUP = "replace-group", exit(3), "The applications of one hostname must be replaced together",
        why: "the record type and the static addresses belong to the hostname, so they change for all of its applications",
        fix: "configure all of them in the same way with `lifecycle: {replace: allow}`, or use another hostname";
    RESTORE = "restore", exit(3), "An application cannot be restored",
        why: "a restore needs the copy that apply keeps of an application that it deleted and could not replace",
        fix: "run `spectrumctl plan`, which lists the addresses that can be restored",
        example: Example::shell(r"spectrumctl --sim apply --auto-approve
spectrumctl --sim apply --restore example.com/ssh --auto-approve", r"spectrumctl --sim apply --auto-approve
spectrumctl --sim plan");
    SHARED_STATE_FOLDER = "shared-state-folder", WARNS, "The state is where everybody may write",
        why: "whoever writes the state decides what counts as applied, and so what the next apply deletes",
        fix: "keep the state in a folder of your own, or in a bucket with settings.state";
    STATE_MOVED = "state-moved", exit(4), "The state is kept elsewhere than at the last apply",
        why: "a copy of a state may be an old one, and whoever chooses another place chooses what counts as applied",
        fix: "name the right state with settings.state or --state; if it was moved on purpose, run with `--allow state-moved`";
    STATE_OF_ANOTHER_CONFIGURATION = "state-of-another-configuration", exit(4), "The state belongs to another configuration",
        why: "what another configuration applied is not in this one, and would be taken for something that was removed",
        fix: "to share the state, give both configurations the same `settings.name`; to keep them apart, name another state with `settings.state`",
        example: Example::shell(r"sed -i.old 's/version: 1/settings: {name: edge}/' spectrum.yaml
spectrumctl --sim apply --auto-approve
sed -i.old 's/name: edge/name: games/; s/ssh/db/g; s/22/5432/g' spectrum.yaml
spectrumctl --sim plan", r"sed -i.old 's/version: 1/settings: {name: edge}/' spectrum.yaml
spectrumctl --sim apply --auto-approve
sed -i.old 's/ssh/db/g; s/22/5432/g' spectrum.yaml
spectrumctl --sim plan --max-deletes 1");
    STATE_OF_ANOTHER_ZONE = "state-of-another-zone", exit(3), "The state belongs to another zone of this name",
        why: "the state records a zone of the same name with another id",
        fix: "use the right state, token or account; if the zone was created anew, run `spectrumctl state rm 'ZONE/*'`";
    TOKEN_NOT_ACTIVE = "token-not-active", STOPS, "The token is not active",
        why: "Cloudflare would start to refuse its calls in the middle of the run",
        fix: "set CLOUDFLARE_API_TOKEN to an active token";
    TWO_LIVE_MATCHES = "two-live-matches", exit(3), "Two live applications match one address",
        why: "both have this hostname and protocol, and the state records neither",
        fix: "delete one of them, or choose one with `spectrumctl import ADDRESS APP_ID`",
        example: Example::account(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 11111111111111111111111111111111}
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], id: 22222222222222222222222222222222}"#, r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"]}"#);
    UNCONFIRMED = "unconfirmed", exit(4), "A delete of an application from an earlier state",
        why: "the state was rolled back, pushed or damaged, and no apply has seen the application in the configuration since",
        fix: "add it under `removed` to delete it, or run `spectrumctl state rm ADDRESS` to leave it alone";
    UNKNOWN_FIELD_LOST = "unknown-field-lost", exit(4), "A field that this version does not know would be lost",
        why: "an update sends back what it does not know, but a create cannot",
        fix: "use a newer version of spectrumctl, or write `lifecycle: {replace: {allow_loss: [FIELD]}}`",
        example: Example::file_in(r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], novel: true}"#, r#"version: 1
settings: {adopt: true}
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: ADDRESS, name: ssh.example.com}
        edge_ips: {type: static, ips: [198.51.100.7]}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "        lifecycle: {replace: allow}", "        lifecycle: {replace: {allow_loss: [novel]}}");
    UNREAD_VALUE = "unread-value", WARNS, "A live value that this version does not know",
        why: "the API has changed, or the value is older than the documentation; apply keeps it as it is",
        fix: "update spectrumctl if there is a newer version",
        example: Example::account(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], tls: post-quantum}"#, r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], tls: "off"}"#);
    UNUSED_ENTRY = "unused-entry", WARNS, "An entry of `moved` or `removed` does nothing",
        why: "an entry that does nothing is more often a mistake than meant",
        fix: "correct the address, or remove the entry",
        example: Example::file_in("zones: [{name: example.com}]", r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "removed: [{app: example.com/ssh}]", "");
    VANISHED = "vanished", exit(4), "Most applications of a zone are gone at once",
        why: "a wrong answer of the API, or the wrong account, looks the same as deletions",
        fix: "check the zone; if the applications are gone, run with `--allow vanished`";
    ZONE_GONE = "zone-gone", WARNS, "A zone that is no longer in the account",
        why: "its id answers \"not found\", and the list of the account's zones does not show it",
        fix: "forget its applications with `spectrumctl state rm 'ZONE/*'`; if the zone is in another account now, use a token of that one";
    ZONE_IDENTITY = "zone-identity", exit(3), "Name, id and account do not belong to one zone",
        why: "writing could reach the wrong zone",
        fix: "correct the id, the name or the account, or use the token of the right account",
        example: Example::file_in(r"zones:
  - {name: example.com, id: 023e105f4ecef8ad9ca31a8372d0c353}
  - {name: example.net, id: 353c0d2738a13ac9da8fece4f501e320}", r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "    id: 353c0d2738a13ac9da8fece4f501e320", "    id: 023e105f4ecef8ad9ca31a8372d0c353");
    ZONE_NOT_FOUND = "zone-not-found", exit(1), "The token does not see a zone",
        why: "the zone may exist, but this token has no access to it",
        fix: "check the name, and give the token `Zone: Read` and `Zone Settings: Read` for this zone",
        example: Example::account_file(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, r"zones: [{name: example.net}]
tokens: [{token: example-token, zones: [example.net]}]", r"zones: [{name: example.net}]
tokens: [{token: example-token, zones: [example.com]}]");
    ZONE_VANISHED = "zone-vanished", exit(4), "A zone lost all its applications",
        why: "a lost file looks the same as a wish to delete everything in the zone",
        fix: "restore it, write `removed: [{zone: NAME}]`, or run with `--allow zone=NAME`";
}
