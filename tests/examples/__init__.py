"""Programs as a user writes them: each is type-checked, run, and its output compared."""
