"""views.*: modals and App Home."""

from sandbox.api.access import person_of
from sandbox.api.request import Request, SlackError
from sandbox.modals import Modals
from sandbox.workspace_state import Json


def open_view(request: Request) -> Json:
    modals = Modals(request.world)
    raw = modals.checked(request.structure("view"), "modal")
    _refuse_duplicate(request, raw)
    trigger = modals.exchange(request.required("trigger_id"))
    return {"view": _shown(modals.open(trigger.user, raw))}


def push(request: Request) -> Json:
    modals = Modals(request.world)
    raw = modals.checked(request.structure("view"), "modal")
    _refuse_duplicate(request, raw)
    trigger = modals.exchange(request.required("trigger_id"))
    return {"view": _shown(modals.push(trigger.user, raw))}


def update(request: Request) -> Json:
    modals = Modals(request.world)
    view = modals.find(request.text("view_id"), request.text("external_id"))
    raw = modals.checked(request.structure("view"), view["type"])
    _check_hash(request, view)
    return {"view": _shown(modals.update(view, raw))}


def publish(request: Request) -> Json:
    if not request.world.manifest.home_tab:
        raise SlackError("not_enabled")
    person = person_of(request, "user_id")
    modals = Modals(request.world)
    raw = modals.checked(request.structure("view"), "home")
    if old := request.world.homes.get(person.id):
        _check_hash(request, old)
    return {"view": _shown(modals.publish(person, raw))}


def _check_hash(request: Request, view: Json) -> None:
    wanted = request.text("hash")
    if wanted and wanted != view["hash"]:
        raise SlackError("hash_conflict")


def _refuse_duplicate(request: Request, raw: Json) -> None:
    external_id = raw.get("external_id")
    stacks = request.world.modals.values()
    if external_id and any(
        each["external_id"] == external_id for stack in stacks for each in stack
    ):
        raise SlackError("duplicate_external_id")


def _shown(view: Json) -> Json:
    return dict(view)
