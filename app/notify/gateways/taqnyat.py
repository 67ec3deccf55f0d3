"""Taqnyat: JSON with a bearer token; 201 means taken. Lists in its answers come as strings ("[...]")."""

from app.notify.gateways.base import Gateway, PermanentError, ReceiptFormat, TemporaryError, answer_fields
from app.notify.models import State


class Taqnyat(Gateway):
    kind = "taqnyat"
    receipts = ReceiptFormat(
        encoding="json",
        gateway_ref="messageId",
        reference="reference",
        status="status",
        at="time",
        words={"sent": State.SENT, "delivered": State.DELIVERED, "failed": State.UNDELIVERED},
    )

    def send(self, reference: str, recipient: str, body: str) -> str:
        answer = self.post(
            "/v1/messages",
            json={"recipients": [recipient.lstrip("+")], "body": body, "sender": self.sender, "reference": reference},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        if answer.status_code not in (200, 201):
            raise PermanentError(f"http_{answer.status_code}")
        fields = answer_fields(answer)
        if recipient.lstrip("+") in str(fields.get("rejected", "")):
            raise PermanentError("rejected")
        if "messageId" not in fields:
            raise TemporaryError("no_message_id", taken=None)
        return str(fields["messageId"])[:120]
