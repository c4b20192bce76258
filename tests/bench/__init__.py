"""The speed bars, measured: ``python -m tests.bench [NAME...]``. Timings inform; they never pass or fail anything."""
