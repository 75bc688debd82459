"""Events of a calendar and address cards are records, as a calendar and an address book show them."""

import pytest

from index.readers.data.address_cards import read_vcf
from index.readers.data.calendar import read_ics

EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@x\r\nSUMMARY:Bal\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        ("DTSTART;TZID=Europe/Paris:20250314T183000\r\nDTEND;TZID=Europe/Paris:20250314T203000",
         "Start: 2025-03-14 18:30; End: 2025-03-14 20:30"),
        ("DTSTART:20240610T130000Z\r\nDURATION:PT1H30M", "Start: 2024-06-10 13:00 UTC; End: 2024-06-10 14:30 UTC"),
        ("DTSTART;VALUE=DATE:20250501\r\nDTEND;VALUE=DATE:20250502", "Start: 2025-05-01"),
        ("DTSTART;VALUE=DATE:20250501\r\nDTEND;VALUE=DATE:20250504", "Start: 2025-05-01; End: 2025-05-03"),
        ("DTSTART:20259901T000000\r\nDTEND:soon", "Start: 20259901T000000"),
        ("LOCATION:Salle du Tilleul\\, 2e ét\r\n age", "Location: Salle du Tilleul, 2e étage"),
        ('ORGANIZER;CN="Nair, P":mailto:p@x.org\r\nATTENDEE;CN=Tom:mailto:t@x.org\r\nATTENDEE:mailto:u@x.org',
         "Organizer: Nair, P; Attendees: Tom, u@x.org"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20251231T000000Z",
         "Repeats: every 2 weeks on Monday, Wednesday, until 2025-12-31"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=3",
         "Repeats: every month on the first Monday, the last Friday, 3 times"),
        ("RDATE:20250401T100000,20250402T100000Z\r\nEXDATE;VALUE=DATE:20250501,20250502",
         "Also on: 2025-04-01 10:00, 2025-04-02 10:00 UTC; Except: 2025-05-01, 2025-05-02"),
        ("ATTENDEE;CN=Tom;PARTSTAT=DECLINED:mailto:t@x.org", "Attendees: Tom (declined)"),
        ("RRULE:FREQ=MONTHLY;BYSETPOS=2;BYDAY=TU", "Repeats: every month on the second Tuesday"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=15,-1", "Repeats: every month on day 15, the last day"),
        ("RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=8", "Repeats: every year on day 8 in May"),
        ("STATUS:CANCELLED\r\nBEGIN:VALARM\r\nSUMMARY:Sonnerie\r\nEND:VALARM\r\nCATEGORIES:fête",
         "Categories: fête; Status: cancelled"),
    ],
)  # fmt: skip
def test_an_event_is_a_row(lines, row):
    assert read_ics(EVENT.format(lines).encode()).text == f"Summary: Bal; {row}"


def test_a_calendar_is_named_and_its_events_are_described():
    source = EVENT.format("DESCRIPTION:Ordre :\\n- budget\\n- routes").replace(
        "BEGIN:VEVENT", "X-WR-CALNAME:Ville\r\nBEGIN:VEVENT"
    )
    parsed = read_ics(source.encode())
    assert parsed.text == "Ville\n\f\nSummary: Bal\n\nOrdre :\n- budget\n- routes"
    assert parsed.title == "Ville"
    assert [block.kind for block in parsed.blocks] == ["heading", "row", "lead-in", "item", "item"]


def test_a_file_without_events_is_plain_text():
    assert read_ics(b"Open on Mondays: yes\n").text == "Open on Mondays: yes\n"
    assert read_vcf(b"Open on Mondays: yes\n").text == "Open on Mondays: yes\n"


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        ("N:Delmas;Claire;;Dr;\nORG:Clinique;Soins\nitem1.TEL;TYPE=WORK,VOICE:+33 4 66",
         "Name: Dr Claire Delmas; Organization: Clinique, Soins; Phone (work): +33 4 66"),
        ("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Andr=C3=A9 =\nMor=C3=A9\nTEL;CELL:06",
         "Name: André Moré; Phone (cell): 06"),
        ("FN:Bo\nBDAY:19900303\nANNIVERSARY:--0612", "Name: Bo; Birthday: 1990-03-03; Anniversary: --06-12"),
        ("FN:Bo\nADR;TYPE=HOME:;;2 rue A\\, bât. B;Nîmes;;30000;\nPHOTO;ENCODING=b:AAAA",
         "Name: Bo; Address (home): 2 rue A, bât. B, Nîmes, 30000"),
    ],
)  # fmt: skip
def test_an_address_card_is_a_row(lines, row):
    assert read_vcf(f"BEGIN:VCARD\n{lines}\nEND:VCARD\n".encode()).text == row
