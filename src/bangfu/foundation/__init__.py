"""What every room stands on: operations, places, organisation, people, evidence, review, ledger, intake."""
