"""The rules of orders as the database keeps them."""

MOVES = (
    ("PLACED", "PAID"),
    ("PLACED", "CANCELLED"),
    ("PAID", "SHIPPED"),
    ("PAID", "REFUNDED"),
    ("SHIPPED", "DELIVERED"),
    ("SHIPPED", "REFUNDED"),
    ("DELIVERED", "CLOSED"),
    ("DELIVERED", "REFUNDED"),
    ("CLOSED", "REFUNDED"),
)
"""From which state to which an order goes; there is no way back."""

_KNOWN = ", ".join(f"'{before}>{after}'" for before, after in MOVES)
STATE_MOVES = f"""
IF NEW.state <> OLD.state AND NOT OLD.state || '>' || NEW.state = ANY (ARRAY[{_KNOWN}]) THEN
    RAISE EXCEPTION 'order % cannot go from % to %', OLD.id, OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'shop_order_moves_forward';
END IF;
RETURN NEW;
"""

KEEPS_ITS_TERMS = """
RAISE EXCEPTION 'what order % was placed for is fixed', OLD.id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'shop_order_keeps_its_terms';
"""
