"""How a rendered set gets into a cluster."""
