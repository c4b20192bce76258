"""What the local suppliers have in common: background work, faults, webhooks with retries, control calls and panels."""
