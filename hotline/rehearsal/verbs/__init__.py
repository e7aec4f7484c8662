"""One generator per TwiML verb: what the caller hears and what the product is asked next."""
