"""Cloudflare's older command line, cli4, against the simulator, as its users type it. It knows neither the protocols of a
zone nor the second version of the audit log."""

import contextlib
import io
import json
import os
import pathlib
import re

HERE = pathlib.Path(__file__).parent
os.environ["CLOUDFLARE_API_URL"] = os.environ["SIMULATOR"]

import CloudFlare
from cli4.cli4 import cli4

ZONE, ACCOUNT = "023e105f4ecef8ad9ca31a8372d0c353", "01a7362d577a6c3019a474fd6f485823"
APPS = "/zones/:example.com/spectrum/apps"
done, wrong = 0, []


def check(what, got, expected):
    global done
    done += 1
    if got != expected:
        wrong.append(f"{what}: {got!r}, expected {expected!r}")


def run(*typed, token="whole"):
    """What a command line prints, and the codes of what was refused."""
    os.environ["CLOUDFLARE_API_TOKEN"] = token
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli4(list(typed))
        except SystemExit as ended:
            code = ended.code
    if code:
        return [int(found) for found in re.findall(r"- (\d+) ", err.getvalue())]
    return json.loads(out.getvalue())


def typed(fields):
    """Fields as they are typed: numbers with ==, lists and objects as JSON."""
    write = lambda value: f"={value}" if type(value) is int else value if isinstance(value, str) else json.dumps(value)
    return [f"{name}={write(value)}" for name, value in fields.items()]


def ssh(name, port):
    return typed({"dns": {"type": "CNAME", "name": f"{name}.example.com"}, "protocol": f"tcp/{port}", "origin_direct": ["tcp://192.0.2.1:22"]})


def names(entries):
    return [entry["name"] for entry in entries]


def applications():
    created = run("--post", *ssh("ssh", 22), "tls=full", "ip_firewall=true", APPS)
    check("create", (created["dns"]["name"], created["tls"], created["ip_firewall"]), ("ssh.example.com", "full", True))
    one = f"{APPS}/:{created['id']}"
    check("get", run(one), created)
    check("patch", run("--patch", "tls=strict", one)["tls"], "strict")
    updated = run("--put", *ssh("ssh", 23), one)
    check("put", (updated["protocol"], updated["tls"], updated["created_on"]), ("tcp/23", "off", created["created_on"]))
    for index in range(1, 6):
        run("--post", *ssh(f"a{index}", index), APPS)
    page = run("--raw", "page=2", "per_page=2", "order=dns", "direction=desc", f"/zones/:{ZONE}/spectrum/apps")
    check("a page", [app["dns"]["name"][:2] for app in page["result"]], ["a4", "a3"])
    check("a page's numbers", page["result_info"], {"page": 2, "per_page": 2, "count": 2, "total_count": 6, "total_pages": 3})
    check("without page", len(run(APPS)), 6)
    check("delete", run("--delete", one), {"id": created["id"]})
    check("get of what is gone", run(one), [10006])
    byname = {"dns": {"type": "CNAME", "name": "byname.example.com"}, "protocol": "tcp/80", "origin_dns": {"name": "origin.example.com"}, "origin_port": 3000}
    check("origin by name", run("--post", *typed(byname), APPS)["origin_port"], 3000)


def lists():
    check("zones", names(run("order=name", "direction=desc", "/zones"))[:2], ["small.example", "pro.example"])
    check("zone by name", [zone["id"] for zone in run("name=example.com", "/zones")], [ZONE])
    check("zones of an account", names(run("account.id=0123456789abcdef0123456789abcdef", "/zones")), ["example.org"])
    check("one zone", run("/zones/:example.com")["name"], "example.com")
    check("token", run("/user/tokens/verify")["status"], "active")
    records = "/zones/:example.com/dns_records"
    check("record by name", names(run("name=origin.example.com", records)), ["origin.example.com"])
    check("records", names(run("order=name", records)), ["alias.example.com", "origin.example.com", "www.example.com"])
    check("proxied records", names(run("proxied=true", records)), ["www.example.com"])
    check("load balancers", names(run("/zones/:example.com/load_balancers")), ["lb.example.com"])
    account = f"/accounts/:{ACCOUNT}"
    check("networks", names(run(f"{account}/teamnet/virtual_networks")), ["home", "office"])
    check("default network", names(run("is_default=true", f"{account}/teamnet/virtual_networks")), ["home"])
    routes = run("network_superset=10.2.0.1/32", f"{account}/teamnet/routes")
    check("routes", [route["network"] for route in routes], ["10.0.0.0/8"])
    check("prefixes", [prefix["cidr"] for prefix in run(f"{account}/addressing/prefixes")], ["198.51.100.0/24"])
    check("no such zone", run("/zones/:ffffffffffffffffffffffffffffffff"), [7003])


def refusals():
    for row in json.loads((HERE / "refusals.json").read_text()):
        got = run("--post", *typed(row["app"]), f"/zones/:{row['zone']}/spectrum/apps", token=row["token"])
        check(row["case"], got, [row["code"]])
    check("a limit", run("/zones/:33333333333333333333333333333333"), [10429])


for part in (applications, lists, refusals):
    part()
assert not wrong, "\n".join(wrong)
print(f"{done} checks of cli4 {CloudFlare.__version__}")
