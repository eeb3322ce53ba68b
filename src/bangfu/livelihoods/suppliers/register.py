"""The numbers and names under which the room's records are known elsewhere."""

SUPPLIER_TYPE = 165
"""The number of ``suppliers.supplier``: fixed for ever, like those below."""
STEP_TYPE = 166
SUPPLY_TYPE = 167
PROOF_TYPE = 168
TICKET_TYPE = 169
PARCEL_TYPE = 170
STATEMENT_TYPE = 171
TERMS_TYPE = 172
SOURCE_SYSTEM = "suppliers.stages"
"""The source of facts of stages; its external id is the step's key and the stage."""
SHARE_SYSTEM = "suppliers.statements"
"""The source of facts of the growers' share; its external id is the statement's number and the county."""
VIEW = "suppliers.view"
"""Reads every supplier of a scope."""
SERVE = "suppliers.serve"
"""Comes in: whoever has it and not ``VIEW`` sees the supplier for which a seat is held, and nobody else's."""
