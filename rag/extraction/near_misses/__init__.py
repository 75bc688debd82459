"""Sentences that are close to what is asked, and no answer: of another kind, name, number or code."""
