"""Hugging Face's masked autoencoder, with random weights, loads into both of ours and paints the same."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code.models import registry
from book_code.models.mae import numpy_model, torch_model
from book_code.models.mae.published import FIXED, convert

from .common import batch
from .reference import transformers

pytestmark = [pytest.mark.torch, pytest.mark.native]


def reference(normalize):
    torch.manual_seed(0)
    settings = transformers.ViTMAEConfig(
        hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
        image_size=12, patch_size=4, num_channels=3, decoder_num_attention_heads=2,
        decoder_hidden_size=4, decoder_num_hidden_layers=1, decoder_intermediate_size=8,
        mask_ratio=0.75, norm_pix_loss=normalize, layer_norm_eps=1e-6,
    )  # fmt: skip
    net = transformers.ViTMAEForPreTraining(settings).eval()
    with torch.no_grad():
        patches = net.vit.embeddings  # they mark what is drawn, and draw nothing twice
        for part in (
            patches.patch_embeddings.projection,
            patches.position_embeddings,
            net.decoder.decoder_pos_embed,
        ):
            part._is_hf_initialized = False
        patches.initialize_weights()  # the places, which published files hold
        net.decoder.initialize_weights(9)
        for p in net.parameters():
            if p.requires_grad:  # the places are fixed
                p.add_(0.3 * torch.randn_like(p))
    return net


def as_in_files(name):
    """Return a name as the published files have it, which transformers 5 renames when it reads them."""
    for new, old in [
        ("vit.layers.", "vit.encoder.layer."),
        ("attention.q_proj", "attention.attention.query"),
        ("attention.k_proj", "attention.attention.key"),
        ("attention.v_proj", "attention.attention.value"),
        ("attention.o_proj", "attention.output.dense"),
        ("mlp.fc1", "intermediate.dense"),
        ("mlp.fc2", "output.dense"),
    ]:
        name = name.replace(new, old)
    return name


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("rename", [str, as_in_files])
def test_published_weights_paint_the_same(backend, normalize, rename):
    theirs = reference(normalize)
    sizes = {
        "image_size": 12, "in_channels": 3, "layers": 2, "mask_ratio": 0.75, "normalize": normalize,
    }  # fmt: skip
    state = {rename(name): value for name, value in theirs.state_dict().items()}
    ours = bc.load_published("mae-tiny", state, backend, **sizes)
    given = batch("mae-tiny", 3, np.float32, **sizes)
    noise = np.argsort(given["order"], axis=1).astype(
        np.float32
    )  # they sort noise for the order
    with torch.no_grad():
        expected = theirs(torch.from_numpy(given["x"]), noise=torch.from_numpy(noise))
        convert_to = np.asarray if backend == "numpy" else torch.from_numpy
        x, order = convert_to(given["x"]), convert_to(given["order"])
        prediction, mask = ours(x, order)
        loss = (numpy_model if backend == "numpy" else torch_model).mae_loss(ours, x, order)
    np.testing.assert_allclose(prediction.numpy(), expected.logits, rtol=1e-5, atol=1e-5)
    assert np.array_equal(mask.numpy(), expected.mask)
    assert loss.item() == pytest.approx(expected.loss.item(), rel=1e-5)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("mae-b16", {}),
        (
            "mae-l16",
            {
                "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
                "intermediate_size": 4096,
            },
        ),
    ],
)  # fmt: skip
def test_the_full_sizes_have_the_published_names_and_shapes(name, sizes):
    config = registry.config(name)
    with torch.device("meta"):
        theirs = transformers.ViTMAEForPreTraining(transformers.ViTMAEConfig(**sizes))
        ours = registry.model_class(name, "torch")(config)
    shapes = {key: tuple(value.shape) for key, value in ours.state_dict().items()}
    found = convert({key: np.empty(tuple(v.shape)) for key, v in theirs.state_dict().items()}, config)  # fmt: skip
    assert {key: value.shape for key, value in found.items()} == shapes
    weights = {key: value for key, value in theirs.named_parameters() if key not in FIXED}
    assert sum(p.numel() for p in weights.values()) == sum(p.numel() for p in ours.parameters())


def test_the_places_are_theirs():
    theirs, ours = reference(False), registry.config("mae-tiny", image_size=12, in_channels=3)
    for name, width in zip(FIXED, (ours.embed_dim, ours.decoder_dim), strict=True):
        table = numpy_model.places(width, ours.grid)
        np.testing.assert_allclose(table[None], theirs.state_dict()[name], atol=1e-6)


@pytest.mark.parametrize("normalize", [False, True])
def test_pictures_are_put_together_alike(normalize):
    ours = bc.build("mae-tiny", rng=np.random.default_rng(0), normalize=normalize)
    theirs = bc.build("mae-tiny", "torch", rng=np.random.default_rng(0), normalize=normalize)
    given = batch("mae-tiny", 2, np.float32)
    x, order = torch.from_numpy(given["x"]), torch.from_numpy(given["order"])
    np.testing.assert_allclose(
        numpy_model.reconstruct(ours, given["x"], given["order"]),
        torch_model.reconstruct(theirs, x, order),
        rtol=1e-4,
        atol=1e-5,
    )
