"""Bills of providers as rows: pure computation, without Django."""

from bangfu.foundation.payments.bills.reading import Bill, Unreadable, read_alipay, read_wechat

__all__ = ["Bill", "Unreadable", "read_alipay", "read_wechat"]
