"""Cloudflare's Python SDK against the simulator. Expected answers are written by hand from Cloudflare's pages."""

import json
import os
import pathlib
import time

import cloudflare
from cloudflare import Cloudflare

BASE, LIMITED = os.environ["SIMULATOR"], os.environ["LIMITED_SIMULATOR"]
HERE = pathlib.Path(__file__).parent
ZONE, NET, ACCOUNT = "023e105f4ecef8ad9ca31a8372d0c353", "2" * 32, "01a7362d577a6c3019a474fd6f485823"
HOME, OFFICE = "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415", "6a8a2c5e-1b1b-4f4b-8c8c-0d0d0d0d0d0d"
client = Cloudflare(api_token="whole", base_url=BASE)
apps = client.spectrum.apps
done, wrong = 0, []


def check(what, got, expected):
    global done
    done += 1
    if got != expected:
        wrong.append(f"{what}: {got!r}, expected {expected!r}")


def refusal(what, call):
    """Status and codes of a call that must be refused."""
    try:
        answer = call()
    except cloudflare.APIStatusError as error:
        return error.status_code, [entry["code"] for entry in (error.body or {}).get("errors", [])]
    raise AssertionError(f"{what} was taken: {answer!r}")


def ssh(name, port):
    dns = {"type": "CNAME", "name": f"{name}.example.com"}
    return dict(zone_id=ZONE, dns=dns, protocol=f"tcp/{port}", traffic_type="direct", origin_direct=["tcp://192.0.2.1:22"])


def names(entries):
    return [entry.name for entry in entries]


def applications():
    created = apps.create(**ssh("ssh", 22), tls="full", ip_firewall=True)
    check("create", (created.dns.name, created.tls, created.ip_firewall, created.proxy_protocol), ("ssh.example.com", "full", True, "off"))
    check("defaults", (created.edge_ips.type, created.edge_ips.connectivity), ("dynamic", "all"))
    check("get", apps.get(created.id, zone_id=ZONE).to_dict(), created.to_dict())
    updated = apps.update(created.id, **ssh("ssh", 23))
    check("update", (updated.id, updated.protocol, updated.tls), (created.id, "tcp/23", "off"))
    check("times", (updated.created_on == created.created_on, updated.modified_on > created.modified_on), (True, True))
    for index in range(1, 25):
        apps.create(**ssh(f"a{index:02}", index))
    page = apps.list(zone_id=ZONE, page=2, per_page=10, order="dns", direction="desc")
    check("a page", [app.dns.name[:3] for app in page.result], [f"a{index:02}" for index in range(15, 5, -1)])
    check("a page's numbers", (page.result_info.page, page.result_info.per_page), (2, 10))
    everything = [app.dns.name for app in apps.list(zone_id=ZONE, page=1, per_page=10)]
    check("all pages", everything, [f"a{index:02}.example.com" for index in range(1, 25)] + ["ssh.example.com"])
    check("without page", len(apps.list(zone_id=ZONE).result), 25)
    check("past the end", apps.list(zone_id=ZONE, page=9).result, [])
    by_protocol = apps.list(zone_id=ZONE, page=1, per_page=100, order="protocol").result
    check("by protocol", [app.protocol for app in by_protocol], sorted(app.protocol for app in by_protocol))
    for value in (0, 101, 1.5):
        check(f"per_page {value}", refusal("", lambda: apps.list(zone_id=ZONE, page=1, per_page=value))[0], 400)
    check("delete", apps.delete(created.id, zone_id=ZONE).id, created.id)
    check("get of what is gone", refusal("get", lambda: apps.get(created.id, zone_id=ZONE)), (404, [10006]))
    check("delete of what is gone", refusal("delete", lambda: apps.delete(created.id, zone_id=ZONE)), (404, [10006]))
    origin = dict(ssh("byname", 80), origin_dns={"name": "origin.example.com", "ttl": 600}, origin_port="3000")
    del origin["origin_direct"]
    created = apps.create(**origin)
    check("origin by name", (created.origin_dns.name, created.origin_port), ("origin.example.com", 3000))
    static = dict(ssh("fixed", 443), dns={"type": "ADDRESS", "name": "fixed.example.com"}, edge_ips={"type": "static", "ips": ["198.51.100.8"]})
    check("static", apps.create(**static).edge_ips.ips, ["198.51.100.8"])
    paygo = apps.create(zone_id="5" * 32, dns={"type": "CNAME", "name": "game.pro.example"}, protocol="minecraft", origin_direct=["tcp://192.0.2.1:25565"])
    shown = {"id", "created_on", "modified_on", "dns", "protocol", "origin_direct"}
    check("pay-as-you-go", {name for name, value in paygo.to_dict().items() if value is not None}, shown)


def zones():
    check("all zones", names(client.zones.list(direction="desc", order="name", page=1, per_page=3)),
          ["small.example", "pro.example", "example.org", "example.net", "example.com", "eu.example.com", "bare.example"])
    found = client.zones.list(name="example.com").result
    check("by name", [(zone.id, zone.account.id, zone.plan.legacy_id) for zone in found], [(ZONE, ACCOUNT, "enterprise")])
    check("by operator", names(client.zones.list(name="ends_with:example.com").result), ["eu.example.com", "example.com"])
    check("by account", names(client.zones.list(account={"id": "0123456789abcdef0123456789abcdef"}).result), ["example.org"])
    check("by account's name", names(client.zones.list(account={"name": "Second account"}).result), ["example.org"])
    check("by status", names(client.zones.list(status="pending").result), [])
    check("by type", names(client.zones.list(type=["partial", "secondary"]).result), [])
    check("one zone", client.zones.get(zone_id=ZONE).name, "example.com")
    check("no zone", refusal("zone", lambda: client.zones.get(zone_id="f" * 32)), (404, [7003]))
    check("no id", refusal("zone", lambda: client.zones.get(zone_id="example.com")), (400, [7003]))


def accounts():
    check("token", client.user.tokens.verify().status, "active")
    check("token of an account", client.accounts.tokens.verify(account_id=ACCOUNT).status, "active")
    old = Cloudflare(api_token="old", base_url=BASE)
    check("expired token", old.user.tokens.verify().status, "expired")
    networks = client.zero_trust.networks
    listed = networks.virtual_networks.list
    check("networks", [(one.id, one.is_default_network) for one in listed(account_id=ACCOUNT)], [(HOME, True), (OFFICE, False)])
    check("default network", names(listed(account_id=ACCOUNT, is_default_network=True)), ["home"])
    check("deleted networks", names(listed(account_id=ACCOUNT, is_deleted=True)), [])
    check("network by name", [one.id for one in listed(account_id=ACCOUNT, name="office")], [OFFICE])
    routes = lambda **asked: [one.network for one in networks.routes.list(account_id=ACCOUNT, **asked)]
    check("routes", routes(), ["10.0.0.0/8", "10.1.0.0/16"])
    check("routes around", routes(network_superset="10.2.0.1/32"), ["10.0.0.0/8"])
    check("routes within", routes(network_subset="10.1.0.0/16"), ["10.1.0.0/16"])
    check("routes of a network", routes(virtual_network_id=OFFICE, is_deleted=False), ["10.1.0.0/16"])
    check("routes of tunnels", routes(tun_types=["warp_connector", "cfd_tunnel"]), ["10.0.0.0/8", "10.1.0.0/16"])
    prefixes = client.addressing.prefixes.list(account_id=ACCOUNT).result
    check("prefixes", [(one.cidr, one.account_id, one.approved) for one in prefixes], [("198.51.100.0/24", ACCOUNT, "V")])
    check("foreign account", refusal("", lambda: client.addressing.prefixes.list(account_id="f" * 32)), (403, [10000]))


def records():
    listed = lambda **asked: names(client.dns.records.list(zone_id=ZONE, **asked))
    check("records", listed(order="name", direction="asc"), ["alias.example.com", "origin.example.com", "www.example.com"])
    check("record by name", listed(name={"exact": "origin.example.com"}), ["origin.example.com"])
    check("record by part of name", listed(name={"startswith": "o", "endswith": ".com"}), ["origin.example.com"])
    check("record by content", listed(content={"exact": "192.0.2.10"}), ["www.example.com"])
    check("record by part of content", listed(content={"contains": "192.0.2"}, order="content"), ["www.example.com", "origin.example.com"])
    check("proxied records", listed(proxied=True), ["www.example.com"])
    check("records of a type", listed(type="CNAME"), ["alias.example.com"])
    check("records of any", listed(type="CNAME", proxied=True, match="any", order="name"), ["alias.example.com", "www.example.com"])
    check("records with a tag", listed(tag={"startswith": "team:a"}), [])
    check("no record", listed(name={"exact": "nobody.example.com"}), [])
    check("load balancers", names(client.load_balancers.list(zone_id=ZONE)), ["lb.example.com"])
    listed = client.spectrum.protocols.list(zone_id="5" * 32)
    check("protocols", [(one.name, one.ports) for one in listed], [("minecraft", [25565]), ("ssh", [22])])


def refusals():
    for row in json.loads((HERE / "refusals.json").read_text()):
        caller = Cloudflare(api_token=row["token"], base_url=BASE, max_retries=0)
        app = row["app"]
        create = lambda: caller.spectrum.apps.create(zone_id=row["zone"], dns=app["dns"], protocol=app["protocol"], extra_body=app)
        answer = refusal(row["case"], create)
        check(row["case"], answer, (row["status"], [row["code"]]))
    once = Cloudflare(api_token="whole", base_url=BASE, max_retries=0)
    protocols = lambda zone: lambda: list(once.spectrum.protocols.list(zone_id=zone))
    check("a dependency is down", refusal("", protocols("1" * 32)), (503, [10002]))
    check("an internal error", refusal("", protocols("4" * 32)), (500, [10002]))
    try:
        once.zones.get(zone_id="6" * 32)
        raise AssertionError("a page of the edge is no zone")
    except cloudflare.InternalServerError as error:
        check("a page of the edge", (error.status_code, "<html>" in str(error.body)), (502, True))


def limits():
    begun = time.monotonic()
    check("a call that is made again", client.zones.get(zone_id=NET).name, "example.net")
    check("waited as told", time.monotonic() - begun >= 1, True)
    again = Cloudflare(api_token="whole", base_url=BASE, max_retries=1)
    check("a limit for good", refusal("", lambda: again.zones.get(zone_id="3" * 32)), (429, [10429]))
    limited = Cloudflare(api_token="whole", base_url=LIMITED, max_retries=4)
    begun = time.monotonic()
    check("past the limit", [limited.zones.get(zone_id=ZONE).name for _ in range(4)], ["example.com"] * 4)
    check("waited for the window", time.monotonic() - begun >= 1, True)
    told = limited.zones.with_raw_response.get(zone_id=ZONE).headers
    check("policy", told["ratelimit-policy"], '"burst";q=3;w=2')
    check("ray", len(told["cf-ray"]) > 16, True)


def audit():
    listed = lambda **asked: list(client.accounts.logs.audit.list(account_id=ACCOUNT, **{"since": "2000-01-01", "before": "2100-01-01", **asked}))
    written = listed(action_result={"not": ["failure"]}, zone_id={"not": ["5" * 32]}, limit=10)
    check("writes over several pages", len(written), 29)
    check("the newest first", [entry.action.time for entry in written], sorted((entry.action.time for entry in written), reverse=True))
    deleted = listed(action_type={"not": ["create", "update"]}, action_result={"not": ["failure"]})
    check("the delete", [(one.action.type, one.resource.product, one.zone.name, one.raw.method) for one in deleted], [("delete", "spectrum", "example.com", "DELETE")])
    check("who", (deleted[0].actor.context, deleted[0].actor.token_name), ("api_token", "deploy"))
    failed = listed(action_result={"not": ["success"]}, zone_id={"not": [ZONE]}, direction="asc")
    check("refused writes", {(one.action.result, one.raw.status_code) for one in failed}, {("failure", 400), ("failure", 403)})
    check("the oldest first", [one.action.time for one in failed], sorted(one.action.time for one in failed))
    check("nobody", listed(actor_token_name={"not": ["deploy", "reader", "narrow", "old"]}), [])
    check("since is required", refusal("", lambda: client.accounts.logs.audit.list(account_id=ACCOUNT, since="", before="2100-01-01"))[0], 400)


for part in (applications, zones, accounts, records, refusals, limits, audit):
    part()
assert not wrong, "\n".join(wrong)
print(f"{done} checks of the Python SDK {cloudflare.__version__}")
