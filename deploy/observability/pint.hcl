# For https://cloudflare.github.io/pint: what every rule has to have beside correct PromQL.
rule {
  match { kind = "alerting" }
  annotation "runbook_url" {
    severity = "bug"
    required = true
  }
  annotation "summary" {
    severity = "bug"
    required = true
  }
  label "severity" {
    severity = "bug"
    value    = "critical|warning|info"
    required = true
  }
}

rule {
  match { name = "Watchdog" }
  # It fires always: that is what it is for.
  disable = ["alerts/comparison"]
}
