"""Notices to customers and staff: an outbox table and the channels that empty it."""
