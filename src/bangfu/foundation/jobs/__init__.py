"""Jobs 后台任务: long work that somebody asked for, carried out beside the pages, and what the house does at its hours.

A job is asked for by an operation and queued in the same transaction; a worker carries it out as the account that asked,
through operations again, and says how far it is. A worker that is killed leaves nothing half done: its jobs are found by
their silence and begun again under the same request key, so that what had been committed is not done twice.

What is scarce is the right to carry out one job: it is claimed under the row's lock, and asked for again before each commit.
"""
