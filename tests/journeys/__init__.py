"""Journeys: the bot as its own process against the sandbox over HTTP, seen only as people and suppliers see it."""
