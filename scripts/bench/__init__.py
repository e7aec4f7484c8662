"""The bench: what a webhook, a process and an assignment round cost, beside a bare route in the same run."""
