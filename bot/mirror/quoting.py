"""Where a mail stops being its author's: quoted history and signatures, in plain text.

What mail programs write above a quotation is in the language of whoever uses them; the phrases here are those of the
programs that are common. What is only likely is left standing: a line too much does less harm than a sentence too few.
"""

import re

LONGEST_SIGNATURE = 15
"""Lines after a signature's mark; more is no signature."""
MOST_LINES = 3000
"""In which the beginning of history is looked for."""
_LONGEST_ATTRIBUTION = 500
KEPT = 6
"""Lines of a quotation that is answered below itself; more are folded."""

_WROTE = (
    r"wrote|writes|schrieb|a écrit|ha escrito|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti|napisał(?:\(a\)|a)?|"
    r"napsal(?:\(a\)|a)?|írta|a scris|написал(?:\(а\)|а)?|пише|yazdı|έγραψε|"
    r"viết|写道|寫道|のメール|さんは書きました|님이 작성"
)
_OPENS = (
    r"On|Am|Le|El|Il|Em|Op|Den|Dne|Dnia|W dniu|På|Ma|A|La|Vào|Στις|Pe|"
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年|在|\S+day|пн|вт|ср|чт|пт|сб|вс|Пн|Вт|Ср|Чт|Пт|Сб|Вс"
)
_ATTRIBUTION = re.compile(rf"\s*(?:{_OPENS})\b.{{0,300}}(?:{_WROTE}).{{0,160}}[:\uff1a]?\s*", re.DOTALL)
_ENDS_SO = re.compile(rf".*\S.{{0,200}}(?:{_WROTE})\s*[:\uff1a]\s*", re.DOTALL)

_ORIGINAL = re.compile(
    r"\s*[-_*=]{2,}\s*(?:Original Message|Original Appointment|Ursprüngliche Nachricht|Message d'origine|"
    r"Message original|Mensaje original|Messaggio originale|Mensagem original|Oorspronkelijk bericht|"
    r"Ursprungligt meddelande|Opprinnelig melding|Oprindelig meddelelse|Alkuperäinen viesti|Oryginalna wiadomość|"
    r"Wiadomość oryginalna|Původní zpráva|Исходное сообщение|原始邮件|"
    r"元のメッセージ|Forwarded message)\s*[-_*=]{2,}\s*",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\s*[*>]*\s*(From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|Kimden|差出人|发件人|寄件者|보낸 사람|"
    r"Sent|Gesendet|Envoyé|Enviado(?: el)?|Inviato|Verzonden|Skickat|Sendt|Lähetetty|Wysłano|Odesláno|Отправлено|"
    r"Gönderilme|送信日時|发送时间|Date|Datum|Fecha|Data|Dato|Дата|To|An|À|Para|A|Aan|Till|Til|Vastaanottaja|Do|Komu|"
    r"Кому|Kime|宛先|收件人|Subject|Betreff|Objet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Emne|Aihe|Temat|Předmět|"
    r"Тема|Konu|件名|主题|Cc)\s*\*?\s*[:\uff1a]",
)
_FROM = re.compile(
    r"\s*\*?(From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|Kimden|差出人|发件人|寄件者|보낸 사람)\s*\*?\s*[:\uff1a]\s*\S"
)
_SENT_FROM = re.compile(
    r"\s*(?:Sent from (?:my|Mail for|Outlook|Yahoo|Proton|Samsung)|Get Outlook for|Sent via|"
    r"Von meinem .{2,30} gesendet|Gesendet (?:von|mit)|Diese Nachricht wurde von meinem|"
    r"Envoyé (?:de|depuis|à partir d)|Enviado (?:desde|do|a partir d)|Inviato da|Verstuurd vanaf|Verzonden vanaf|"
    r"Skickat från|Sendt fra|Lähetetty .{2,30}(?:sta|stä)|Wysłan[eo] z|Odesláno z|Отправлено (?:с|из)|"
    r"Скачать Outlook|(?:.{2,20})から送信|发自我的)[^\n]{0,100}",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?:--|—)[ \t\u00a0]?")
_RULE = re.compile(r"\s*_{10,}\s*")


def fold(text: str) -> tuple[str, int]:
    """What the author wrote, and how many lines were left out.

    A mail that is nothing but a quotation is left whole: then it is what was meant.
    """
    lines = text.split("\n")
    own = _without_middle(_without_signature(_without_history(_without_signature(lines))))
    kept = [line for line in own if line.strip()]
    if not any(not line.lstrip().startswith(">") for line in kept):
        return text, 0
    shown = "\n".join(own).strip("\n")
    return shown, sum(bool(line.strip()) for line in lines) - len(kept)


def _without_history(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines[:MOST_LINES]):
        if _ORIGINAL.fullmatch(line) or (_RULE.fullmatch(line) and _is_header(lines, number + 1)):
            return lines[:number]
        if _is_header(lines, number):
            return lines[:number]
        for height in (1, 2, 3):
            if _attributes(lines, number, height):
                return lines[:number]
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    quoted = any(line.lstrip().startswith(">") for line in lines[end:])
    return lines[:end] if quoted else lines


def _is_header(lines: list[str], number: int) -> bool:
    """Whether the headers of another mail stand here: a sender, and two more within the next lines."""
    if number >= len(lines) or not _FROM.match(lines[number]):
        return False
    following = [line for line in lines[number : number + 8] if line.strip()][:5]
    return sum(_HEADER.match(line) is not None for line in following) >= 3


def _attributes(lines: list[str], number: int, height: int) -> bool:
    """Whether so many lines say who wrote what follows, and a quotation or nothing else does follow."""
    block = lines[number : number + height]
    if len(block) < height or not block[0].strip() or not block[-1].strip():
        return False
    said = " ".join(line.strip() for line in block)
    if len(said) > _LONGEST_ATTRIBUTION or not said.endswith((":", "\uff1a", "wrote", "写道")):
        return False
    opens = _ATTRIBUTION.fullmatch(said) is not None
    if not opens and not (height == 1 and _ENDS_SO.fullmatch(said)):
        return False
    rest = [line for line in lines[number + height :] if line.strip()]
    if not rest:
        return opens
    quoted = [line.lstrip().startswith(">") for line in rest]
    # Bare text below it is history where the line has a date in it; an answer between quotations is none.
    return all(quoted) or (opens and not any(quoted) and re.search(r"\d{1,2}[:.h]\d\d|\d{4}", said) is not None)


def _without_signature(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if end and _SENT_FROM.fullmatch(lines[end - 1]):
        return _without_signature(lines[: end - 1])
    for number in range(max(0, end - LONGEST_SIGNATURE - 1), end):
        if _MARK.fullmatch(lines[number]):
            return lines[:number]
    return lines[:end]


def _without_middle(lines: list[str]) -> list[str]:
    """Quotations that are answered below themselves stay, the long ones without their beginnings."""
    own: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if line.lstrip().startswith(">"):
            run.append(line)
            continue
        own += run if len(run) <= KEPT else ["> […]", *run[-KEPT:]]
        run = []
        own.append(line)
    return own[:-1]
