"""A page to draw on: lines of words and rectangles, placed in pixels from its upper left corner."""

import unicodedata
from functools import cache
from io import BytesIO
from typing import Final

from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.transforms import IdentityTransform

DPI: Final = 100
POINTS: Final = 72

FALLBACKS: Final = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "PingFang SC", "Hiragino Sans", "Noto Sans Arabic", "Noto Sans Hebrew",
    "Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans Georgian", "Noto Sans Armenian", "FreeSans", "Noto Emoji",
)  # fmt: skip
"""Asked, where they are installed, for what DejaVu Sans has no letters for; that one comes with the library."""

ELLIPSIS: Final = "…"
UNDRAWN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn"})
"""Kinds of characters that need no letter of their own, such as joiners and accents (Unicode, general categories)."""


class Page:
    """A page of a fixed size. Words stand on one line each, and are cut off or shrunk where they would not fit."""

    def __init__(self, width: int, height: int, paper: str) -> None:
        self.width = width
        self.height = height
        self._figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=paper)
        self._canvas = FigureCanvasAgg(self._figure)

    def write(
        self, words: str, left: float, middle: float, size: float, colour: str, *, bold: bool = False, at: str = "left"
    ) -> None:
        """Write a line whose middle is ``middle`` down; ``at`` (left, center, right) says what of it is at ``left``."""
        self._figure.text(  # pyright: ignore[reportUnknownMemberType] - matplotlib leaves its options untyped
            left / self.width,
            1 - middle / self.height,
            drawable(words),
            fontproperties=_font(size, bold),
            color=colour,
            horizontalalignment=at,
            verticalalignment="center_baseline",
            # People's names may hold dollar signs, and are no formulas.
            parse_math=False,
        )

    def fill(self, left: float, top: float, width: float, height: float, colour: str, rounding: float = 0) -> None:
        """Paint a rectangle; ``rounding`` is the radius of its corners."""
        if width <= 0 or height <= 0:
            return
        corner = (left, self.height - top - height)
        radius = min(rounding, width / 2, height / 2)
        if radius:
            box = f"round,pad=0,rounding_size={radius}"
            patch = FancyBboxPatch(corner, width, height, boxstyle=box, mutation_aspect=1)
        else:
            patch = Rectangle(corner, width, height)
        patch.set(facecolor=colour, linewidth=0, transform=IdentityTransform())
        self._figure.add_artist(patch)

    def width_of(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words become."""
        shown = drawable(words)
        if not shown:
            return 0.0
        renderer = self._canvas.get_renderer()
        width, _, _ = renderer.get_text_width_height_descent(shown, _font(size, bold), ismath=False)
        return float(width)

    def fitted(self, words: str, room: float, size: float, *, bold: bool = False) -> str:
        """The words, or as many of their letters as fit into ``room``."""
        if self.width_of(words, size, bold=bold) <= room:
            return words
        least, most = 0, len(words)
        while least < most:
            middle = (least + most + 1) // 2
            fits = self.width_of(words[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= room
            least, most = (middle, most) if fits else (least, middle - 1)
        return words[:least].rstrip() + ELLIPSIS

    def shrunk(self, words: str, room: float, size: float, *, bold: bool = False) -> float:
        """The largest size up to ``size`` at which the words fit into ``room``."""
        width = self.width_of(words, size, bold=bold)
        return size if width <= room else size * room / width

    def png(self) -> bytes:
        """The page as a picture."""
        picture = BytesIO()
        self._canvas.print_png(picture)  # pyright: ignore[reportUnknownMemberType] - as in write
        return picture.getvalue()


def drawable(words: str) -> str:
    """The words on one line, without what no installed font has a letter for."""
    known = _letters()
    shown = (one for one in " ".join(words.split()) if ord(one) in known and unicodedata.category(one) not in UNDRAWN)
    return " ".join("".join(shown).split())


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=_families(), size=size * POINTS / DPI, weight="bold" if bold else "normal")


@cache
def _families() -> list[str]:
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in FALLBACKS if name in installed)]


@cache
def _letters() -> frozenset[int]:
    """Every character that one of our fonts can draw."""
    return frozenset(character for family in _families() for character in FT2Font(_path(family)).get_charmap())


def _path(family: str) -> str:
    return font_manager.findfont(  # pyright: ignore[reportUnknownMemberType] - matplotlib leaves PathLike open
        FontProperties(family=[family])
    )
