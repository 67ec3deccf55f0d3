"""Cases of a running portal that wait for money: `python -m tests.faults.bills 30`, with the settings of that portal.

A process of its own, because an application takes the keys and the clock of its process for itself.
"""

import json
import sys

from app import create_app
from app.cases import billing
from app.kit.workflow import Stage
from app.payments import bills
from tests.support.robots import Robot

SERVICE = "veterinary_export"


def main(many: int) -> None:
    """Print id and invoice of each: approved, and its citizen on his way to the bank."""
    app = create_app()
    with app.app_context():
        robot = Robot(app, app.extensions["services"][SERVICE])
        waiting = []
        for _ in range(many):
            walk = robot.file()
            walk.to(Stage.APPROVED)
            bill = bills.open_bill(walk.case_id)
            assert bill is not None
            address = billing.start(bill.id, by=walk.citizen, language="ar")
            waiting.append((str(walk.case_id), address.rsplit("/", 1)[1]))
    sys.stdout.write(json.dumps(waiting) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
