"""Object stores as tiers: S3, Google Cloud Storage, Azure Blob.

Rule: what the three have in common stands once, above the :class:`~.aio.bucket.AsyncBucket` port; a vendor's package
holds what differs (conditions, errors, identity, signing) and nothing else.
"""
