"""Attune: exercises between therapy appointments, offered and answered by consent."""
