"""The order's life: rules, placing, settling and following."""
