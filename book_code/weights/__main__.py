"""The command line: ``python -m book_code.weights [names] [--list] [--cards]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from book_code.data import DataError
from book_code.names import unknown
from book_code.weights import _report, card, names
from book_code.weights.torch_recipe import describe, make
from book_code.weights.torch_recipes import RECIPES


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the weights that are asked for, or those that are missing or stale; 0 if all went well."""
    parser = argparse.ArgumentParser(
        prog="python -m book_code.weights",
        description="Train the models whose weights ship with the book, and write their cards.",
    )
    parser.add_argument("names", nargs="*", help="make these, even if they are fresh")
    parser.add_argument(
        "--list", action="store_true", help="say what there is and how it stands"
    )
    parser.add_argument(
        "--cards",
        action="store_true",
        help="train nothing: measure what there is, and write the cards again",
    )
    wish = parser.parse_args(arguments)
    for name in wish.names:
        if name not in RECIPES:
            print(unknown("weights", name, RECIPES), file=sys.stderr)
            return 2
    if wish.list:
        for name in RECIPES:
            print(f"{name:30} {state(name)}")
        return 0
    stale = [name for name in RECIPES if state(name) != "fresh"]
    for name in wish.names or (names() if wish.cards else stale):
        try:
            _one(name, wish.cards)
        except DataError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    _report.write()
    return 0


def _one(name: str, only_card: bool) -> None:
    """Make the weights of one name, or its card alone, and say what was measured."""
    print(f"{name}: {'measuring' if only_card else 'training'}...", flush=True)
    if only_card:
        known = card(name)
        made = describe(RECIPES[name], known["training"], known["recipe_hash"])
    else:
        made = make(RECIPES[name])
    said = [f"{m['what']} {m['value']:g} {m['unit']}".strip() for m in made["measured"]]
    print(f"{name}: {made['size']:,} bytes; {'; '.join(said)}", flush=True)


def state(name: str) -> str:
    """`fresh`, `stale` or `missing`."""
    if name not in names():
        return "missing"
    try:
        known = card(name)
    except ValueError:
        return "stale (no card)"
    return "fresh" if known["recipe_hash"] == RECIPES[name].hash() else "stale"


if __name__ == "__main__":
    sys.exit(main())
