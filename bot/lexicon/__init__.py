"""Recognises names, figures, dates, units and negation in text. Pure; knows no article and no question."""
