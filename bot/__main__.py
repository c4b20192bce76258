"""``python -m bot``, the same as ``orderline``."""

from bot.cli import main

main()
