"""Redis, Valkey, their clusters and their Sentinels: store, counter, bus, leases."""
