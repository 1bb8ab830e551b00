"""Monitors, alerts, objectives and dashboards: plain functions from options to the bodies of manifests."""
