"""The drill: kills, faults and outages by the hundred, and whether anything was lost."""
