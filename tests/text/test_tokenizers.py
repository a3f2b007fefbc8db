"""BPE and WordPiece: what they learn, that nothing is lost, and what they refuse."""

import random
import time

import numpy as np
import pytest

from book_code.text.bpe import BPE, pieces
from book_code.text.wordpiece import SPECIAL, WordPiece, words

TEXT = "the cat sat on the mat. the cats sat on the mats; a fat cat, that cat! " * 5


def test_the_most_frequent_pair_is_merged_first():
    tokenizer = BPE.train("aaabdaaabac", 259)  # one piece; the example of the usual description
    assert [tokenizer.token(i) for i in range(256, 259)] == [b"aa", b"ab", b"aaab"]


def test_merges_are_those_of_counting_anew_each_time():
    """The heap and the incremental counts against the plain algorithm."""
    from collections import Counter
    from itertools import pairwise

    counted = Counter(pieces(TEXT))
    split = {piece: list(piece.encode()) for piece in counted}
    expected = []
    for new in range(256, 290):
        pairs = Counter()
        for piece, parts in split.items():
            for pair in pairwise(parts):
                pairs[pair] += counted[piece]
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[best] < 2:
            break
        expected.append(best)
        for piece, parts in split.items():
            out = []
            for part in parts:
                if out and (out[-1], part) == best and out[-1] != new:
                    out[-1] = new
                else:
                    out.append(part)
            split[piece] = out
    assert BPE.train(TEXT, 256 + len(expected)).merges == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "  two  blanks \n\n and lines\t.",
        "don't they've I'll we're it's 'quoted' DON'T",
        "Grüße, naïve façade; 日本語のテキスト １２３ ²½",
        "🙂👩‍👩‍👧‍👦 e\u0301 \u00e9 \u200b",
        "\x00\x1c\x7f",
    ],
)
def test_every_text_comes_back(text):
    tokenizer = BPE.train(TEXT, 300, special=["<end>"])
    assert "".join(pieces(text)) == text
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_random_texts_come_back():
    tokenizer = BPE.train(TEXT, 300)
    rng = random.Random(0)
    for _ in range(200):
        codes = [
            rng.choice([rng.randrange(32, 127), rng.randrange(0x10FFFF)]) for _ in range(30)
        ]
        text = "".join(chr(c) for c in codes if not 0xD800 <= c <= 0xDFFF)
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_special_tokens_are_never_split():
    tokenizer = BPE.train(TEXT, 270, special=["<end>", "<end><pad>"])
    assert len(tokenizer) == 270
    assert tokenizer.encode("<end>") == [268]
    assert tokenizer.encode("<end><pad>") == [269]
    ids = tokenizer.encode("the cat<end>the")
    assert ids.count(268) == 1
    assert tokenizer.decode(ids) == "the cat<end>the"
    assert tokenizer.encode("the cat") == ids[: ids.index(268)]


def test_a_character_that_is_cut_is_marked():
    assert BPE([]).decode("é".encode()[:1]) == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.native
@pytest.mark.parametrize("kind", [BPE, WordPiece])
def test_a_tokenizer_survives_a_file(tmp_path, kind):
    tokenizer = kind.train(TEXT, 300 if kind is BPE else 60)
    tokenizer.save(tmp_path / "t.json")
    again = kind.load(tmp_path / "t.json")
    assert again.encode(TEXT) == tokenizer.encode(TEXT)
    assert len(again) == len(tokenizer)
    other = WordPiece if kind is BPE else BPE
    with pytest.raises(ValueError, match=r"is not a .* tokenizer of this book"):
        other.load(tmp_path / "t.json")
    (tmp_path / "t.json").write_bytes(b"\xff\x00")
    with pytest.raises(ValueError, match=r"is not a .* tokenizer of this book"):
        kind.load(tmp_path / "t.json")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BPE.train("a", 255), "at least 256 tokens, got 255"),
        (lambda: BPE([(1, 300)]), "merge 0 joins tokens 1 and 300, which it does not know yet"),
        (lambda: BPE([], ["a", "a"]), "special tokens must differ"),
        (lambda: BPE([]).decode([256]), "there is no token 256: the vocabulary has 0 to 255"),
        (lambda: BPE([]).encode("a\ud800b"), r"half of a surrogate pair, '\\ud800'"),
        (lambda: WordPiece(SPECIAL[1:]), r"the vocabulary lacks \[PAD\]"),
        (lambda: WordPiece([*SPECIAL, "a", "a"]), "'a' occurs twice"),
        (lambda: WordPiece(SPECIAL).decode([5]), "there is no piece 5"),
        (lambda: BPE([(1, 2), (3, 4), (1, 2)]), "merged twice"),
        (lambda: WordPiece.train("low low", 40, least=0), "at least once, got least=0"),
        (lambda: WordPiece.train("abc", 7), "are 8: a vocabulary of 7 has no room"),
    ],
)
def test_what_is_no_tokenizer_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_words_of_the_text_become_pieces():
    tokenizer = WordPiece.train(TEXT, 80)
    assert "cat" in tokenizer.vocabulary
    assert tokenizer.decode(tokenizer.encode("The CAT sat.")) == "the cat sat ."
    assert tokenizer.encode("zebra") == [1]
    assert tokenizer.encode("x" * 101) == [1]
    assert all(piece.count("##") <= 1 for piece in tokenizer.vocabulary)


def test_pieces_are_joined_by_likelihood():
    """What is always together comes first, however rare it is: "q" and "u" before "t" and "h"."""
    text = "quiz quip quid " * 2 + "the then this that tin hat hint " * 20
    tokenizer = WordPiece.train(text, 60)
    new = [p for p in tokenizer.vocabulary[5:] if len(p.removeprefix("##")) > 1]
    rare = [p for p in new if "u" in p or "q" in p]
    assert rare
    assert new.index(rare[0]) < min(i for i, p in enumerate(new) if "t" in p or "h" in p)


def test_accents_and_case_can_stay():
    assert words("Élan Vital", lower=False) == ["Élan", "Vital"]
    assert words("a\u00a0b\x00c\u200dd 中文") == ["a", "bcd", "中", "文"]


@pytest.mark.native
def test_a_megabyte_is_read_in_seconds():
    rng = random.Random(0)
    letters = "etaoinshrdlcumwfgypbvkxjqz"
    weights = range(26, 0, -1)
    lexicon = ["".join(rng.choices(letters, weights, k=rng.randint(2, 9))) for _ in range(8000)]
    text = " ".join(rng.choices(lexicon, [1 / (i + 1) for i in range(8000)], k=180_000))
    assert len(text) > 1_000_000
    start = time.perf_counter()
    tokenizer = BPE.train(text, 1256)
    trained = time.perf_counter()
    ids = tokenizer.encode(text)
    read = time.perf_counter()
    assert len(ids) < 0.6 * len(text)
    assert tokenizer.decode(ids) == text
    assert trained - start < 40  # a few seconds on an idle machine
    assert read - trained < 20


@pytest.mark.parametrize(
    "make", [lambda s: BPE([], s), lambda s: BPE.train("a", 300, special=s)]
)
def test_one_string_is_no_list_of_special_tokens(make):
    with pytest.raises(TypeError, match="got one string '<end>'"):
        make("<end>")


@pytest.mark.parametrize("sign", "\x1c\x1d\x1e\x1f")
def test_the_separators_of_ascii_are_signs_as_in_gpt_2(sign):
    assert pieces(f"a{sign}! b") == ["a", f"{sign}!", " b"]


@pytest.mark.parametrize("wrong", [3, b"abc", ["the", "cat"]])
def test_only_a_text_is_encoded(wrong):
    with pytest.raises(TypeError, match=f"expected a text, a str; got {type(wrong).__name__}"):
        BPE([]).encode(wrong)


def test_bytes_are_no_texts_to_learn_from():
    with pytest.raises(TypeError, match="expected a text, a str; got int"):
        BPE.train(b"abc", 260)


@pytest.mark.parametrize("wrong", ["abc", [[72, 105]], [72.0]])
def test_only_the_tokens_of_one_text_are_decoded(wrong):
    with pytest.raises(
        TypeError, match=r"the tokens of one text, whole numbers of shape \(T,\)"
    ):
        BPE([]).decode(wrong)


def test_tokens_may_be_an_array_or_none_at_all():
    assert BPE([]).decode(np.array([72, 105])) == BPE([]).decode(iter([72, 105])) == "Hi"
    assert BPE([]).decode([]) == ""


def test_a_tokenizer_says_what_it_knows():
    tokenizer = BPE([(72, 105)], special=["<end>"])
    assert repr(tokenizer) == "BPE(258 tokens: 256 bytes, 1 merged, 1 special)"
