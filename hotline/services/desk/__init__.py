"""What coordinators do at their desk: one module a subject."""
