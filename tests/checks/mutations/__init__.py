"""Ways to break a set of manifests, and whether a check sees each of them."""
