"""A mail server that takes everything, and a mailbox to look at it; nothing is ever sent on."""
