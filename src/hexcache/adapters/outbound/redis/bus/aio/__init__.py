"""The awaited world; its blocking twin is generated."""
