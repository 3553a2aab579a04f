"""The page of event records: each article with its events below it, in the order of time and as cards, right to left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from ..models.documents import Document, Event
from ..models.records import EventRecord, Part
from ..models.scheme import Scheme
from ..models.values import Value
from .event_table import BETWEEN, HEADINGS, described, interval
from .html import Page, safe
from .records import build_records

_STYLE = """
.time,.cards{font-family:"Noto Sans Arabic","Segoe UI","Tahoma","Geeza Pro",system-ui,sans-serif;font-size:.8rem;line-height:1.8}
.time{list-style:none;margin:1rem 0 .6rem;padding:0 1rem;border-inline-start:2px solid var(--line)}
.time li{position:relative;margin:.35rem 0}
.time li::before{content:"";position:absolute;inset-inline-start:calc(-1rem - 6px);top:.55em;width:10px;height:10px;border-radius:50%;background:var(--soft)}
.time time{color:var(--soft);margin-inline-end:.8rem}
.time a,.card a{color:inherit;text-decoration:none}
.time a:hover,.card a:hover{text-decoration:underline}
.time .chip{margin-inline-end:.35rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.7rem}
.card{border:1px solid var(--line);border-inline-start:.3rem solid hsl(var(--h) 65% var(--edge));border-radius:.4rem;padding:.5rem .8rem;break-inside:avoid}
.card.open{border-style:dashed}
.card h3{font-size:inherit;margin:0 0 .2rem;display:flex;flex-wrap:wrap;gap:.2rem .6rem;align-items:baseline}
.card dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:0 .7rem;margin:0}
.card dt{color:var(--soft)}
.card dd{margin:0;overflow-wrap:anywhere}
.day{white-space:nowrap}
.card p{margin:.2rem 0 0;color:var(--soft);font-size:.9em}
mark:target,.card:target{outline:3px solid hsl(var(--h) 65% var(--edge))}
"""


def event_page(scheme: Scheme, title: str = "hadath") -> Page:
    """A page of linked documents and their records; written as the page of `html.page` is, an article at a time."""
    return Page(title, style=_STYLE, below=partial(_below, scheme))


def _below(scheme: Scheme, document: Document, colour: Callable[[str], str], anchor: Callable[[Event], str]) -> str:
    records = build_records(document, scheme)
    if not records:
        return ""
    named = {one.id: one for one in records}
    cards = "".join(_card(one, [named[told] for told in one.reports], colour(one.label), anchor) for one in records)
    return f'{_timeline(records, colour, anchor)}<section class="cards">{cards}</section>\n'


def _timeline(records: list[EventRecord], colour: Callable[[str], str], anchor: Callable[[Event], str]) -> str:
    """The days that something happened on, the earliest first; what has no day is in the cards alone, and so is what did not happen."""
    days: dict[tuple[str, str, str], list[EventRecord]] = {}
    for one in records:
        value = one.date.value if one.date else None
        if one.asserted and value is not None:
            days.setdefault((value.start or "", value.end or "", interval(value)), []).append(one)
    if not days:
        return ""
    entries = []
    for day, several in sorted(days.items()):
        links = " ".join(
            f'<a href="#{_card_id(one, anchor)}"><bdi dir="ltr" class="chip {colour(one.label)}">{safe(one.label)}</bdi>'
            f"<bdi>{safe(_subject(one))}</bdi></a>"
            for one in several
        )
        entries.append(f'<li><time><bdi dir="ltr">{safe(day[-1])}</bdi></time>{links}</li>')
    return f'<ol class="time">{"".join(entries)}</ol>\n'


def _card(record: EventRecord, told: Sequence[EventRecord], colour: str, anchor: Callable[[Event], str]) -> str:
    words = " · ".join(f'<a href="#{anchor(one)}"><bdi>{safe(one.text)}</bdi></a>' for one in record.triggers)
    lines = []
    if record.date is not None:
        value = record.date.value
        day = "" if value is None else f' <bdi dir="ltr">{_days(value)}</bdi>'
        lines.append(f'<dt><bdi dir="ltr">when</bdi></dt><dd><bdi>{safe(record.date.name)}</bdi>{day}</dd>')
    links = [f'<a href="#{_card_id(one, anchor)}"><bdi>{safe(one.triggers[0].text)}</bdi></a>' for one in told]
    for name, said in HEADINGS.items():
        found = links if name == "reports" else [_name(name, one) for one in getattr(record, name)]
        if found:
            lines.append(f'<dt><bdi dir="ltr">{said}</bdi></dt><dd>{"، ".join(found)}</dd>')
    codes = " · ".join(f"{name} {_code(code)}" for name, code in record.codes.items() if code is not None)
    return (
        f'<div id="{_card_id(record, anchor)}" class="card {colour}{"" if record.asserted else " open"}">'
        f'<h3><bdi dir="ltr" class="chip">{safe(record.label)}</bdi><span>{words}</span></h3>'
        + (f"<dl>{''.join(lines)}</dl>" if lines else "")
        + ("" if record.asserted else '<p><bdi dir="ltr">not asserted</bdi></p>')
        + (f'<p><bdi dir="ltr">{safe(codes)}</bdi></p>' if codes else "")
        + "</div>"
    )


def _days(value: Value) -> str:
    """An interval whose lines break between its days, not at their hyphens."""
    return BETWEEN.join(f'<span class="day">{safe(one)}</span>' for one in interval(value).split(BETWEEN))


def _subject(record: EventRecord) -> str:
    """What tells a record from another of its day: whom it was done to or where, or else its word."""
    parts: Iterable[Part] = record.recipients or record.places or record.actors
    return "، ".join(one.name for one in parts) or record.triggers[0].text


def _name(of: str, part: Part) -> str:
    title = f"{part.label}: {part.name}"
    return f'<bdi title="{safe(title)}">{safe(described(of, part))}</bdi>'


def _card_id(record: EventRecord, anchor: Callable[[Event], str]) -> str:
    return f"{anchor(record.triggers[0])}-card"


def _code(code: object) -> str:
    return ", ".join(code) if isinstance(code, list) else str(code)
