"""Fashion-MNIST: 70,000 pictures of clothes of 28 x 28 pixels (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747).

Made to take MNIST's place without a change of code: the same format, the same sizes, ten classes, harder.
The validation split is made as MNIST's.
"""

from .dataset import Dataset
from .mnist import load_idx, remote_files

MIRRORS = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)
CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
FILES = remote_files(
    "fashion-mnist",
    MIRRORS,
    {
        "train-images-idx3-ubyte.gz": (
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        "train-labels-idx1-ubyte.gz": (
            29_515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ),
        "t10k-images-idx3-ubyte.gz": (
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        "t10k-labels-idx1-ubyte.gz": (
            5_148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    },
)


def load() -> Dataset:
    """Return Fashion-MNIST.

    Shape:
        x is (N, 1, 28, 28) of float32 in [0, 1], y is (N,) of int64; N is 55,000, 5,000 and 10,000.

    Raises:
        DataError: if the files are not on this machine and cannot be fetched.
    """
    return load_idx("fashion-mnist", FILES, classes=CLASSES, licence="MIT, (c) 2017 Zalando SE")
