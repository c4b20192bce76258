"""``python -m bot.sandbox.goods --items N --out PATH``: write an invented catalog file."""

import argparse
import json
import sys
from pathlib import Path

from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.generator import generate


def main() -> None:
    """Write the file and print one JSON line saying what it holds."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.goods", description=__doc__)
    parser.add_argument("--items", type=int, default=3_000, help="number of items, landmarks included")
    parser.add_argument("--seed", type=int, default=7, help="another seed gives other prices and stocks")
    parser.add_argument("--out", type=Path, required=True, help="the .lmdb.zst file to write")
    options = parser.parse_args()
    written = write_catalog(options.out, generate(options.items, options.seed))
    facts = {"items": written, "bytes": options.out.stat().st_size, "path": str(options.out)}
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
