"""What waits, written once; its blocking twin is generated."""
