# The same in Terraform, to compare.
resource "cloudflare_spectrum_application" "ftp" {
  for_each = toset([for port in concat([21], range(50000, 50011)) : tostring(port)])

  zone_id       = var.zone_id
  protocol      = "tcp/${each.value}"
  origin_direct = ["tcp://192.0.2.1:${each.value}"]
  dns = {
    type = "CNAME"
    name = "ftp.example.com"
  }
  edge_ips = {
    type         = "dynamic"
    connectivity = "all"
  }
}
