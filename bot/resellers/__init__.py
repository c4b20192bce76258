"""Resellers: who may come in and order, at which price, and what they owe."""
