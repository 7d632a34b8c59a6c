"""The kit's waiting parts."""
