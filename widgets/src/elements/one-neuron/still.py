"""Three gates in the plane of their inputs: the boundary of the book's neuron for two, and why the third has none."""

from book_code.models.neuron import gate

SIZE = 150  # of a panel
UNIT = 80  # from 0 to 1
CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]
PLUS = "M{x} {y}m-4 0h8m-4 -4v8"
MINUS = "M{x} {y}m-4 0h8"


def still():
    """Return the figure."""
    panels = [panel("and", [0, 0, 0, 1]), panel("or", [0, 1, 1, 1]), panel("xor", [0, 1, 1, 0])]
    inside = "".join(
        f'<g transform="translate({i * 205} 0)">{p}</g>' for i, p in enumerate(panels)
    )
    return (
        '<figure markdown="0"><svg viewBox="0 0 560 190" width="560" role="img" xmlns="http://www.w3.org/2000/svg" font-size="14" '
        'aria-label="AND and OR: a straight line divides the corners with a plus from those with a minus. '
        'XOR: the two pairs of corners lie across from each other, and their diagonals cross.">'
        f'<clipPath id="still-gates"><rect width="{SIZE}" height="{SIZE}"/></clipPath>{inside}</svg></figure>'
    )


def panel(name, targets):
    """The corners of one gate, and its boundary or the two diagonals."""
    colour = "var(--book-weight, #b34700)"
    if name == "xor":
        lines = f'<path d="M{at(0, 0)}L{at(1, 1)}M{at(0, 1)}L{at(1, 0)}" stroke="{colour}" stroke-width="2" stroke-dasharray="3 5"/>'
    else:
        neuron = gate(name)
        (w1, w2), b = neuron.weight.data.tolist(), neuron.bias.item()
        ends = [(x, -(w1 * x + b) / w2) for x in (-1, 2)]
        lines = f'<path d="M{at(*ends[0])}L{at(*ends[1])}" stroke="{colour}" stroke-width="3"/>'
    return (
        f'<rect width="{SIZE}" height="{SIZE}" fill="none" stroke="var(--book-rule, #dcd6c8)"/><g clip-path="url(#still-gates)">{lines}</g>'
        f"{''.join(corner(place, target) for place, target in zip(CORNERS, targets, strict=True))}"
        f'<text x="{SIZE / 2}" y="{SIZE + 24}" text-anchor="middle" fill="currentColor">{name.upper()}</text>'
    )


def corner(place, yes):
    x, y = at(*place).split()
    data, paper = "var(--book-data, #0b5fa5)", "var(--book-paper, #fdfcf9)"
    sign = (PLUS if yes else MINUS).format(x=x, y=y)
    return (
        f'<circle cx="{x}" cy="{y}" r="9" fill="{data if yes else paper}" stroke="{data}" stroke-width="2"/>'
        f'<path d="{sign}" stroke="{paper if yes else data}" stroke-width="2"/>'
    )


def at(x, y):
    return f"{SIZE / 2 + (x - 0.5) * UNIT:.1f} {SIZE / 2 - (y - 0.5) * UNIT:.1f}"
