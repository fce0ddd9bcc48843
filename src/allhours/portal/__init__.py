"""Portal: pages that cross apps: public site, member's “today”, the desks' homes, menus."""
