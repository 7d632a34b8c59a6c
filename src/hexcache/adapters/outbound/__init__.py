"""Driven adapters: one folder for each technology."""
