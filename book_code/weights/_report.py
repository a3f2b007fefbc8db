"""The cards as Markdown, for the reference page of the book and for whoever opens the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from book_code.experiments._result import write_bytes
from book_code.models import registry
from book_code.weights import card, names

HOUSEKEEPING = {"seconds", "device", "versions", "commit", "experiment", "dataset"}


def path() -> Path:
    """Where the cards lie as one text."""
    return registry.WEIGHTS / "README.md"


def write() -> None:
    """Write the text."""
    write_bytes(path(), whole().encode())


def whole() -> str:
    """Every card."""
    return "\n".join(described(name, card(name)) for name in names())


def described(name: str, known: dict[str, Any]) -> str:
    """One card."""
    training, config = known["training"], known["config"]
    settings = {k: v for k, v in training.items() if k not in HOUSEKEEPING}
    versions = ", ".join(
        f"{package} {version}" for package, version in training["versions"].items()
    )
    source = (
        f" by the experiment `{training['experiment']}`" if "experiment" in training else ""
    )
    lines = {
        "Model": f"{known['title']}; preset `{known['preset']}`, {known['parameters']:,} parameters",
        "Configuration": listed(config),
        "Data": f"{known['data']}. Licence: {known['licence']}",
        "Training": f"{listed(settings)}; {training['seconds']:,.0f} s on {training['device']}{source}; {versions}; "
        f"commit `{training['commit']}`",
        "Measured": "; ".join(f"{m['what']}: {m['value']:g} {m['unit']}".strip() for m in known["measured"]),
        "Limits": known["limits"],
        "File": f"{known['size']:,} bytes, sha256 `{known['sha256'][:16]}…`",
    }  # fmt: skip
    if known["tokenizers"]:
        sizes = [
            f"{side}: byte-pair encoding, {256 + len(t['merges']) + len(t['special'])} tokens"
            for side, t in known["tokenizers"].items()
        ]
        lines["Tokenizer"] = "; ".join(sizes)
    rows = "\n".join(f"| {key} | {value} |" for key, value in lines.items())
    return f"### {name}\n\n| Entry | What it says |\n| --- | --- |\n{rows}\n"


def listed(values: dict[str, Any]) -> str:
    """Names and values."""
    return ", ".join(f"{key} {value}" for key, value in values.items())
