"""What every door to a form does with a POST: add and drop rows, and draw the form with its errors."""

from typing import Any

from flask import Response, request

from app.blueprints.apply.view import FormView
from app.blueprints.apply.work import Work
from app.kit.fields import Group
from app.web.forms import Reading, add_row, drop_row, labels
from app.web.htmx import is_fragment
from app.web.language import lang
from app.web.pages import page, see_other


def rows(work: Work) -> None:
    """Add or drop a row of a repeated group, as the pressed button says."""
    for each in work.service.form.fields:
        if isinstance(each, Group):
            if request.form.get("add") == each.id:
                add_row(work.raw, each)
            group, _, row = request.form.get("drop", "").partition("-")
            if group == each.id:
                drop_row(work.raw, each, row)


def anchor() -> str | None:
    """Without scripts the page comes back where the button was."""
    for button in ("add", "drop"):
        if request.form.get(button):
            return f"{request.form[button].partition('-')[0]}-field"
    return request.form.get("part")


def take_in(work: Work) -> Reading:
    """Within the transaction: keep everything that this POST brings, whatever its button says."""
    work.take_typed()
    # Files first: they were sent under the places that the rows had on the page.
    work.take_files()
    rows(work)
    work.save()
    if "remove_file" in request.form:
        work.remove_file(request.form["remove_file"])
    return work.read()


def after_saving(work: Work, reading: Reading, **more: Any) -> Response:
    """What the button asked for: the check page, the form with its errors, or the form again."""
    if request.form.get("action") == "check":
        if not reading.errors:
            return see_other(work.check_address())
        return form_page(work, reading, with_errors=True, status=422, **more)
    if is_fragment() or work.refused:
        # A form whose errors are shown keeps those that are left; a row just added is not blamed for being empty.
        checked = "checked" in request.form and "add" not in request.form
        return form_page(work, reading, with_errors=checked, status=422 if work.refused else 200, **more)
    saved = {"saved": 1} if request.form.get("action") == "draft" else {}
    return see_other(work.address(**saved, _anchor=anchor()))


def open_form(work: Work, **more: Any) -> Response:
    """The form of a GET: judged only where its address asks for the errors."""
    judged = "errors" in request.args
    return form_page(work, work.read() if judged else work.open(), with_errors=judged, **more)


def form_page(
    work: Work,
    reading: Reading,
    *,
    with_errors: bool,
    status: int = 200,
    template: str = "apply/form.html",
    obstacle: str | None = None,
    **more: Any,
) -> Response:
    view, action = FormView(work, reading, with_errors=with_errors), work.address()
    answer = page(
        template,
        status=status,
        fragment="apply/_form.html",
        service=work.service,
        work=work,
        parts=view.parts,
        drawn=view.drawn,
        checked=with_errors and bool(view.errors),
        errors=list(labels(work.service, Reading(work.raw, errors=view.errors), lang())) if view.errors else [],
        action=action,
        saved="saved" in request.args,
        kept="kept" in request.args,
        obstacle=obstacle,
        **more,
    )
    if is_fragment():
        answer.headers["HX-Replace-Url"] = action
    return answer
