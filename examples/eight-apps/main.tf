# The same in Terraform, to compare.
locals {
  apps = {
    amqp     = { port = 5671, ip = "203.0.113.11" }
    backup   = { port = 873, ip = "203.0.113.12" }
    imap     = { port = 993, ip = "203.0.113.13" }
    ldap     = { port = 636, ip = "192.0.2.14" }
    mqtt     = { port = 8883, ip = "192.0.2.15" }
    postgres = { port = 5432, ip = "192.0.2.16" }
    smtp     = { port = 465, ip = "192.0.2.17" }
    ssh      = { port = 22, ip = "192.0.2.18" }
  }
}

resource "cloudflare_spectrum_application" "site" {
  for_each = local.apps

  zone_id       = var.zone_id
  protocol      = "tcp/${each.value.port}"
  origin_direct = ["tcp://${each.value.ip}:${each.value.port}"]
  ip_firewall   = true
  dns = {
    type = "CNAME"
    name = "${each.key}.example.com"
  }
  edge_ips = {
    type         = "dynamic"
    connectivity = "all"
  }
}
