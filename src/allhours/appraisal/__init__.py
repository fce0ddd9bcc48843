"""Appraisal: duties of the year now; seasons, scoring and sheets later. Reads everything below.

Always true: a duty is a target that explains itself; missing one never blocks, deducts or
publishes anything by itself (product.md §2.1).
"""
