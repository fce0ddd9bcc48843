"""Pages of activities, by subject and audience."""
