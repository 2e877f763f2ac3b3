"""The vocabulary: every word the language knows, what kind of word it is and what it stands for.

An entry is (kind, value, name). Small words that only join others (“at”, “of”, “the”) are kinds of their own.
"""

Entry = tuple[str, int, str]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_WEEKDAYS = (
    "monday mon monady",
    "tuesday tue tues tu tuesdy tusday teusday",
    "wednesday wed weds wednes wednsday wensday wednesdy wendesday",
    "thursday thu thur thurs thursdy thrusday thurday thr",
    "friday fri firday fryday friady",
    "saturday sat satur saterday satday saturdy",
    "sunday sun sundy",
)
_MONTHS = (
    "january jan janury januray",
    "february feb febr febuary feburary febraury",
    "march mar mrch",
    "april apr apirl aprl",
    "may",
    "june jun",
    "july jul",
    "august aug agust",
    "september sep sept setember septmber",
    "october oct ocotber octber",
    "november nov novemeber novmber",
    "december dec decemeber decmber",
)
_UNITS = {
    ("second", 1): "seconds sec secs s",
    ("minute", 1): "minute minutes min mins m mn mns minuts",
    ("hour", 1): "hour hours hr hrs h huors",
    ("day", 1): "day days d dy dys",
    ("week", 1): "week weeks wk wks w",
    ("week", 2): "fortnight fortnights",
    ("month", 1): "month months mo mos mth mths mnth mnths",
    ("month", 3): "qtr qtrs quarters",
    ("year", 1): "year years yr yrs y",
    ("year", 10): "decade decades",
    ("workday", 1): "workday workdays bday",
}
_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_DAYS = {
    0: "today todays 2day tday",
    1: "tomorrow tomorrows tmrw tmw tmr tmrow tomo tomoz tomorow tommorow tommorrow tommorw tomorro tomorrrow 2morrow"
    " 2moro 2mrw 2mro",
}
_PARTS = {
    "morning": "morning morn mornin",
    "afternoon": "afternoon arvo aft",
    "evening": "evening eve evng eventide",
    "night": "night nite nighttime",
    "lunch": "lunch lunchtime lunchbreak",
    "early morning": "breakfast dawn sunrise",
    "mid-morning": "midmorning",
    "mid-afternoon": "midafternoon teatime",
    "early evening": "suppertime dusk",
}
_KINDS = {
    "next": "next nxt",
    "this": "this current",
    "coming": "coming upcoming",
    "following": "following",
    "recurring": "every each weekly daily hourly monthly yearly annually annual quarterly nightly fortnightly biweekly"
    " bimonthly weekdays weekends mondays tuesdays wednesdays thursdays fridays saturdays sundays everyday always"
    " per repeatedly regularly once twice thrice alternate recurring mornings evenings nights afternoons usually",
    "vague": "soon asap whenever sometime sometimes someday eventually shortly while bit few several some many ages"
    " moment moments presently anytime sooner various undecided tbd tbc never forever as"
    " possible nearby other point recently awhile"
    " multiple numerous",
    "backward": "yesterday yday yesterdays ago previous prior earlier since back prev yest",
    "last": "last",
    "range": "until till til through thru between whole entire throughout during versus untill",
    "now": "now immediately instantly rightaway straightaway",
    "later": "later hence out ahead away afterwards afterward",
    "edge-end": "end ending close finish",
    "edge-start": "start beginning begin opening",
    "edge-middle": "middle mid",
    "edge-early": "early",
    "edge-late": "late",
    "eod": "eod eob cob cop eobd",
    "eow": "eow",
    "eom": "eom",
    "eoy": "eoy",
    "oclock": "oclock o'clock oclocks",
    "filler": "please pls around about approximately approx circa roughly exactly precisely sharp promptly just"
    " only latest ish right ca",
    "and": "and n",
    "or": "or",
    "plus": "plus",
    "minus": "minus",
    "over": "over",
    "of": "of",
    "the": "the",
    "a": "a an",
    "on": "on",
    "at": "at",
    "in": "in within inside",
    "by": "by",
    "for": "for",
    "after": "after",
    "before": "before",
    "past": "past",
    "to": "to",
    "from": "from",
    "time": "time times",
    "half": "half",
    "quarter": "quarter",
    "thing": "thing",
    "working": "working business work office",
    "business": "play",
    "weekend": "weekend wkend wknd weeknd",
    "weekday": "weekday",
    "noon": "noon midday noontime twelvish",
    "midnight": "midnight",
    "tonight": "tonight tonite 2nite tonights 2night",
    "another": "another additional further extra",
    "hundred": "hundred",
    "local": "local my our",
    "more": "more",
    "q": "q",
    "feast": "christmas xmas halloween boxing valentine's valentines valentine new",
    "than": "than",
    "suffix": "st nd rd th",
    "t": "t",
}
_PAIRS = {"couple": 2, "pair": 2, "dozen": 12}


def _entries() -> dict[str, Entry]:
    table: dict[str, Entry] = {}
    for kind, words in _KINDS.items():
        table.update((word, (kind, 0, word)) for word in words.split())
    for number, name in enumerate(_CARDINALS.split()):
        table[name] = ("num", number, "word")
    for number, name in enumerate(_ORDINALS.split()):
        table[name] = ("ord", number, "word")
    for name, number in _TENS.items():
        table[name] = ("num", number, "ten")
        table[name[:-1] + "ieth"] = ("ord", number, "word")
    table.update((name, ("num", number, "pair")) for name, number in _PAIRS.items())
    for number, words in enumerate(_WEEKDAYS):
        for word in words.split():
            table[word] = ("weekday-name", number, word)
            if word.endswith("day"):
                table[word + "'s"] = table[word]
    for number, words in enumerate(_MONTHS, 1):
        table.update((word, ("month", number, word)) for word in words.split())
    for (name, times), words in _UNITS.items():
        for word in words.split():
            table[word] = ("unit", times, name)
            if len(word) > 3:
                table[word + "'"] = table[word + "'s"] = table[word]
    for days, words in _DAYS.items():
        for word in words.split():
            table[word] = table[word + "'s"] = ("day", days, word)
    for part, words in _PARTS.items():
        table.update((word, ("part", 0, part)) for word in words.split())
    return table


VOCABULARY = _entries()

PLURALS = {f"{name.lower()}s": number for number, name in enumerate(WEEKDAYS)}
"""“3 fridays from now”: plural weekdays, which without a number before them recur."""
