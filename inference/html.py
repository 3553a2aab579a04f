"""Documents as one page for reading: right to left, self-contained, light and dark, without scripts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import IO

from ..models.documents import Document, Event, Mention, Sentence
from .pretty import Passage, Piece, layout, marks_of

_STYLE = """
:root{color-scheme:light dark;--back:#f6f5f2;--paper:#fff;--ink:#1c1d20;--soft:#62656d;--line:#dddad2;--fill:88%;--deep:74%;--tag:25%;--edge:42%;--sat:62%}
@media (prefers-color-scheme:dark){:root{--back:#141518;--paper:#1d1f23;--ink:#e9e8e4;--soft:#a2a5ad;--line:#34373d;--fill:21%;--deep:29%;--tag:86%;--edge:62%;--sat:42%}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:1.15rem/2.15 "Noto Naskh Arabic","Geeza Pro","Amiri","Traditional Arabic","Segoe UI","Tahoma",serif}
h1,.meta,.chips,.tag,.events,.legend,.error{font-family:"Noto Sans Arabic","Segoe UI","Tahoma","Geeza Pro",system-ui,sans-serif}
h1,main{max-width:54rem;margin:0 auto;padding:0 1.2rem}
h1{font-size:1.15rem;padding-top:1.1rem}
article{background:var(--paper);border:1px solid var(--line);border-radius:.7rem;padding:.9rem 1.4rem 1.1rem;margin:1rem 0}
.meta{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;font-size:.8rem;color:var(--soft);border-bottom:1px solid var(--line);margin-bottom:.6rem}
.meta h2{font-size:inherit;margin:0;color:var(--ink)}
.passage{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 1rem;margin:.5rem 0}
.passage p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.chips{display:flex;flex-direction:column;align-items:flex-start;gap:.3rem;padding-top:.55rem}
.chip{font-size:.7rem;line-height:1.5;padding:.05rem .6rem;border-radius:1rem;background:hsl(var(--h) var(--sat) var(--fill));color:hsl(var(--h) 70% var(--tag))}
mark{color:inherit;background:hsl(var(--h) var(--sat) var(--fill));border-radius:.3rem;padding:.12rem .22rem;-webkit-box-decoration-break:clone;box-decoration-break:clone}
mark.trigger{background:hsl(var(--h) var(--sat) var(--deep));border-bottom:.16rem solid hsl(var(--h) 65% var(--edge))}
mark.open{background:none;border-bottom-style:dashed;outline:1px dashed hsl(var(--h) 65% var(--edge));outline-offset:-1px}
mark.tied{padding-inline-start:0;border-start-start-radius:0;border-end-start-radius:0}
mark.on{padding-inline-end:0;border-start-end-radius:0;border-end-end-radius:0}
.tag{font-size:.58em;line-height:1;font-weight:600;letter-spacing:.02em;margin-inline-start:.3em;color:hsl(var(--h) 70% var(--tag));-webkit-user-select:none;user-select:none}
.events{grid-column:1/-1;list-style:none;margin:.1rem 0 .3rem;padding:0 .8rem;border-inline-start:2px solid var(--line);font-size:.78rem;line-height:1.9;color:var(--soft)}
.events b{color:var(--ink);font-weight:600}
.error{border-inline-start:.3rem solid #c0392b;background:hsl(6 60% var(--fill));padding:.3rem 1rem;border-radius:.3rem;font-size:.9rem;overflow-wrap:anywhere}
.legend{position:sticky;bottom:0;max-height:22vh;overflow:auto;display:flex;flex-wrap:wrap;justify-content:center;gap:.3rem 1.4rem;padding:.5rem 1.2rem;background:var(--paper);border-top:1px solid var(--line);font-size:.7rem;line-height:2}
.legend div{display:flex;flex-wrap:wrap;gap:.2rem .5rem;align-items:center}
.legend mark{padding:0 .5rem}
@media (max-width:40rem){.passage{grid-template-columns:minmax(0,1fr)}.chips{flex-direction:row;flex-wrap:wrap;padding:0}}
@media print{:root{--back:#fff}body{font-size:11pt}article{border:0;padding:0;border-bottom:1px solid #ccc;border-radius:0}.passage{break-inside:avoid}.legend{position:static;max-height:none;break-inside:avoid}mark,.chip,.error{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_KINDS = (("entity", "entities"), ("trigger", "events"), ("chip", "sentence labels"))
_OPEN = "not asserted: the text does not say that it happened"

# See `Page`
Below = Callable[[Document, Callable[[str], str], Callable[[Event], str]], str]


class Page:
    """A page written as its documents come: `head`, one `article` a document, `tail`. Only the labels seen so far are kept.

    The colours stand in the tail, with the legend: an even wheel of hues over the labels used is known only there.

    Args:
        title: Of the page.
        style: Further style sheet.
        below: What stands below the text of each document; it is given the document, a function that turns a label into the class of its colour, and one
            that turns a trigger into the id of its mark in the page.
    """

    def __init__(self, title: str = "hadath", *, style: str = "", below: Below | None = None) -> None:
        self.title = title
        self._style, self._below = style, below
        self._articles = 0
        self._classes: dict[str, str] = {}  # label -> class; a label of two layers has one colour
        self._used: dict[str, set[str]] = {kind: set() for kind, _ in _KINDS}

    def head(self) -> str:
        """The page up to the first document."""
        title = safe(self.title)
        return (
            f'<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width,initial-scale=1">\n'
            f"<title>{title}</title>\n<style>{_STYLE}{self._style}</style>\n</head>\n<body>\n<h1><bdi>{title}</bdi></h1>\n<main>\n"
        )

    def article(self, document: Document) -> str:
        """One document; one that could not be tagged shows its error."""
        out = [f'<article>\n<header class="meta"><h2><bdi>{safe(document.id)}</bdi></h2>']
        if document.date:
            out.append(f"<time><bdi>{safe(document.date)}</bdi></time>")
        if document.source:
            out.append(f"<span><bdi>{safe(document.source)}</bdi></span>")
        out.append("</header>\n")
        if document.error is not None:
            out.append(f'<div class="error" dir="auto">{safe(document.error)}</div>\n')
        self._articles += 1
        names = {one.id: one.text for one in marks_of(document) if one.id is not None}
        out += [self._passage(document.text, one, names) for one in layout(document)]
        if self._below is not None:
            out.append(self._below(document, lambda label: self._class(label, "trigger"), self._anchor))
        return "".join(out) + "</article>\n"

    def tail(self) -> str:
        """The legend with the labels used, their colours, and the end of the page."""
        labels = sorted(self._classes)
        hues = "".join(f".{self._classes[label]}{{--h:{360 * index / len(labels):.1f}}}" for index, label in enumerate(labels))
        groups = []
        for kind, name in _KINDS:
            shown = "".join(_sample(kind, self._classes[label], label) for label in sorted(self._used[kind]))
            if shown:
                groups.append(f'<div><bdi dir="ltr">{name}</bdi> {shown}</div>')
        legend = '<footer class="legend">' + "".join(groups) + "</footer>\n" if groups else ""
        return f"</main>\n{legend}<style>{hues}</style>\n</body>\n</html>\n"

    def _class(self, label: str, kind: str) -> str:
        self._used[kind].add(label)
        return self._classes.setdefault(label, f"l{len(self._classes)}")

    def _anchor(self, event: Event) -> str:
        return f"d{self._articles}-{event.start}"

    def _passage(self, whole: str, passage: Passage, names: Mapping[str, str]) -> str:
        text = "".join(self._piece(whole, one, passage.sentence) for one in passage.pieces)
        chips = "".join(
            f'<bdi dir="ltr" class="chip {self._class(one.label, "chip")}" title="{_score(one.score)}">{safe(one.label)}</bdi>'
            for one in passage.sentence.labels or ()
        )
        events = "".join(_event(one, names) for one in passage.events if one.arguments and self._below is None)
        return (
            f'<div class="passage"><p>{text.strip()}</p>'
            + (f'<div class="chips">{chips}</div>' if chips else "")
            + (f'<ul class="events">{events}</ul>' if events else "")
            + "</div>\n"
        )

    def _piece(self, text: str, piece: Piece, passage: Sentence) -> str:
        inner = safe(text[piece.start : piece.end])
        for mark in reversed(piece.marks):  # the mark that began first is the outermost
            inner = self._mark(inner, mark, text, piece, passage)
        return inner

    def _mark(self, inner: str, mark: Mention | Event, text: str, piece: Piece, passage: Sentence) -> str:
        kind = "trigger" if isinstance(mark, Event) else "entity"
        names, said = [kind, self._class(mark.label, kind)], [mark.label, _score(mark.score), mark.id or ""]
        if isinstance(mark, Event) and not mark.asserted:
            names.append("open")
            said.append(_OPEN)
        # Padding inside a word would tear joined letters apart, as after a proclitic; so there is none on such a side.
        if piece.start > passage.start and not text[piece.start - 1].isspace():
            names.append("tied")
        last = piece.end == min(mark.end, passage.end)
        if not last:
            names.append("on")
        tag = f'<bdi dir="ltr" class="tag">{safe(mark.label)}</bdi>' if last else ""
        target = f' id="{self._anchor(mark)}"' if isinstance(mark, Event) and self._below is not None and piece.start == mark.start else ""
        return f'<mark{target} class="{" ".join(names)}" title="{safe(" · ".join(one for one in said if one))}">{inner}{tag}</mark>'


def page(documents: Iterable[Document], *, title: str = "hadath") -> str:
    """Documents as one HTML page.

    The page needs nothing but itself, and no script. Marks are coloured by label; triggers are underlined, those not asserted dashed; a sentence's
    labels stand beside it, and a legend names the labels used.
    """
    file = io.StringIO()
    write_page(documents, file, title=title)
    return file.getvalue()


def write_page(documents: Iterable[Document], file: IO[str], *, title: str = "hadath") -> int:
    """Writes the page of `page` to a file as the documents come, in constant memory, and returns how many they were."""
    form = Page(title)
    count = 0
    file.write(form.head())
    for document in documents:
        file.write(form.article(document))
        count += 1
    file.write(form.tail())
    return count


def safe(text: str) -> str:
    """Any string as text of a page or value of an attribute; what HTML or UTF-8 cannot hold becomes U+FFFD."""
    return escape(_UNFIT.sub("\ufffd", text), quote=True)


def _event(event: Event, names: Mapping[str, str]) -> str:
    parts = (f'<bdi dir="ltr">{safe(one.role)}</bdi> <b><bdi>{safe(names.get(one.target, one.target))}</bdi></b>' for one in event.arguments or ())
    return f'<li><b><bdi>{safe(event.text)}</bdi></b> <bdi dir="ltr">{safe(event.label)}</bdi>: {" · ".join(parts)}</li>'


def _sample(kind: str, name: str, label: str) -> str:
    tag = "bdi" if kind == "chip" else "mark"
    return f'<{tag} dir="ltr" class="{kind} {name}">{safe(label)}</{tag}>'


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.2f}"
