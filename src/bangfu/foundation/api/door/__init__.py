"""The door of vouchers: it answers programs without Django's request machinery, and gives all who wait to one operation.

It holds no rules: a request is read as the API reads ``money.enter_voucher``, and ``take_vouchers`` called once a token for
everybody who waits at once.
"""
