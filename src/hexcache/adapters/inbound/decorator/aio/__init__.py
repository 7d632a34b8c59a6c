"""The decorator for coroutine functions; the one for plain functions is generated from it."""
