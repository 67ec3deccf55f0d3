"""Unifonic: a form with AppSid; HTTP 200 also for failures, told by `success` and `errorCode`."""

from app.notify.gateways.base import Gateway, PermanentError, ReceiptFormat, TemporaryError, answer_fields
from app.notify.models import State

# Wrong, too long or too short number, no route, empty text, text filtered. Everything else (balance, sender, rate) is
# the account's trouble, not the message's.
NEVER = {"ER-02", "ER-03", "ER-04", "ER-05", "ER-06", "ER-07"}


class Unifonic(Gateway):
    kind = "unifonic"
    receipts = ReceiptFormat(
        encoding="form",
        gateway_ref="MessageID",
        reference="CorrelationID",
        status="Status",
        at="DLRTime",
        words={
            "queued": State.SENT,
            "sent": State.SENT,
            "delivered": State.DELIVERED,
            "undelivered": State.UNDELIVERED,
            "failed": State.UNDELIVERED,
            "rejected": State.UNDELIVERED,
            "expired": State.UNDELIVERED,
        },
    )

    def send(self, reference: str, recipient: str, body: str) -> str:
        answer = self.post(
            "/rest/SMS/messages",
            data={
                "AppSid": self.user,
                "SenderID": self.sender,
                "Recipient": recipient.lstrip("+"),
                "Body": body,
                "responseType": "JSON",
                "CorrelationID": reference,
            },
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
        )
        if answer.status_code != 200:
            raise PermanentError(f"http_{answer.status_code}")
        fields = answer_fields(answer)
        if str(fields.get("success")).lower() != "true":
            code = str(fields.get("errorCode", "unknown"))
            raise PermanentError(code) if code in NEVER else TemporaryError(code)
        data = fields.get("data")
        found = data.get("MessageID") if isinstance(data, dict) else None
        return str(found or reference)[:120]
