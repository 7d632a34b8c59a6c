"""``@cached``: functions whose results are cached."""
