"""What a user writes about data stores: one module a store, and what they share."""
