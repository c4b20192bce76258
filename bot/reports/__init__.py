"""Reports: the chart, the tables and the daily word to the operator."""
