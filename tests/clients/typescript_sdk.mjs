// Cloudflare's TypeScript SDK against the simulator. Expected answers are written by hand from Cloudflare's pages.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";

const { default: Cloudflare } = createRequire(process.env.MODULES + "/")("cloudflare");
const BASE = process.env.SIMULATOR;
const ZONE = "023e105f4ecef8ad9ca31a8372d0c353", NET = "2".repeat(32), ACCOUNT = "01a7362d577a6c3019a474fd6f485823";
const HOME = "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415", OFFICE = "6a8a2c5e-1b1b-4f4b-8c8c-0d0d0d0d0d0d";
const connect = (apiToken, maxRetries = 2, baseURL = BASE) => new Cloudflare({ apiToken, baseURL, maxRetries });
const client = connect("whole");
const apps = client.spectrum.apps;
const wrong = [];
let done = 0;

function check(what, got, expected) {
  done += 1;
  if (!isDeepStrictEqual(got, expected)) wrong.push(`${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`);
}

/** Status and codes of a call that must be refused. */
async function refusal(what, call) {
  try {
    await call();
  } catch (error) {
    return [error.status, (error.errors ?? []).map((entry) => entry.code)];
  }
  throw new Error(`${what} was taken`);
}

/** Every entry of a list, page by page. */
async function all(list) {
  const found = [];
  for await (const entry of list) found.push(entry);
  return found;
}

const names = async (list) => (await all(list)).map((entry) => entry.name);
const ssh = (name, port) => ({
  zone_id: ZONE, dns: { type: "CNAME", name: `${name}.example.com` }, protocol: `tcp/${port}`, traffic_type: "direct",
  origin_direct: ["tcp://192.0.2.1:22"],
});
const letters = (count) => Array.from({ length: count }, (_, index) => `a${String(index + 1).padStart(2, "0")}`);

async function applications() {
  const created = await apps.create({ ...ssh("ssh", 22), tls: "full", ip_firewall: true });
  check("create", [created.dns.name, created.tls, created.ip_firewall, created.proxy_protocol], ["ssh.example.com", "full", true, "off"]);
  check("defaults", created.edge_ips, { type: "dynamic", connectivity: "all" });
  check("get", await apps.get(created.id, { zone_id: ZONE }), created);
  const updated = await apps.update(created.id, ssh("ssh", 23));
  check("update", [updated.id, updated.protocol, updated.tls], [created.id, "tcp/23", "off"]);
  check("times", [updated.created_on, updated.modified_on > created.modified_on], [created.created_on, true]);
  for (const [index, name] of letters(24).entries()) await apps.create(ssh(name, index + 1));
  const page = await apps.list({ zone_id: ZONE, page: 2, per_page: 10, order: "dns", direction: "desc" });
  check("a page", page.result.map((app) => app.dns.name.slice(0, 3)), letters(15).slice(5).reverse());
  check("a page's numbers", page.result_info, { page: 2, per_page: 10, count: 10, total_count: 25, total_pages: 3 });
  const everything = await all(apps.list({ zone_id: ZONE, page: 1, per_page: 10 }));
  check("all pages", everything.map((app) => app.dns.name.split(".")[0]), [...letters(24), "ssh"]);
  check("without page", (await apps.list({ zone_id: ZONE })).result.length, 25);
  check("past the end", (await apps.list({ zone_id: ZONE, page: 9 })).result, []);
  for (const per_page of [0, 101, 1.5]) {
    check(`per_page ${per_page}`, (await refusal("a page", () => apps.list({ zone_id: ZONE, page: 1, per_page })))[0], 400);
  }
  check("delete", await apps.delete(created.id, { zone_id: ZONE }), { id: created.id });
  check("get of what is gone", await refusal("get", () => apps.get(created.id, { zone_id: ZONE })), [404, [10006]]);
  check("delete of what is gone", await refusal("delete", () => apps.delete(created.id, { zone_id: ZONE })), [404, [10006]]);
  const { origin_direct, ...named } = ssh("byname", 80);
  const byName = await apps.create({ ...named, origin_dns: { name: "origin.example.com", ttl: 600 }, origin_port: 3000 });
  check("origin by name", [byName.origin_dns, byName.origin_port], [{ name: "origin.example.com", ttl: 600 }, 3000]);
  const fixed = { ...ssh("fixed", 443), dns: { type: "ADDRESS", name: "fixed.example.com" }, edge_ips: { type: "static", ips: ["198.51.100.8"] } };
  check("static", (await apps.create(fixed)).edge_ips.ips, ["198.51.100.8"]);
  const game = { zone_id: "5".repeat(32), dns: { type: "CNAME", name: "game.pro.example" }, protocol: "minecraft", origin_direct: ["tcp://192.0.2.1:25565"] };
  const shown = ["created_on", "dns", "id", "modified_on", "origin_direct", "protocol"];
  check("pay-as-you-go", Object.keys(await apps.create(game)).sort(), shown);
}

async function zones() {
  const list = (asked) => client.zones.list(asked);
  check("all zones", await names(list({ direction: "desc", order: "name", page: 1, per_page: 3 })),
    ["small.example", "pro.example", "example.org", "example.net", "example.com", "eu.example.com", "bare.example"]);
  const [found] = await all(list({ name: "example.com" }));
  check("by name", [found.id, found.account.id, found.plan.legacy_id], [ZONE, ACCOUNT, "enterprise"]);
  check("by operator", await names(list({ name: "ends_with:example.com" })), ["eu.example.com", "example.com"]);
  check("by account", await names(list({ account: { id: "0123456789abcdef0123456789abcdef" } })), ["example.org"]);
  check("by account's name", await names(list({ account: { name: "Second account" } })), ["example.org"]);
  check("by status", await names(list({ status: "pending" })), []);
  check("by type", await names(list({ type: ["partial", "secondary"] })), []);
  check("one zone", (await client.zones.get({ zone_id: ZONE })).name, "example.com");
  check("no zone", await refusal("zone", () => client.zones.get({ zone_id: "f".repeat(32) })), [404, [7003]]);
  check("no id", await refusal("zone", () => client.zones.get({ zone_id: "example.com" })), [400, [7003]]);
}

async function accounts() {
  check("token", (await client.user.tokens.verify()).status, "active");
  check("token of an account", (await client.accounts.tokens.verify({ account_id: ACCOUNT })).status, "active");
  check("expired token", (await connect("old").user.tokens.verify()).status, "expired");
  const { virtualNetworks, routes } = client.zeroTrust.networks;
  const networks = async (asked) => (await all(virtualNetworks.list({ account_id: ACCOUNT, ...asked }))).map((one) => one.id);
  check("networks", await networks({}), [HOME, OFFICE]);
  check("default network", await networks({ is_default: true }), [HOME]);
  check("deleted networks", await networks({ is_deleted: true }), []);
  check("network by name", await networks({ name: "office" }), [OFFICE]);
  const found = async (asked) => (await all(routes.list({ account_id: ACCOUNT, ...asked }))).map((one) => one.network);
  check("routes", await found({}), ["10.0.0.0/8", "10.1.0.0/16"]);
  check("routes around", await found({ network_superset: "10.2.0.1/32" }), ["10.0.0.0/8"]);
  check("routes within", await found({ network_subset: "10.1.0.0/16" }), ["10.1.0.0/16"]);
  check("routes of a network", await found({ virtual_network_id: OFFICE, is_deleted: false }), ["10.1.0.0/16"]);
  check("routes of tunnels", await found({ tun_types: ["warp_connector", "cfd_tunnel"] }), ["10.0.0.0/8", "10.1.0.0/16"]);
  const prefixes = await all(client.addressing.prefixes.list({ account_id: ACCOUNT }));
  check("prefixes", prefixes.map((one) => [one.cidr, one.account_id, one.approved]), [["198.51.100.0/24", ACCOUNT, "V"]]);
  const foreign = () => client.addressing.prefixes.list({ account_id: "f".repeat(32) });
  check("foreign account", await refusal("account", foreign), [403, [10000]]);
}

async function records() {
  const list = (asked) => names(client.dns.records.list({ zone_id: ZONE, ...asked }));
  check("records", await list({ order: "name", direction: "asc" }), ["alias.example.com", "origin.example.com", "www.example.com"]);
  check("record by name", await list({ name: { exact: "origin.example.com" } }), ["origin.example.com"]);
  check("record by part of name", await list({ name: { startswith: "o", endswith: ".com" } }), ["origin.example.com"]);
  check("record by content", await list({ content: { exact: "192.0.2.10" } }), ["www.example.com"]);
  check("record by part of content", await list({ content: { contains: "192.0.2" }, order: "content" }), ["www.example.com", "origin.example.com"]);
  check("proxied records", await list({ proxied: true }), ["www.example.com"]);
  check("records of a type", await list({ type: "CNAME" }), ["alias.example.com"]);
  check("records of any", await list({ type: "CNAME", proxied: true, match: "any", order: "name" }), ["alias.example.com", "www.example.com"]);
  check("records with a tag", await list({ tag: { startswith: "team:a" } }), []);
  check("no record", await list({ name: { exact: "nobody.example.com" } }), []);
  check("load balancers", await names(client.loadBalancers.list({ zone_id: ZONE })), ["lb.example.com"]);
}

async function refusals() {
  const rows = JSON.parse(readFileSync(new URL("refusals.json", import.meta.url)));
  for (const row of rows) {
    const create = () => connect(row.token, 0).spectrum.apps.create({ zone_id: row.zone, ...row.app });
    check(row.case, await refusal(row.case, create), [row.status, [row.code]]);
  }
  const once = connect("whole", 0);
  const protocols = (zone) => () => once.get(`/zones/${zone.repeat(32)}/spectrum/protocols`);
  check("a dependency is down", await refusal("protocols", protocols("1")), [503, [10002]]);
  check("an internal error", await refusal("protocols", protocols("4")), [500, [10002]]);
  check("a page of the edge", await refusal("zone", () => once.zones.get({ zone_id: "6".repeat(32) })), [502, []]);
}

async function limits() {
  let begun = Date.now();
  check("a call that is made again", (await client.zones.get({ zone_id: NET })).name, "example.net");
  check("waited as told", Date.now() - begun >= 1000, true);
  const again = connect("whole", 1);
  check("a limit for good", await refusal("zone", () => again.zones.get({ zone_id: "3".repeat(32) })), [429, [10429]]);
  const limited = connect("whole", 4, process.env.LIMITED_SIMULATOR);
  begun = Date.now();
  for (let call = 0; call < 4; call += 1) await limited.zones.get({ zone_id: ZONE });
  check("waited for the window", Date.now() - begun >= 1000, true);
  const { headers } = await limited.zones.get({ zone_id: ZONE }).asResponse();
  check("policy", headers.get("ratelimit-policy"), '"burst";q=3;w=2');
}

async function audit() {
  const list = (asked) => all(client.accounts.logs.audit.list({ account_id: ACCOUNT, since: "2000-01-01", before: "2100-01-01", ...asked }));
  const times = (entries) => entries.map((entry) => entry.action.time);
  const written = await list({ action_result: { not: ["failure"] }, zone_id: { not: ["5".repeat(32)] }, limit: 10 });
  check("writes over several pages", written.length, 29);
  check("the newest first", times(written), times(written).sort().reverse());
  const [deleted, ...more] = await list({ action_type: { not: ["create", "update"] }, action_result: { not: ["failure"] } });
  check("the delete", [deleted.action.type, deleted.resource.product, deleted.zone.name, more.length], ["delete", "spectrum", "example.com", 0]);
  check("who", [deleted.actor.context, deleted.actor.token_name], ["api_token", "deploy"]);
  const failed = await list({ action_result: { not: ["success"] }, zone_id: { not: [ZONE] }, direction: "asc" });
  check("refused writes", new Set(failed.map((entry) => entry.raw.status_code)), new Set([400, 403]));
  check("the oldest first", times(failed), times(failed).sort());
  check("nobody", await list({ actor_token_name: { not: ["deploy", "reader", "narrow", "old"] } }), []);
}

for (const part of [applications, zones, accounts, records, refusals, limits, audit]) await part();
if (wrong.length > 0) throw new Error(wrong.join("\n"));
console.log(`${done} checks of the TypeScript SDK`);
