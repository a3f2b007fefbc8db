"""Low-rank adapters on GPT."""

from . import Case, Objective
from .gpt import forward, numpy_loss, texts, torch_loss

CASES = {
    "lora-tiny": Case(
        batch=texts,
        forward=forward,
        # eight texts are too many for a frozen random GPT: what the adapters can do is to get below guessing, log 11
        objectives={
            "next token": Objective(
                numpy_loss,
                torch_loss,
                below=1.2,
                steps=300,
                lr=0.02,
                room={
                    "embed_dim": 32,
                    "rank": 8,
                    "targets": ("q_proj", "v_proj", "linear1", "linear2", "out_proj"),
                },
            )
        },
        other={
            "vocabulary": 12,
            "positions": 13,
            "embed_dim": 12,
            "heads": 4,
            "layers": 2,
            "dropout": 0.5,
            "rank": 3,
            "alpha": 8.0,
            "targets": ("k_proj",),
        },
        variants=({"targets": ("linear1", "out_proj")},),
        # GPT-2, and A and B of rank 4 for queries and values of 12 layers: 12 · 2 · 4 · (768 + 768)
        published={"lora-gpt2": 124_439_808 + 147_456},
    )
}
