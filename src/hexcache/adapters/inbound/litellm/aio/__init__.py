"""The operations behind the methods, written once for both worlds."""
