"""Rules about the flows that a set implies: NetworkPolicies let them pass at both ends."""
