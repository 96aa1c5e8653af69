module tools

go 1.26.0

require github.com/cloudflare/pint v0.80.0
