"""Whole sheets: recognised by their headers, previewed, written in portions, taken back."""
