from allhours.notifications.queries.inbox import notices_of, unread_count

__all__ = ["notices_of", "unread_count"]
