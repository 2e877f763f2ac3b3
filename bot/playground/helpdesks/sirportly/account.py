"""The account of the demonstration: who works there and what they can choose from."""

from bot.playground.helpdesks.sirportly.catalogue import (
    Address,
    Brand,
    Catalogue,
    CustomField,
    Department,
    Filter,
    Macro,
    Path,
    Priority,
    Sla,
    Status,
    Team,
    User,
)

ADAM = User(1, "adam", "Adam", "Cooke", "adam@example.com", "London")
CHARLIE = User(2, "charlie", "Charlie", "Smurthwaite", "charlie@example.com", "UTC")
PRIYA = User(3, "priya", "Priya", "Raman", "priya@example.com", "Mumbai")
SOFIA = User(4, "sofia", "Sofia", "Lindgren", "sofia@example.com", "Stockholm")
TOMAS = User(5, "tomas", "Tomás", "Herrera", "tomas@example.com", "Madrid")
LENA = User(6, "lena", "Lena", "Vogt", "lena@example.com", "Berlin")

SALES = Team(1, "Sales", (SOFIA, LENA))
FIRST_LINE = Team(2, "1st Line Support", (ADAM, CHARLIE, PRIYA))
SECOND_LINE = Team(3, "2nd Line Support", (ADAM, PRIYA))
ACCOUNTS = Team(4, "Accounts", (TOMAS, LENA))

SALES_PATH = Path(1, "Sales Path", (SALES,))
SUPPORT_PATH = Path(2, "Technical Support Path", (FIRST_LINE, SECOND_LINE))
BILLING_PATH = Path(3, "Billing Path", (ACCOUNTS,))

DEPLOY = Brand(1, "Deploy", "http://deploy.example.com")
CODEBASE = Brand(2, "Codebase", "http://codebase.example.com")

SALES_DEPARTMENT = Department(1, "Sales", DEPLOY, SALES_PATH)
DEPLOY_SUPPORT = Department(2, "Technical Support", DEPLOY, SUPPORT_PATH)
TECHNICAL_SUPPORT = Department(3, "Technical Support", CODEBASE, SUPPORT_PATH)
BILLING = Department(4, "Billing", CODEBASE, BILLING_PATH, private=True)

ACCOUNT = Catalogue(
    statuses=(
        Status(1, "New", "77c300", 0),
        Status(2, "Waiting for Staff", "00a9da", 0),
        Status(3, "Waiting for Customer", "f4a100", 0),
        Status(4, "Waiting for Third Party", "9b59b6", 0),
        Status(5, "On hold", "8a8a8a", 2),
        Status(6, "Resolved", "333333", 1),
    ),
    priorities=(
        Priority(1, "Urgent", "f80000", 1),
        Priority(2, "High", "ff8800", 2),
        Priority(3, "Normal", "0097cf", 3),
        Priority(4, "Low", "999999", 4),
    ),
    slas=(Sla(1, "Standard Response", 30, None), Sla(2, "Premium", 15, 240)),
    users=(ADAM, CHARLIE, PRIYA, SOFIA, TOMAS, LENA),
    teams=(SALES, FIRST_LINE, SECOND_LINE, ACCOUNTS),
    paths=(SALES_PATH, SUPPORT_PATH, BILLING_PATH),
    brands=(DEPLOY, CODEBASE),
    departments=(SALES_DEPARTMENT, DEPLOY_SUPPORT, TECHNICAL_SUPPORT, BILLING),
    addresses=(
        Address(1, "support@example.com", 3, None),
        Address(2, "incoming@example.com", 3, None, allow_outbound=False),
        Address(3, "billing@example.com", 4, None),
        Address(4, "sales@example.com", 1, None),
        Address(5, "deploy-support@example.com", 2, None),
        Address(6, "hello@example.com", None, 2),
    ),
    custom_fields=(
        CustomField(1, "account_name", "Account name"),
        CustomField(2, "plan", "Plan", "select", "Free\nTeam\nEnterprise"),
        CustomField(3, "server", "Server", departments=(DEPLOY_SUPPORT, TECHNICAL_SUPPORT)),
        CustomField(4, "phone_number", "Phone number"),
    ),
    macros=(
        Macro(
            1,
            "Chase customer",
            "standard",
            "Ask once more and wait.",
            status="Waiting for Customer",
            reply="Hello, did you have a chance to look at our last message?",
        ),
        Macro(
            2,
            "Escalate",
            "button",
            "Hand over to the second line.",
            team="2nd Line Support",
            priority="High",
            note="Escalated to 2nd Line Support.",
        ),
        Macro(3, "Resolve", "button", "Close the ticket.", status="Resolved"),
        Macro(4, "Park", "standard", "Put on hold.", status="On hold"),
    ),
    filters=(
        Filter(1, "Open tickets", "Everything that is not closed", (0, 2)),
        Filter(2, "Closed tickets", "Everything that is done", (1,)),
    ),
)
