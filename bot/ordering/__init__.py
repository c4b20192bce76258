"""The order's life: what may be asked, when it is placed, what a supplier's word changes, who is told."""
