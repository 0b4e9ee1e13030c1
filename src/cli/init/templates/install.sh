# Installs one released binary: the archive at SPECTRUMCTL_URL, if it has the checksum SPECTRUMCTL_SHA256.
set -eu
bin="${RUNNER_TEMP:-$(mktemp -d)}"
curl -fsSL --proto '=https' --retry 3 -o "$bin/spectrumctl.tar.gz" "${SPECTRUMCTL_URL:?is not set: it is the address of a released archive of spectrumctl}"
echo "${SPECTRUMCTL_SHA256:?is not set: it is the SHA-256 checksum of that archive}  $bin/spectrumctl.tar.gz" | sha256sum -c -
tar -xzf "$bin/spectrumctl.tar.gz" -C "$bin" --strip-components=1
export PATH="$bin:$PATH"
spectrumctl --version
