"""The demo's people and tickets, as data. The numbers are from ranges kept for fiction."""

from __future__ import annotations

from typing import NamedTuple


class Colleague(NamedTuple):
    username: str
    first_name: str
    last_name: str
    group: str


class Customer(NamedTuple):
    name: str
    phone: str
    email: str
    postcode: str = ""
    pin: str = ""


class Ticket(NamedTuple):
    number: int
    customer: str
    status: str
    priority: str
    assigned_agent: str | None
    hours_old: int
    issue: str
    comments: tuple[str, ...] = ()


class Article(NamedTuple):
    title: str
    body: str


class Destination(NamedTuple):
    name: str
    number: str
    description: str
    announcement: str


COLLEAGUES = (
    Colleague("maya", "Maya", "Okafor", "agent"),
    Colleague("tom", "Tom", "Lindqvist", "agent"),
    Colleague("priya", "Priya", "Nair", "manager"),
)

CUSTOMERS = (
    Customer("Ada Byrne", "+447700900018", "ada.byrne@example.com", "SW1A1AA", "2468"),
    Customer("Jonas Weber", "+447700900142", "jonas.weber@example.com"),
    Customer("Mia Chen", "+12025550132", "mia.chen@example.com", "10001", "1357"),
    Customer("Sofia Rossi", "+12025550177", "sofia.rossi@example.com"),
    Customer("Noah Adeyemi", "+447700900256", "noah.adeyemi@example.com"),
    Customer("Elin Sørensen", "+447700900311", "elin.sorensen@example.com"),
    Customer("Carlos Medina", "+12025550145", "carlos.medina@example.com"),
    Customer("Hana Sato", "+61491570156", "hana.sato@example.com"),
)

TICKETS = (
    Ticket(12331, "Noah Adeyemi", "closed", "normal", "maya", 720, "The invoice shows the wrong address."),
    Ticket(12332, "Hana Sato", "closed", "low", "tom", 700, "She would like a printed catalogue."),
    Ticket(12333, "Mia Chen", "closed", "normal", "maya", 655, "The discount code was not accepted."),
    Ticket(12334, "Carlos Medina", "solved", "high", "priya", 610, "He was charged twice for one order."),
    Ticket(12335, "Ada Byrne", "closed", "normal", "tom", 560, "The kettle came without its lid."),
    Ticket(12336, "Elin Sørensen", "solved", "normal", "maya", 515, "She wants to return a jacket."),
    Ticket(12337, "Sofia Rossi", "solved", "low", "tom", 480, "She asks how to clean the milk frother."),
    Ticket(12338, "Jonas Weber", "closed", "normal", "maya", 432, "His order arrived a week late."),
    Ticket(12339, "Noah Adeyemi", "on-hold", "normal", "tom", 400, "The desk is out of stock; he will wait for it."),
    Ticket(12340, "Hana Sato", "solved", "urgent", "priya", 371, "A parcel with medicine was left in the rain."),
    Ticket(12341, "Carlos Medina", "pending", "normal", "maya", 330, "The warranty needs a photo of the plate."),
    Ticket(12342, "Mia Chen", "solved", "normal", "tom", 290, "One of four chairs is a different colour."),
    Ticket(12343, "Elin Sørensen", "open", "high", "priya", 240, "The refund for the jacket is still missing."),
    Ticket(12344, "Sofia Rossi", "pending", "low", "maya", 170, "She asks for the manual in Italian."),
    Ticket(
        12345,
        "Ada Byrne",
        "open",
        "high",
        "maya",
        52,
        "The parcel was marked as delivered but never arrived.",
        (
            "The customer checked with the neighbours and the depot.",
            "The carrier has opened an investigation. It answers within two working days.",
        ),
    ),
    Ticket(12346, "Noah Adeyemi", "on-hold", "normal", "tom", 47, "The replacement lamp is waiting for a part."),
    Ticket(12347, "Hana Sato", "open", "normal", "tom", 41, "The app signs her out every hour."),
    Ticket(12348, "Carlos Medina", "open", "low", "maya", 36, "He wants invoices by email, not by post."),
    Ticket(12349, "Mia Chen", "solved", "normal", "tom", 30, "She changed the delivery day to Friday."),
    Ticket(
        12350,
        "Jonas Weber",
        "open",
        "urgent",
        "priya",
        28,
        "The shoes came in the wrong size, for the second time.",
        (
            "The first replacement was the wrong size as well.",
            "The warehouse has been asked to check the label on the box.",
        ),
    ),
    Ticket(
        12351, "Elin Sørensen", "pending", "normal", "maya", 22, "She asks whether two orders can be sent together."
    ),
    Ticket(12352, "Noah Adeyemi", "new", "high", None, 9, "The courier cannot find the entrance."),
    Ticket(12353, "Sofia Rossi", "new", "normal", None, 6, "She wants to know when her repair is collected."),
    Ticket(12354, "Hana Sato", "new", "low", None, 3, "She would like to change her email address."),
    Ticket(12355, "Carlos Medina", "new", "urgent", None, 1, "The oven gives a shock when it is touched."),
)

ARTICLES = (
    Article(
        "How long does a refund take?",
        "A refund is paid back the way it was paid, within five working days after the goods have arrived with us.",
    ),
    Article(
        "A parcel is marked as delivered but is not there",
        "Ask neighbours first. After two working days we open an investigation with the carrier and send it again.",
    ),
    Article(
        "Returning something",
        "Anything can be returned within thirty days. Made-to-measure goods cannot, unless they are faulty.",
    ),
)

DESTINATION = Destination("Billing", "+12025550188", "A person in billing", "One moment, I am putting you through.")
