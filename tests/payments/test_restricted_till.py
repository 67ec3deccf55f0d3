"""What a cashier reads of a service that is not to be named."""

from dataclasses import replace

import pytest

from tests.payments.conftest import SLUG, Market
from tests.payments.test_till import till


def test_the_cashier_of_a_restricted_service_reads_its_neutral_name(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk, desk = market.approved(), till(market)
    services = market.world.app.extensions["services"]
    service, neutral = services[SLUG], {"ar": "خدمات الجهة", "en": "services of the agency"}
    assert service.text("ar", "title") in desk.get(f"/desk/cashier/bills/{market.bill(walk).id}").html
    hidden = replace(service, restricted=True, texts={**service.texts, "notice_name": neutral})
    monkeypatch.setitem(services._services, SLUG, hidden)
    html = desk.get(f"/desk/cashier/bills/{market.bill(walk).id}").html
    assert neutral["ar"] in html
    assert service.text("ar", "title") not in html
