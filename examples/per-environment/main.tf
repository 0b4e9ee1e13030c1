# The same in Terraform, to compare: what a module holds, and what calls it.
variable "env" {
  type    = string
  default = "staging"
  validation {
    condition     = contains(["prod", "staging"], var.env)
    error_message = "env must be prod or staging."
  }
}

variable "origins" {
  type      = list(string)
  sensitive = true
  default   = ["192.0.2.51"]
}

locals {
  services = { db = 5432, queue = 5671, ssh = 22 }
}

resource "cloudflare_spectrum_application" "service" {
  for_each = local.services

  zone_id       = var.zone_id
  protocol      = "tcp/${each.value}"
  origin_direct = [for origin in var.origins : "tcp://${origin}:${each.value}"]
  ip_firewall   = true
  dns = {
    type = "CNAME"
    name = "${each.key}-${var.env}.example.com"
  }
  edge_ips = {
    type         = "dynamic"
    connectivity = "all"
  }
}
