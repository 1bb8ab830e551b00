"""Bodies of Services, Ingresses and network policies."""
