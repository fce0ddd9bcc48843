"""Use cases of placement: rounds, letters, reporting-in, excusals."""
