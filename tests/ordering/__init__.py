"""What ordering promises."""
