"""Sealing: what only one cluster's sealed-secrets controller can open, and the file that Git keeps of it."""
