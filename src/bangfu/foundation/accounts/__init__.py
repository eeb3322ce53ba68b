"""How people come in: invitations and resets by one-time links, the second factor, lock-outs, the log of sign-ins.

The accounts themselves stand in ``people``, what they may do in ``organisation``. Passwords, links, codes and recovery
codes leave no digest in the trail; the secret of an authenticator app is sealed under its person's key.
"""
