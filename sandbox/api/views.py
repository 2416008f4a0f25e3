"""views.*: modals and the Home tab."""

from collections.abc import Callable

from sandbox.api.access import get_person
from sandbox.api.request import Request, SlackError
from sandbox.modals import Modals
from sandbox.workspace_state import Json


def open_view(request: Request) -> Json:
    return _show(request, Modals.open)


def push(request: Request) -> Json:
    return _show(request, Modals.push)


def _show(request: Request, show: Callable[[Modals, str, Json], Json]) -> Json:
    """Show a new modal in exchange for a trigger id."""
    modals = Modals(request.state)
    raw = modals.validate(request.json("view"), "modal")
    _refuse_duplicate(request, raw)
    trigger = modals.redeem_trigger(request.required("trigger_id"))
    return {"view": dict(show(modals, trigger.user, raw))}


def update(request: Request) -> Json:
    modals = Modals(request.state)
    view = modals.find(request.text("view_id"), request.text("external_id"))
    raw = modals.validate(request.json("view"), view["type"])
    _check_hash(request, view)
    return {"view": dict(modals.update(view, raw))}


def publish(request: Request) -> Json:
    if not request.state.manifest.home_tab:
        raise SlackError("not_enabled")
    person = get_person(request, "user_id")
    modals = Modals(request.state)
    raw = modals.validate(request.json("view"), "home")
    if old := request.state.homes.get(person.id):
        _check_hash(request, old)
    return {"view": dict(modals.publish(person, raw))}


def _check_hash(request: Request, view: Json) -> None:
    wanted = request.text("hash")
    if wanted and wanted != view["hash"]:
        raise SlackError("hash_conflict")


def _refuse_duplicate(request: Request, raw: Json) -> None:
    external_id = raw.get("external_id")
    stacks = request.state.modals.values()
    if external_id and any(
        view["external_id"] == external_id for stack in stacks for view in stack
    ):
        raise SlackError("duplicate_external_id")
