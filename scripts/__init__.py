"""What serves those who work on the product; nothing here runs on a line."""
