"""A bucket of Google Cloud Storage, by ``google-cloud-storage``.

Rule: the library's calls are made with our timeouts and without its retries; its exceptions end in this package.
"""
