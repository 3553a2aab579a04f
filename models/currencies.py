"""The coins of the news and their ISO 4217 codes: by the coin's name and, where several states use the name, by the adjective of nationality.

A name that several states use has no code without the adjective (``دينار``, ``ليرة``, ``جنيه``, ``ريال``, ``درهم``); the dollar without one is that of the
United States, the only one Arabic news calls so. A part of a coin (``سنتيم``, ``قرش``, ``فلس``) has no code of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .numerals import fold

_ANY = ""  # the code of the name alone
_COINS: dict[str, dict[str, str]] = {
    "دولار": {_ANY: "USD", "أميركي أمريكي": "USD", "كندي": "CAD", "أسترالي استرالي": "AUD", "نيوزيلندي": "NZD", "سنغافوري": "SGD", "تايواني": "TWD"},
    "يورو أورو": {_ANY: "EUR"},
    "ليرة": {"سوري": "SYP", "لبناني": "LBP", "تركي": "TRY"},
    "دينار دنانير": {
        "عراقي": "IQD",
        "أردني": "JOD",
        "كويتي": "KWD",
        "ليبي": "LYD",
        "جزائري": "DZD",
        "تونسي": "TND",
        "بحريني": "BHD",
        "صربي": "RSD",
    },
    "دج": {_ANY: "DZD"},
    "جنيه": {"مصري": "EGP", "سوداني": "SDG", "إسترليني سترليني استرليني": "GBP"},
    "إسترليني": {_ANY: "GBP"},
    "ريال": {"سعودي": "SAR", "يمني": "YER", "قطري": "QAR", "عماني": "OMR", "إيراني": "IRR", "برازيلي": "BRL"},
    "درهم دراهم": {"إماراتي": "AED", "مغربي": "MAD"},
    "شيكل شيقل شواكل شواقل": {_ANY: "ILS"},
    "روبل": {_ANY: "RUB", "بيلاروسي": "BYN"},
    "يوان": {_ANY: "CNY"},
    "ين": {_ANY: "JPY"},
    "وون": {_ANY: "KRW"},
    "رينغيت رينجيت": {_ANY: "MYR"},
    "روبية": {"هندي": "INR", "باكستاني": "PKR", "إندونيسي": "IDR", "سريلانكي": "LKR"},
    "فرنك": {"سويسري": "CHF", "جيبوتي": "DJF"},
    "كرونة كرون": {"سويدي": "SEK", "نرويجي": "NOK", "دنماركي": "DKK", "تشيكي": "CZK"},
    "شلن": {"صومالي": "SOS", "كيني": "KES", "أوغندي": "UGX"},
    "أوقية": {_ANY: "MRU"},
    "راند": {_ANY: "ZAR"},
    "هريفنيا غريفنا": {_ANY: "UAH"},
    "بيزو": {"مكسيكي": "MXN", "أرجنتيني": "ARS", "كولومبي": "COP", "فلبيني": "PHP"},
    "نايرا": {_ANY: "NGN"},
    "أفغاني": {_ANY: "AFN"},
    "زلوتي": {_ANY: "PLN"},
    "بتكوين بيتكوين": {_ANY: "XBT"},
    "تومان سنتيم سنت قرش قروش فلس فلوس هللة مليم": {},
}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₪": "ILS", "₽": "RUB", "₩": "KRW", "₹": "INR", "₺": "TRY"}
_ENDINGS = ("", "ا", "ات", "هات", "ين", "ان", "ه", "تين", "تان")
_DUAL = ("ين", "ان", "تين", "تان")


@cache
def _coins() -> dict[str, dict[str, str]]:
    """By folded stem, without the ending of the feminine."""
    table = {}
    for names, codes in _COINS.items():
        folded = {_stem(one): code for many, code in codes.items() for one in (many.split() or [_ANY])}
        table.update({_stem(name): folded for name in names.split()})
    return table


def _stem(word: str) -> str:
    return fold(word).removesuffix("ه") if not word.endswith("جنيه") else fold(word)


def _stems(token: str) -> list[tuple[str, str]]:
    """The stems a token may have, each with the ending it leaves."""
    found = []
    for prefix in ("", "ال", "لل", "ب", "ل", "بال"):
        if token.startswith(prefix) and len(token) > len(prefix) + 1:
            rest = token[len(prefix) :]
            found += [(rest.removesuffix(ending), ending) for ending in _ENDINGS if rest.endswith(ending)]
    return found


def find_coin(tokens: Sequence[str]) -> tuple[str | None, set[int], bool] | None:
    """Finds the coin among the tokens of an amount.

    Args:
        tokens: Of a folded text.

    Returns:
        The code, None where the coin is not fully said; the indices of the coin's tokens; whether its name is a dual (``دولارين``). None where
        there is no coin.
    """
    table = _coins()
    for index, token in enumerate(tokens):
        code = _SIGNS.get(token) or (token.upper() if token in _codes() else None)
        if code:
            return code, {index}, False
        for stem, ending in _stems(token):
            if (codes := table.get(stem)) is not None:
                for stem_after, _ in _stems(tokens[index + 1]) if index + 1 < len(tokens) else ():
                    if stem_after in codes:
                        return codes[stem_after], {index, index + 1}, ending in _DUAL
                return codes.get(_ANY), {index}, ending in _DUAL
    return None


@cache
def _codes() -> frozenset[str]:
    return frozenset(code.lower() for codes in _COINS.values() for code in codes.values())
