"""Text made comparable: case, accents, ё and Ukrainian letters folded; words; natural order; keyboard layouts. Pure."""

import re
import unicodedata

# Letters that stay apart after decomposition although people type one for the other.
_LOOSE = str.maketrans(
    {
        "є": "е",
        "і": "и",
        "ґ": "г",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "'": None,
        "’": None,
        "ʼ": None,
        "`": None,
    }
)

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")

LONGEST_WORD = 40


def fold(text: str) -> str:
    """Lower case without accents or apostrophes; й becomes и, ё and є become е, і and ї become и, digits are ASCII."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded).translate(_BASES).casefold()
    return folded.translate(_LOOSE)


class _Bases(dict[int, str]):
    """What is left of each character of a decomposed text, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        digit = unicodedata.digit(character, None)
        self[code] = "" if unicodedata.combining(character) else character if digit is None else str(digit)
        return self[code]


_BASES = _Bases()


def words(text: str) -> list[str]:
    """The folded words of a text, in order; a word is a run of letters and digits, cut at 40 characters."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def natural_key(text: str) -> str:
    """A key that sorts names as people do: ``Card 5`` before ``Card 10``."""
    return _DIGITS.sub(lambda match: match[0].zfill(12), fold(text))


_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю'" + "ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ₴"

_LAYOUTS = (
    str.maketrans(_RUSSIAN, _LATIN),
    str.maketrans(_UKRAINIAN, _LATIN),
    str.maketrans(_LATIN, _RUSSIAN),
    str.maketrans(_LATIN, _UKRAINIAN),
)


def other_layouts(text: str) -> tuple[str, ...]:
    """The same keys typed with the keyboard switched, Russian, Ukrainian and English; without repeats or the text."""
    swapped = dict.fromkeys(text.translate(layout) for layout in _LAYOUTS)
    return tuple(candidate for candidate in swapped if words(candidate) and words(candidate) != words(text))
