"""What people say and tap, translated into calls and answered with cards."""
