"""One repository per family of tables, each bound to one transaction."""
