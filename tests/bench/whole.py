#!/usr/bin/env python3
"""Whole runs of the binary against its simulator: wall time, CPU time, memory and calls of each command, at several sizes.

    cargo build --release && tests/bench/whole.py target/release/spectrumctl 100 1000 10000

Each command runs three times; what is printed is the median. Applications are spread over 100 zones, or over as many as there are
applications. Nothing is asserted here: a time says something about one machine and one hour only.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3


def digest(text):
    return hashlib.md5(text.encode()).hexdigest()


def write_world(folder, apps, zones):
    """spectrum.yaml, seed.json with the live applications, and the state that remembers them."""
    lines, seed, recorded, known = ["version: 1", "zones:"], {"zones": [], "apps": []}, {}, {}
    for number in range(zones):
        zone = f"zone-{number:03}.example"
        seed["zones"].append({"name": zone, "id": digest(zone)})
        known[zone] = {"id": digest(zone), "account": None}
        lines.append(f"  {zone}:\n    apps:")
        for app in range(apps // zones):
            host, port = app // 10, app % 10 + 1
            fields = {
                "protocol": f"tcp/{port}",
                "dns": {"type": "CNAME", "name": f"host-{host}.{zone}"},
                "origin_direct": [f"tcp://192.0.2.{app % 200 + 1}:{port}"],
                "ip_firewall": True,
                "edge_ips": {"type": "dynamic", "connectivity": "all"},
            }
            lines.append(f"      app-{app}:")
            lines += [f"        {name}: {json.dumps(value)}" for name, value in fields.items()]
            lines.append("        labels: {team: bench}")
            id = digest(f"{zone}/{app}")
            seed["apps"].append({"zone": zone, "id": id, "tls": "off", "proxy_protocol": "off", "traffic_type": "direct", **fields})
            recorded[zone, f"app-{app}"] = {
                "id": id, "zone_id": digest(zone), "file": "spectrum.yaml", "fields": fields, "labels": {"team": "bench"},
                "protect": "off", "provenance": "created", "applied": True,
            }
    (folder / "spectrum.yaml").write_text("\n".join(lines) + "\n")
    (folder / "zones.json").write_text(json.dumps({"zones": seed["zones"]}))
    (folder / "seed.json").write_text(json.dumps(seed))
    state = {
        "format_version": 1, "lineage": "0195f3a2-1111-4222-8333-444455556666", "serial": 7, "account": None, "zones": known,
        "apps": {f"{zone}/{key}": recorded[zone, key] for zone, key in sorted(recorded)},
    }
    (folder / "state").mkdir()
    (folder / "state" / "state.json").write_text(json.dumps(state, indent=2))


class Simulator:
    def __init__(self, binary, folder, *more):
        arguments = [binary, "sim", "--listen", "127.0.0.1:0", "--rate-limit", "none", *more]
        self.process = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def run_once(arguments, folder, url):
    variables = {"PATH": os.environ["PATH"], "CLOUDFLARE_API_TOKEN": "any", "CLOUDFLARE_BASE_URL": url or "http://127.0.0.1:1"}
    begun = time.monotonic()
    process = subprocess.Popen(arguments, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    calls = errors.count("api call")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode, calls


def measure(name, arguments, folder, url=None, runs=RUNS, before=lambda: None):
    took = []
    for _ in range(runs):
        before()
        took.append(run_once(arguments, folder, url))
    wall, cpu, memory, exit, calls = sorted(took)[len(took) // 2]
    calls = f" {calls:5} calls" if calls else ""
    print(f"{name:34} {wall:8.3f} s {cpu:8.3f} s CPU {memory:7.0f} MiB  exit {exit}{calls}", flush=True)


def main():
    binary, sizes = os.path.abspath(sys.argv[1]), [int(size) for size in sys.argv[2:]] or [100, 1_000, 10_000]
    with tempfile.TemporaryDirectory() as here:
        measure("--help", [binary, "--help"], here, runs=11)
        measure("version", [binary, "version"], here, runs=11)
    for size in sizes:
        with tempfile.TemporaryDirectory() as here:
            folder, zones = Path(here), min(100, size)
            write_world(folder, size, zones)
            print(f"\n{size} applications in {zones} zones")
            measure("validate", [binary, "validate"], folder)
            with Simulator(binary, folder, "--seed", "seed.json") as simulator:
                measure("plan, nothing to do", [binary, "plan"], folder, simulator.url)
                measure("drift", [binary, "drift"], folder, simulator.url)
                measure("export", [binary, "export"], folder, simulator.url)
                measure("import --all", [binary, "--state", "fresh", "import", "--all"], folder, simulator.url)
                measure("first plan", [binary, "--state", "nothing", "plan", "-vv"], folder, simulator.url, runs=1)
            (folder / "slow.yaml").write_text("- {path: '*', effect: {delay_ms: 50}}\n")
            with Simulator(binary, folder, "--seed", "seed.json", "--faults", "slow.yaml") as simulator:
                measure("first plan, 50 ms away", [binary, "--state", "nothing", "plan"], folder, simulator.url)
            creates = [binary, "--sim", "apply", "--auto-approve", "-q"]
            measure("--sim apply, all to be created", creates, folder, runs=1)


if __name__ == "__main__":
    main()
