"""The three object stores through ``obstore``, a library in Rust that speaks to all of them.

Rule: it takes the settings of the vendors' own packages and writes the labels that they write, so that either engine
reads what the other wrote. What it cannot keep of the settings is refused when a bucket is made.
"""
