"""What a reader should know beside the answer. Changes no quote and no statement."""
