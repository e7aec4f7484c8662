"""What the product says: pure functions from facts to spoken documents (TwiML) and short messages (SMS)."""
