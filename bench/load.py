"""Many cases at once, made by the database itself: people, cases, their past, deadlines and messages.

Nobody opens these rows, so their sealed fields hold bytes that no key opens. What is looked up is made properly.
"""

from collections.abc import Iterator
from itertools import cycle

from psycopg import sql

from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.cases.models import Case
from app.extensions import db, transaction
from app.identity import people
from app.identity.claims import Identity
from bench.servers import DATABASE, Ground

CASES_A_PERSON = 4
OPEN_SHARE = 12  # of a hundred
SAMPLES = 150
FIRST_SERIAL = 10_000_000
# Each in its turn, from one measurement to the next: the limit of look-ups of one transaction stays on.
_turn = cycle(range(SAMPLES))

ROWS = (
    """INSERT INTO person (id, country, id_type, identity_key, identity_sealed, name_ar, name_search,
                           language, created_at)
       SELECT md5('person' || n)::uuid, 'SA', 'citizen', sha256(('person' || n)::bytea), '\\x00', 'name ' || n,
              'name ' || n || ' name' || n, 'ar', :at FROM generate_series(:first, :last, 4) AS n""",
    """INSERT INTO "case" (id, year, serial, service, agency, office, declaration_version, applicant_id, channel,
                           language, stage, version, public_version, answers, transaction_number, transaction_year,
                           filed_at, touched_at, target_at, closed_at, outcome, spent_days)
       SELECT md5('case' || n)::uuid, :year, 10000000 + n, 'general_transaction', 'municipality', 'municipality_main',
              'bench', md5('person' || (n - (n - 1) % 4))::uuid, 'portal', 'ar',
              CASE WHEN open THEN 'in_review' ELSE 'closed' END, 3, 3, '{"topic": "land", "subject": "Enquiry"}',
              lpad((1000000 + n)::text, 8, '0'), :year,
              :at - make_interval(mins => n), :at - make_interval(mins => n),
              CASE WHEN open THEN :at + make_interval(mins => n % 9000) END, CASE WHEN open THEN NULL ELSE :at END,
              CASE WHEN open THEN NULL ELSE 'answered' END, CASE WHEN open THEN NULL ELSE 2.5 END
       FROM (SELECT n, n % 100 < :open AS open FROM generate_series(:first, :last) AS n) AS rows""",
    """INSERT INTO history (id, case_id, seq, step, from_stage, to_stage, actor_kind, hidden, at, digest, prev, hash)
       SELECT md5('history' || seq || '-' || n)::uuid, md5('case' || n)::uuid, seq, 'submit', 'draft', 'submitted',
              'citizen', false, :at, '', '', ''
       FROM generate_series(:first, :last) AS n, generate_series(1, 2) AS seq""",
    """INSERT INTO deadline (id, case_id, kind, basis_at, amount, unit, due_at, last_on, state, cycle)
       SELECT md5('deadline' || n)::uuid, md5('case' || n)::uuid, 'target', :at, 5, 'working',
              :at + make_interval(mins => n % 9000), current_date,
              CASE WHEN n % 100 < :open THEN 'open' ELSE 'met' END, 1 FROM generate_series(:first, :last) AS n""",
    """INSERT INTO thread_entry (id, case_id, person_id, at, author_kind, visible, event, subject, body, read_at)
       SELECT md5('entry' || n)::uuid, md5('case' || n)::uuid, md5('person' || (n - (n - 1) % 4))::uuid, :at, 'system',
              true, 'submitted', 'Subject', 'A message in a few words', :at FROM generate_series(:first, :last) AS n""",
)


def fill(ground: Ground, first: int, last: int) -> None:
    """Cases number `first` to `last`, then fresh statistics."""
    values = {"first": first, "last": last, "at": now(), "year": _year(ground), "open": OPEN_SHARE}
    with ground.postgres.connect(DATABASE) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        for statement in ROWS:
            connection.execute(_named(statement), values)
    ground.settle()


def _named(statement: str) -> sql.SQL:
    """SQLAlchemy's way of naming parameters, as psycopg writes it."""
    names = ("first", "last", "at", "year", "open")
    plain = statement.replace("%", "%%")
    for name in names:
        plain = plain.replace(f":{name}", f"%({name})s::timestamptz" if name == "at" else f"%({name})s::int")
    return sql.SQL(plain)


def _year(ground: Ground) -> int:
    return hijri_year(now(), ground.app.extensions["profile"].agency("municipality").zone)


def samples(ground: Ground) -> None:
    """Registered transactions of real people, to be looked up by number, year and digits."""
    year = _year(ground)
    with ground.app.app_context(), transaction():
        for place in range(SAMPLES):
            identity = Identity(
                country="SA", number=_number(place), id_type="citizen", name_ar=None, name_en="Sample", birthdate=None,
                birthdate_hijri=None, gender=None, nationality="SA", mobile=None, email=None,
            )  # fmt: skip
            person = people.recognise("https://issuer.invalid", f"sample-{place}", identity, "ar")
            db.session.flush()
            case = Case(
                year=year, serial=FIRST_SERIAL * 2 + place, service="general_transaction", agency="municipality",
                office="municipality_main", declaration_version="bench", applicant_id=person.id, stage="in_review",
                answers={}, transaction_number=_transaction(place), transaction_year=year,
            )  # fmt: skip
            db.session.add(case)


def transactions(ground: Ground, count: int) -> Iterator[tuple[str, int, str]]:
    """(number, year, last four digits) of `count` look-ups."""
    year = _year(ground)
    places = (next(_turn) for _ in range(count))
    return ((_transaction(place), year, _number(place)[-4:]) for place in places)


def _transaction(place: int) -> str:
    return f"{500_000 + place:06}"


def _number(place: int) -> str:
    return f"10001{place:05}"
