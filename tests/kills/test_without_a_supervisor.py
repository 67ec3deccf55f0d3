"""Parts that die, and at last the supervisor itself: the last file that needs the whole portal, which ends in it.

Each part is killed alone in `make faults`; in every run it is killed under load (tests/kills/test_under_load.py).
"""

import signal

import psutil
import pytest

from ground.spawn import until
from tests.support.portal import COMMAND_LINES, Portal, answers, running


@pytest.mark.faults
@pytest.mark.parametrize("name", COMMAND_LINES)
def test_a_killed_part_comes_back_and_the_portal_answers(live: Portal, name: str) -> None:
    before = live.part(name)
    assert before is not None
    before.kill()
    until(lambda: (now := live.part(name)) is not None and now.pid != before.pid, seconds=30, what=name)
    until(lambda: answers(live.settings["PUBLIC_URL"] + "/healthz"), seconds=30, what="the portal")
    until(lambda: answers(live.settings["SANDBOX_URL"] + "/phone"), seconds=30, what="the sandbox")


def test_killing_the_supervisor_leaves_nobody_and_the_next_start_is_quick(live: Portal) -> None:
    family = live.everybody()
    assert len(family) > len(COMMAND_LINES)
    live.process.kill()
    live.process.wait()
    gone, alive = psutil.wait_procs(family, timeout=40)
    assert alive == []
    assert len(gone) == len(family)
    with running(live.data) as again:
        assert answers(again.settings["PUBLIC_URL"] + "/healthz")
        assert not [line for line in again.lines if "flask db" in line or "flask demo" in line]
        parts = again.everybody()
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(60) == 0
    assert again.lines[-1].endswith("stopped")
    assert not [process for process in parts if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
