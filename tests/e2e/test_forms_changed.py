"""The helpdesk's lists change while a form is open: what is gone is said under its field, and nothing typed is lost."""

from collections.abc import Iterator

import pytest

from tests.e2e.changed_account import GONE, NEW
from tests.e2e.modal import Person
from tests.e2e.stack import Process, Stack, free_port, text_of

TICKET = "AB-123456"


class Changing(Stack):
    """A whole whose Sirportly can come back with other lists."""

    def start(self) -> "Changing":
        self.desk_port = free_port()
        super().start()
        return self

    def _start(self, name: str, arguments: list[str]) -> Process:
        if name != "sirportly":
            return super()._start(name, arguments)
        self.data = ["--db", str(self.directory / "sirportly.sqlite3")]
        return super()._start(name, [*arguments[:2], "--port", str(self.desk_port), *self.data])

    def change(self) -> None:
        """The same account, later."""
        before = self._parts.pop(0)
        before.stop()
        arguments = ["tests.e2e.changed_account", "sirportly", "--port", str(self.desk_port), *self.data]
        self._parts.insert(0, Process("sirportly-changed", arguments, self.directory))
        self._parts[0].address()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changing]:
    running = Changing(tmp_path_factory.mktemp("stack"))
    running.start()
    yield running
    running.stop()


def test_what_is_gone_meanwhile_is_said_under_its_field(stack: Changing) -> None:
    """The form has it still and the helpdesk does not: nothing is sent, and the new list is there to choose from."""
    adam = Person(stack)
    adam.types(f"/ticket update {TICKET}")
    assert GONE in text_of(adam.block("status")["element"])

    stack.change()
    answer = adam.sends(tags="typed, before", status=GONE)

    assert answer["result"] == "updated"
    assert f"«{GONE}» is no longer among them" in text_of(adam.view("Update ticket")["blocks"])
    assert adam.block("tags")["element"]["initial_value"] == "typed, before"
    menu = adam.block("status")["element"]
    assert NEW in text_of(menu)
    assert GONE not in text_of(menu)
    assert adam.sends(status=NEW)["result"] == "closed"
    ticket = next(each for each in stack.desk()["tickets"] if each["reference"] == TICKET)
    assert (ticket["status"], sorted(ticket["tags"])) == (NEW, ["before", "typed"])


def test_a_list_that_is_as_it_was_leaves_the_error_where_it_is(stack: Changing) -> None:
    """What the helpdesk refuses for another reason is said under its field, as ever."""
    adam = Person(stack)
    adam.types("/ticket create -- all these words")
    adam.chooses("department", "Billing")
    answer = adam.sends(subject="Nobody of that team", team="Accounts", assignee="me")

    assert answer["result"] == "errors"
    assert set(answer["errors"]) == {"assignee"}
