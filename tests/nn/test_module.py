import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor


class Block(nn.Module):
    def __init__(self, rng):
        self.scale = Tensor(np.ones(2, np.float32), requires_grad=True)
        self.running_mean = np.zeros(2, np.float32)
        self.steps = np.zeros((), np.int64)
        self.layers = [nn.Linear(2, 2, rng=rng), nn.ReLU()]
        self.body = nn.Sequential(nn.Linear(2, 2, bias=False, rng=rng))
        self.last = None
        self._cache = np.zeros(5)

    def forward(self, x):
        self.last = self.scale * x
        return self.body(self.layers[1](self.layers[0](self.last)))


NAMES = ["scale", "running_mean", "steps", "layers.0.weight", "layers.0.bias", "body.0.weight"]


def block(seed=0):
    return Block(np.random.default_rng(seed))


def test_names():
    model = block()
    model(np.ones((1, 2)))  # what forward leaves in self.last is no parameter
    assert list(model.state_dict()) == NAMES
    assert [n for n, _ in model.named_parameters()] == [NAMES[0], *NAMES[3:]]
    assert [type(m).__name__ for m in model.modules()] == [
        "Block", "Linear", "ReLU", "Sequential", "Linear",
    ]  # fmt: skip


def test_state_moves_from_one_model_to_another():
    a, b = block(0), block(1)
    a.running_mean += 3
    a.steps += 7
    x = np.ones((3, 2), np.float32)
    assert not np.array_equal(a(x).data, b(x).data)
    b.load_state_dict(a.state_dict())
    np.testing.assert_array_equal(a(x).data, b(x).data)
    assert b.running_mean.tolist() == [3, 3]
    assert (b.steps, b.steps.dtype) == (7, np.int64)


def test_the_tensors_stay_the_same_ones():
    model = block()
    before = model.parameters()
    model.load_state_dict(block(1).state_dict())
    model.astype("float64")
    assert all(a is b for a, b in zip(before, model.parameters(), strict=True))


def test_the_state_is_a_copy_both_ways():
    model = block()
    state = model.state_dict()
    state["scale"][:] = 9
    assert model.scale.data.tolist() == [1, 1]
    model.load_state_dict(state)
    state["scale"][:] = 5
    assert model.scale.data.tolist() == [9, 9]


def test_loading_names_everything_that_is_wrong_and_changes_nothing():
    model, state = block(), block(1).state_dict()
    before = model.state_dict()
    del state["scale"], state["layers.0.bias"]
    state |= {"extra": np.ones(1), "body.0.weight": np.ones((3, 2))}
    with pytest.raises(ValueError, match="cannot load") as info:
        model.load_state_dict(state)
    assert str(info.value).splitlines() == [
        "Block cannot load this state:",
        "  missing: scale, layers.0.bias",
        "  unexpected: extra",
        "  body.0.weight: expected shape (2, 2), got (3, 2)",
    ]
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_loading_loosely_still_checks_shapes():
    model = block()
    model.load_state_dict({"scale": [4.0, 5.0], "extra": [1.0]}, strict=False)
    assert model.scale.data.tolist() == [4, 5]
    assert model.scale.dtype == np.float32
    with pytest.raises(ValueError, match=r"scale: expected shape \(2,\), got \(3,\)"):
        model.load_state_dict({"scale": np.ones(3)}, strict=False)


def test_loading_refuses_what_is_no_array_of_numbers():
    with pytest.raises(ValueError, match="scale: expected numbers, got <U1"):
        block().load_state_dict({"scale": ["a", "b"]}, strict=False)


def test_a_frozen_parameter_still_belongs_to_the_state():
    model = block()
    model.scale.requires_grad = False
    assert "scale" in model.state_dict()
    model(np.ones((1, 2), np.float32)).sum().backward()
    assert model.scale.grad is None


def test_a_shared_parameter_is_trained_once_and_saved_under_both_names():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Linear(2, 2, rng=rng))
    model[1].weight = model[0].weight
    assert [n for n, _ in model.named_parameters()] == ["0.weight", "0.bias", "1.bias"]
    assert "1.weight" in model.state_dict()


def test_train_and_eval_reach_every_module():
    model = block()
    assert all(m.training for m in model.modules())
    assert model.eval() is model
    assert not any(m.training for m in model.modules())
    assert all(m.training for m in model.train().modules())


def test_astype_converts_numbers_and_leaves_counts():
    model = block().astype("float64")
    kinds = {name: value.dtype.name for name, value in model.state_dict().items()}
    assert kinds.pop("steps") == "int64"
    assert set(kinds.values()) == {"float64"}
    with pytest.raises(TypeError, match="floating-point type, got int32"):
        model.astype("int32")


def test_zero_grad():
    model = block()
    model(np.ones((1, 2))).sum().backward()
    assert model.scale.grad is not None
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_parameters_in_a_list_are_not_lost_in_silence():
    model = nn.Module()
    model.weights = [Tensor([1.0], requires_grad=True)]
    with pytest.raises(TypeError, match=r"Module.weights is a list of parameters: give each"):
        model.parameters()
    model.weights = [Tensor([1.0])]  # constants may stand where they like
    assert model.parameters() == []


def test_models_can_be_copied_and_pickled():
    import copy
    import pickle

    model = block()
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        twin.scale.data = twin.scale.data * 2
        assert model.scale.data.tolist() == [1, 1]
        assert list(twin.state_dict()) == NAMES


def test_functional_call_leaves_the_module_as_it_is():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Linear(2, 2, rng=rng))
    model[1].weight = model[0].weight
    before = model.state_dict()
    out = nn.functional_call(model, {"0.weight": Tensor(np.zeros((2, 2)))}, np.ones((1, 2)))
    np.testing.assert_array_equal(out.data[0], model[1].bias.data)  # also where it is shared
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    with pytest.raises(ValueError, match="Sequential has no parameter weights"):
        nn.functional_call(model, {"weights": Tensor(1.0)}, np.ones((1, 2)))


def test_a_model_without_forward_says_so():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty does not define forward"):
        Empty()(1.0)


def test_repr_is_a_tree():
    assert repr(block()).splitlines() == [
        "Block(",
        "  (layers.0): Linear(in_features=2, out_features=2, bias=True)",
        "  (layers.1): ReLU()",
        "  (body): Sequential(",
        "    (0): Linear(in_features=2, out_features=2, bias=False)",
        "  )",
        ")",
    ]


def test_sequential_behaves_like_a_list():
    model = nn.Sequential(nn.ReLU(), nn.Tanh())
    assert len(model) == 2
    assert isinstance(model[1], nn.Tanh)
