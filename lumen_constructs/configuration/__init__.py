"""Bodies of ConfigMaps and claims, and the names under which a component finds them."""
