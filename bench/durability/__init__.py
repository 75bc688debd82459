"""Kills and loads: nothing may be lost, no memory leak, no wrong citation."""
