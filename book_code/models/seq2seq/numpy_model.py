"""Sequence to sequence: Sutskever, Vinyals and Le (2014), arXiv:1409.3215; Cho et al. (2014), arXiv:1406.1078.
With attention: Bahdanau, Cho and Bengio (2014), arXiv:1409.0473; Luong, Pham and Manning (2015), arXiv:1508.04025.

    code        symbol           shape
    source      x                (N, S) tokens, padding at the end
    target      y                (N, T) tokens, from START on: what the decoder is given (teacher forcing)
    memory      h_j              (N, S, M)   states of the encoder's last layer; M = 2H when it reads from both ends
    state       s_i (Luong h_t)  (layers, N, H), of an LSTM two of them
    weights     alpha_ij         (N, T, S)   how much step i looks at token j; 0 at padding
    context     c_i              (N, T, M)   the weighted sum of the memory
    logits                       (N, T, V)   what comes after each token of the target

Deviations from the papers:

* Sutskever: none but the sizes; with cell="gru" as Cho, but the source's summary is only the first state of the
  decoder (in the paper it is an input of every step besides);
* Bahdanau: the output is linear in state, context and last word (in the paper a layer of maxout comes before);
  W_s, which makes the first state, sees the last states of both directions (in the paper of the backward one);
* Luong: the global model without input feeding; the first state comes through W_s here too.
"""

from typing import Any

import numpy as np

from ... import losses, nn
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn.recurrent import LSTMState
from ..rnn.numpy_model import turned
from .config import PAD, AttentionSeq2SeqConfig, Seq2SeqConfig
from .numpy_parts import CELLS, Attention, Encoder, side_by_side, tokens_of
from .translating import Translating


# --8<-- [start:model]
class Seq2Seq(Translating, nn.Module):
    """The encoder's last state is the decoder's first.

    Shape:
        (N, S) and (N, T) tokens -> logits (N, T, V)

    >>> model = Seq2Seq(Seq2SeqConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.array([[3, 4, 5, 6]]), np.array([[1, 3, 4]])).shape
    (1, 3, 6)
    """

    def __init__(self, config: Seq2SeqConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or Seq2SeqConfig()
        self.encoder = Encoder(c, False, c.reverse_source, rng=rng)
        self.embedding = nn.Embedding(c.target_vocabulary, c.embedding, rng=rng)
        self.decoder = CELLS[c.cell](
            c.embedding, c.hidden, c.layers, dropout=c.dropout, rng=rng
        )
        self.output = nn.Linear(c.hidden, c.target_vocabulary, rng=rng)
        self.dropout = nn.Dropout(c.dropout, rng=rng)

    # --8<-- [start:forward]
    def forward(self, source: Any, target: Any) -> Tensor:  # (N, S), (N, T)
        """Return what the decoder foretells after each token of the target."""
        return self.decode(target, self.encoder(tokens_of(source)).state)[0]  # (N, T, V)

    def decode(self, target: Any, state: Any) -> tuple[Tensor, Any]:  # (N, T)
        """Return the logits and the last state of the decoder."""
        y = self.dropout(self.embedding(target))  # (N, T, E)
        outputs, state = self.decoder(y, state)  # (N, T, H)
        return self.output(self.dropout(outputs)), state  # (N, T, V)

    # --8<-- [end:forward]

    def begin(self, source: Any) -> Any:
        """Return the state that `step` begins with, parts (N, layers, H)."""
        with no_grad():
            return turned(self.encoder(tokens_of(source)).state)

    def step(self, tokens: Any, state: Any) -> tuple[Tensor, Any]:  # (N,)
        """Return the logits (N, V) after one more token, and the new state."""
        with no_grad():
            logits, new = self.decode(np.asarray(tokens)[:, None], turned(state))
            return logits[:, 0], turned(new)


# --8<-- [end:model]


# --8<-- [start:attention-model]
class AttentionSeq2Seq(Translating, nn.Module):
    """At every step the decoder looks back at the whole source.

    Shape:
        (N, S) and (N, T) tokens -> logits (N, T, V)

    >>> model = AttentionSeq2Seq(AttentionSeq2SeqConfig.tiny(), rng=np.random.default_rng(0))
    >>> source, target = np.array([[3, 4, 5, 6]]), np.array([[1, 3, 4]])
    >>> model(source, target).shape, model.alignment(source, target).shape
    ((1, 3, 6), (1, 3, 4))
    """

    def __init__(
        self, config: AttentionSeq2SeqConfig | None = None, *, rng: np.random.Generator
    ):
        super().__init__()
        c = self.config = config or AttentionSeq2SeqConfig()
        additive, parts = c.attention == "additive", 2 if c.cell == "lstm" else 1
        self.encoder = Encoder(c, c.bidirectional, False, rng=rng)
        self.bridge = [nn.Linear(c.memory, c.hidden, rng=rng) for _ in range(parts)]  # W_s
        self.embedding = nn.Embedding(c.target_vocabulary, c.embedding, rng=rng)
        self.attention = Attention(c, rng=rng)
        inputs = c.embedding + c.memory if additive else c.embedding
        self.decoder = CELLS[c.cell](inputs, c.hidden, c.layers, dropout=c.dropout, rng=rng)
        features = inputs + c.hidden
        if not additive:
            self.combine = nn.Linear(c.memory + c.hidden, c.hidden, bias=False, rng=rng)  # W_c
            features = c.hidden
        self.output = nn.Linear(features, c.target_vocabulary, rng=rng)
        self.dropout = nn.Dropout(c.dropout, rng=rng)

    # --8<-- [start:attention-forward]
    def forward(self, source: Any, target: Any) -> Tensor:  # (N, S), (N, T)
        """Return what the decoder foretells after each token of the target."""
        return self.decode(target, self.encode(source))[0]  # (N, T, V)

    def encode(self, source: Any) -> dict[str, Any]:  # (N, S)
        """Return what the decoder needs: memory, its keys, where it is real, the first state."""
        source = tokens_of(source)
        memory, state = self.encoder(source)  # (N, S, M)
        state = state if isinstance(state, tuple) else (state,)
        first = [
            layer(side_by_side(part, self.config.layers)).tanh()  # (layers, N, H)
            for layer, part in zip(self.bridge, state, strict=True)
        ]
        return {
            "memory": memory,
            "keys": self.attention.keys(memory),
            "mask": source != PAD,
            "state": LSTMState(*first) if len(first) == 2 else first[0],
        }

    def decode(self, target: Any, m: dict[str, Any]) -> tuple[Tensor, Tensor, Any]:  # (N, T)
        """Return the logits, the weights and the last state of the decoder."""
        y = self.dropout(self.embedding(target))  # (N, T, E)
        look = self._bahdanau if self.config.attention == "additive" else self._luong
        features, weights, state = look(y, m)
        return self.output(self.dropout(features)), weights, state  # (N, T, V), (N, T, S)

    def _bahdanau(self, y: Tensor, m: dict[str, Any]) -> tuple[Tensor, Tensor, Any]:
        """Look, then step: the state before says where to look."""
        state, features, looks = m["state"], [], []
        for t in range(y.shape[1]):
            h = state.h if isinstance(state, LSTMState) else state
            before = h[-1].reshape(len(y), 1, -1)  # (N, 1, H)
            weights = self.attention(before, m["keys"], m["mask"])  # (N, 1, S)
            seen = F.concatenate(
                [y[:, t : t + 1], weights @ m["memory"]], axis=2
            )  # (N, 1, E+M)
            s, state = self.decoder(seen, state)  # (N, 1, H)
            features.append(F.concatenate([s, seen], axis=2))  # (N, 1, H+E+M)
            looks.append(weights)
        return F.concatenate(features, axis=1), F.concatenate(looks, axis=1), state

    def _luong(self, y: Tensor, m: dict[str, Any]) -> tuple[Tensor, Tensor, Any]:
        """Step, then look: all steps first, for none depends on a look."""
        h, state = self.decoder(y, m["state"])  # (N, T, H)
        weights = self.attention(h, m["keys"], m["mask"])  # (N, T, S)
        both = F.concatenate([weights @ m["memory"], h], axis=2)  # (N, T, M+H)
        return self.combine(both).tanh(), weights, state  # (N, T, H)

    # --8<-- [end:attention-forward]

    def alignment(self, source: Any, target: Any) -> np.ndarray:  # (N, S), (N, T)
        """Return how much each step looks at each token of the source, (N, T, S)."""
        with no_grad():
            return self.decode(target, self.encode(source))[1].numpy()

    def begin(self, source: Any) -> Any:
        """Return the state that `step` begins with, every part (N, ...)."""
        with no_grad():
            m = self.encode(source)
            return {**m, "state": turned(m["state"])}

    def step(self, tokens: Any, state: Any) -> tuple[Tensor, Any]:  # (N,)
        """Return the logits (N, V) after one more token, and the new state."""
        with no_grad():
            m = {**state, "state": turned(state["state"])}
            logits, _, new = self.decode(np.asarray(tokens)[:, None], m)
            return logits[:, 0], {**state, "state": turned(new)}


# --8<-- [end:attention-model]


# --8<-- [start:loss]
def teacher_forcing(model: Any, source: Any, target: Any) -> Tensor:  # (N, S), (N, T)
    """Return the mean cross-entropy of every next token, given the right ones before; padding does not count.

    Targets are START, words, END, and padding.
    """
    target = tokens_of(target)
    return losses.cross_entropy(model(source, target[:, :-1]), target[:, 1:], ignore=PAD)


# --8<-- [end:loss]
