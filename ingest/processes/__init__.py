"""Child processes: how they are started, asked, kept running and ended. Knows nothing of what they do."""
