"""The real product under load while everything around it fails; a ledger then compares both books."""
