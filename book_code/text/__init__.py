"""Text: from characters to tokens, and from a model's probabilities to a text."""
