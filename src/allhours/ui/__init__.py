"""The look: shells, components, form markup, list pages, error pages. No models, no domain word.

Stays true: everything works without JavaScript, no inline style or script, every text is
translatable, contrast is at least 4.5:1 in light, dark and elder mode. See ``README.md``.
"""
