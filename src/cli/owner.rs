//! The name of a configuration, by which a state knows whose it is: `settings.name`, else the git remote, else the folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::Settings;

/// The name of the configuration in a folder.
pub(super) fn name(settings: &Settings, home: &Path) -> Option<String> {
    let home = fs::canonicalize(home).ok()?;
    let folder = || home.file_name().map(|name| name.to_string_lossy().into_owned());
    settings.name.clone().or_else(|| remote(&home)).or_else(folder)
}

/// The remote of the repository that a folder lies in, as host and path.
fn remote(folder: &Path) -> Option<String> {
    let git = folder.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists())?;
    let text = fs::read_to_string(common_folder(&git)?.join("config")).ok()?;
    remote_in(&text)
}

/// The folder that holds the configuration of a repository; that of a worktree is named in a file.
fn common_folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    let own = git.parent()?.join(text.strip_prefix("gitdir:")?.trim());
    let common = fs::read_to_string(own.join("commondir")).ok();
    Some(common.map_or_else(|| own.clone(), |common| own.join(common.trim())))
}

/// `origin`, else the first remote of a git configuration: `github.com/team/edge`.
fn remote_in(text: &str) -> Option<String> {
    let mut remotes: Vec<(String, String)> = Vec::new();
    let mut section = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line.to_owned();
        } else if let Some((key, url)) = line.split_once('=')
            && key.trim() == "url"
            && section.starts_with("[remote ")
        {
            remotes.push((section.clone(), url.trim().to_owned()));
        }
    }
    let origin = remotes.iter().find(|(section, _)| section.contains("\"origin\""));
    origin.or(remotes.first()).map(|(_, url)| plain(url))
}

/// A URL without what differs between those who clone: the protocol, the user and the ending.
fn plain(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    rest.replacen(':', "/", 1).trim_end_matches('/').trim_end_matches(".git").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_one_name_however_it_was_cloned() {
        for url in [
            "https://github.com/team/edge.git",
            "git@github.com:team/edge.git",
            "ssh://git@github.com/team/edge",
            "https://token@github.com/team/edge/",
        ] {
            let text = format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n");
            assert_eq!(remote_in(&text).as_deref(), Some("github.com/team/edge"), "{url}");
        }
        assert_eq!(remote_in("[core]\n"), None);
    }
}
