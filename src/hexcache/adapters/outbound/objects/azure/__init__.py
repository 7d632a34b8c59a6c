"""Containers of Azure Blob Storage, by azure-storage-blob and azure-identity.

Rule: what differs from the other vendors stands here and nothing else: ETag conditions, errors, identities, links
signed by an account key or by a user delegation key.
"""
