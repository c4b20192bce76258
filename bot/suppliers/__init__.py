"""One async client for each supplier, behind one protocol."""
