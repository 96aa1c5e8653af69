module tools
go 1.23
require (
	github.com/grafana/dashboard-linter v0.0.0-20241216132922-9479ff4bfa35
	github.com/zeitlinger/conflate v0.0.0-20240927101413-c06be92f798f
	cloud.google.com/go/compute v1.28.0
)
