"""Encoder and decoder (Sutskever et al. 2014; Cho et al. 2014), and with attention (Bahdanau et al. 2014; Luong et al. 2015)."""

from .config import END, PAD, PRESETS, START, AttentionSeq2SeqConfig, Seq2SeqConfig
from .numpy_model import AttentionSeq2Seq, Seq2Seq, teacher_forcing

__all__ = [
    "END", "PAD", "PRESETS", "START", "AttentionSeq2Seq", "AttentionSeq2SeqConfig", "Seq2Seq",
    "Seq2SeqConfig", "teacher_forcing",
]  # fmt: skip
