"""Convolutions over log-mel pictures."""

from . import Case, cross_entropy, labelled

CASES = {
    "audio-cnn-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(),
        other={
            "classes": 4,
            "mels": 9,
            "frames": 8,
            "channels": (2, 4),
            "kernels": ((3, 2), (2, 3)),
            "pool": (3, 1),
            "low_rank": 5,
            "hidden": 6,
            "dropout": 0.5,
        },
        variants=({"pool": (3, 2), "kernels": ((2, 2), (1, 2))}, {"mels": 12, "frames": 6}),
        unpublished={
            "audio-cnn": "sizes of this book, not of the paper",
            "audio-cnn-keywords": "244.2K without biases: test_audio_cnn.py",
        },
    )
}
