"""Supplier catalogs as one local, searchable, read-only snapshot."""
