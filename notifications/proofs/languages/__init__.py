"""What a proof says, a file for each language of the buyers."""
