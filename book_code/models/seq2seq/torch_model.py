"""Sequence to sequence in PyTorch: Sutskever, Vinyals and Le (2014), arXiv:1409.3215; Cho et al. (2014),
arXiv:1406.1078. With attention: Bahdanau, Cho and Bengio (2014), arXiv:1409.0473; Luong, Pham and Manning (2015),
arXiv:1508.04025.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the papers.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..rnn.torch_model import run, turned
from .config import PAD, AttentionSeq2SeqConfig, Seq2SeqConfig, TranslationConfig
from .translating import Translating

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU}


def recurrent(c: TranslationConfig, inputs: int, bidirectional: bool = False) -> nn.Module:
    """Return the recurrent layers of an encoder or a decoder."""
    return CELLS[c.cell](
        inputs, c.hidden, c.layers, dropout=c.dropout if c.layers > 1 else 0.0,
        bidirectional=bidirectional, batch_first=True,
    )  # fmt: skip


# --8<-- [start:encoder]
class Encoder(nn.Module):
    """Reads the source: (N, S) tokens -> outputs (N, S, M), state."""

    def __init__(self, c: TranslationConfig, bidirectional: bool, reverse: bool):
        super().__init__()
        self.reverse = reverse
        self.embedding = nn.Embedding(c.source_vocabulary, c.embedding)
        self.rnn = recurrent(c, c.embedding, bidirectional)
        self.dropout = nn.Dropout(c.dropout)

    def forward(self, source: Tensor) -> tuple[Tensor, Any]:
        """Return the states at every token, and the last."""
        lengths = real_lengths(source)
        if self.reverse:
            source = reversed_rows(source, lengths)
        x = self.dropout(self.embedding(source))  # (N, S, E)
        return run(self.rnn, x, lengths=lengths)  # (N, S, M)


# --8<-- [end:encoder]


# --8<-- [start:model]
class Seq2Seq(Translating, nn.Module):
    """The encoder's last state is the decoder's first."""

    def __init__(self, config: Seq2SeqConfig | None = None):
        super().__init__()
        c = self.config = config or Seq2SeqConfig()
        self.encoder = Encoder(c, False, c.reverse_source)
        self.embedding = nn.Embedding(c.target_vocabulary, c.embedding)
        self.decoder = recurrent(c, c.embedding)
        self.output = nn.Linear(c.hidden, c.target_vocabulary)
        self.dropout = nn.Dropout(c.dropout)

    # --8<-- [start:forward]
    def forward(self, source: Tensor, target: Tensor) -> Tensor:  # (N, S), (N, T)
        """Return what the decoder foretells after each token of the target."""
        return self.decode(target, self.encoder(source)[1])[0]  # (N, T, V)

    def decode(self, target: Tensor, state: Any) -> tuple[Tensor, Any]:  # (N, T)
        """Return the logits and the last state of the decoder."""
        y = self.dropout(self.embedding(target))  # (N, T, E)
        outputs, state = self.decoder(y, state)  # (N, T, H)
        return self.output(self.dropout(outputs)), state  # (N, T, V)

    # --8<-- [end:forward]

    @torch.no_grad()
    def begin(self, source: Any) -> Any:
        """Return the state that `step` begins with, parts (N, layers, H)."""
        return turned(self.encoder(tokens_like(source, self.output))[1])

    @torch.no_grad()
    def step(self, tokens: Any, state: Any) -> tuple[Tensor, Any]:  # (N,)
        """Return the logits (N, V) after one more token, and the new state."""
        tokens = tokens_like(tokens, self.output)
        logits, new = self.decode(tokens[:, None], turned(state))
        return logits[:, 0], turned(new)


# --8<-- [end:model]


# --8<-- [start:attention]
class Attention(nn.Module):
    """How much each state of the decoder looks at each state of the encoder."""

    def __init__(self, c: AttentionSeq2SeqConfig):
        super().__init__()
        self.kind = c.attention
        if c.attention == "additive":
            self.query = nn.Linear(c.hidden, c.units)  # W
            self.key = nn.Linear(c.memory, c.units, bias=False)  # U
            self.score = nn.Linear(c.units, 1, bias=False)  # v
        elif c.attention == "general":
            self.key = nn.Linear(c.memory, c.hidden, bias=False)  # W

    def keys(self, memory: Tensor) -> Tensor:  # (N, S, M)
        """Return the part that depends on the source alone, once for all steps."""
        return memory if self.kind == "dot" else self.key(memory)  # (N, S, A or H)

    def forward(self, s: Tensor, keys: Tensor, mask: Tensor) -> Tensor:
        """Return the weights of states s (N, T, H) over the source."""
        if self.kind == "additive":
            both = self.query(s)[:, :, None] + keys[:, None]  # (N, T, S, A)
            scores = self.score(both.tanh()).squeeze(3)  # (N, T, S)
        else:
            scores = s @ keys.transpose(1, 2)  # (N, T, S)
        return scores.masked_fill(~mask[:, None], -torch.inf).softmax(dim=2)


# --8<-- [end:attention]


# --8<-- [start:attention-model]
class AttentionSeq2Seq(Translating, nn.Module):
    """At every step the decoder looks back at the whole source."""

    def __init__(self, config: AttentionSeq2SeqConfig | None = None):
        super().__init__()
        c = self.config = config or AttentionSeq2SeqConfig()
        additive, parts = c.attention == "additive", 2 if c.cell == "lstm" else 1
        self.encoder = Encoder(c, c.bidirectional, False)
        self.bridge = nn.ModuleList(nn.Linear(c.memory, c.hidden) for _ in range(parts))  # W_s
        self.embedding = nn.Embedding(c.target_vocabulary, c.embedding)
        self.attention = Attention(c)
        inputs = c.embedding + c.memory if additive else c.embedding
        self.decoder = recurrent(c, inputs)
        features = inputs + c.hidden
        if not additive:
            self.combine = nn.Linear(c.memory + c.hidden, c.hidden, bias=False)  # W_c
            features = c.hidden
        self.output = nn.Linear(features, c.target_vocabulary)
        self.dropout = nn.Dropout(c.dropout)

    # --8<-- [start:attention-forward]
    def forward(self, source: Tensor, target: Tensor) -> Tensor:  # (N, S), (N, T)
        """Return what the decoder foretells after each token of the target."""
        return self.decode(target, self.encode(source))[0]  # (N, T, V)

    def encode(self, source: Tensor) -> dict[str, Any]:  # (N, S)
        """Return what the decoder needs: memory, its keys, where it is real, the first state."""
        memory, state = self.encoder(source)  # (N, S, M)
        state = state if isinstance(state, tuple) else (state,)
        first = tuple(
            layer(side_by_side(part, self.config.layers)).tanh()  # (layers, N, H)
            for layer, part in zip(self.bridge, state, strict=True)
        )
        return {
            "memory": memory,
            "keys": self.attention.keys(memory),
            "mask": source != PAD,
            "state": first if len(first) == 2 else first[0],
        }

    def decode(self, target: Tensor, m: dict[str, Any]) -> tuple[Tensor, Tensor, Any]:  # (N, T)
        """Return the logits, the weights and the last state of the decoder."""
        y = self.dropout(self.embedding(target))  # (N, T, E)
        look = self._bahdanau if self.config.attention == "additive" else self._luong
        features, weights, state = look(y, m)
        return self.output(self.dropout(features)), weights, state  # (N, T, V), (N, T, S)

    def _bahdanau(self, y: Tensor, m: dict[str, Any]) -> tuple[Tensor, Tensor, Any]:
        """Look, then step: the state before says where to look."""
        state, features, looks = m["state"], [], []
        for t in range(y.shape[1]):
            h = state[0] if isinstance(state, tuple) else state
            weights = self.attention(h[-1][:, None], m["keys"], m["mask"])  # (N, 1, S)
            seen = torch.cat([y[:, t : t + 1], weights @ m["memory"]], dim=2)  # (N, 1, E+M)
            s, state = self.decoder(seen, state)  # (N, 1, H)
            features.append(torch.cat([s, seen], dim=2))  # (N, 1, H+E+M)
            looks.append(weights)
        return torch.cat(features, dim=1), torch.cat(looks, dim=1), state

    def _luong(self, y: Tensor, m: dict[str, Any]) -> tuple[Tensor, Tensor, Any]:
        """Step, then look: all steps first, for none depends on a look."""
        h, state = self.decoder(y, m["state"])  # (N, T, H)
        weights = self.attention(h, m["keys"], m["mask"])  # (N, T, S)
        both = torch.cat([weights @ m["memory"], h], dim=2)  # (N, T, M+H)
        return self.combine(both).tanh(), weights, state  # (N, T, H)

    # --8<-- [end:attention-forward]

    @torch.no_grad()
    def alignment(self, source: Any, target: Any) -> Tensor:  # (N, S), (N, T)
        """Return how much each step looks at each token of the source, (N, T, S)."""
        source, target = (tokens_like(x, self.output) for x in (source, target))
        return self.decode(target, self.encode(source))[1]

    @torch.no_grad()
    def begin(self, source: Any) -> Any:
        """Return the state that `step` begins with, every part (N, ...)."""
        m = self.encode(tokens_like(source, self.output))
        return {**m, "state": turned(m["state"])}

    @torch.no_grad()
    def step(self, tokens: Any, state: Any) -> tuple[Tensor, Any]:  # (N,)
        """Return the logits (N, V) after one more token, and the new state."""
        m = {**state, "state": turned(state["state"])}
        logits, _, new = self.decode(tokens_like(tokens, self.output)[:, None], m)
        return logits[:, 0], {**state, "state": turned(new)}


# --8<-- [end:attention-model]


# --8<-- [start:loss]
def teacher_forcing(model: Any, source: Tensor, target: Tensor) -> Tensor:  # (N, S), (N, T)
    """Return the mean cross-entropy of every next token, given the right ones before; padding does not count.

    Targets are START, words, END, and padding.
    """
    logits = model(source, target[:, :-1])  # (N, T-1, V)
    return F.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=PAD)


# --8<-- [end:loss]


def tokens_like(tokens: Any, layer: nn.Linear) -> Tensor:
    """Return tokens as a tensor on the device of a layer."""
    return torch.as_tensor(tokens, device=layer.weight.device)


def real_lengths(source: Tensor) -> Tensor:
    """Return how many tokens each source has before its padding."""
    real = source != PAD
    lengths = real.sum(dim=1)
    places = torch.arange(source.shape[1], device=source.device)
    if (lengths == 0).any() or (real != (places < lengths[:, None])).any():
        raise ValueError(
            f"a source has at least one token, and padding ({PAD}) at its end only"
        )
    return lengths


def reversed_rows(source: Tensor, lengths: Tensor) -> Tensor:
    """Return every source turned round, its padding still at the end."""
    places = torch.arange(source.shape[1], device=source.device)
    turned_places = torch.where(
        places < lengths[:, None], lengths[:, None] - 1 - places, places
    )
    return source.gather(1, turned_places)


def side_by_side(state: Tensor, layers: int) -> Tensor:  # (layers·D, N, H)
    """Return the states of both directions joined."""
    count, n, h = state.shape
    parts = state.reshape(layers, count // layers, n, h).transpose(1, 2)
    return parts.reshape(layers, n, -1)  # (layers, N, D·H)
