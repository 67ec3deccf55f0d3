"""One-time codes by SMS: six digits, ten minutes, five tries, one use, for one purpose in one session of one person.

The code stands nowhere in the clear: here as a keyed hash, in its message sealed until hand-over or expiry.
"""

import hmac
import secrets
import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, select, text

from app.calendars.clock import now
from app.extensions import db, ring_on_commit
from app.kit.arabic import clean_text, western_digits
from app.kit.errors import Refused
from app.kit.networks import network_of
from app.notify import outbox
from app.notify.models import CODE_FIRST, Channel, OneTimeCode
from app.notify.render import NoticeWords, notice_words, render
from app.vault import vault

LIVES = timedelta(minutes=10)
TRIES = 5
DAY = timedelta(days=1)
# (how many, in which time). What a person in trouble needs, and far below what makes guessing or flooding pay.
PER_MOBILE = ((3, timedelta(minutes=15)), (8, DAY))
PER_PERSON = ((5, timedelta(minutes=15)), (12, DAY))
PER_ADDRESS = ((20, timedelta(minutes=15)), (100, DAY))
IN_ALL = ((50_000, DAY),)
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(encode(:key, 'hex'), 0))")


class TooManyCodes(Refused):
    """Asked for too often, by mobile, person, address or the whole portal."""

    text_key = "notify.codes.too_many"
    status = 429
    retry_after = 900


def send(
    purpose: str,
    *,
    session_id: str,
    mobile: str,
    address: str,
    language: str,
    person_id: uuid.UUID | None = None,
    known: bool = True,
    texts: NoticeWords | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Send a new code to `mobile` (E.164) for `purpose`; earlier codes of the same purpose and session die.

    `known=False` for a mobile that is nobody's: it counts and costs the same and sends nothing, so that the page, which
    must say the same, can also be as slow. `facts`: what `texts` name beside {code}. Never commits.

    Raises TooManyCodes.
    """
    mobile_key, address_key = vault.lookup("mobile", mobile), vault.lookup("address", network_of(address))
    db.session.execute(ONE_AT_A_TIME, {"key": mobile_key})
    _check_limits(mobile_key, address_key, person_id)
    digits = f"{secrets.randbelow(1_000_000):06d}"
    code = OneTimeCode(
        id=uuid.uuid4(),
        purpose=purpose,
        session_id=session_id,
        person_id=person_id,
        mobile_key=mobile_key,
        address_key=address_key,
        code_hash=_hash(purpose, session_id, person_id, digits) if known else secrets.token_bytes(32),
        created_at=now(),
        expires_at=now() + LIVES,
        tries=0,
    )
    db.session.add(code)
    row = outbox.message_row(
        dedupe=f"code:{code.id}",
        person_id=person_id,
        event="code",
        channel=Channel.SMS,
        language=language,
        priority=CODE_FIRST,
        not_before=now(),
        expires_at=code.expires_at,
        recipient=mobile,
        subject=None,
        body=render(texts or notice_words("code"), language, {**(facts or {}), "code": digits}).sms,
    )
    if known:
        outbox.add([row])
        ring_on_commit("drain")


def redeem(purpose: str, *, session_id: str, entered: str, person_id: uuid.UUID | None = None) -> bool:
    """Whether `entered` is the newest code of this purpose, session and person; true once. Every call costs a try.

    Answers instead of raising, so that the caller's transaction commits the try. Never commits.
    """
    newest = (
        select(OneTimeCode)
        .where(OneTimeCode.session_id == session_id, OneTimeCode.purpose == purpose, _is(person_id))
        .order_by(OneTimeCode.created_at.desc(), OneTimeCode.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    code = db.session.scalars(newest).first()
    if code is None or code.used_at is not None or code.tries >= TRIES or code.expires_at <= now():
        return False
    code.tries += 1
    digits = "".join(western_digits(clean_text(entered[:40])).split())
    right = hmac.compare_digest(bytes(code.code_hash), _hash(purpose, session_id, person_id, digits))
    if right:
        code.used_at = now()
    db.session.flush()
    return right


def _is(person_id: uuid.UUID | None) -> ColumnElement[bool]:
    return OneTimeCode.person_id.is_(None) if person_id is None else OneTimeCode.person_id == person_id


def _hash(purpose: str, session_id: str, person_id: uuid.UUID | None, digits: str) -> bytes:
    return vault.lookup("one-time code", "\x1f".join((purpose, session_id, str(person_id), digits)))


def _check_limits(mobile_key: bytes, address_key: bytes, person_id: uuid.UUID | None) -> None:
    who: list[tuple[ColumnElement[bool], tuple[tuple[int, timedelta], ...]]] = [
        (OneTimeCode.mobile_key == mobile_key, PER_MOBILE),
        (OneTimeCode.address_key == address_key, PER_ADDRESS),
        (OneTimeCode.created_at > now() - DAY, IN_ALL),
    ]
    if person_id is not None:
        who.append((_is(person_id), PER_PERSON))
    counts = [(_asked(of, span), most) for of, limits in who for most, span in limits]
    asked = db.session.execute(select(*(count for count, _ in counts))).one()
    if any(times >= most for times, (_, most) in zip(asked, counts, strict=True)):
        raise TooManyCodes


def _asked(of: ColumnElement[bool], span: timedelta) -> ScalarSelect[int]:
    """How many codes were asked for within the last `span`."""
    recent = OneTimeCode.created_at > now() - span
    return select(func.count()).select_from(OneTimeCode).where(of, recent).scalar_subquery()
