"""Portal: the pages that cross apps: public site, member's “today”, the desks' homes, navigation."""
