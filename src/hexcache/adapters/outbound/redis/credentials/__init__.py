"""Identities of clouds as passwords of a Redis: Google IAM, Microsoft Entra ID, AWS IAM."""
