"""The GRU."""

from .rnn import case

CASES = {
    "gru-tiny": case(
        other={"chrono": 20},
        variants=({"chrono": 30, "layers": 2, "bidirectional": True},),
        unpublished={"gru": "sizes of this book, not of the paper"},
    )
}
