"""The API: what every room answers to programs, below ``/api/v1``, by the same operations, permissions and refusals.

Records and operations of every room come from its declaration; a room says more in an ``api.py`` only where that is not
enough. Whoever asks shows a token, which can do no more than its account and is limited further by its permissions.
"""
