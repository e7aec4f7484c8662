"""One encrypted file that holds everything: database, recordings, configuration; made and put back."""
