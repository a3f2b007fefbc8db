"""The Python half of the playground: a network of book_code, trained a few steps at a time.

The page sends all its settings with every call. While they stay the same the training goes on; when the
learning rate or a penalty changes it goes on with the new one; any other change begins anew. So nothing is
lost but time where Python had to be started again.
"""

import base64
import time

import numpy as np

from book_code import losses, nn, optim, regularizers
from book_code.autodiff import no_grad

from . import playground_points as points
from .playground_exports import programs

GRID = 44  # values of a map, along each side
CURVE = 400  # points of the loss curves; with more, every second one goes
ACTIVATIONS = {
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "leaky": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "linear": nn.Identity,
}
OPTIMIZERS = {
    "sgd": optim.SGD,
    "momentum": lambda params, lr: optim.SGD(params, lr, momentum=0.9),
    "adagrad": optim.AdaGrad,
    "rmsprop": optim.RMSProp,
    "adam": optim.Adam,
}
LIVE = ("lr", "l1", "l2")  # may change while the training goes on


def network(inputs, layers, rng, drops):
    """Return the network: Linear and activation, with dropout where it is wanted, then one output.

    Args:
        inputs: number of features.
        layers: for each hidden layer its "units", "act" (a name) and "drop" (a share).
        rng: where the first weights come from.
        drops: where dropout's choices come from.
    """
    modules = []
    for layer in layers:
        modules += [nn.Linear(inputs, layer["units"], rng=rng), ACTIVATIONS[layer["act"]]()]
        if layer["drop"]:
            modules.append(nn.Dropout(layer["drop"], rng=drops))
        inputs = layer["units"]
    return nn.Sequential(*modules, nn.Linear(inputs, 1, rng=rng)).astype(np.float64)


class Session:
    """One training, from the first weights on."""

    def __init__(self, config):
        self.config, self.first = dict(config), dict(config)
        data, first, batches, drops = (
            np.random.default_rng([config["seed"], i]) for i in range(4)
        )
        self.x, self.y = points.make(config["data"], config["noise"], data, config["own"])
        self.train, self.test = points.split(len(self.y), config["share"], data)
        self.inputs = points.features(self.x, config["features"])
        self.model = network(len(config["features"]), config["layers"], first, drops)
        self.linears = [layer for layer in self.model.layers if isinstance(layer, nn.Linear)]
        self.weights = [layer.weight for layer in self.linears]
        self.optimizer = OPTIMIZERS[config["opt"]](self.model.parameters(), lr=config["lr"])
        self.batches, self.order = batches, None
        self.steps = self.place = self.epochs = 0
        self.changes = {}
        self.curve, self.stride = (
            [],
            1,
        )  # [epoch, training loss, test loss], every so many epochs
        self.note()

    @property
    def regression(self):
        """Whether targets are numbers, not classes."""
        return self.config["task"] == "regression"

    def step(self):
        """Train on the next batch."""
        size = min(self.config["batch"], len(self.train))
        if self.place == 0:
            self.order = self.batches.permutation(self.train)
        batch = self.order[self.place : self.place + size]
        loss = self.loss(self.model(self.inputs[batch]).reshape(-1), self.y[batch])
        if self.config["l1"]:
            loss = loss + regularizers.l1(self.weights, self.config["l1"])
        if self.config["l2"]:
            loss = loss + regularizers.l2(self.weights, self.config["l2"])
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.steps += 1
        self.place += size
        if self.place >= len(self.train):
            self.place = 0
            self.epochs += 1
            if self.epochs % self.stride == 0:
                self.note()

    def loss(self, out, y):
        """Return the loss of outputs, without penalties."""
        return losses.mse(out, y) if self.regression else losses.binary_cross_entropy(out, y)

    def measure(self):
        """Return loss and score of the training points and of the test points.

        The score is the share of points on the right side, or for regression the share of the variance
        that the network explains.
        """
        self.model.eval()
        with no_grad(), np.errstate(all="ignore"):
            out = self.model(self.inputs).data[:, 0]
            parts = [self.judged(out[part], self.y[part]) for part in (self.train, self.test)]
        self.model.train()
        return [finite(number) for pair in zip(*parts, strict=True) for number in pair]

    def judged(self, out, y):
        """Return (loss, score) of some points; nothing can be said of none."""
        if len(y) == 0:
            return None, None
        loss = float(self.loss(out, y).data)
        if self.regression:
            return loss, 1 - loss / max(float(np.var(y)), 1e-12)
        return loss, float(np.mean((out > 0) == (y > 0.5)))

    def note(self):
        """Add a point to the loss curves; when there are many, keep every second one."""
        train, test, *_ = self.measure()
        self.curve.append([self.epochs, train, test])
        if len(self.curve) > CURVE:
            self.curve, self.stride = self.curve[::2], 2 * self.stride

    @property
    def diverged(self):
        """Whether a weight has left the numbers."""
        return not all(np.isfinite(p.data).all() for p in self.model.parameters())

    def adjust(self, config):
        """Go on with another learning rate or penalty."""
        for name in LIVE:
            if config[name] != self.config[name]:
                self.changed(name, config[name])
                self.config[name] = config[name]
        self.optimizer.lr = config["lr"]

    def edit(self, layer, unit, source, value):
        """Set one weight, or the bias where the source is None."""
        linear = self.linears[layer]
        tensor, place = (
            (linear.bias, unit) if source is None else (linear.weight, (unit, source))
        )
        tensor.data = tensor.data.copy()
        tensor.data[place] = value
        self.changed("weight", layer, unit, source, value)

    def changed(self, *what):
        """Keep what the reader changed on the way: the exported programs repeat it."""
        self.changes.setdefault(self.steps, []).append(what)

    def maps(self):
        """Return what every unit makes of the plane: the features, each layer, the output."""
        self.model.eval()
        values = points.features(plane(), self.config["features"])
        stages = [values]
        with no_grad(), np.errstate(all="ignore"):
            for layer in self.model.layers:
                values = layer(values).data
                if not isinstance(layer, nn.Linear | nn.Dropout):
                    stages.append(values)
        self.model.train()
        out = values if self.regression else np.tanh(values / 2)  # 2p - 1
        return [*stages, np.clip(out, -1, 1)]


def plane():
    """Return the middles of the cells of the maps, the top row first, (GRID * GRID, 2)."""
    middles = (np.arange(GRID) + 0.5) * (2 * points.HALF / GRID) - points.HALF
    x1, x2 = np.meshgrid(middles, middles[::-1])
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


session = None


def current(config):
    """Return the training that fits these settings, and whether it begins here."""
    global session
    fixed = {name: value for name, value in config.items() if name not in LIVE}
    old = session and {k: v for k, v in session.config.items() if k not in LIVE}
    if fixed != old:
        session = Session(config)
        return session, True
    session.adjust(config)
    return session, False


def show(config, fresh=False):
    """Return what the page shows of the settings; begin anew where that is asked for."""
    global session
    if fresh:
        session = None
    now, _ = current(config)
    return report(now, True)


def train(config, steps=None, milliseconds=None):
    """Train for a number of steps, or for a time, and return what the page shows."""
    now, fresh = current(config)
    end = time.perf_counter() + (milliseconds or 0) / 1000
    with np.errstate(all="ignore"):
        for done in range(steps or 10_000):
            if now.diverged or (steps is None and done and time.perf_counter() > end):
                break
            now.step()
    return report(now, fresh)


def edit(config, layer, unit, source, value):
    """Set a weight (or, where source is None, a bias) and return what the page shows."""
    now, fresh = current(config)
    now.edit(layer, unit, source, value)
    return report(now, fresh)


def code(config):
    """Return the programs that repeat this training, in NumPy and in PyTorch."""
    now, _ = current(config)
    train_loss, test_loss, *_ = now.measure()
    return programs(now, train_loss, test_loss)


def report(now, fresh):
    """Return the state of a training as data."""
    train_loss, test_loss, train_score, test_score = now.measure()
    columns = np.concatenate(now.maps(), axis=1).T
    most = np.maximum(np.abs(np.nan_to_num(columns)).max(axis=1), 1e-9)
    most[-1] = 1.0
    answer = {
        "steps": now.steps,
        "epochs": now.epochs,
        "trainLoss": train_loss,
        "testLoss": test_loss,
        "trainScore": train_score,
        "testScore": test_score,
        "diverged": now.diverged,
        "most": [float(m) for m in most],
        "maps": packed(np.nan_to_num(columns) / most[:, None]),
        "weights": [listed(layer.weight.data) for layer in now.linears],
        "biases": [listed(layer.bias.data) for layer in now.linears],
        "curve": now.curve,
    }
    if fresh:
        kinds = np.zeros(len(now.y), dtype=int)
        kinds[now.test] = 1
        answer["points"] = np.column_stack([now.x, now.y, kinds]).tolist()
    return answer


def packed(values):
    """Return numbers from -1 to 1 as bytes around 128, in base64: JSON would be ten times as long."""
    levels = np.rint(128 + 127 * np.clip(values, -1, 1)).astype(np.uint8)
    return base64.b64encode(levels.tobytes()).decode()


def listed(array):
    """Return an array as lists; what is no number becomes 0."""
    return np.round(np.nan_to_num(array, posinf=0.0, neginf=0.0), 5).tolist()


def finite(number):
    """Return a number, or None where JSON has no word for it."""
    return number if number is not None and np.isfinite(number) else None
