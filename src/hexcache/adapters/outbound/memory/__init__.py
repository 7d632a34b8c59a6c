"""Tiers inside the process."""
