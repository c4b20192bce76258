"""Voodoo Center (https://docs.voodoo.center): keys, top-ups and services over a small REST API."""
