"""Protocols: what the application needs from outside, and what callers may ask of it."""
