"""A house of one's own from sheets: units, people, lists, lines and opening balances, all or nothing."""
