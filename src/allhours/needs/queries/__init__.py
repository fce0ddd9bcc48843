"""Reading needs: scoped querysets and plain rows. Public faces are re-exported by subject."""
