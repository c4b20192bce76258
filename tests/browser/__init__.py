"""The demo as people meet it: one command, one address, a real browser."""
