"""What a training step costs, beside PyTorch and others: `python -m tests.bench steps` or `gpu`."""
