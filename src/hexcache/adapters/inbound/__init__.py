"""Driving adapters: they call the driving port."""
