"""What resellers pay, and who may do what."""
