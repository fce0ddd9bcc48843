"""Projects: named undertakings (特色项目; S3, S4) that gather posts, wishes and activities.

Owns what a project is, by whom and from when to when. What belongs to it says so itself, upward;
its totals are worked out by reports.

Always true: something joins a project only while it runs; an ended project keeps what it gathered.
"""
