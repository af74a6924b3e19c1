"""What can be checked in a statement against its quotes without a model: figures, dates, names, polarity. Pure."""
