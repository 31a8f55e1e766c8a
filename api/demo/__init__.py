"""The demo practice: twelve weeks of plausible past work, and a server to look at it.

Everything is made by the same services the API uses, with a moved clock. Nothing here
is for real people; nothing else imports it but the command line.
"""
