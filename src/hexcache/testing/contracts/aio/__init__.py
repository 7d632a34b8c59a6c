"""Contracts of the ports that wait."""
