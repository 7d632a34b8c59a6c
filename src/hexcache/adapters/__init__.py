"""Technologies behind the ports, and the ways in."""
