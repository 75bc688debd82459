"""Sheets: workbooks of Excel and OpenDocument."""
