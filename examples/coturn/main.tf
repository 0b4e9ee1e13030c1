# The same in Terraform, to compare.
locals {
  relay = "49152-65535"
  listeners = {
    stun-tcp  = { transport = "tcp", ports = "3478" }
    stun-udp  = { transport = "udp", ports = "3478" }
    turns-tcp = { transport = "tcp", ports = "5349" }
    turns-udp = { transport = "udp", ports = "5349" }
    relay     = { transport = "udp", ports = local.relay }
  }
}

resource "cloudflare_spectrum_application" "turn" {
  for_each = local.listeners

  zone_id       = var.zone_id
  protocol      = "${each.value.transport}/${each.value.ports}"
  origin_direct = ["${each.value.transport}://192.0.2.30:${each.value.ports}"]
  dns = {
    type = "CNAME"
    name = "turn.example.com"
  }
  edge_ips = {
    type         = "dynamic"
    connectivity = "all"
  }
}
