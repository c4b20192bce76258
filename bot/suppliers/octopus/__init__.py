"""Octopus Cards (https://octopus-docs.pages.dev): gift cards at a face value the buyer chooses, in many currencies."""
