"""cdk8s constructs for Python: declare a service once, get checked, canonical Kubernetes YAML."""
