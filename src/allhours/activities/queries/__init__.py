"""What the pages read, by subject: activities, attendance, notes, record."""
