"""How caches tell each other what is no longer current."""
