"""Webhooks: other systems are told that something happened, by a signed request that is tried again until it is taken.

What happened is written beside the change, in the same transaction; who is told is decided afterwards by the permissions of
the subscriber. A message names records and never says what is in them: whoever wants to know asks the API.

Scarce: each delivery is claimed by one sender at a time, by a lease on its row.
"""
