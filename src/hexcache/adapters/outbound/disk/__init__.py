"""A tier on a local disk, shared by the processes of one machine."""
