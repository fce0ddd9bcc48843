"""Forms of needs, by who fills them."""
