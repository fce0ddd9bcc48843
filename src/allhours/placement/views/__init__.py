"""Pages of placement, by audience."""
