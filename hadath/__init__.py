"""Reads Arabic news: entities, event triggers and event types at exact places in the untouched text."""
