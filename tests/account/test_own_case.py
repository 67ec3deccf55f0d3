"""The page of one's own case: each answer stands beside its own label, each button leads to this case."""

import re

from tests.support.world import TRANSACTION, World

ROW = re.compile(r"<dt>([^<]*)</dt>\s*<dd hx-ignore><bdi class=.as-typed.>([^<]*)</bdi></dd>")


def test_each_answer_stands_beside_its_own_label(world: World) -> None:
    citizen = world.citizen()
    subjects = ("طلب <b>أول</b> & غيره", "طلب ثانٍ 100%")
    numbers = [world.file(citizen, "general_transaction", **{**TRANSACTION, "subject": each}) for each in subjects]
    label = world.app.extensions["services"]["general_transaction"].text("ar", "fields.subject.label")
    for number, shown in zip(numbers, ("طلب &lt;b&gt;أول&lt;/b&gt; &amp; غيره", "طلب ثانٍ 100%"), strict=True):
        page = citizen.get(f"/account/cases/{number}").html
        assert dict(ROW.findall(page))[label] == shown
        assert f'href="/account/cases/{number}/cancel"' in page
        assert f"{number.replace('-', '/')}</h1>" in page
