module tools

go 1.25

// Only their CRD files are read; nothing of them is built.
require (
	github.com/kedacore/keda/v2 v2.21.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
