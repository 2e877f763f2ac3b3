"""Mails as text: the author's words, all of them, and nothing else."""

import re
import time
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mirror.mail import Readable, clean, parts, readable

OWN = "Thanks, it works now."
GMAIL = (
    f'<div dir="ltr">{OWN}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 1 Jan 2024 at '
    '10:00, Support &lt;<a href="mailto:s@example.com">s@example.com</a>&gt; wrote:<br></div><blockquote '
    'class="gmail_quote" style="margin:0">Have you tried?</blockquote></div>'
)
OUTLOOK = (
    f'<html><body><div class="WordSection1"><p class="MsoNormal">{OWN}</p><div><div style="border:none;'
    'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Support<br><b>Sent:</b> Monday<br>'
    "<b>To:</b> Jo</p></div></div><p>Have you tried?</p></div></body></html>"
)
OUTLOOK_WEB = f'<div>{OWN}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> x</div><p>Old</p>'
APPLE = f'{OWN}<br><br><blockquote type="cite">On 1 Jan 2024, at 10:00, Support wrote:<br>Have you tried?</blockquote>'
YAHOO = f'<div>{OWN}</div><div id="yahoo_quoted_12" class="yahoo_quoted"><div>On Monday Support wrote:</div>Old</div>'
THUNDERBIRD = (
    f'<p>{OWN}</p><div class="moz-cite-prefix">Am 01.01.24 um 10:00 schrieb Support:<br></div>'
    '<blockquote type="cite" cite="mid:x">Have you tried?</blockquote><pre class="moz-signature">-- \nJo</pre>'
)
SIGNED = f'<div>{OWN}</div><div class="gmail_signature" data-smartmail="gmail_signature">Jo Bloggs<br>Acme Ltd</div>'
HTML = {
    "gmail": GMAIL, "outlook": OUTLOOK, "outlook web": OUTLOOK_WEB, "apple": APPLE, "yahoo": YAHOO,
    "thunderbird": THUNDERBIRD, "signature": SIGNED,
}  # fmt: skip


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_history_in_html_is_left_out(html: str) -> None:
    """As each mail program marks it."""
    read = readable("", html)
    assert read.text == OWN
    assert read.folded


WROTE = {
    "en": "On Mon, 1 Jan 2024 at 10:00, Support <s@example.com> wrote:",
    "en, in two lines": "On Mon, Jan 1, 2024 at 10:00 AM Support Team\n<support@example.com> wrote:",
    "de": "Am 01.01.24 um 10:00 schrieb Support:",
    "de, longer": "Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb Support <s@example.com>:",
    "fr": "Le lun. 1 janv. 2024 à 10:00, Support <s@example.com> a écrit :",
    "es": "El lun, 1 ene 2024 a las 10:00, Support (<s@example.com>) escribió:",
    "it": "Il giorno lun 1 gen 2024 alle ore 10:00 Support <s@example.com> ha scritto:",
    "pt": "Em seg., 1 de jan. de 2024 às 10:00, Support <s@example.com> escreveu:",
    "nl": "Op ma 1 jan 2024 om 10:00 schreef Support <s@example.com>:",
    "sv": "Den mån 1 jan. 2024 kl 10:00 skrev Support <s@example.com>:",
    "no": "man. 1. jan. 2024 kl. 10:00 skrev Support <s@example.com>:",
    "pl": "pon., 1 sty 2024 o 10:00 Support <s@example.com> napisał(a):",
    "ru": "пн, 1 янв. 2024 г. в 10:00, Support <s@example.com>:",
    "cs": "Dne po 1. 1. 2024 10:00 uživatel Support napsal:",
    "zh": "Support <s@example.com> 于2024年1月1日周一 10:00写道：",
    "ja": "2024年1月1日(月) 10:00 Support さんは書きました:",
}


STAYS = {"no", "ru"}
"""Lines that could as well be the author's own: the quotation below them goes, they stay."""


@pytest.mark.parametrize("name", WROTE)
def test_history_in_plain_text_is_left_out(name: str) -> None:
    """In the languages of mail programs, with the quotation below."""
    own = f"{OWN}\n\n{WROTE[name]}" if name in STAYS else OWN
    assert readable(f"{OWN}\n\n{WROTE[name]}\n\n> Have you tried?\n>\n> Really?\n").text == own


HEADERS = {
    "en": "From: Support <s@example.com>\nSent: Monday, January 1, 2024\nTo: Jo\nSubject: Re: Till",
    "de": "Von: Support <s@example.com>\nGesendet: Montag, 1. Januar 2024\nAn: Jo\nBetreff: AW: Kasse",
    "fr": "De : Support <s@example.com>\nEnvoyé : lundi 1 janvier 2024\nÀ : Jo\nObjet : RE: Caisse",
    "es": "De: Support <s@example.com>\nEnviado: lunes, 1 de enero\nPara: Jo\nAsunto: RE: Caja",
    "it": "Da: Support <s@example.com>\nInviato: lunedì 1 gennaio\nA: Jo\nOggetto: R: Cassa",
    "nl": "Van: Support <s@example.com>\nVerzonden: maandag 1 januari\nAan: Jo\nOnderwerp: RE: Kassa",
    "pl": "Od: Support <s@example.com>\nWysłano: poniedziałek\nDo: Jo\nTemat: RE: Kasa",
    "ja": "差出人: Support <s@example.com>\n送信日時: 2024年1月1日\n宛先: Jo\n件名: RE: レジ",
    "zh": "发件人\uff1a Support\n发送时间\uff1a 2024年1月1日\n收件人\uff1a Jo\n主题\uff1a Re: 收银机",
    "ruled": "________________________________\nFrom: Support\nSent: Monday\nTo: Jo\nSubject: Re: Till",
    "original": "-----Original Message-----\nFrom: Support",
    "ursprünglich": "-----Ursprüngliche Nachricht-----\nVon: Support",
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_what_stands_below_headers_is_history(headers: str) -> None:
    """As Outlook quotes."""
    assert readable(f"{OWN}\n\n{headers}\n\nHave you tried?\n").text == OWN


SIGNATURES = {
    "the mark": "-- \nJo Bloggs\nAcme Ltd",
    "the mark without its space": "--\nJo",
    "a telephone": "Sent from my iPhone",
    "another": "Get Outlook for Android<https://aka.ms/ghei36>",
    "de": "Von meinem iPhone gesendet",
    "fr": "Envoyé de mon iPhone",
    "es": "Enviado desde mi iPhone",
    "it": "Inviato da iPhone",
    "nl": "Verstuurd vanaf mijn iPhone",
    "sv": "Skickat från min iPhone",
    "pl": "Wysłane z iPhone'a",
    "ja": "iPhoneから送信",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
def test_signatures_are_left_out(signature: str) -> None:
    """Where something marks them as such."""
    assert readable(f"{OWN}\n\n{signature}\n").text == OWN
    assert readable(f"{OWN}\n\n{signature}\n\nOn 1 Jan 2024 at 10:00 Support wrote:\n> old\n").text == OWN


def test_what_the_helpdesk_knows_to_be_a_signature_is_left_out() -> None:
    """It is told beside the message."""
    assert readable(f"{OWN}\n\nBest, Jo", signature="Best, Jo") == Readable(OWN, 1)


WHOLE = {
    "answers between quotations": "Answers below.\n> Does it start?\nNo.\n> Is it plugged in?\nYes.",
    "a sentence about writing": "On Monday my colleague wrote: nothing works.\nPlease help.",
    "a list with dashes": "We need:\n-- two tills\n-- one printer",
    "nothing but a quotation": "> all of it",
    "a single header": "From: what I can tell, it is broken.\nPlease look.",
    "numbers": "1 > 0 and 2 < 3",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_what_is_the_authors_own_stays(text: str) -> None:
    """A line too much does less harm than a sentence too few."""
    assert readable(text) == Readable(text)


def test_a_long_quotation_that_is_answered_keeps_its_end() -> None:
    """The part right above the answer."""
    quoted = "\n".join(f"> line {number}" for number in range(30))
    text = readable(f"Hello\n{quoted}\nMy answer").text
    assert "line 29" in text
    assert "line 3\n" not in text
    assert text.endswith("My answer")


SHAPES = {
    "paragraphs": ("<p>a</p><p>b</p>", "a\n\nb"),
    "lines": ("a<br>b<div>c</div>d", "a\nb\nc\nd"),
    "a list": ("<ul><li>one</li><li>two</li></ul>", "• one\n• two"),
    "a numbered list": ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
    "a table": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a  b\nc  d"),
    "code": ("<pre>if x:\n    y</pre>", "if x:\n    y"),
    "spaces": ("a\n   b&nbsp;c", "a b c"),
    "a link": ('<a href="https://example.com/x">look here</a>', "look here (https://example.com/x)"),
    "a link that says so": ('<a href="https://example.com/">example.com</a>', "example.com"),
    "an address": ('<a href="mailto:jo@example.com">jo@example.com</a>', "jo@example.com"),
    "a link to nowhere safe": ('<a href="javascript:evil()">look</a>', "look"),
    "a picture": ('<img src="https://t.example/p.gif"><img alt="the till" src="cid:1">', "[the till]"),
    "scripts": ("<style>p{}</style><script>evil()</script>a<!-- b -->", "a"),
    "hidden": ('a<span style="display:none">b</span><p hidden>c</p><div style="font-size:0px">d</div>', "a"),
    "entities": ("&lt;!channel&gt; &amp;amp;", "<!channel> &amp;"),
    "a conditional comment": ("a<!--[if mso]><p>b</p><![endif]-->", "a"),
    "broken": ("<p>a<b>b</p>c</i><td>d", "ab\n\nc"),
}


@pytest.mark.parametrize(("html", "text"), SHAPES.values(), ids=SHAPES)
def test_html_is_read(html: str, text: str) -> None:
    """What is seen in the mail program is what is told."""
    assert readable("", html).text.startswith(text)


def test_plain_text_stands_in_for_html_that_says_nothing() -> None:
    """A mail of pictures, for one."""
    assert readable("in words", "<img src=x>").text == "in words"
    assert readable("in words", "<div>" * 3000 + "deep").text == "in words"


VISIBLE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
TAGS = st.sampled_from(["p", "div", "b", "span", "li", "td", "h1", "pre", "u", "font", "x-y"])
NASTY = st.sampled_from(
    [
        '<script>SECRET</script>', '<style>SECRET</style>', '<p style="display : none">SECRET</p>',
        '<a href="javascript:SECRET()">', '<img src=x onerror="SECRET">', '<iframe srcdoc="SECRET"></iframe>',
        '<!-- SECRET -->', '<svg><script>SECRET</script></svg>', '<a href="data:text/html,SECRET">',
        '<math><mtext><style><img src=x onerror=SECRET></style></mtext></math>', '<input value="SECRET">',
        '<p title="SECRET">', '<template>SECRET</template>', '<noscript>SECRET</noscript>', '<a href="https://SECRET">',
    ]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(VISIBLE.map(escape), TAGS.map(lambda t: f"<{t}>"), TAGS.map(lambda t: f"</{t}>"), NASTY)))
def test_nothing_but_visible_words_gets_through(pieces: list[str]) -> None:
    """No script, no hidden text, no address of a link without words, no tag."""
    text = readable("", "".join(pieces)).text
    said = set("".join(piece for piece in pieces if not piece.startswith("<")))
    assert "SECRET" not in text.replace("(https://SECRET)", "")
    if "&lt;" not in "".join(pieces):
        assert not re.search(r"<[a-zA-Z/!@#]", text)
    assert said or not re.search(r"[<>@#]", text.replace("> ", ""))


@settings(max_examples=80, deadline=None)
@given(st.lists(VISIBLE, min_size=1, max_size=20))
def test_visible_words_all_get_through(words: list[str]) -> None:
    """Escaped, they are what they were; in plain text, too."""
    shown = clean(" ".join(words)).split()
    html = "".join(f"<p>{escape(word)}</p>" for word in words)
    assert sorted("".join(readable("", html).text.split())) or not shown
    text = readable(" ".join(words)).text
    assert text.split() == shown or readable(" ".join(words)).folded


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=3000), st.integers(20, 400))
def test_parts_are_short_enough_and_lose_nothing(text: str, most: int) -> None:
    """But for the space that they were cut at."""
    made = parts(text, most)
    assert all(len(part) <= most for part in made)
    assert "".join("".join(made).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "html", ["<div>" * 9_000, "<blockquote>" * 5_000, "<a href='https://x.y'>" * 4_000, "<li>" * 9_000]
)
def test_a_mail_that_was_made_to_take_long_does_not(html: str) -> None:
    """Whatever is inside whatever. The bound is generous: without care it is minutes."""
    began = time.process_time()
    readable("x", html)
    readable(html.replace("<", "> On 1 wrote:\n"))
    assert time.process_time() - began < 15
