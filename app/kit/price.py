"""What a service is said to cost: the fees in force on a day, in the service's own sentence under `fees`.

A sentence that names no {amount} is said as it stands; where a fee is asked for and none is in force, that is said.
"""

import hashlib
from datetime import date

from app.kit.numbers import amount
from app.kit.paying import lines_on
from app.kit.profile import Agency
from app.kit.service import Service
from app.kit.words import WORDS


def price_on(service: Service, agency: Agency, language: str, day: date) -> str:
    """«100 ريال قطري لكل حيوان، تُدفع بعد الموافقة»: of one animal or person, where the service counts them."""
    if service.payment is None:
        return service.text(language, "fees")
    counted = bool(service.payment.per)
    once = sum(fee.minor for fee in service.fees if counted and fee.once and fee.holds_on(day))
    each = sum(line.minor for line in lines_on(service.fees, day, 1)) - once
    if not each and not once:
        return WORDS.text(language, "card.fee_unset")
    told = service.text(language, "fees", amount=amount(each, agency.currency, language))
    return (
        told + WORDS.text(language, "card.fee_once", amount=amount(once, agency.currency, language)) if once else told
    )


def fees_mark(service: Service, day: date) -> str:
    """Eight characters that change whenever a fee in force does, also where the sum stays the same."""
    holding = sorted((fee.code, fee.minor, fee.once) for fee in service.fees if fee.holds_on(day))
    return hashlib.sha256(repr(holding).encode()).hexdigest()[:8]
