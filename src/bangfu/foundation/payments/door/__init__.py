"""The door of providers: their messages are taken without Django's request machinery, all that wait at once in one operation.

It holds no rules: a message is handed on whole, and ``hearing`` verifies and takes it in the placer.
"""
