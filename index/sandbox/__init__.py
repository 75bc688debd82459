"""Processes with limits for code that parses files of people, and the messages to and from them."""
