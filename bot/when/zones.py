"""Zone names people type: “Europe/Paris”, “UTC+2”, “ET”, “pacific time”, “london time”."""

from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.when.errors import quoted, refusal
from bot.when.reading import Reading

_PLACES: Mapping[str, str] = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "atlantic": "America/Halifax",
    "hawaii": "Pacific/Honolulu",
    "uk": "Europe/London",
    "british": "Europe/London",
    "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "japan": "Asia/Tokyo",
    "china": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "korea": "Asia/Seoul",
    "israel": "Asia/Jerusalem",
    "german": "Europe/Berlin",
    "french": "Europe/Paris",
    "spanish": "Europe/Madrid",
    "london": "Europe/London",
    "dublin": "Europe/Dublin",
    "paris": "Europe/Paris",
    "berlin": "Europe/Berlin",
    "madrid": "Europe/Madrid",
    "rome": "Europe/Rome",
    "amsterdam": "Europe/Amsterdam",
    "brussels": "Europe/Brussels",
    "zurich": "Europe/Zurich",
    "vienna": "Europe/Vienna",
    "stockholm": "Europe/Stockholm",
    "oslo": "Europe/Oslo",
    "copenhagen": "Europe/Copenhagen",
    "helsinki": "Europe/Helsinki",
    "lisbon": "Europe/Lisbon",
    "athens": "Europe/Athens",
    "istanbul": "Europe/Istanbul",
    "moscow": "Europe/Moscow",
    "dubai": "Asia/Dubai",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "singapore": "Asia/Singapore",
    "tokyo": "Asia/Tokyo",
    "seoul": "Asia/Seoul",
    "shanghai": "Asia/Shanghai",
    "sydney": "Australia/Sydney",
    "melbourne": "Australia/Melbourne",
    "brisbane": "Australia/Brisbane",
    "perth": "Australia/Perth",
    "auckland": "Pacific/Auckland",
    "chicago": "America/Chicago",
    "denver": "America/Denver",
    "boston": "America/New_York",
    "seattle": "America/Los_Angeles",
    "toronto": "America/Toronto",
    "vancouver": "America/Vancouver",
    "jerusalem": "Asia/Jerusalem",
    "cairo": "Africa/Cairo",
    "lagos": "Africa/Lagos",
    "nairobi": "Africa/Nairobi",
    "johannesburg": "Africa/Johannesburg",
    "karachi": "Asia/Karachi",
    "manila": "Asia/Manila",
    "jakarta": "Asia/Jakarta",
    "bangkok": "Asia/Bangkok",
}
"""Words that name a zone before “time”: no word here is one of the language's own."""

_TWO_WORDS: Mapping[str, str] = {
    "new york": "America/New_York",
    "los angeles": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "hong kong": "Asia/Hong_Kong",
    "sao paulo": "America/Sao_Paulo",
    "mexico city": "America/Mexico_City",
    "new delhi": "Asia/Kolkata",
    "tel aviv": "Asia/Jerusalem",
    "cape town": "Africa/Johannesburg",
    "central european": "Europe/Berlin",
    "eastern european": "Europe/Athens",
    "western european": "Europe/Lisbon",
    "new zealand": "Pacific/Auckland",
}

_GENERIC: Mapping[str, str] = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "aet": "Australia/Sydney",
    "cet": "Europe/Berlin",
    "mez": "Europe/Berlin",
    "eet": "Europe/Athens",
}
"""Abbreviations that follow their place's clock through the year."""

_FIXED: Mapping[str, tuple[int, str]] = {
    "utc": (0, ""),
    "gmt": (0, ""),
    "z": (0, ""),
    "zulu": (0, ""),
    "wet": (0, ""),
    "cest": (120, "Europe/Berlin"),
    "mesz": (120, "Europe/Berlin"),
    "eest": (180, "Europe/Athens"),
    "msk": (180, ""),
    "gst": (240, ""),
    "pkt": (300, ""),
    "ict": (420, ""),
    "wib": (420, ""),
    "sgt": (480, ""),
    "sst": (480, ""),
    "hkt": (480, ""),
    "awst": (480, ""),
    "pht": (480, ""),
    "jst": (540, ""),
    "kst": (540, ""),
    "acst": (570, "Australia/Adelaide"),
    "acdt": (630, "Australia/Adelaide"),
    "aest": (600, "Australia/Sydney"),
    "aedt": (660, "Australia/Sydney"),
    "nzst": (720, "Pacific/Auckland"),
    "nzdt": (780, "Pacific/Auckland"),
    "nst": (-210, "America/St_Johns"),
    "ndt": (-150, "America/St_Johns"),
    "adt": (-180, "America/Halifax"),
    "brt": (-180, ""),
    "est": (-300, "America/New_York"),
    "edt": (-240, "America/New_York"),
    "cdt": (-300, "America/Chicago"),
    "mst": (-420, "America/Denver"),
    "mdt": (-360, "America/Denver"),
    "pst": (-480, "America/Los_Angeles"),
    "pdt": (-420, "America/Los_Angeles"),
    "akst": (-540, "America/Anchorage"),
    "akdt": (-480, "America/Anchorage"),
    "hst": (-600, ""),
    "sast": (120, ""),
    "wat": (60, ""),
}
"""Abbreviations with one offset, and the place to check it by: “EST” in July is an hour from New York's clocks."""

_SEVERAL: Mapping[str, tuple[str, ...]] = {
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
}
"""Abbreviations of more than one place. The person's own zone decides; else the first, with a warning."""


_MEANT = {"bst": 60, "cst": -360, "ast": -240}
"""The offset that the first place's clocks show when the abbreviation is right."""


def named(key: str) -> ZoneInfo:
    """The IANA zone of that name, whatever its case; raises ``WhenError`` (unknown-zone) where there is none."""
    spellings = (key, _cased(key), key.upper())
    for spelling in spellings[1:] if key.islower() else spellings:  # a miss is slow
        try:
            return ZoneInfo(spelling)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise refusal("unknown-zone", quoted(key))


_SMALL = frozenset({"au", "of", "es", "in"})
_ODD = {"mcmurdo": "McMurdo", "dumontdurville": "DumontDUrville", "utc": "UTC", "gmt": "GMT", "uct": "UCT", "us": "US"}


def _cased(key: str) -> str:
    """A zone's name in the spelling of the IANA database: “america/port-au-prince” is America/Port-au-Prince."""
    parts = []
    for part in key.lower().replace("\0", "").split("/"):
        words = part.replace("-", "\0-\0").replace("_", "\0_\0").split("\0")
        parts.append(
            "".join(
                w if w in _SMALL else _ODD.get(w) or (w.upper() if w.startswith("gmt") else w.capitalize())
                for w in words
            )
        )
    return "/".join(parts)


def zone(r: Reading, i: int) -> int:
    """A zone, alone or in brackets, and the word “time” after it."""
    if r.kinds[i] == "(":
        j = zone(r, i + 1) if r.kinds[i + 1] in {"unknown", "iana"} else 0
        return j + 1 if j and r.kinds[j] == ")" else 0
    if r.kinds[i] == "iana":
        _set(r, named(r.word(i)))
        return i + 1
    if r.kinds[i] == "local":
        return i + 2 if r.kinds[i + 1] == "time" else 0
    word = r.word(i)
    two = _TWO_WORDS.get(f"{word} {r.word(i + 1)}")
    if two is not None:
        j = i + 2
        j += r.word(j) in {"standard", "daylight", "summer"}
        if r.kinds[j] == "time":
            _set(r, named(two))
            return j + 1
    if word in _PLACES:
        return _place(r, i, _PLACES[word])
    if word in _FIXED:
        return _abbreviation(r, i, *_FIXED[word])
    if word in _GENERIC:
        _set(r, named(_GENERIC[word]))
    elif word in _SEVERAL:
        _several(r, word)
    else:
        return 0
    return i + 1 + (r.kinds[i + 1] == "time")


def _place(r: Reading, i: int, key: str) -> int:
    """“pacific time”, “eastern standard time”, “london time”; a place alone is no zone."""
    j = i + 1
    season = r.word(j) if r.word(j) in {"standard", "daylight", "summer"} else ""
    j += bool(season)
    if r.kinds[j] != "time":
        if r.word(i) in _AMERICAN and r.clock is not None and not season:
            _set(r, named(key))
            return j
        return 0
    _set(r, named(key))
    return j + 1


_AMERICAN = frozenset({"eastern", "central", "mountain", "pacific"})
"""Places that name a zone without the word “time”, after a time: “9am eastern”."""


def _abbreviation(r: Reading, i: int, minutes: int, place: str) -> int:
    """“EST”, “UTC”, “GMT+2”, “UTC-05:30”."""
    j = i + 1
    if not place and r.word(i) in {"utc", "gmt"} and (found := offset_after(r, j)):
        j, minutes = found
    _set(r, fixed(minutes))
    if place:
        r.zone_check = (r.word(i).upper(), place, minutes)
    return j + (r.kinds[j] == "time")


def offset_after(r: Reading, i: int) -> tuple[int, int] | None:
    """“+2”, “-0500”, “+05:30” as minutes, and where they end."""
    if r.kinds[i] not in {"+", "-"}:
        return None
    text, sign = r.word(i + 1), 1 if r.kinds[i] == "+" else -1
    if r.kinds[i + 1] == "clock":
        hour, minute = (int(part) for part in text.split(":")[:2])
    elif r.kinds[i + 1] == "num" and r.name(i + 1) == "digits" and len(text) in {1, 2, 3, 4}:
        hour, minute = (int(text), 0) if len(text) <= 2 else divmod(int(text), 100)
    else:
        return None
    if hour > 14 or minute > 59:
        r.impossible("zone")
    return i + 2, sign * (hour * 60 + minute)


def numeric(r: Reading, i: int) -> int:
    """“+0100”, “-05:00” right after a time."""
    if r.clock is None or r.zone is not None or len(r.word(i + 1)) < 4:
        return 0
    if r.kinds[i] == "-" and r.kinds[i + 1] == "clock" and not (r.glued(i) and _iso_stamp(r, i)):
        return 0
    found = offset_after(r, i)
    if not found:
        return 0
    _set(r, fixed(found[1]))
    return found[0]


def _iso_stamp(r: Reading, i: int) -> bool:
    """Whether a date and a time stand before, as in 2027-03-04T09:00; else “-10:00” would end a range."""
    return i >= 2 and (r.kinds[i - 2] == "t" or (r.kinds[i - 2] == "iso" and r.word(i - 1).count(":") == 2))


def _several(r: Reading, word: str) -> None:
    """An abbreviation of several places: the person's own if it is among them."""
    own = getattr(r.now.tzinfo, "key", "")
    places = [key for key in _SEVERAL[word] if key == own]
    if not places:
        places = list(_SEVERAL[word])
        r.warn(f"{word.upper()} is the time of several places: {places[0]} was taken, not {' or '.join(places[1:])}.")
    _set(r, named(places[0]))
    if word in _MEANT:
        r.zone_check = (word.upper(), places[0], _MEANT[word])


def _set(r: Reading, zone: tzinfo) -> None:
    if r.zone is not None:
        r.clash("two zones")
    r.zone = zone


def fixed(minutes: int) -> tzinfo:
    """A zone that is always so many minutes from UTC."""
    return timezone(timedelta(minutes=minutes))
