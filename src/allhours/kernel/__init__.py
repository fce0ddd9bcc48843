"""Kernel: what every room needs and no room owns. No models, no domain word."""
