"""Formulas as text: MathML, TeX, and the output of MathJax and KaTeX.

A formula without a text form becomes `MISSING`; a sentence with one is incomplete and is not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from itertools import islice, takewhile
from typing import Any, Final

from lxml import etree

from ingest.parse.raised import lowered, raised
from ingest.parse.replaced import say
from ingest.text.segment import MISSING

LONGEST: Final = 1000  # characters of a formula
LARGEST: Final = 3000  # elements of one
_DEEPEST: Final = 40

_SPACED: Final = frozenset("=≈≠<>≤≥≪≫∈∉⊂⊆→↦⇒∼∝≡+−±×⋅·÷∧∨")
_INVISIBLE: Final = "\u2061\u2062\u2063\u2064"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FORMULA_CLASS = re.compile(r"(?<![a-z])(?:latex|tex|math|equation|formula|mathjax)(?![a-z])", re.IGNORECASE)
_MATHJAX_2: Final = frozenset(
    {"MathJax", "MathJax_Preview", "MathJax_Display", "MathJax_SVG", "MathJax_SVG_Display", "MathJax_CHTML"}
)

_GREEK: Final = (
    "alpha:α beta:β gamma:γ delta:δ epsilon:ε varepsilon:ε zeta:ζ eta:η theta:θ iota:ι kappa:κ lambda:λ mu:μ nu:ν xi:ξ "
    "pi:π rho:ρ sigma:σ tau:τ phi:φ varphi:φ chi:χ psi:ψ omega:ω Gamma:Γ Delta:Δ Theta:Θ Lambda:Λ Xi:Ξ Pi:Π Sigma:Σ "
    "Phi:Φ Psi:Ψ Omega:Ω "
)
_SIGNS: Final = (
    "times:× cdot:· div:÷ pm:± approx:≈ sim:∼ simeq:≃ neq:≠ ne:≠ leq:≤ le:≤ geq:≥ ge:≥ ll:≪ gg:≫ in:∈ to:→ "
    "rightarrow:→ infty:∞ propto:∝ equiv:≡ ldots:… dots:… cdots:… sum:∑ prod:∏ int:∫ partial:∂ nabla:∇ degree:° "
    "circ:° prime:′ ell:ℓ forall:∀ exists:∃ subset:⊂ cup:∪ cap:∩"
)
_SYMBOLS: Final = dict(pair.split(":") for pair in (_GREEK + _SIGNS).split())
_GROUP: Final = r"\{([^{}]{0,300})\}"
_WRAPPED = re.compile(
    rf"\\(?:text|mathrm|mathbf|mathbb|mathcal|mathit|mathsf|operatorname|textbf|textit|rm|bf){_GROUP}"
)
_FRACTION = re.compile(rf"\\[dt]?frac\s?{_GROUP}\s?{_GROUP}")
_ROOT = re.compile(rf"\\sqrt{_GROUP}")
_SHIFTED = re.compile(rf"([\^_])(?:{_GROUP}|(\\[a-zA-Z]{{1,20}}|[^\s{{}}\\]))")
_LAYOUT = re.compile(r"\\(?:displaystyle|textstyle|scriptstyle|left|right|big|Big|bigl|bigr|limits|,|;|:|!|quad|qquad)")
_COMMAND = re.compile(r"\\([a-zA-Z]{1,30}) ?")
_ESCAPED = re.compile(r"\\([%$#&_{}])")
_DELIMITERS = re.compile(r"^(?:\$\$?|\\\(|\\\[)|(?:\$\$?|\\\)|\\\])$")


def settle_formulas(root: Any) -> None:
    """Replace each formula in the tree, once, by plain text in a <span>."""
    found: list[tuple[Any, Callable[[Any], str]]] = []
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        make = _maker(element)
        if make is not None and element is not root:
            found.append((element, make))
            walk.skip_subtree()
    said: set[Any] = set()
    for element, make in found:
        if element.tag != "img" or element.getparent() not in said:  # else a picture of what was just read
            said.update(_new_ancestors(element, said))
            _become(element, make(element))


def _new_ancestors(element: Any, known: Container[Any]) -> Iterator[Any]:
    """The elements around this one, up to one that is known."""
    yield from takewhile(lambda around: around not in known, element.iterancestors())


def tex_text(tex: str) -> str:
    """TeX as a reader would type it: `10^{26}` is 10²⁶; `MISSING` for one that is too long."""
    tex = _DELIMITERS.sub("", tex.strip())
    if not tex or len(tex) > LONGEST:
        return MISSING
    tex = _LAYOUT.sub(" ", _ESCAPED.sub(r"\1", tex).replace("~", " "))
    for _ in range(8):  # groups from the inside out
        before = tex
        tex = _WRAPPED.sub(r"\1", tex)
        tex = _FRACTION.sub(lambda m: f"{_bracketed(m[1])}/{_bracketed(m[2])}", tex)
        tex = _ROOT.sub(lambda m: f"√{_bracketed(m[1])}", tex)
        tex = _SHIFTED.sub(_shift, tex)
        if tex == before:
            break
    tex = _COMMAND.sub(_command, tex)
    return " ".join(tex.replace("{", "").replace("}", "").replace("\\", " ").split()) or MISSING


def _command(match: re.Match[str]) -> str:
    sign = _SYMBOLS.get(match[1])
    return f"{match[1]} " if sign is None else f" {sign} " if sign in _SPACED else sign


def _shift(match: re.Match[str]) -> str:
    inner = _COMMAND.sub(lambda m: _SYMBOLS.get(m[1], m[1]), match[2] if match[2] is not None else match[3])
    return raised(inner) if match[1] == "^" else lowered(inner)


def _maker(element: Any) -> Callable[[Any], str] | None:
    """A function that returns the text of a formula's element; None for any other element."""
    tag, classes = _name(element), (element.get("class") or "").split()
    if tag == "math":
        return _of_math
    if tag == "mjx-container" or "katex" in classes:
        return _of_rendered
    if tag == "script" and (element.get("type") or "").startswith("math/tex"):
        return lambda script: tex_text(script.text or "")
    if not _MATHJAX_2.isdisjoint(classes):
        return _of_mathjax_2
    if tag == "img" and _FORMULA_CLASS.search(element.get("class") or ""):
        return lambda image: tex_text(image.get("alt") or "")
    return None


def _of_math(math: Any) -> str:
    small = next(islice(math.iter(), LARGEST, None), None) is None
    text = " ".join(_line(math).split()) if small and len(math) else ""
    if text and len(text) <= LONGEST:
        return text
    return _of_tex(math) or " ".join((math.text or "").split())[:LONGEST] or MISSING


def _of_tex(holder: Any) -> str:
    """From the TeX in an annotation or an attribute; "" if there is none."""
    notes = (note for note in holder.iter("annotation") if "tex" in (note.get("encoding") or "").lower())
    said = next((note.text for note in notes if note.text), None)
    said = said or holder.get("alttext") or holder.get("data-latex") or holder.get("data-tex")
    return tex_text(said) if said else ""


def _of_rendered(holder: Any) -> str:
    """The output of MathJax 3 or KaTeX, read from the MathML or TeX inside it: its glyphs do not show powers."""
    math = holder.find(".//math")
    if math is not None:
        return _of_math(math)
    return _of_tex(holder) or " ".join((holder.get("aria-label") or "").split()) or MISSING


def _of_mathjax_2(drawn: Any) -> str:
    """MathJax 2 renders in front of the script that contains the formula."""
    later = drawn.getnext()
    for _ in range(3):
        if later is None:
            break
        if later.tag == "script" and (later.get("type") or "").startswith("math/"):
            return ""
        later = later.getnext()
    inside = drawn.find(".//script")
    if inside is not None and (inside.get("type") or "").startswith("math/tex"):
        return tex_text(inside.text or "")
    return "" if "MathJax_Preview" in (drawn.get("class") or "") else _of_rendered(drawn)


def _name(element: Any) -> str:
    """Its name without a prefix."""
    return element.tag.rpartition(":")[2] if isinstance(element.tag, str) else ""


def _line(element: Any, depth: int = 0) -> str:
    """Presentation MathML on one line."""
    children = [child for child in element if not _name(child).startswith("annotation")] if depth < _DEEPEST else []
    tag, parts = _name(element), [_line(child, depth + 1) for child in children]
    if tag in ("mn", "mi", "mtext", "ms") or (tag != "mo" and not len(element)):
        return " ".join(("".join(element.itertext())).split()).strip(_INVISIBLE)
    if tag == "mo":
        sign = (element.text or "").strip().strip(_INVISIBLE)
        unary = element.getprevious() is None
        return f" {sign} " if sign in _SPACED and not unary else sign + " " * (sign in (",", ";"))
    if tag == "mspace":
        return " "
    if tag == "mfrac" and len(parts) == 2:
        return f"{_bracketed(parts[0])}/{_bracketed(parts[1])}"
    if tag == "msqrt":
        return f"√{_bracketed(''.join(parts))}"
    if tag in ("msup", "msub", "msubsup", "munderover", "mover", "munder") and len(parts) >= 2:
        return _scripted(tag, parts)
    return (" " if tag in ("mtr", "mtable") else "").join(parts)


def _scripted(tag: str, parts: list[str]) -> str:
    base, *scripts = (part.strip() for part in parts)
    if tag in ("msup", "msub"):
        return base + (raised if tag == "msup" else lowered)(scripts[0])
    if tag == "mover" and not any(map(str.isalnum, scripts[0])):  # an accent
        return base
    low = lowered(scripts[0]) if tag != "mover" else ""
    return base + low + (raised(scripts[-1]) if tag in ("msubsup", "munderover", "mover") else "")


def _bracketed(text: str) -> str:
    text = text.strip()
    simple = len(text) <= 1 or text.replace(".", "").isalnum()
    return text if simple else f"({text})"


def _become(element: Any, text: str) -> None:
    around = element.getparent()
    for _ in range(3):  # formulas for screen readers are in hidden elements
        if around is None:
            break
        if _HIDDEN.search(around.get("style") or ""):
            del around.attrib["style"]
        around = around.getparent()
    say(element, text)
