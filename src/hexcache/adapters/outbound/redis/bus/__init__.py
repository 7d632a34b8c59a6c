"""Invalidations over Pub/Sub: small messages, numbers and beats."""
