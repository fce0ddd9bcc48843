"""Composition root: settings, addresses, WSGI. May import everything; nothing imports it."""
