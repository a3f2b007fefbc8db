"""A training of the playground as a program: in NumPy with book_code, and in PyTorch."""

import numpy as np

EXPRESSIONS = {
    "x1": "x1",
    "x2": "x2",
    "x1^2": "x1**2",
    "x2^2": "x2**2",
    "x1*x2": "x1 * x2",
    "sin(x1)": "np.sin(x1)",
    "sin(x2)": "np.sin(x2)",
}
LAYERS = {
    "tanh": "Tanh",
    "relu": "ReLU",
    "sigmoid": "Sigmoid",
    "leaky": "LeakyReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "linear": "Identity",
}
OPTIMIZERS = {  # the class in book_code, in PyTorch, and what it is given besides the rate
    "sgd": ("SGD", "SGD", ""),
    "momentum": ("SGD", "SGD", ", momentum=0.9"),
    "adagrad": ("AdaGrad", "Adagrad", ""),
    "rmsprop": ("RMSProp", "RMSprop", ""),
    "adam": ("Adam", "Adam", ""),
}

DATA = """import numpy as np
{imports}
# x1, x2 and target of each point; the first {train} are for training.
points = np.array(\"\"\"
{points}
\"\"\".split(), dtype=float).reshape(-1, 3)
x1, x2, y = points.T
inputs = np.stack([{features}], axis=1)
TRAIN, BATCH, STEPS = {train}, {batch}, {steps}
rate = {{"lr": {lr!r}, "l1": {l1!r}, "l2": {l2!r}}}
changes = {changes}  # by step: what was changed on the page while it trained

# One stream of random numbers for each purpose, as on the page.
first, batches, drops = (np.random.default_rng([{seed}, i]) for i in (1, 2, 3))
"""

NUMPY = '''"""A network from the book's playground, in NumPy: it repeats what the page showed.

{shown}
"""

{data}
model = nn.Sequential(
{layers}
).astype(np.float64)
optimizer = optim.{optimizer}(model.parameters(), lr=rate["lr"]{more})
linears = [layer for layer in model.layers if isinstance(layer, nn.Linear)]
weights = [layer.weight for layer in linears]


def change(kind, *what):
    if kind != "weight":
        rate[kind] = what[0]
        return
    layer, unit, source, value = what
    tensor = linears[layer].bias if source is None else linears[layer].weight
    tensor.data[unit if source is None else (unit, source)] = value


place = 0
for step in range(STEPS + 1):
    for each in changes.get(step, []):
        change(*each)
    if step == STEPS:
        break
    if place == 0:
        order = batches.permutation(TRAIN)
    batch = order[place : place + BATCH]
    place = place + BATCH if place + BATCH < TRAIN else 0
    loss = losses.{loss}(model(inputs[batch]).reshape(-1), y[batch])
    loss = loss + regularizers.l1(weights, rate["l1"]) + regularizers.l2(weights, rate["l2"])
    optimizer.lr = rate["lr"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

model.eval()
out = model(inputs).reshape(-1)
for name, part in (("training", slice(TRAIN)), ("test", slice(TRAIN, None))):
    print(f"{{name}} loss {{losses.{loss}(out[part], y[part]).item():.6f}}")
'''

TORCH = '''"""A network from the book's playground, in PyTorch: it repeats what the page showed.

{shown}
"""

{data}torch.set_default_dtype(torch.float64)
x, y = torch.tensor(inputs), torch.tensor(y)


def linear(inputs, outputs):
    """A layer with the page's first weights: PyTorch draws from the same range, but other numbers."""
    layer, bound = torch.nn.Linear(inputs, outputs), 1 / np.sqrt(inputs)
    for p in (layer.weight, layer.bias):
        drawn = first.uniform(-bound, bound, tuple(p.shape)).astype(np.float32)
        p.data = torch.tensor(drawn, dtype=torch.float64)
    return layer


class Dropout(torch.nn.Dropout):
    """Dropout with the page's choices."""

    def forward(self, x):
        if not self.training:
            return x
        return x * torch.tensor((drops.random(tuple(x.shape)) >= self.p) / (1 - self.p))


model = torch.nn.Sequential(
{layers}
)
optimizer = torch.optim.{optimizer}(model.parameters(), lr=rate["lr"]{more})
linears = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
weights = [layer.weight for layer in linears]
measure = torch.nn.{loss}()


def change(kind, *what):
    if kind != "weight":
        rate[kind] = what[0]
        return
    layer, unit, source, value = what
    with torch.no_grad():
        if source is None:
            linears[layer].bias[unit] = value
        else:
            linears[layer].weight[unit, source] = value


place = 0
for step in range(STEPS + 1):
    for each in changes.get(step, []):
        change(*each)
    if step == STEPS:
        break
    if place == 0:
        order = batches.permutation(TRAIN)
    batch = torch.tensor(order[place : place + BATCH])
    place = place + BATCH if place + BATCH < TRAIN else 0
    loss = measure(model(x[batch])[:, 0], y[batch])
    loss = loss + rate["l1"] * sum(w.abs().sum() for w in weights)
    loss = loss + rate["l2"] / 2 * sum((w * w).sum() for w in weights)
    optimizer.param_groups[0]["lr"] = rate["lr"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

model.eval()
with torch.no_grad():
    out = model(x)[:, 0]
    for name, part in (("training", slice(TRAIN)), ("test", slice(TRAIN, None))):
        print(f"{{name}} loss {{measure(out[part], y[part]).item():.6f}}")
'''


def programs(now, train_loss, test_loss):
    """Return {"numpy": ..., "torch": ...}: programs that repeat a training from its first weights.

    Args:
        now: the training, a `Session`.
        train_loss, test_loss: what the page shows of it; it is said in the program.
    """
    shown = (
        f"It showed a training loss of {said(train_loss)} and a test loss of {said(test_loss)}."
    )
    book, torch, more = OPTIMIZERS[now.first["opt"]]
    return {
        "numpy": NUMPY.format(
            shown=shown,
            data=data(now, "\nfrom book_code import losses, nn, optim, regularizers\n"),
            layers=layers(
                now.first,
                "nn.Linear({}, {}, rng=first)",
                "nn.{}()",
                "nn.Dropout({}, rng=drops)",
            ),
            optimizer=book,
            more=more,
            loss="mse" if now.regression else "binary_cross_entropy",
        ),
        "torch": TORCH.format(
            shown=shown,
            data=data(now, "import torch\n"),
            layers=layers(now.first, "linear({}, {})", "torch.nn.{}()", "Dropout({})"),
            optimizer=torch,
            more=more,
            loss="MSELoss" if now.regression else "BCEWithLogitsLoss",
        ),
    }


def data(now, imports):
    """Return the part that both programs share: the points and the settings."""
    order = np.concatenate([now.train, now.test])
    first = now.first
    return DATA.format(
        imports=imports,
        points=rows(np.column_stack([now.x, now.y])[order]),
        features=", ".join(EXPRESSIONS[name] for name in first["features"]),
        train=len(now.train),
        batch=first["batch"],
        steps=now.steps,
        changes=now.changes,
        **{name: first[name] for name in ("seed", "lr", "l1", "l2")},
    )


def rows(points, across=4):
    """Return points as lines of text, several to a line."""
    texts = [" ".join(repr(float(value)) for value in point) for point in points]
    return "\n".join("  ".join(texts[i : i + across]) for i in range(0, len(texts), across))


def layers(config, linear, activation, dropout):
    """Return the lines of the layers, each spelled by its pattern."""
    lines, inputs = [], len(config["features"])
    for layer in config["layers"]:
        parts = [linear.format(inputs, layer["units"]), activation.format(LAYERS[layer["act"]])]
        if layer["drop"]:
            parts.append(dropout.format(layer["drop"]))
        lines.append(f"    {', '.join(parts)},")
        inputs = layer["units"]
    return "\n".join([*lines, f"    {linear.format(inputs, 1)},"])


def said(loss):
    """Return a loss in words."""
    return "none" if loss is None else f"{loss:.6f}"
