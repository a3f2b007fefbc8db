"""Residual networks with both kinds of blocks, and the plain network beside them."""

from . import Case, With, cross_entropy, labelled

PUBLISHED = {
    # torchvision's; table 1 of the paper names no counts
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    # table 6 of the paper: 0.27, 0.46, 0.66, 0.85 and 1.7 million; here to the last one, from the layers
    "resnet20": 269_722,
    "resnet32": 464_154,
    "resnet44": 658_586,
    "resnet56": 853_018,
    "resnet110": 1_727_962,
    # a shortcut of option A has no parameters: the plain twins have as many (section 4.2)
    "plain20": 269_722,
    "plain32": 464_154,
    "plain44": 658_586,
    "plain56": 853_018,
    "plain110": 1_727_962,
}


def case(other, variants=(), **settings):
    """Return the case of one small network; they differ in what is another value."""
    fields = {
        "classes": 4,
        "image_size": With(20, stem="imagenet"),
        "in_channels": 2,
        "block": "bottleneck",
        "blocks": (2, 1),
        "width": 4,
        "stem": "small",
        "shortcut": "padding",
    }
    return Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.01),
        other={**fields, **other},
        variants=variants,
        **settings,
    )


CASES = {
    "resnet-tiny": case(
        {},
        (
            {"shortcut": "none"},
            {"shortcut": "padding", "image_size": 17},
            {"blocks": (1, 2, 1), "in_channels": 3},
        ),
        published=PUBLISHED,
        unpublished={"resnet18-fashion": "the book's own: ResNet-18 for 28 x 28 grey pictures"},
    ),
    "resnet-bottleneck-tiny": case(
        {"block": "basic"}, ({"stem": "small", "shortcut": "padding", "blocks": (1, 2)},)
    ),
    "resnet-cifar-tiny": case(
        {"stem": "imagenet", "shortcut": "projection"}, ({"blocks": (2, 2), "image_size": 7},)
    ),
    "plain-tiny": case({"stem": "imagenet"}),
}
