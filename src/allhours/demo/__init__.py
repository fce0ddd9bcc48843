"""Demo: a fictional county, and a year of it played through the same actions that people use."""
