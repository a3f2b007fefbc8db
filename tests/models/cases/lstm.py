"""The LSTM."""

from .rnn import case

CASES = {
    "lstm-tiny": case(
        other={"forget_bias": 0.5, "chrono": 20},
        variants=({"chrono": 30, "layers": 2, "bidirectional": True},),
        unpublished={"lstm": "sizes of this book, not of the papers"},
    )
}
