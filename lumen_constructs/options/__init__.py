"""What a user writes: frozen, typed option types, the same from Python and from a values file."""
