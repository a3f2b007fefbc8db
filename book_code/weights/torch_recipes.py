"""All recipes by the names of their weights."""

from __future__ import annotations

from book_code.weights import torch_generative, torch_language, torch_pictures
from book_code.weights.torch_recipe import Recipe

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in [*torch_pictures.RECIPES, *torch_generative.RECIPES, *torch_language.RECIPES]
}
