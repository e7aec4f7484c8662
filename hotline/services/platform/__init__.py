"""The exports of the Réserve civique's platform, read as they are: volunteers and partner structures."""
