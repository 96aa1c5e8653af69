module tools

go 1.25

require github.com/zegl/kube-score v1.20.0
