"""The mailbox: read over IMAP, written over SMTP; what a mail says, whatever made it."""
