"""Jobs: long work that can be watched, left and cancelled; and keys that make a repeat harmless.

Always true: a job's state is written outside the transaction of its work, so progress shows while
the work is not yet committed; a cancelled or killed job has done nothing or all of a batch.
"""
