"""What the templates of the gate show, in the words of the request's language."""

from datetime import datetime
from typing import Any

from app.appointments.calendars import name_of
from app.appointments.gate import UNLISTED, Answer, Expected
from app.appointments.gate_models import GateEntry
from app.appointments.holder import CAR, COMPANION
from app.appointments.states import REASONS
from app.blueprints.gate.posts import Post
from app.calendars.clock import as_zone
from app.calendars.wording import clock_text
from app.kit.errors import Refused
from app.kit.profile import Profile
from app.web.language import lang, plural, t
from app.web.moments import day_of, moment_of

TONES = {
    Answer.VALID: "ok",
    Answer.IN_PART: "ok",
    Answer.USED: "warn",
    Answer.OTHER_DAY: "warn",
    Answer.OTHER_GATE: "warn",
}
STATES = {Answer.VALID: ("", "clock"), Answer.IN_PART: ("info", "users"), Answer.USED: ("ok", "check")}


def row(found: Expected, profile: Profile) -> dict[str, Any]:
    """One visitor of today's list."""
    paper, holder = found.visit_pass, found.holder
    answer = found.answer([paper.gate], paper.on_day)
    tone, icon = STATES[answer]
    return {
        "code": paper.code,
        "time": _time(found),
        "name": holder.visitor.name,
        "digits": holder.visitor.last4,
        "companions": plural("companions", len(holder.companions)) if holder.companions else "",
        "people": [{"label": label_of(subject), **_who(found, subject)} for subject in holder.subjects()],
        "host": name_of(profile, paper.agency, paper.host, lang()),
        "car": holder.car_plate,
        "gate": profile.label("gates", paper.gate, lang()),
        "state": {"words": t(f"gate.state.{answer}"), "tone": tone, "icon": icon},
    }


def paper(found: Expected, post: Post, profile: Profile) -> dict[str, Any]:
    """The page of one pass for its guard."""
    visit_pass = found.visit_pass
    answer = found.answer(post.gates, post.day)
    gate_name = profile.label("gates", visit_pass.gate, lang())
    return {
        "code": visit_pass.code,
        "answer": t(f"gate.answer.{answer}"),
        "advice": t(f"gate.advice.{answer}", date=day_of(visit_pass.on_day, visit_pass.agency), gate=gate_name),
        "tone": TONES.get(answer, "bad"),
        "opens": answer.opens,
        "facts": [
            {"label": t("gate.show.when"), "value": moment_of(visit_pass.starts_at, visit_pass.agency)},
            {"label": t("gate.show.host"), "value": name_of(profile, visit_pass.agency, visit_pass.host, lang())},
            {"label": t("gate.show.gate"), "value": gate_name},
            {"label": t("gate.show.devices"), "value": _devices(found)},
        ],
        "waiting": [_subject(found, subject) for subject in found.waiting],
        "inside": [_subject(found, entry.subject) | {"how": _how(found, entry)} for entry in found.inside.values()],
        "turned_away": [_subject(found, entry.subject) | {"how": _why(found, entry)} for entry in found.turned_away],
        "refusable": [(UNLISTED, t("gate.subject.unlisted"))]
        + [
            (each["id"], f"{each['label']}: {each['name']}") for each in (_subject(found, one) for one in found.waiting)
        ],
        "reasons": [(reason, t(f"gate.reasons.{reason}")) for reason in REASONS],
    }


def refusal(refused: Refused, found: Expected) -> str:
    """Why nothing was recorded, with times in the words of the language."""
    at = refused.params.get("at")
    clock = {"time": clock_text(at, _zone(found), lang())} if isinstance(at, datetime) else {}
    return t(refused.text_key, **{**refused.params, **clock})


def label_of(subject: str) -> str:
    """The part of a subject on the pass: visitor, second companion, car."""
    if subject.startswith(COMPANION):
        return t("gate.subject.companion", n=subject.removeprefix(COMPANION))
    return t(f"gate.subject.{subject}")


def _subject(found: Expected, subject: str) -> dict[str, Any]:
    return {"id": subject, "label": label_of(subject), **_who(found, subject)}


def _who(found: Expected, subject: str) -> dict[str, str]:
    guest = found.holder.guest(subject)
    if guest:
        return {"name": guest.name, "digits": guest.last4}
    return {"name": found.holder.car_plate if subject == CAR else "", "digits": ""}


def _devices(found: Expected) -> str:
    names = [t(f"gate.devices.{device}") for device in found.holder.devices]
    return t("interface.files.comma").join(names) or t("gate.show.no_devices")


def _how(found: Expected, entry: GateEntry) -> str:
    return t("gate.show.in_by", time=clock_text(entry.at, _zone(found), lang()), name=entry.by_name)


def _why(found: Expected, entry: GateEntry) -> str:
    reason, time = t(f"gate.reasons.{entry.reason}"), clock_text(entry.at, _zone(found), lang())
    return t("gate.show.away_by", reason=reason, time=time, name=entry.by_name)


def _time(found: Expected) -> str:
    return clock_text(found.visit_pass.starts_at, _zone(found), lang())


def _zone(found: Expected) -> Any:
    return as_zone(found.visit_pass.zone_name)
