"""Reading placement: composing querysets, figures as of a day, rows for lists."""
