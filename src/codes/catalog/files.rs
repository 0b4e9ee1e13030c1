//! What can be wrong with the files of the configuration, before any application is checked. Reported where the files are read.

use super::table::catalog;
use crate::codes::Known;
use crate::codes::code::{STOPS, WARNS, exit};
use crate::codes::example::Example;

catalog! {
    Known::Offline;
    ALIAS_LOOP = "alias-loop", exit(3), "An alias inside its own anchor",
        why: "the value would contain itself",
        fix: "remove the alias",
        example: Example::file(r"version: 1
zones: {}", "x-list: &list [*list]", "x-list: &list [one]");
    DUPLICATE_KEY = "duplicate-key", exit(3), "A key is written twice",
        why: "YAML would keep one of the two values and drop the other without a warning",
        fix: "remove one of them, or rename it",
        example: Example::app(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, "protocol: tcp/2222", "");
    DUPLICATE_ROW = "duplicate-row", exit(3), "Two rows of `each` with one address",
        why: "two rows with one address would be one application",
        fix: "remove one of them, or give it another value",
        example: Example::app(r#"protocol: tcp/${each.port}
dns: {type: CNAME, name: "${each.key}.example.com"}
origin_direct: ["tcp://192.0.2.1:${each.port}"]"#, "each: [{key: one, port: 22}, {key: one, port: 2222}]", "each: [{key: one, port: 22}, {key: two, port: 2222}]");
    EMPTY_EACH = "empty-each", exit(3), "An `each` without a row",
        why: "without a row there is no application",
        fix: "write the values, or remove the application",
        example: Example::app(r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]
dns: {type: CNAME, name: "${each.host}.example.com"}"#, "each: {host: []}", "each: {host: [one, two]}");
    EMPTY_FILE = "empty-file", exit(3), "The file holds no configuration",
        why: "an empty file is usually a truncated one, and planning without it could delete what it configured",
        fix: "write `version: 1` and zones, or remove the file",
        example: Example::file("", "", r"version: 1
zones: {}");
    IGNORE_ENDED = "ignore-ended", WARNS, "An ignore_changes entry has expired",
        why: "the field stays ignored, because a date alone never causes a write",
        fix: "remove the entry from `lifecycle.ignore_changes` to manage the field again, or set a later date",
        example: Example::app(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, "lifecycle: {ignore_changes: [{field: tls, reason: ticket 4711, until: 2026-01-31}]}", "lifecycle: {ignore_changes: [{field: tls, reason: ticket 4711, until: 2099-12-31}]}");
    KEY_IN_TWO_FILES = "key-in-two-files", exit(3), "A key is in two files",
        why: "only the applications of a zone may be split over several files; every other key must be in one file, \
              so no file can override another",
        fix: "keep one of them",
        example: Example::shell(r"printf 'zones: {example.com: {plan: enterprise}}' > more.yaml
spectrumctl -f spectrum.yaml -f more.yaml validate", r"printf 'zones: {example.com: {unmanaged: ignore}}' > more.yaml
spectrumctl -f spectrum.yaml -f more.yaml validate");
    KEY_NOT_A_NAME = "key-not-a-name", exit(3), "A list or mapping is used as a key",
        fix: "write a name, such as `ssh:`",
        example: Example::file(r"version: 1
zones: {}", r"x-list:
  ? [one, two]
  : 1", r"x-list:
  one: 1");
    MERGE_KEY = "merge-key", exit(3), "A merge key does not refer to a mapping",
        why: "`<<` takes the entries of one mapping, or of a list of mappings",
        fix: "write `<<: *anchor`, where the anchor is a mapping",
        example: Example::app(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, "<<: encrypted", "<<: {tls: full}");
    NO_CONFIGURATION = "no-configuration", STOPS, "No configuration was found",
        why: "without -f, the configuration is spectrum.yaml or the folder spectrum/ in the working folder",
        fix: "name the configuration with -f, change the folder with -C, or run `spectrumctl init`",
        example: Example::shell(r"rm spectrum.yaml
spectrumctl validate", r"mv spectrum.yaml edge.yaml
spectrumctl -f edge.yaml validate");
    NOT_A_DEFAULT = "not-a-default", exit(3), "A field that cannot be a default",
        why: "protocol, dns.name, the origin and lifecycle belong to a single application",
        fix: "write it into each application",
        example: Example::file(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "    defaults: {protocol: tcp/22}", "    defaults: {tls: full}");
    NOT_UTF8 = "not-utf8", exit(3), "The file is not UTF-8",
        fix: "save it as UTF-8",
        example: Example::shell(r"printf '# caf\351\n' >> spectrum.yaml
spectrumctl validate", r"printf '# caf\303\251\n' >> spectrum.yaml
spectrumctl validate");
    SENSITIVE_ADDRESS = "sensitive-address", exit(3), "A masked value names a row of `each`",
        why: "what names a row is part of its address, which is shown everywhere",
        fix: "name the row by something else, or declare the variable in `variables:` without `sensitive`",
        example: Example::file(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        each: {host: ["${HOST:-one}"]}
        protocol: tcp/22
        origin_direct: ["tcp://192.0.2.1:22"]
        dns: {type: CNAME, name: "${each.host}.example.com"}"#, "", "variables: {HOST: {default: one}}");
    SEVERAL_DOCUMENTS = "several-documents", exit(3), "Several documents in one file",
        why: "a configuration file holds one YAML document",
        fix: "move the second document into a file of its own, or remove the line `---`",
        example: Example::file(r"version: 1
zones: {}", r"---
version: 1", "");
    TOO_LARGE = "too-large", exit(3), "The file is too large",
        why: "the limit keeps a broken or hostile file from exhausting the memory",
        fix: "split the configuration over several files";
    TOO_MANY_APPLICATIONS = "too-many-applications", exit(3), "An `each` makes too many applications",
        why: "every application takes calls to the API, and so many are usually a typing error",
        fix: "write fewer rows; a range of ports in `protocol`, such as udp/49152-65535, is one application",
        example: Example::app("dns: {type: CNAME, name: game.example.com}", r#"each: {port: 1-20000}
protocol: udp/${each.port}
origin_direct: ["udp://192.0.2.1:${each.port}"]"#, r#"protocol: udp/1-20000
origin_direct: ["udp://192.0.2.1:1-20000"]"#);
    TWO_ROOTS = "two-roots", exit(3), "Both spectrum.yaml and the folder spectrum/ exist",
        why: "using one of them would leave out everything in the other",
        fix: "name one of them with -f, or remove the other",
        example: Example::shell(r"mkdir spectrum
cp spectrum.yaml spectrum/edge.yaml
spectrumctl validate", r"mkdir spectrum
cp spectrum.yaml spectrum/edge.yaml
spectrumctl -f spectrum/ validate");
    UNKNOWN_EACH = "unknown-each", exit(3), "A value of `each` that is not there",
        why: "`${each.NAME}` is the value that the row has under this name",
        fix: "write a name that `each` has, or add it there",
        example: Example::app(r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]
dns: {type: CNAME, name: "${each.host}.example.com"}
each: {host: [one, two]}"#, r#"note: "${each.hst}""#, r#"note: "${each.host}""#);
    UNKNOWN_TAG = "unknown-tag", exit(3), "An unknown YAML tag",
        why: "a tag changes what its value means",
        fix: "remove the tag",
        example: Example::app(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, "tls: !word full", "tls: full");
    UNREADABLE_FILE = "unreadable-file", exit(1), "A file or folder cannot be read",
        why: "planning without it could delete what it configures",
        fix: "check the path and its permissions",
        example: Example::shell("spectrumctl -f edge.yaml validate", "spectrumctl -f spectrum.yaml validate");
    UNSET_VARIABLE = "unset-variable", exit(3), "A variable is not set",
        why: "`${NAME}` reads the environment variable SPECTRUM_VAR_NAME and no other",
        fix: "set SPECTRUM_VAR_NAME, or write a default: `${NAME:-default}`",
        example: Example::app(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, r#"tls: "${TLS}""#, r#"tls: "${TLS:-off}""#);
    UNUSED_EACH = "unused-each", exit(3), "A value of `each` that nothing uses",
        why: "rows that differ in what nothing uses would be one application several times",
        fix: "write `${each.NAME}` where the value belongs, or remove the name from `each`",
        example: Example::app(r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]
dns: {type: CNAME, name: "${each.host}.example.com"}"#, "each: {host: [one, two], rack: [1]}", "each: {host: [one, two]}");
    UNUSED_VARIABLE = "unused-variable", exit(3), "A variable that nothing uses",
        why: "a value that `--var` sets and nothing uses is usually a typing error",
        fix: "remove the flag, or correct the name",
        example: Example::shell("spectrumctl validate --var TIR=pro", "spectrumctl validate");
    VARIABLE_FILE = "variable-file", exit(3), "A file of variables that cannot be used",
        why: "the file that `--var-file` names maps each name to a text or to a list of texts",
        fix: "write one line for each variable, such as `ENV: prod` or `ORIGINS: [192.0.2.1, 192.0.2.2]`",
        example: Example::shell(r"printf 'TLS: {mode: full}' > vars.yaml
spectrumctl validate --var-file vars.yaml", r"printf 'TLS: full' > vars.yaml
spectrumctl validate --var-file vars.yaml");
    VARIABLE_FORM = "variable-form", exit(3), "A variable with a syntax error",
        why: "a variable is `${NAME}` or `${NAME:-default}`, and a name has letters, digits and underscores; \
              built in are `${zone}`, `${app}` and `${each.NAME}`",
        fix: "write `${NAME}`, or `$${` for a literal `${`",
        example: Example::app(r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, r#"tls: "${TLS""#, r#"tls: "${TLS:-off}""#);
    VARIABLE_NOT_ALLOWED = "variable-not-allowed", exit(3), "A variable where none is allowed",
        why: "keys, settings, variables and lifecycle decide what the tool does, so they must be readable in the file",
        fix: "write the value itself",
        example: Example::file(r#"version: 1
zones: {}"#, r#"settings: {name: "${NAME:-edge}"}"#, "settings: {name: edge}");
    VARIABLE_VALUE = "variable-value", exit(3), "A variable has a value that its declaration does not allow",
        why: "`variables:` declares the type of a variable and the values that are allowed",
        fix: "set the variable to a value that the declaration allows, or change the declaration",
        example: Example::file(r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#, "variables: {TLS: {allowed: [full, strict], default: flexible}}", "variables: {TLS: {allowed: [full, strict], default: full}}");
    YAML_SYNTAX = "yaml-syntax", exit(3), "A YAML syntax error",
        why: "the rest of the file cannot be read",
        fix: "correct the line; check its indentation, its colons and the quotes of the line above",
        example: Example::app(r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]"#, "dns: {type: CNAME, name: ssh.example.com", "dns: {type: CNAME, name: ssh.example.com}");
}
