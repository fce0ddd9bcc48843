"""Notifications: told what happened by key and ids; imports no sender.

Always true: what leaves the system (mail, digest) carries no name and no content; a text is a
keyed template with plain parameters, rendered in its reader's language when it is read.
"""
