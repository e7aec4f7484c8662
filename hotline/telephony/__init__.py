"""The carrier: its contract, its REST client, its webhooks and their signature."""
