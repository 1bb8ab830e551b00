"""Rules about waivers: each names a rule, gives a reason, and is needed."""
