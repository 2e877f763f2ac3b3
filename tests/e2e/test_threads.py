"""Threads of tickets as people use them: what they write goes to the ticket, and they see what became of it."""

import pytest

from tests.e2e.reading import in_channel, press, told
from tests.e2e.stack import Stack, text_of, until
from tests.e2e.threads import JSON, TicketThread, linked, settled, updates_of

REF = "AB-123456"
MORE = """
[threads]
wait = 0.5
undo = 2
[channels.C0GENERAL]
contacts = true
html = true
[channels.C0TRIAGE]
thread_replies = "ask"
"""


@pytest.fixture
def thread(stack: Stack) -> TicketThread:
    """A thread of a ticket."""
    return linked(stack, "C0SUPPORT", REF)


def test_under_the_card_of_a_new_ticket(stack: Stack) -> None:
    """A card is a thread's root at once: what is said below it is an internal note, by whoever said it."""
    stack.say('/ticket create "Printer jams" -- again')
    card = in_channel(stack, "Printer jams", "created by")
    ref = next(each["reference"] for each in stack.desk()["tickets"] if each["subject"] == "Printer jams")
    thread = TicketThread(stack, ref, card["ts"])
    ts = thread.say("looks like the fuser", person="U0PRIYA")

    note = thread.update("looks like the fuser", private=True)
    assert note["username"] == "priya"
    thread.stamped(ts, "lock")


def test_a_reply_can_be_taken_back_until_it_goes_out(stack: Stack, thread: TicketThread) -> None:
    """It goes to the customer only after the undo window, by mail."""
    kept, gone = thread.say("reply: We are on it."), thread.say("reply: Oops, wrong thread.")
    warning = next(each for each in _undos(stack) if gone in str(each["blocks"]))
    press(stack, warning, "Undo")

    assert thread.update("We are on it.", private=False)["sent"] is True
    thread.stamped(kept, "earth_africa")
    settled(stack)
    assert thread.count("wrong thread") == 0
    assert any("Taken back" in text_of(each) for each in stack.private())
    assert any("Taken back" in text_of(each) and each["thread_ts"] == thread.root for each in _answered(stack))


def _answered(stack: Stack) -> list[JSON]:
    """What the bot has sent to response URLs."""
    log = stack.http.get(f"{stack.workspace}/control/log", params={"kind": "response_url"}).json()
    return [each["request"] for each in log["entries"]]


def _undos(stack: Stack) -> list[dict[str, object]]:
    def found() -> list[dict[str, object]]:
        undos = [each for each in stack.private() if "goes to the customer" in text_of(each)]
        return undos if len(undos) >= 2 else []

    return until(found)


def test_only_the_author_can_take_it_back(stack: Stack, thread: TicketThread) -> None:
    """And nobody can once it is out."""
    thread.say("reply: It is fixed now.")
    warning = told(stack, "goes to the customer of AB-123456 in 2 seconds")
    thread.update("It is fixed now.", private=False)
    last = [each for each in stack.private() if "goes to the customer" in text_of(each)][-1]
    press(stack, last or warning, "Undo")
    told(stack, "too late")
    assert thread.count("It is fixed now.") == 1


def test_edits_and_deletions(stack: Stack, thread: TicketThread) -> None:
    """In time they count; afterwards the ticket is told, once."""
    early, late, never = thread.say("reply: draft one"), thread.say("a first thought"), thread.say("reply: never mind")
    thread.edit(early, "reply: the final words")
    thread.delete(never)
    thread.update("a first thought", private=True)
    thread.edit(late, "a second thought")
    note = thread.update("a second thought", private=True, within=30)
    assert "Edited in Slack" in note["message"]
    thread.stamped(late, "lock")
    thread.delete(late)
    thread.update("was deleted there", private=True)

    thread.update("the final words", private=False)
    settled(stack)
    assert [thread.count(words) for words in ("draft one", "never mind", "the final words")] == [0, 0, 1]


def test_commands_in_a_thread(stack: Stack, thread: TicketThread) -> None:
    """Where slash commands do not work: the ticket is the thread's, results are told in it."""
    thread.say('!update status:"Waiting for Staff" priority:low')
    until(lambda: any("updated by Adam Archer" in text for text in thread.replies()))
    thread.say("<@U0BOT> note done by name")
    thread.update("done by name", private=True)
    thread.say("!followup in 3 days -- ring them")
    until(lambda: any("follow-up" in text for text in thread.replies()))
    thread.say("!nice work")
    thread.update("!nice work", private=True)
    thread.say("!assign nobody-of-this-name")
    assert "/ticket" not in told(stack, "nobody-of-this-name", "!assign")["text"]
    thread.say("!view")
    told(stack, REF, "Share")

    ticket = next(each for each in stack.desk()["tickets"] if each["reference"] == REF)
    assert (ticket["status"], ticket["priority"]) == ("Waiting for Staff", "Low")


def test_without_an_account_nothing_is_sent(stack: Stack, thread: TicketThread) -> None:
    """They are told why, and a stamp says so to everybody."""
    ts = thread.say("I have no account", person="U0SAM")
    message = told(stack, "not", "account", person="U0SAM")
    thread.stamped(ts, "warning")

    promised = thread.say("reply: nor do I write to them", person="U0SAM")
    told(stack, "nor do I write", "account", person="U0SAM")
    thread.stamped(promised, "warning")

    assert thread.count("I have no account") == thread.count("nor do I") == 0
    assert "Try again" in str(message["blocks"])


def test_as_a_contact_where_the_channel_allows(stack: Stack) -> None:
    """To the customer's ticket, with name and address; never an internal note."""
    thread = linked(stack, "C0GENERAL", REF)
    ts = thread.say("reply: Sam here, it works again", person="U0SAM")
    update = thread.update("Sam here", private=False)
    thread.stamped(ts, "earth_africa")
    thread.say("between us", person="U0SAM")
    told(stack, "account", channel="C0GENERAL", person="U0SAM")

    assert (update["author_kind"], update["author"]) == ("customer", "Sam Okafor")
    assert thread.count("between us") == 0


def test_formatting_travels_where_the_channel_wants_that(stack: Stack) -> None:
    """As HTML beside the plain words, to the customer alone; nobody needs a permission for it."""
    thread = linked(stack, "C0GENERAL", REF)
    thread.say("reply: *Please* run `reboot` & tell us")
    thread.say("*only* for us")

    update = thread.update("run `reboot`", private=False)
    assert update["html_body"] == "<p><strong>Please</strong> run <code>reboot</code> &amp; tell us</p>"
    assert thread.update("for us", private=True)["html_body"] is None


def test_asked_for_each(stack: Stack) -> None:
    """The author says where it goes."""
    thread = linked(stack, "C0TRIAGE", REF)
    thread.say("is this for them?")
    question = told(stack, "Shall this go", channel="C0TRIAGE")
    assert thread.count("is this for them?") == 0
    press(stack, question, "🔒 Internal note")
    thread.update("is this for them?", private=True)

    thread.say("and this?")
    press(stack, told(stack, "Shall", channel="C0TRIAGE"), "No")
    told(stack, "stays in Slack", channel="C0TRIAGE")
    settled(stack)
    assert thread.count("and this?") == 0


def test_a_file_travels(stack: Stack, thread: TicketThread) -> None:
    """With the words, to a helpdesk that takes files."""
    ts = thread.say("the log is here", files=[_upload(stack, "till.log", b"paper jam\n")])
    thread.update("the log is here", private=True)
    thread.stamped(ts, "lock")

    (attachment,) = [each for each in stack.desk()["attachments"] if each["name"] == "till.log"]
    assert attachment["file_size"] == len(b"paper jam\n")


def test_a_file_of_which_a_shared_channel_says_nothing(stack: Stack) -> None:
    """Slack is asked what it is, again where it fails; what it does not give is said, and the words go."""
    thread = linked(stack, "C0SHARED", REF)
    _fault(stack, "internal_error")
    thread.say("", files=[_upload(stack, "shared.log", b"drum\n")])
    thread.update("📎 shared.log", private=True)
    _fault(stack, "access_denied")
    thread.say("theirs alone", files=[_upload(stack, "theirs.log", b"toner\n")])
    note = thread.update("theirs alone", private=True)
    told(stack, "not every file", "Slack does not give it to the bot", channel="C0SHARED")

    (attachment,) = [each for each in stack.desk()["attachments"] if each["name"] == "shared.log"]
    assert attachment["file_size"] == len(b"drum\n")
    assert "stays in Slack: Slack does not give it to the bot" in note["message"]


def test_a_file_for_a_helpdesk_that_takes_addresses(stack: Stack) -> None:
    """Refused in a reply, linked in a note."""
    ref = str(stack.desk("social")["tickets"][0]["id"])
    thread = linked(stack, "C0SOCIAL", ref)
    thread.say("reply: see the picture", files=[_upload(stack, "cat.png", b"\x89PNG")])
    told(stack, "public address", channel="C0SOCIAL")
    thread.say("our picture", files=[_upload(stack, "dog.png", b"\x89PNG")])
    note = until(lambda: next((each for each in _notes(stack) if "our picture" in str(each)), None))

    assert "dog.png" in str(note)
    settled(stack)
    assert "see the picture" not in str(stack.desk("social")["updates"])


def _fault(stack: Stack, error: str) -> None:
    body = {"method": "files.info", "error": error}
    stack.http.post(f"{stack.workspace}/control/fault", json=body).raise_for_status()


def _notes(stack: Stack) -> list[dict[str, object]]:
    return [each for each in stack.desk("social")["updates"] if each["private"]]


def _upload(stack: Stack, name: str, content: bytes) -> str:
    answer = stack.http.post(f"{stack.workspace}/ui/upload", data={"as": "U0ADAM"}, files={"file": (name, content)})
    id_: str = answer.json()["files"][0]["id"]
    return id_


def test_linking_brings_earlier_replies_along(stack: Stack) -> None:
    """Each once, in order, as notes; unlinking ends it."""
    root = stack.say("the till again")["message"]["ts"]
    thread = TicketThread(stack, REF, root)
    for number in range(4):
        thread.say(f"early {number}", person="U0SAM")
    thread.say(f"<@U0BOT> link {REF}")
    offer = told(stack, "earlier replies")
    press(stack, offer, "Bring them along")
    thread.update("early 3", private=True)
    thread.say(f"<@U0BOT> link {REF}")
    told(stack, "already")
    thread.say("<@U0BOT> unlink")
    until(lambda: any("does not belong" in text for text in thread.replies()))
    thread.say("said to nobody")
    settled(stack)

    brought = [each["message"] for each in thread.updates() if "early" in each["message"]]
    assert [text.rpartition(" ")[2] for text in brought] == ["0", "1", "2", "3"]
    assert all("Sam Okafor wrote in Slack" in text for text in brought)
    assert thread.count("said to nobody") == 0


def test_a_ticket_from_a_message_is_its_threads(stack: Stack) -> None:
    """What is said below the message goes there."""
    stack.say('hey <@U0BOT> create "Door stuck" -- the back one')
    card = in_channel(stack, "Door stuck", "created by")
    ref = next(each["reference"] for each in stack.desk()["tickets"] if each["subject"] == "Door stuck")
    thread = TicketThread(stack, ref, card["thread_ts"])
    thread.say("kicked it, opens now")
    thread.update("kicked it", private=True)


def test_while_the_helpdesk_is_away(stack: Stack, thread: TicketThread) -> None:
    """A stamp says that it waits; nothing is lost, the order stays."""
    stack.fault(kind="unavailable", times=None)
    first = thread.say("one before the storm")
    second = thread.say("two before the storm")
    thread.stamped(first, "hourglass_flowing_sand")
    stack.heal()
    thread.update("two before", within=40)
    thread.stamped(first, "lock")
    thread.stamped(second, "lock")

    texts = [each["message"] for each in thread.updates() if "before the storm" in each["message"]]
    assert texts == ["one before the storm", "two before the storm"]


def test_another_ticket_made_in_a_thread_does_not_take_it_over(stack: Stack, thread: TicketThread) -> None:
    """What is said there goes on reaching the same customer."""
    thread.say('!create "Another matter entirely" -- by the way')
    until(lambda: any("Another matter entirely" in text for text in thread.replies()))
    thread.say("reply: for the first customer")
    thread.update("for the first customer", private=False)


def test_a_refused_command_is_put_right_by_an_edit(stack: Stack, thread: TicketThread) -> None:
    """The edited line is carried out; what was wrong is shown as it is typed in a thread."""
    wrong = thread.say("!update statsu:Resolved")
    refused = told(stack, "statsu")["text"]
    assert "Try: `!update status:Resolved`" in refused
    assert refused.endswith("You typed:\n!update statsu:Resolved")
    thread.say("!update sttaus:Resolved\nall done")
    assert "\n!update status:Resolved\nall done\n" in told(stack, "sttaus")["text"]  # a break begins the note
    thread.say("!list status:Resloved")
    asked = told(stack, "Resloved")["text"]
    assert asked.endswith("You typed:\n!list status:Resloved")
    thread.edit(wrong, "!update priority:high")
    until(lambda: next(each for each in stack.desk()["tickets"] if each["reference"] == REF)["priority"] == "High")
    assert thread.count("!update") == 0


@pytest.mark.parametrize("line", ["!udpate priority:low", "! update priority:low", "<@U0BOT> updaet priority:low"])
def test_nearly_a_command_is_no_note(stack: Stack, thread: TicketThread, line: str) -> None:
    """Its author is told how it is written, and edits it."""
    wrong = thread.say(line)
    thread.stamped(wrong, "warning")
    told(stack, "Try: `!update priority:low`", line.removeprefix("<@U0BOT> "))
    thread.edit(wrong, "!update priority:low")
    until(lambda: any("updated by Adam Archer" in text for text in thread.replies()))
    thread.stamped(wrong)
    assert thread.count("priority:low") == 0


@pytest.mark.parametrize(
    ("line", "word"), [("!reply {}", "alpha"), ("!reply {}\n", "beta"), ("<@U0BOT> reply {}", "gamma")]
)
def test_a_reply_to_another_ticket_can_be_taken_back_too(
    stack: Stack, thread: TicketThread, line: str, word: str
) -> None:
    """Nothing of it is on the thread's own ticket; it says which customer reads it."""
    other = next(each["reference"] for each in stack.desk()["tickets"] if each["reference"] != REF)
    kept, gone = (thread.say(f"{line.format(other)} {what} {word}") for what in ("kept", "gone"))
    press(stack, told(stack, f"customer of {other} in 2 seconds", gone), "Undo")
    thread.stamped(kept, "earth_africa")
    settled(stack)

    words = [(each["message"], each["private"]) for each in updates_of(stack, other) if word in each["message"]]
    assert words == [(f"kept {word}", False)]
    assert thread.count(word) == 0
