"""The people of the demonstration, as the bot knows them."""

from datetime import UTC, datetime

from bot.actions import Asker, Staff, Ticket

GUIDS = {
    "adam": "31aee6af-3e38-40d9-98b1-aa2b9238f24d",
    "priya@example.com": "43b8adc7-755d-2be3-afb1-b6a462631977",
    "Charlie Smurthwaite": "0da5a9e8-90ef-403f-873c-e20e4d298558",
}

ADAM = Staff(id="1", name="Adam Cooke", username="adam", email="adam@example.com")
CHARLIE = Staff(id="2", name="Charlie Smurthwaite", username="charlie", email="charlie@example.com")
ADAM_THERE = Staff(id=GUIDS["adam"], name="Adam Cooke", username="adam", email="adam@example.com")
PRIYA_THERE = Staff(id=GUIDS["priya@example.com"], name="Priya Raman", username="priya", email="priya@example.com")

AB = Ticket(helpdesk="support", ref="AB-123456")
LOGIN = Ticket(helpdesk="social", ref="4484632")


def asker(staff: Staff | None = ADAM, *, received_at: datetime | None = None, image: str | None = None) -> Asker:
    """Somebody in Slack, with or without an account."""
    return Asker(
        slack_user="U0ADAM",
        staff=staff,
        name="Adam Cooke",
        email="adam@example.com",
        image=image,
        received_at=received_at or datetime.now(UTC),
    )
