"""Slash commands and mentions: check who may use them, defer, call one service, render."""
