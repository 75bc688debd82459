"""Kills and load: nothing may be lost, no memory may leak, no citation may be wrong."""
