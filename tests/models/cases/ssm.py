"""Selective state-space models."""

from . import Case, Objective
from .gpt import forward, numpy_loss, texts, torch_loss

CASES = {
    "ssm-tiny": Case(
        batch=texts,
        forward=forward,
        objectives={
            # the first token of each of the eight texts cannot be told from another: some loss stays
            "next token": Objective(
                numpy_loss, torch_loss, room={"embed_dim": 16}, lr=0.02, below=0.5
            )
        },
        other={
            "vocabulary": 12,
            "embed_dim": 5,
            "state_size": 2,
            "layers": 2,
            "expand": 3,
            "conv_kernel": 2,
            "time_step_rank": 2,
            "eps": 0.1,
        },
        variants=({"layers": 2, "time_step_rank": 3}, {"conv_kernel": 1}),
        # transformers' MambaForCausalLM of the same configuration
        published={"mamba-130m": 129_135_360},
        unpublished={"ssm-nano": "a size for a CPU, beside gpt-nano-cpu"},
    )
}
