"""Our tokenizers against the library `tokenizers`: the same pieces, the same numbers for our vocabularies."""

import random

import pytest
import tokenizers

from book_code.text.bpe import BPE, pieces
from book_code.text.wordpiece import SPECIAL, WordPiece, words

pytestmark = pytest.mark.native

TEXTS = [
    "The cat sat on the mat; don't they've I'll we're it's DON'T 'quoted'.",
    "  two  blanks \n\n and lines\t. trailing   ",
    "Grüße, naïve façade; 日本語のテキスト ２３ ²½ x² 3rd a1b2",
    "🙂👩‍👩‍👧‍👦 e\u0301 \u00e9 \u00a0 \u3000 ... ?! __init__ C++",
]
RNG = random.Random(0)
SIGNS = "abcXYZ 019  \n\t'.,-_éßñ中日½²🙂's't"
TEXTS += ["".join(RNG.choices(SIGNS, k=60)) for _ in range(300)]
CORPUS = " ".join(TEXTS[:4]) * 3


def byte_signs():
    """GPT-2's printable sign for each byte, by the library's own pre-tokenizer."""
    level = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    signs = {}
    for code in [*range(256)]:
        raw = bytes([code])
        if code < 128:
            signs[code] = level.pre_tokenize_str(raw.decode())[0][0]
    for code in range(
        0x80, 0x800
    ):  # two bytes each: a first one of 0xC2 to 0xDF, a second of 0x80 to 0xBF
        for byte, sign in zip(
            chr(code).encode(), level.pre_tokenize_str(chr(code))[0][0], strict=True
        ):
            signs[byte] = sign
    for code in (
        0x1000,
        0x2000,
        0x8000,
        0xF000,
        *range(0x800, 0x10000, 0x1000),
        0x10000,
        0x40000,
        0x80000,
        0xC0000,
        0x100000,
    ):
        if not 0xD800 <= code <= 0xDFFF:
            text = chr(code)
            for byte, sign in zip(
                text.encode(), level.pre_tokenize_str(text)[0][0], strict=True
            ):
                signs[byte] = sign
    return signs


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_are_those_of_gpt2(text):
    level = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    theirs = [text[a:b] for _, (a, b) in level.pre_tokenize_str(text)]
    assert pieces(text) == theirs


def test_our_merges_give_the_same_numbers_there():
    ours = BPE.train(CORPUS, 340)
    signs = byte_signs()
    known = [i for i in range(len(ours)) if all(b in signs for b in ours.token(i))]

    def name(number):
        return "".join(signs[b] for b in ours.token(number))

    merges = [(name(a), name(b)) for a, b in ours.merges]
    theirs = tokenizers.Tokenizer(
        tokenizers.models.BPE(vocab={name(i): i for i in known}, merges=merges)
    )
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    for text in TEXTS:
        assert ours.encode(text) == theirs.encode(text).ids


@pytest.mark.parametrize("lower", [True, False])
def test_words_and_pieces_are_those_of_bert(lower):
    ours = WordPiece.train(CORPUS, 150, lower=lower)
    theirs = tokenizers.Tokenizer(
        tokenizers.models.WordPiece(
            vocab={piece: i for i, piece in enumerate(ours.vocabulary)}, unk_token="[UNK]"
        )
    )
    theirs.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=lower)
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    for text in TEXTS:
        split = theirs.pre_tokenizer.pre_tokenize_str(theirs.normalizer.normalize_str(text))
        assert words(text, lower) == [word for word, _ in split]
        assert ours.encode(text) == theirs.encode(text).ids
    assert ours.vocabulary[: len(SPECIAL)] == SPECIAL
