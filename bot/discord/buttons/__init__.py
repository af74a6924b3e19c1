"""Buttons that still work after a restart, and the forms they open."""
