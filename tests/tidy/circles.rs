//! Circles: a module of a folder may not import a sibling that, directly or by others, imports it.

use std::collections::{BTreeMap, BTreeSet};

use super::rust::{self, Parts};
use super::{Source, sources};

/// The modules that stand in a circle, by folder. This list only shrinks: whoever opens a circle deletes its
/// entries; `*` is every module of a folder. Only `codes::code` and `codes::violation` may stay: a table that names
/// checks that report under its entries is honest recursion.
const CIRCLES: &[(&str, &[&str])] = &[("codes", &["code", "violation"])];

/// A folder of `src` by the names of its modules, and for each of them the siblings that it names. The root of a
/// folder, its `mod.rs`, is the module `mod`: naming something that the root declares itself is an edge to it,
/// and naming something that the root re-exports is an edge to the module that declares it.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// A file with the paths that it names, each from the root of the crate.
struct Named {
    module: Vec<String>,
    is_root: bool,
    paths: Vec<Vec<String>>,
    /// What a root gives on: the name here, and the path.
    exports: BTreeMap<String, Vec<String>>,
}

/// A path from the root of the crate; none where it leads out of it.
fn absolute(
    module: &[String],
    path: &[String],
    children: &BTreeSet<String>,
) -> Option<Vec<String>> {
    let mut rest = path;
    let mut base = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            rest = &path[up - 1..];
            module[..module.len().checked_sub(up)?].to_vec()
        }
        first if children.contains(first) => {
            return Some([module, path].concat());
        }
        _ => return None,
    };
    base.extend_from_slice(&rest[1..]);
    Some(base)
}

fn named(source: &Source, children: &BTreeSet<String>) -> Named {
    let module: Vec<String> = source.module().into_iter().map(str::to_owned).collect();
    let is_root = source.path.ends_with("/mod.rs");
    let text: String = source.production().map(|(_, line)| format!("{line}\n")).collect();
    let (uses, other) = rust::uses(&Parts::of(&text).code);
    let mut named =
        Named { module: module.clone(), is_root, paths: Vec::new(), exports: BTreeMap::new() };
    for (path, name, is_public) in
        uses.iter().flat_map(|one| one.paths.iter().map(|(path, name)| (path, name, one.is_public)))
    {
        let Some(path) = absolute(&module, path, children) else { continue };
        if is_root && is_public {
            named.exports.insert(name.clone(), path);
        } else {
            named.paths.push(path);
        }
    }
    let inline = rust::paths(&other);
    named.paths.extend(inline.iter().filter_map(|path| absolute(&module, path, children)));
    named
}

/// The graph of each folder, by its path: `plan`, `state/remote`.
fn graphs() -> BTreeMap<String, Graph> {
    let sources: Vec<Source> =
        sources("src").into_iter().filter(|source| !source.path.ends_with("main.rs")).collect();
    let mut children: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path != "src/lib.rs") {
        let module: Vec<String> = source.module().into_iter().map(str::to_owned).collect();
        for depth in 0..module.len() {
            children.entry(module[..depth].to_vec()).or_default().insert(module[depth].clone());
        }
    }
    let none = BTreeSet::new();
    let files: Vec<Named> = sources
        .iter()
        .filter(|source| source.path != "src/lib.rs")
        .map(|source| {
            let module: Vec<String> = source.module().into_iter().map(str::to_owned).collect();
            named(source, children.get(&module).unwrap_or(&none))
        })
        .collect();
    let roots: BTreeMap<&[String], &Named> = files
        .iter()
        .filter(|file| file.is_root)
        .map(|file| (file.module.as_slice(), file))
        .collect();
    let mut graphs = BTreeMap::new();
    for (folder, siblings) in &children {
        let mut graph = Graph::new();
        for file in files.iter().filter(|file| file.module.starts_with(folder)) {
            let from = file.module.get(folder.len()).map_or("mod", String::as_str);
            for path in file.paths.iter().filter(|path| path.starts_with(folder)) {
                let Some(target) = target(folder, siblings, &roots, path) else { continue };
                if target != from {
                    graph.entry(from.to_owned()).or_default().insert(target);
                }
            }
        }
        graphs.insert(folder.join("/"), graph);
    }
    graphs
}

/// The sibling that a path leads to.
fn target(
    folder: &[String],
    siblings: &BTreeSet<String>,
    roots: &BTreeMap<&[String], &Named>,
    path: &[String],
) -> Option<String> {
    let first = path.get(folder.len())?;
    if siblings.contains(first) {
        return Some(first.clone());
    }
    if folder.is_empty() {
        return None;
    }
    let exports = &roots.get(folder)?.exports;
    match exports.get(first) {
        Some(declared) if declared.starts_with(folder) => target(folder, siblings, roots, declared),
        Some(_) => None,
        None => Some("mod".to_owned()),
    }
}

/// Everything that a module leads to, by one edge or more.
fn reached(graph: &Graph, from: &str) -> BTreeSet<String> {
    let (mut open, mut seen) = (vec![from.to_owned()], BTreeSet::new());
    while let Some(module) = open.pop() {
        for next in graph.get(&module).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

#[test]
fn no_module_imports_a_sibling_that_imports_it() {
    let graphs = graphs();
    let edges: usize = graphs.values().flat_map(BTreeMap::values).map(BTreeSet::len).sum();
    assert!(edges > 300, "only {edges} imports were found");
    let mut found = BTreeMap::new();
    for (folder, graph) in &graphs {
        let reached: BTreeMap<&String, BTreeSet<String>> =
            graph.keys().map(|module| (module, reached(graph, module))).collect();
        for module in graph.keys().filter(|module| reached[module].contains(*module)) {
            let back = graph[module]
                .iter()
                .filter(|next| reached.get(next).is_some_and(|reached| reached.contains(module)));
            let back: Vec<&str> = back.map(String::as_str).collect();
            found.insert((folder.as_str(), module.as_str()), back.join(", "));
        }
    }
    let listed: BTreeSet<(&str, &str)> = CIRCLES
        .iter()
        .flat_map(|(folder, modules)| modules.iter().map(move |module| (*folder, *module)))
        .collect();
    let is_listed =
        |folder, module| listed.contains(&(folder, module)) || listed.contains(&(folder, "*"));
    let new: Vec<String> = found
        .iter()
        .filter(|((folder, module), _)| !is_listed(*folder, *module))
        .map(|((folder, module), back)| format!("{folder}::{module} names {back}, which name it"))
        .collect();
    let is_there = |place: &(&str, &str)| match place {
        (folder, "*") => found.keys().any(|(found, _)| found == folder),
        _ => found.contains_key(place),
    };
    let gone: Vec<&(&str, &str)> = listed.iter().filter(|place| !is_there(place)).collect();
    assert!(new.is_empty(), "new circles:\n{}", new.join("\n"));
    assert!(gone.is_empty(), "these circles are open, so delete them from CIRCLES: {gone:?}");
}
