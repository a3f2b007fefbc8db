"""T5."""

from . import Case, Objective
from .transformer import forward, numpy_loss, pairs, torch_loss

CASES = {
    "t5-tiny": Case(
        batch=pairs,
        forward=forward,
        objectives={
            "next token": Objective(
                numpy_loss,
                torch_loss,
                room={"embed_dim": 32, "feedforward": 64, "head_dim": 16},
                lr=0.01,
                steps=250,
            )
        },
        other={
            "vocabulary": 12,
            "embed_dim": 12,
            "heads": 3,
            "head_dim": 4,
            "feedforward": 10,
            "layers": 2,
            "buckets": 4,
            "furthest": 16,
            "dropout": 0.5,
        },
        variants=({"layers": 2}, {"heads": 1, "buckets": 12, "furthest": 20}),
        # transformers' T5ForConditionalGeneration of the same configurations
        published={"t5-small": 60_506_624, "t5-base": 222_903_552},
    )
}
