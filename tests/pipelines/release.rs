//! What the release workflow packs: an archive that the pipelines install, a Debian package, and a formula with the right checksums.

use std::process::Command;

use super::repository::script;
use crate::support::repository;

/// Runs a script of the release with these arguments, and gives what it printed.
fn run(name: &str, arguments: &[&str]) -> Result<String, String> {
    let path = repository().join(".github/release").join(name);
    let ran = Command::new("bash").arg(path).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if ran.status.success() { Ok(text(ran.stdout)) } else { Err(text(ran.stderr)) }
}

#[test]
fn what_is_packed_is_installed_by_the_pipelines() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    script(&folder.path().join("binary"), "echo spectrumctl 1.2.3 \"$@\"");
    let target = "x86_64-unknown-linux-musl";
    for out in ["first", "second"] {
        run("package", &[&path("binary"), "1.2.3", target, &path(out)]).unwrap();
    }
    let archive = format!("first/spectrumctl-1.2.3-{target}.tar.gz");
    let read = |name: &str| std::fs::read(path(name)).unwrap();
    assert_eq!(
        read(&archive),
        read(&archive.replace("first", "second")),
        "packed twice, the same bytes"
    );
    let listed = Command::new("tar").args(["-tzf", &path(&archive)]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for file in ["spectrumctl", "LICENSE-MIT", "spectrumctl.1", "spectrumctl.bash"] {
        let line = format!("spectrumctl-1.2.3-{target}/{file}");
        assert!(listed.lines().any(|listed| listed == line), "{file}: {listed}");
    }
    script(
        &folder.path().join("curl"),
        "while [ $# -gt 1 ]; do [ \"$1\" = -o ] && out=$2; shift; done; cp \"${1#https://}\" \"$out\"",
    );
    let sum = Command::new("sha256sum").arg(path(&archive)).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap()[..64].to_owned();
    let install = repository().join("src/cli/init/templates/install.sh");
    let installed = |sum: &str| {
        let search = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut bash = Command::new("bash");
        bash.arg(&install).env("PATH", search).env("RUNNER_TEMP", path("second"));
        bash.env("SPECTRUMCTL_URL", format!("https://{}", path(&archive)));
        bash.env("SPECTRUMCTL_SHA256", sum).output().unwrap()
    };
    let right = installed(&sum);
    let printed = String::from_utf8_lossy(&right.stdout).into_owned();
    assert!(
        right.status.success() && printed.ends_with("spectrumctl 1.2.3 --version\n"),
        "{right:?}"
    );
    assert!(!installed(&"0".repeat(64)).status.success());
    assert!(!installed("").status.success(), "without a checksum nothing is installed");
}

#[test]
fn a_debian_package_holds_the_binary_and_nothing_that_runs_at_installation() {
    let has_dpkg = Command::new("dpkg-deb").arg("--version").output().is_ok();
    if !has_dpkg {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    script(&folder.path().join("binary"), "exit 1");
    run("package", &[&path("binary"), "1.2.3", "aarch64-unknown-linux-musl", &path("out")])
        .unwrap();
    let deb = path("out/spectrumctl_1.2.3_arm64.deb");
    let shown = Command::new("dpkg-deb").args(["--info", &deb]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("Version: 1.2.3") && shown.contains("Architecture: arm64"), "{shown}");
    assert!(!shown.contains("postinst") && !shown.contains("preinst"), "{shown}");
    let listed = Command::new("dpkg-deb").args(["--contents", &deb]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.contains("-rwxr-xr-x root/root") && listed.contains("./usr/bin/spectrumctl"),
        "{listed}"
    );
}

#[test]
fn the_formula_has_the_checksum_of_every_archive() {
    let folder = tempfile::tempdir().unwrap();
    let sums = folder.path().join("sums");
    let targets = [
        "aarch64-apple-darwin",
        "x86_64-apple-darwin",
        "aarch64-unknown-linux-musl",
        "x86_64-unknown-linux-musl",
    ];
    let line = |index: usize| {
        format!("{}  spectrumctl-1.2.3-{}.tar.gz\n", index.to_string().repeat(64), targets[index])
    };
    std::fs::write(&sums, (0..4).map(line).collect::<String>()).unwrap();
    let sums = sums.display().to_string();
    let arguments = ["1.2.3", "https://forge.example/acme/spectrumctl", &sums];
    let formula = run("formula", &arguments).unwrap();
    assert!(formula.contains("releases/download/v1.2.3/spectrumctl-1.2.3-aarch64-apple-darwin.tar.gz\"\n      sha256 \"0000"), "{formula}");
    assert!(!formula.contains('@'), "{formula}");
    std::fs::write(&sums, (0..3).map(line).collect::<String>()).unwrap();
    assert!(run("formula", &arguments).unwrap_err().contains("not the checksum of every archive"));
}
