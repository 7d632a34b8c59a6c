"""The contract kit: prove an adapter, move the clock, plant faults."""
