"""Pages of needs, by audience."""
