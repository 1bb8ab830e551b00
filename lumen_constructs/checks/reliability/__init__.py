"""Rules about staying up: probes, resources, budgets, spread, updates, autoscaling, volumes."""
