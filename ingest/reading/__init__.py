"""Reading what is due, step by step, side by side, and beside other processes."""
