//! What can be wrong with the configuration's files before any application is looked at: no checks, they are reported where the files are read.

use super::code::{Code, Known, STOPS, WARNS, exit, room};

room! {
    /// The entries, by slug.
    CODES, Known::Offline;
    "alias-loop", exit(3), "An alias within its own anchor",
        "the anchor is not complete where the alias stands, so the value would contain itself",
        "remove the alias";
    "duplicate-key", exit(3), "A key written twice",
        "of two equal keys in a mapping one would silently be lost",
        "remove one of them, or give it another name";
    "empty-file", exit(3), "A file without configuration",
        "a file that holds nothing is more often cut off than meant",
        "write `version: 1` and zones, or remove the file";
    "ignore-ended", WARNS, "An exception whose end has come",
        "time alone never causes a write, so the field stays ignored until somebody decides",
        "remove the entry of `lifecycle.ignore_changes`, or set a later date";
    "key-in-two-files", exit(3), "A key that stands in two files",
        "each key but the applications of a zone stands in one file only, so that no file can silently overrule another",
        "keep one of them";
    "key-not-a-name", exit(3), "A list or mapping where a key belongs",
        "the keys of a configuration are names",
        "write a name";
    "merge-key", exit(3), "A merge key that names no mapping",
        "`<<` takes over the entries of one mapping, or of a list of mappings",
        "write `<<: *anchor` where the anchor is a mapping";
    "no-configuration", STOPS, "No configuration was found",
        "without a configuration there is nothing to compare with what is live; without -f it is spectrum.yaml or the folder spectrum/",
        "name the configuration with -f, go to its folder with -C, or begin with `spectrumctl init`";
    "not-a-default", exit(3), "A field that cannot be a default",
        "protocol, dns.name, the origin and lifecycle belong to one application and would be the same for all of them",
        "write it into each application";
    "not-utf8", exit(3), "A file that is not UTF-8",
        "a configuration is text in UTF-8, so that every editor and tool reads the same",
        "save it as UTF-8";
    "several-documents", exit(3), "Several documents in one file",
        "a file holds one document, so that no part of it is silently left out",
        "move the second document into a file of its own, or remove the line `---`";
    "too-large", exit(3), "A file that is larger than any configuration needs",
        "what is larger is not read, so that a broken or hostile file cannot exhaust the machine",
        "write it shorter, or split it over several files";
    "two-roots", exit(3), "Both spectrum.yaml and the folder spectrum/",
        "which of the two is meant cannot be known, and taking one would drop what stands in the other",
        "name one of them with -f, or remove the other";
    "unknown-tag", exit(3), "A YAML tag that is not known",
        "a tag that this tool does not know would change what the value means",
        "remove the tag";
    "unreadable-file", exit(1), "A file or folder that cannot be read",
        "what is not read is not known, and planning without it could delete what it configures",
        "check the path and its permissions";
    "unset-variable", exit(3), "A variable that is not set",
        "`${NAME}` reads the environment variable SPECTRUM_VAR_NAME and no other",
        "set SPECTRUM_VAR_NAME, or give a default with `${NAME:-default}`";
    "variable-form", exit(3), "A variable that cannot be read",
        "a variable is written `${NAME}` or `${NAME:-default}`, and `$${` is a literal `${`",
        "correct the form, or write `$${` for the characters themselves";
    "variable-not-allowed", exit(3), "A variable where none may stand",
        "keys, settings and lifecycle decide what the tool does, and that is to be seen in the file",
        "write the value itself";
    "yaml-syntax", exit(3), "A file that is not YAML",
        "the file cannot be read beyond this point",
        "mend the line; often an indentation, a missing colon or an unclosed quote in the line above";
}
