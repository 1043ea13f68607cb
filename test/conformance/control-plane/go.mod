// The versions are in kubernetes-VERSION.mod: go build -modfile=kubernetes-1.34.mod
module example.com/cdk8s-gpu/control-plane

go 1.26
