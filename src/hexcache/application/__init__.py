"""Use cases over the ports; the standard library is all they need."""
