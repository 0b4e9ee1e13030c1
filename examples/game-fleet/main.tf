# The same in Terraform, to compare.
locals {
  servers = {
    for pair in setproduct(["ap", "eu", "us"], range(7777, 7781)) :
    "${pair[0]}-${pair[1]}" => { region = pair[0], port = pair[1] }
  }
}

resource "cloudflare_spectrum_application" "game" {
  for_each = local.servers

  zone_id        = var.zone_id
  protocol       = "udp/${each.value.port}"
  origin_port    = each.value.port
  proxy_protocol = "simple"
  dns = {
    type = "CNAME"
    name = "${each.value.region}.game.example.com"
  }
  origin_dns = {
    name = "origin-${each.value.region}.example.com"
    ttl  = 600
  }
  edge_ips = {
    type         = "dynamic"
    connectivity = "all"
  }
}
