"""Bodies of the objects that bring Secrets into a cluster, and what their consumers see of them."""
