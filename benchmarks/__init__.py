"""Measurements beside other caches: ratios of process CPU time within one run."""
